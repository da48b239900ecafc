from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ActivitiesConfig(AppConfig):
    name = "marke.activities"
    label = "activities"
    verbose_name = _("Own business")

    def ready(self) -> None:
        from marke.activities.checks import INVARIANTS
        from marke.activities.clockwork import WHEELS
        from marke.activities.effects import WRITE_OFF
        from marke.activities.explaining import EXPLAINERS
        from marke.activities.kinds import TRANSACTION_KINDS
        from marke.activities.payroll import PLAIN, payrolls
        from marke.activities.purposes import GRANT
        from marke.activities.queries import has_activities
        from marke.activities.replaying import ACTIVITY_FACTS
        from marke.activities.rulebook import RULES
        from marke.common.clockwork import wheels
        from marke.common.effects import effects
        from marke.common.explain import explainers
        from marke.common.facts import fact_kinds
        from marke.common.invariants import invariants
        from marke.common.navigation import Gate, gates
        from marke.ledger.kinds import transaction_kinds
        from marke.payments.purposes import purposes
        from marke.rules.registry import register_rules

        register_rules(RULES, fine_print=True)
        fact_kinds.register(ACTIVITY_FACTS)
        for explainer in EXPLAINERS:
            explainers.register(explainer)
        for kind in TRANSACTION_KINDS:
            transaction_kinds.register(kind)
        for wheel in WHEELS:
            wheels.register(wheel)
        for invariant in INVARIANTS:
            invariants.register(invariant)
        payrolls.register(PLAIN)
        effects.register(WRITE_OFF)
        purposes.register(GRANT)
        gates.register(Gate("activities", has_activities))
        self._tell_people()

    def _tell_people(self) -> None:
        """What is kept of somebody, and what waits for whom."""
        from marke.activities import belonging
        from marke.activities.asking import ASK
        from marke.common.asks import asks
        from marke.common.events import subscribe
        from marke.parties import hooks
        from marke.parties.events import PartyErased

        asks.register(ASK)
        for kind, rows in belonging.MY_DATA:
            hooks.my_data.register(hooks.MyData(kind, rows))
        hooks.leaving_notes.register(hooks.LeavingNote("activities", belonging.leaving_notes))
        subscribe(PartyErased, belonging.forget)
