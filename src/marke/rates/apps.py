from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RatesConfig(AppConfig):
    name = "marke.rates"
    label = "rates"
    verbose_name = _("What work costs")

    def ready(self) -> None:
        from marke.common.effects import effects
        from marke.common.events import subscribe
        from marke.parties import hooks
        from marke.parties.events import PartyErased
        from marke.rates import belonging
        from marke.rates.effects import CLIENT_FARE
        from marke.rates.limits import FARES
        from marke.rates.rulebook import RULES
        from marke.rules.limits import limits
        from marke.rules.registry import register_rules

        register_rules(RULES)
        limits.register(FARES)
        effects.register(CLIENT_FARE)
        subscribe(PartyErased, belonging.forget_notes)
        hooks.my_data.register(hooks.MyData("member_fares", belonging.member_fares))
        hooks.my_data.register(hooks.MyData("shown_to_clients", belonging.showing))
        hooks.my_data.register(hooks.MyData("client_fares", belonging.client_fares))
