"""What time does to safety: words that did not come ring, calls that nobody answers go on to the emergency contact."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from marke.common.clockwork import Wheel
from marke.parties.models import Coop
from marke.rules.queries import rulebook
from marke.safety.models import Alarm, LoneWork, SharedTrip
from marke.safety.queries import AFTERWARDS, over_before
from marke.safety.services import ring_missed, tell_contacts


def turn_check_ins(at: datetime) -> int:
    due = LoneWork.objects.filter(ended_at=None, due_at__lte=at).order_by("due_at")
    return sum(ring_missed(work=work, at=at) is not None for work in due[:500])


def turn_alarms(at: datetime) -> int:
    waiting = Alarm.objects.filter(undone_at=None, closed_at=None, contact_told_at=None, seen=None).order_by("raised_at")
    return sum(tell_contacts(alarm=alarm, at=at) for alarm in waiting[:500])


def turn_memory(at: datetime) -> int:
    """Links to jobs that are over end; what ended long ago is forgotten, by each co-op's own rule."""
    over = SharedTrip.objects.filter(Q(until__lte=at) | Q(job__done_at__lte=at - AFTERWARDS), ended_at=None)
    done = over.update(ended_at=at)
    for coop in Coop.objects.filter(
        Q(pk__in=LoneWork.objects.values("coop"))
        | Q(pk__in=Alarm.objects.values("coop"))
        | Q(pk__in=SharedTrip.objects.values("coop"))
    ):
        for rows in over_before(coop, at - rulebook(coop, at).value("safety.keep")):
            done += rows.delete()[0]
    return done


WHEELS = (
    Wheel("safety.check_ins", turn_check_ins),
    Wheel("safety.alarms", turn_alarms),
    Wheel("safety.memory", turn_memory),
)
