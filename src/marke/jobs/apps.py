from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    name = "marke.jobs"
    label = "jobs"
    verbose_name = _("Work")

    def ready(self) -> None:
        from marke.common.asks import asks
        from marke.common.clockwork import Wheel, wheels
        from marke.common.events import subscribe
        from marke.common.explain import explainers
        from marke.common.facts import fact_kinds
        from marke.jobs import availability, proving, repricing
        from marke.jobs.between import BETWEEN_THEM
        from marke.jobs.clockwork import WHEELS
        from marke.jobs.dispatch_rulebook import RULES as DISPATCH_RULES
        from marke.jobs.events import JobDone, JobFreed
        from marke.jobs.exclusions import exclusions
        from marke.jobs.explaining import GIFT_EXPLAINER, JOB_EXPLAINER, TIP_EXPLAINER
        from marke.jobs.gift_part import GIFT_PART
        from marke.jobs.kinds import kinds_of
        from marke.jobs.needs import EXCLUSIONS
        from marke.jobs.parts import job_parts
        from marke.jobs.purposes import GIFT, TIP
        from marke.jobs.rulebook import RULES
        from marke.jobs.series_part import SERIES_PART
        from marke.jobs.services.leaving import free_jobs_on_leaving
        from marke.jobs.settlement_facts import JOB_FACTS
        from marke.jobs.tip_part import TIP_PART
        from marke.ledger.kinds import TransactionKind, transaction_kinds
        from marke.parties.events import MemberLeft, PartyErased
        from marke.payments.purposes import purposes
        from marke.rules.registry import register_rules
        from marke.rules.scopes import Dimension, dimensions

        register_rules(RULES)
        register_rules(DISPATCH_RULES)
        dimensions.register(Dimension("job_kind", lambda coop: {kind.kind: kind.label for kind in kinds_of(coop.pack)}))
        fact_kinds.register(JOB_FACTS)
        repricing.wire()
        explainers.register(JOB_EXPLAINER)
        explainers.register(TIP_EXPLAINER)
        explainers.register(GIFT_EXPLAINER)
        purposes.register(TIP)
        purposes.register(GIFT)
        job_parts.register(BETWEEN_THEM)
        job_parts.register(SERIES_PART)
        job_parts.register(TIP_PART)
        job_parts.register(GIFT_PART)
        transaction_kinds.register(TransactionKind("job", _("Job"), "jobs:job", for_members=True))
        transaction_kinds.register(TransactionKind("tip", _("Tip"), "jobs:job", for_members=True))
        transaction_kinds.register(TransactionKind("gift", _("Gift for a good cause"), "jobs:job", for_members=True))
        for exclusion in (*availability.EXCLUSIONS, *EXCLUSIONS):
            exclusions.register(exclusion)
        for wheel in WHEELS:
            wheels.register(wheel)
        self._work_with_shifts()
        self._tell_people()
        asks.register(proving.ASK)
        wheels.register(Wheel("jobs.proofs", proving.forget_old))
        exclusions.register(proving.HAD_IT)
        job_parts.register(proving.PART)
        subscribe(MemberLeft, free_jobs_on_leaving)
        subscribe(PartyErased, proving.forget_erased)
        subscribe(JobDone, proving.end_sharing)
        subscribe(JobFreed, proving.end_sharing)

    def _work_with_shifts(self) -> None:
        from marke.jobs.exclusions import exclusions
        from marke.jobs.shifts import CAPABILITIES, DEMAND, OFF_SHIFT
        from marke.slots.demand import sources
        from marke.slots.skills import skills

        exclusions.register(OFF_SHIFT)
        skills.register(CAPABILITIES)
        sources.register(DEMAND)

    def _tell_people(self) -> None:
        """What stands with a member, and what is kept of somebody."""
        from marke.jobs import belonging, proving
        from marke.parties import hooks

        for kind, rows in (
            ("jobs_worked", belonging.jobs_worked),
            ("jobs_booked", belonging.jobs_booked),
            ("offers", belonging.offers),
            ("contests", belonging.contests),
        ):
            hooks.my_data.register(hooks.MyData(kind, rows))
        hooks.leaving_notes.register(hooks.LeavingNote("jobs", belonging.leaving_notes))
        hooks.member_parts.register(
            hooks.MemberPart("jobs", "jobs/_member_part.html", belonging.member_part, offices=("coordinator",))
        )
        for kind, rows in proving.MY_DATA:
            hooks.my_data.register(hooks.MyData(kind, rows))
