from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DoorsConfig(AppConfig):
    name = "marke.doors"
    label = "doors"
    verbose_name = _("Doors")

    def ready(self) -> None:
        from marke.common.asks import asks
        from marke.common.clockwork import wheels
        from marke.common.events import subscribe
        from marke.doors import belonging
        from marke.doors.clockwork import WEBHOOKS
        from marke.jobs.events import JobMoved, JobsSettled
        from marke.parties import hooks
        from marke.parties.events import MemberLeft, PartyErased

        asks.register(belonging.ASK)
        wheels.register(WEBHOOKS)
        for kind, rows in belonging.MY_DATA:
            hooks.my_data.register(hooks.MyData(kind, rows))
        subscribe(JobMoved, belonging.note_move)
        subscribe(JobsSettled, belonging.note_settled)
        subscribe(MemberLeft, belonging.forget_who_left)
        subscribe(PartyErased, belonging.forget_erased)
