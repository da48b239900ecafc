from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SurplusConfig(AppConfig):
    name = "marke.surplus"
    label = "surplus"

    def ready(self) -> None:
        from marke.common.asks import asks
        from marke.common.clockwork import wheels
        from marke.common.effects import effects
        from marke.common.explain import explainers
        from marke.common.facts import simulators
        from marke.common.invariants import invariants
        from marke.common.rounds import round_kinds
        from marke.ledger.kinds import TransactionKind, transaction_kinds
        from marke.parties import hooks
        from marke.rules.registry import register_rules
        from marke.surplus import belonging
        from marke.surplus.checks import INVARIANTS
        from marke.surplus.clockwork import WHEELS
        from marke.surplus.effects import CLOSE
        from marke.surplus.explaining import EXPLAINERS
        from marke.surplus.rounds import YEAR_ROUND
        from marke.surplus.rulebook import RULES
        from marke.surplus.tasks import ASK
        from marke.surplus.what_if import SIMULATOR

        register_rules(RULES, fine_print=True)
        round_kinds.register(YEAR_ROUND)
        effects.register(CLOSE)
        asks.register(ASK)
        simulators.register(SIMULATOR)
        for wheel in WHEELS:
            wheels.register(wheel)
        for explainer in EXPLAINERS:
            explainers.register(explainer)
        for invariant in INVARIANTS:
            invariants.register(invariant)
        transaction_kinds.register(TransactionKind("year_close", _("Year close"), "surplus:year", for_members=True))
        transaction_kinds.register(TransactionKind("year_pay", _("Surplus to pay, year close"), "surplus:year", for_members=True))
        transaction_kinds.register(
            TransactionKind("year_shares", _("Surplus turned into shares, year close"), "surplus:year", for_members=True)
        )
        transaction_kinds.register(
            TransactionKind("year_repay", _("Kept surplus paid back, year close"), "surplus:year", for_members=True)
        )
        hooks.my_data.register(hooks.MyData("years", belonging.years))
