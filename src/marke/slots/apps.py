from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SlotsConfig(AppConfig):
    name = "marke.slots"
    label = "slots"
    verbose_name = _("Shifts")

    def ready(self) -> None:
        from marke.common.asks import asks
        from marke.common.events import subscribe
        from marke.parties import hooks
        from marke.parties.events import MemberLeft, PartyErased
        from marke.rules.registry import register_rules
        from marke.slots import belonging
        from marke.slots.rulebook import RULES

        register_rules(RULES)
        asks.register(belonging.ASK)
        for kind, rows in belonging.MY_DATA:
            hooks.my_data.register(hooks.MyData(kind, rows))
        hooks.leaving_notes.register(hooks.LeavingNote("slots", belonging.leaving_notes))
        subscribe(MemberLeft, belonging.free_places)
        subscribe(PartyErased, belonging.forget_erased)
