from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SellersConfig(AppConfig):
    name = "marke.sellers"
    label = "sellers"
    verbose_name = _("Report on sellers")

    def ready(self) -> None:
        from marke.common.asks import asks
        from marke.common.clockwork import wheels
        from marke.common.events import subscribe
        from marke.common.invariants import invariants
        from marke.common.navigation import Gate, gates
        from marke.parties import hooks
        from marke.parties.events import PartyErased
        from marke.rules.registry import register_rules
        from marke.sellers import belonging
        from marke.sellers.checks import INVARIANTS
        from marke.sellers.clockwork import WHEEL
        from marke.sellers.queries import has_sellers
        from marke.sellers.rulebook import RULES

        register_rules(RULES, fine_print=True)
        gates.register(Gate("sellers", has_sellers))
        wheels.register(WHEEL)
        asks.register(belonging.ASK)
        for invariant in INVARIANTS:
            invariants.register(invariant)
        hooks.my_data.register(hooks.MyData("seller_details", belonging.details))
        hooks.my_data.register(hooks.MyData("reported_to_the_tax_office", belonging.reported))
        hooks.erasure_obstacles.register(hooks.ErasureObstacle("sellers", belonging.obstacles))
        subscribe(PartyErased, belonging.forget)
