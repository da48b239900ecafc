from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    name = "marke.jobs"
    label = "jobs"
    verbose_name = _("Work")

    def ready(self) -> None:
        from marke.common.clockwork import wheels
        from marke.common.explain import explainers
        from marke.common.facts import fact_kinds
        from marke.jobs.clockwork import WHEELS
        from marke.jobs.explaining import JOB_EXPLAINER
        from marke.jobs.kinds import kinds_of
        from marke.jobs.rulebook import RULES
        from marke.jobs.settlement_facts import JOB_FACTS
        from marke.ledger.kinds import TransactionKind, transaction_kinds
        from marke.rules.registry import register_rules
        from marke.rules.scopes import Dimension, dimensions

        register_rules(RULES)
        dimensions.register(Dimension("job_kind", lambda coop: {kind.kind: kind.label for kind in kinds_of(coop.pack)}))
        fact_kinds.register(JOB_FACTS)
        explainers.register(JOB_EXPLAINER)
        transaction_kinds.register(TransactionKind("job", _("Job"), "jobs:job", for_members=True))
        for wheel in WHEELS:
            wheels.register(wheel)
