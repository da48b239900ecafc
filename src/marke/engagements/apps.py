from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EngagementsConfig(AppConfig):
    name = "marke.engagements"
    label = "engagements"
    verbose_name = _("Engagements")

    def ready(self) -> None:
        from marke.common.events import subscribe
        from marke.common.explain import explainers
        from marke.engagements import belonging
        from marke.engagements.explaining import EXPLAINER
        from marke.engagements.rulebook import RULES
        from marke.engagements.services import correct_engagement, settle_engagements
        from marke.jobs.events import JobCorrected, JobsSettled
        from marke.jobs.exclusions import exclusions
        from marke.jobs.parts import job_parts
        from marke.ledger.kinds import TransactionKind, transaction_kinds
        from marke.parties import hooks
        from marke.parties.events import PartyErased
        from marke.rules.registry import register_rules
        from marke.safety.parts import safety_parts

        register_rules(RULES, fine_print=True)
        explainers.register(EXPLAINER)
        exclusions.register(belonging.UNCOVERED)
        job_parts.register(belonging.JOB_PART)
        safety_parts.register(belonging.SAFETY_PART)
        transaction_kinds.register(
            TransactionKind("engagement", _("Expenses and insurance of job"), "jobs:job", for_members=True)
        )
        transaction_kinds.register(TransactionKind("engagement_billed", _("Premiums that the insurer has billed")))
        for kind, rows in belonging.MY_DATA:
            hooks.my_data.register(hooks.MyData(kind, rows))
        subscribe(JobsSettled, settle_engagements)
        subscribe(JobCorrected, correct_engagement)
        subscribe(PartyErased, belonging.forget)
