from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SafetyConfig(AppConfig):
    name = "marke.safety"
    label = "safety"
    verbose_name = _("Safety")

    def ready(self) -> None:
        from marke.common.asks import asks
        from marke.common.clockwork import wheels
        from marke.common.events import subscribe
        from marke.jobs.events import JobDone, JobFreed, JobStarted
        from marke.jobs.exclusions import exclusions
        from marke.jobs.parts import job_parts
        from marke.parties import hooks
        from marke.parties.events import MemberLeft, PartyErased
        from marke.rules.registry import register_rules
        from marke.safety import belonging
        from marke.safety.clockwork import WHEELS
        from marke.safety.rulebook import RULES
        from marke.safety.services import begin_lone_work, end_lone_work

        register_rules(RULES)
        asks.register(belonging.ASK)
        exclusions.register(belonging.KEPT_APART)
        job_parts.register(belonging.PART)
        for wheel in WHEELS:
            wheels.register(wheel)
        for kind, rows in belonging.MY_DATA:
            hooks.my_data.register(hooks.MyData(kind, rows))
        subscribe(JobStarted, begin_lone_work)
        subscribe(JobDone, end_lone_work)
        subscribe(JobFreed, end_lone_work)
        subscribe(MemberLeft, belonging.forget_who_left)
        subscribe(PartyErased, belonging.forget_erased)
