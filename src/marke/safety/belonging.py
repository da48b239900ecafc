"""Safety, as the rest of the house meets it: on the page of a job, in what waits for a human, who may not be asked, my data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marke.common.asks import Ask, Task
from marke.common.clock import local_date
from marke.jobs.conditions import AT_WORK
from marke.jobs.exclusions import Exclusion
from marke.jobs.models import Job
from marke.jobs.parts import JobPart, Viewer
from marke.parties.events import MemberLeft, PartyErased
from marke.parties.models import Coop, Membership, Party
from marke.parties.my_data import moment
from marke.parties.offices import offices_on
from marke.safety.models import Alarm, AlarmSeen, Block, EmergencyContact, LoneWork, SharedTrip
from marke.safety.queries import check_in_of, duty, is_blocked, kept_apart, ringing, trip_of

Rows = Iterable[Mapping[str, Any]]

# Nobody is told who keeps apart from whom, so the reason is as plain as any other.
KEPT_APART = Exclusion("kept_apart", gettext_lazy("could not be asked for this client"), kept_apart, hidden=True, lasts=True)


def shown_on_page(job: Job, viewer: Viewer, at: datetime) -> dict[str, Any] | None:
    worker = job.worker
    if worker is None:
        return None
    shown: dict[str, Any] = {"job": job, "viewer": str(viewer), "at_work": job.state in AT_WORK}
    if viewer == Viewer.CLIENT:
        return {**shown, "blocked": is_blocked(job.client, worker, by_client=True), "name": worker.party.name.split(" ")[0]}
    check_in = check_in_of(job, worker)
    if viewer == Viewer.OFFICER:
        return {**shown, "check_in": check_in} if check_in else None
    return {
        **shown,
        "check_in": check_in,
        "trip": trip_of(job, worker, at),
        "blocked": is_blocked(job.client, worker, by_client=False),
    }


PART = JobPart("safety", "safety/_job_part.html", shown_on_page, rank=90)


def waiting(coop: Coop, offices: frozenset[str], at: datetime) -> Sequence[Task]:
    """Calls that ring, for who holds the office that is called."""
    return _tasks(coop) if duty(coop, at) in offices else []


def for_everybody(membership: Membership, at: datetime) -> Sequence[Task]:
    """One's own call while it rings. And where nobody holds the office, everybody sees every call."""
    own = Alarm.objects.filter(membership=membership, undone_at=None, closed_at=None).order_by("raised_at")
    tasks = [Task(_("You called for help"), _page(alarm, membership.coop), _clock(alarm)) for alarm in own]
    rings = ringing(membership.coop).exclude(membership=membership).exists()
    if rings and not _somebody_holds(membership.coop, at):
        tasks += _tasks(membership.coop)
    return tasks


def _somebody_holds(coop: Coop, at: datetime) -> bool:
    offices, office = offices_on(coop, local_date(at, coop.timezone)), duty(coop, at)
    return office in offices.in_force or office in offices.lapsed


def _tasks(coop: Coop) -> list[Task]:
    words = {
        Alarm.Kind.NOT_SAFE: _("%(name)s is not safe. Call now"),
        Alarm.Kind.MISSED: _("Nothing was heard of %(name)s. Call now"),
    }
    return [
        Task(words[Alarm.Kind(alarm.kind)] % {"name": alarm.membership.party.name}, _page(alarm, coop), _clock(alarm))
        for alarm in ringing(coop)
    ]


def _clock(alarm: Alarm) -> str:
    return timezone.localtime(alarm.raised_at).strftime("%H:%M")


def _page(alarm: Alarm, coop: Coop) -> str:
    return reverse("safety:alarm", args=[coop.slug, alarm.pk])


ASK = Ask("safety", of_member=for_everybody, of_offices=waiting)


def forget_who_left(event: MemberLeft) -> None:
    """Whom to call, links and waiting words go. What the co-op was told of an alarm stays its time."""
    EmergencyContact.objects.filter(membership=event.membership).delete()
    SharedTrip.objects.filter(membership=event.membership, ended_at=None).update(ended_at=event.at)
    LoneWork.objects.filter(membership=event.membership, ended_at=None).update(ended_at=event.at)


def forget_erased(event: PartyErased) -> None:
    """All of it: whom to call, where they were alone, when they called, what they said of whom."""
    party = event.party
    for table in (EmergencyContact, LoneWork, Alarm, SharedTrip):
        table.objects.filter(membership__party=party).delete()
    AlarmSeen.objects.filter(membership__party=party).delete()
    Block.objects.filter(Q(membership__party=party) | Q(client__party=party)).delete()


def contacts(party: Party) -> Rows:
    for row in EmergencyContact.objects.filter(membership__party=party).select_related("coop").order_by("id"):
        yield {
            "co-op": row.coop.name,
            "name": row.name,
            "phone": row.phone,
            "email": row.email,
            "since": moment(row.since),
        }


def check_ins(party: Party) -> Rows:
    for row in LoneWork.objects.filter(membership__party=party).select_related("coop", "job").order_by("id"):
        yield {
            "co-op": row.coop.name,
            "job": row.job.number,
            "since": moment(row.since),
            "last_word": moment(row.last_at),
            "ended_at": moment(row.ended_at),
        }


def alarms(party: Party) -> Rows:
    rows = Alarm.objects.filter(membership__party=party).select_related("coop", "job").prefetch_related("seen__membership__party")
    for row in rows.order_by("id"):
        yield {
            "co-op": row.coop.name,
            "kind": row.kind,
            "job": row.job.number if row.job else "",
            "raised_at": moment(row.raised_at),
            "seen_by": "; ".join(f"{seen.membership.party.name} {moment(seen.at)}" for seen in row.seen.all()),
            "contact_told_at": moment(row.contact_told_at),
            "undone_at": moment(row.undone_at),
            "closed_at": moment(row.closed_at),
            "note": row.note,
        }


def trips(party: Party) -> Rows:
    for row in SharedTrip.objects.filter(membership__party=party).select_related("coop", "job").order_by("id"):
        yield {
            "co-op": row.coop.name,
            "job": row.job.number,
            "since": moment(row.since),
            "until": moment(row.until),
            "ended_at": moment(row.ended_at),
        }


def blocks(party: Party) -> Rows:
    """What somebody said themselves; what others said of them is the others'."""
    mine = Q(membership__party=party, by_client=False) | Q(client__party=party, by_client=True)
    for row in Block.objects.filter(mine).select_related("coop", "client", "membership").order_by("id"):
        yield {
            "co-op": row.coop.name,
            "from": f"member {row.membership.number}" if row.by_client else f"client {row.client.number}",
            "since": moment(row.since),
            "lifted_at": moment(row.lifted_at),
            "reason": row.reason,
        }


MY_DATA = (
    ("emergency_contacts", contacts), ("check_ins", check_ins), ("alarms", alarms), ("shared_trips", trips), ("blocks", blocks),
)  # fmt: skip
