from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlacesConfig(AppConfig):
    name = "marke.places"
    label = "places"
    verbose_name = _("Places")

    def ready(self) -> None:
        from django.core import checks

        from marke.common.clockwork import Wheel, wheels
        from marke.common.events import subscribe
        from marke.parties import hooks
        from marke.parties.events import MemberLeft, MemberSuspended, PartyErased
        from marke.places import belonging, positions
        from marke.places.checks import check_graphs
        from marke.places.rulebook import RULES
        from marke.rules.registry import register_rules

        checks.register(check_graphs)
        register_rules(RULES)
        wheels.register(Wheel("places.sharings", positions.forget_ended))
        hooks.my_data.register(hooks.MyData("live_positions", belonging.live_positions))
        hooks.my_data.register(hooks.MyData("addresses", belonging.addresses))
        subscribe(PartyErased, belonging.forget_addresses)
        subscribe(MemberLeft, positions.forget_who_left)
        subscribe(MemberSuspended, positions.forget_who_left)
        subscribe(PartyErased, positions.forget_erased)
