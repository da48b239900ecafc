"""Proofs and incidents, as the rest of the house meets them: on pages, in what waits for a human, in my data, when time is up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marke.common.asks import Ask, Task
from marke.jobs.codes import code_of
from marke.jobs.conditions import AT_WORK
from marke.jobs.events import JobDone, JobFreed
from marke.jobs.exclusions import Exclusion
from marke.jobs.models import Door, Incident, Job, Photo, Proof, Stint, StopVisit
from marke.jobs.parts import JobPart, Viewer
from marke.jobs.services.proofs import proofs_asked
from marke.parties.events import PartyErased
from marke.parties.models import Coop, Membership, Party
from marke.parties.my_data import moment
from marke.places.positions import stop_sharing
from marke.rules.queries import rulebook

Rows = Iterable[Mapping[str, Any]]
MOST_TASKS = 20


def shown_on_page(job: Job, viewer: Viewer, at: datetime) -> dict[str, Any] | None:
    """The client's codes while they are needed; to everybody concerned what was shown, what went wrong, who had it before."""
    proofs = list(Proof.objects.filter(job=job).select_related("photo").defer("photo__content"))
    incidents = Incident.objects.filter(job=job).select_related("photo", "reported_by", "answered_by").defer("photo__content")
    if viewer == Viewer.CLIENT:
        incidents = incidents.filter(by_client=True)
        proofs = [proof for proof in proofs if proof.kind != Proof.Kind.REASON]
    shown = {
        "job": job,
        "client": viewer == Viewer.CLIENT,
        "officer": viewer == Viewer.OFFICER,
        "codes": _codes(job, at) if viewer == Viewer.CLIENT else [],
        "proofs": proofs,
        "places": {stop.position: stop.place for stop in job.route} if proofs else {},
        "incidents": list(incidents),
        "stints": list(Stint.objects.filter(job=job).select_related("membership__party")) if viewer != Viewer.CLIENT else [],
        "may_report": job.state in (*AT_WORK, Job.State.DONE),
    }
    return shown if any(shown[name] for name in ("codes", "proofs", "incidents", "stints", "may_report")) else None


def _codes(job: Job, at: datetime) -> list[tuple[str, str]]:
    """(place, four digits) for each place that still asks for a code."""
    if job.state not in AT_WORK:
        return []
    left = set(StopVisit.objects.filter(job=job, left_at__isnull=False).values_list("position", flat=True))
    asked = proofs_asked(job, at)
    return [
        (stop.place, code_of(job, stop.position))
        for stop in job.route
        if asked[stop.position] == Proof.Kind.CODE and stop.position not in left
    ]


PART = JobPart("proofs", "jobs/_proofs.html", shown_on_page, rank=10)


def waiting(coop: Coop, offices: frozenset[str], at: datetime) -> Sequence[Task]:
    """Incidents that nobody has answered; work of which its worker wrote why there is no proof, until the client confirms it."""
    if "coordinator" not in offices:
        return []
    open_ = Incident.objects.filter(coop=coop, answered_at=None).select_related("job").order_by("at", "id")
    tasks = [
        Task(
            _("%(what)s, job %(number)s") % {"what": row.get_kind_display(), "number": row.job.number},
            reverse("jobs:incident", args=[coop.slug, row.job.number, row.pk]),
        )
        for row in open_[:MOST_TASKS]
    ]
    unproven = Proof.objects.filter(coop=coop, kind=Proof.Kind.REASON, door=Door.WEB, job__state=Job.State.DONE)
    return tasks + [
        Task(
            _("No proof for job %(number)s: %(reason)s") % {"number": row.job.number, "reason": row.text[:80]},
            reverse("jobs:job", args=[coop.slug, row.job.number]),
        )
        for row in unproven.select_related("job").order_by("at", "id")[:MOST_TASKS]
    ]


ASK = Ask("incidents", of_offices=waiting)


def _had_it(jobs: Sequence[Job], memberships: Sequence[Membership], at: datetime) -> dict[int, set[int]]:
    out: dict[int, set[int]] = {}
    ids = [membership.pk for membership in memberships]
    for job, membership in Stint.objects.filter(job__in=jobs, membership__in=ids).values_list("job_id", "membership_id"):
        out.setdefault(job, set()).add(membership)
    return out


HAD_IT = Exclusion("had_it", gettext_lazy("had the job before it was taken over"), _had_it)


def end_sharing(event: JobDone | JobFreed) -> None:
    """Who shared where they are until the job is done, does so no longer."""
    worker = event.worker if isinstance(event, JobFreed) else event.job.worker
    if worker is not None:
        stop_sharing(membership=worker, ends_with=sharing_key(event.job))


def sharing_key(job: Job) -> str:
    return f"job:{job.pk}"


def forget_old(at: datetime) -> int:
    """Photos and names whose time is over, by each co-op's own rule."""
    forgotten = 0
    for coop in Coop.objects.filter(Q(pk__in=Photo.objects.values("coop")) | Q(pk__in=Proof.objects.values("coop"))):
        until = at - rulebook(coop, at).value("jobs.keep_proofs")
        forgotten += Photo.objects.filter(coop=coop, at__lt=until).delete()[1].get("jobs.Photo", 0)
        names = Proof.objects.filter(coop=coop, at__lt=until, kind=Proof.Kind.NAME).exclude(text="")
        forgotten += names.update(text="")
    return forgotten


def forget_erased(event: PartyErased) -> None:
    """A client's photos, and who opened the door for them, go with the client; what somebody reported, with who reported it."""
    theirs = Job.objects.filter(client__party=event.party)
    Photo.objects.filter(job__in=theirs).delete()
    Proof.objects.filter(job__in=theirs).update(text="")
    Proof.objects.filter(by=event.party).update(text="")
    Incident.objects.filter(Q(job__in=theirs, by_client=True) | Q(reported_by=event.party)).update(text=_("(erased)"))
    Stint.objects.filter(membership__party=event.party).update(note="")


def proofs(party: Party) -> Rows:
    for row in Proof.objects.filter(by=party).select_related("coop", "job").order_by("id"):
        yield {
            "co-op": row.coop.name,
            "job": row.job.number,
            "place": row.position + 1,
            "kind": row.kind,
            "text": row.text,
            "photo": "yes" if row.photo_id else "",
            "at": moment(row.at),
        }


def visits(party: Party) -> Rows:
    for row in StopVisit.objects.filter(membership__party=party).select_related("coop", "job").order_by("id"):
        yield {
            "co-op": row.coop.name,
            "job": row.job.number,
            "place": row.position + 1,
            "arrived_at": moment(row.arrived_at),
            "left_at": moment(row.left_at),
            "wrong_codes": row.wrong_codes,
        }


def incidents(party: Party) -> Rows:
    mine = Q(reported_by=party) | Q(by_client=True, job__client__party=party)
    for row in Incident.objects.filter(mine).select_related("coop", "job").order_by("id"):
        yield {
            "co-op": row.coop.name,
            "job": row.job.number,
            "kind": row.kind,
            "text": row.text,
            "at": moment(row.at),
            "answer": row.answer,
            "answered_at": moment(row.answered_at),
        }


def stints(party: Party) -> Rows:
    for row in Stint.objects.filter(membership__party=party).select_related("coop", "job").order_by("id"):
        yield {
            "co-op": row.coop.name,
            "job": row.job.number,
            "started_at": moment(row.started_at),
            "taken_over_at": moment(row.ended_at),
            "minutes": row.minutes,
            "note": row.note,
        }


MY_DATA = (("proofs", proofs), ("visits", visits), ("incidents", incidents), ("stints", stints))
