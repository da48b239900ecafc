"""What happens to a job, as programs outside are told it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from marke.jobs.models import Job

State = Job.State
SETTLED = "job.settled"
EVENTS = {
    "job.offered": _("A member is asked"),
    "job.accepted": _("Somebody comes"),
    "job.under_way": _("Under way"),
    "job.done": _("Done"),
    "job.cancelled": _("Cancelled"),
    "job.expired": _("Nobody came in time"),
    SETTLED: _("Settled"),
}
OF_STATES = {
    State.OFFERED: "job.offered",
    State.ACCEPTED: "job.accepted",
    State.UNDER_WAY: "job.under_way",
    State.DONE: "job.done",
    State.CANCELLED: "job.cancelled",
    State.CALLED_OFF: "job.cancelled",
    State.EXPIRED: "job.expired",
}
