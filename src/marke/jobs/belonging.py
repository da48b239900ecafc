"""What the app below, about people, asks of work: what is kept of somebody, what leaving means for it, how they do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from marke.jobs.conditions import AT_WORK, WORKED
from marke.jobs.models import Contest, Job, Offer
from marke.parties.models import Membership, Party
from marke.parties.my_data import moment

State = Job.State
LATELY = timedelta(days=30)
Rows = Iterable[Mapping[str, Any]]


def jobs_worked(party: Party) -> Rows:
    """What somebody worked. Who the client was and where they live is the client's, and left out."""
    for job in Job.objects.filter(worker__party=party).select_related("coop", "service").order_by("id").iterator(2_000):
        yield {
            "co-op": job.coop.name,
            "job": job.number,
            "service": job.service.name,
            "kind": job.service.job_kind,
            "state": job.state,
            "price": job.price,
            "minutes": job.minutes,
            "starts_at": moment(job.starts_at),
            "accepted_at": moment(job.accepted_at),
            "done_at": moment(job.done_at),
            "settled_at": moment(job.settled_at),
        }


def jobs_booked(party: Party) -> Rows:
    """What somebody booked as a client."""
    for job in Job.objects.filter(client__party=party).select_related("coop", "service").order_by("id").iterator(2_000):
        yield {
            "co-op": job.coop.name,
            "job": job.number,
            "service": job.service.name,
            "state": job.state,
            "price": job.price,
            "starts_at": moment(job.starts_at),
            "pickup": job.pickup,
            "place": job.place,
            "note": job.note,
            "requested_at": moment(job.requested_at),
            "confirmed_at": moment(job.confirmed_at),
        }


def offers(party: Party) -> Rows:
    """What somebody was asked, where they stood then, and what they answered. Who else stood there is not theirs."""
    rows = (
        Offer.objects.filter(membership__party=party).select_related("coop", "job", "membership", "asking", "trip").order_by("id")
    )
    for offer in rows.iterator(2_000):
        places = [place.get("member") for place in offer.candidates]
        number = offer.membership.number
        own = offer.candidates[places.index(number)] if number in places else {}
        yield {
            "co-op": offer.coop.name,
            "job": offer.job.number,
            "how_chosen": offer.mode,
            "place": places.index(number) + 1 if own else "",
            "of": len(places),
            "score": own.get("score", ""),
            "score_unit": own.get("unit", ""),
            "on_trip_with": ", ".join(str(row["job"]) for row in offer.trip.plan if row["job"] != offer.job.number)
            if offer.trip
            else "",
            "asked_at": moment(offer.made_at),
            "answer_until": moment(offer.expires_at),
            "answer": offer.state,
            "answered_at": moment(offer.answered_at),
        }


def contests(party: Party) -> Rows:
    for row in Contest.objects.filter(membership__party=party).select_related("coop", "job").order_by("id"):
        yield {
            "co-op": row.coop.name,
            "job": row.job.number,
            "about": row.about,
            "text": row.text,
            "at": moment(row.at),
            "answer": row.answer,
            "answered_at": moment(row.answered_at),
        }


def leaving_notes(membership: Membership) -> Sequence[str]:
    """What happens with the work that somebody has taken on."""
    if membership.state == Membership.State.APPLIED:
        return []
    taken = list(Job.objects.filter(worker=membership, state__in=AT_WORK).order_by("number"))
    begun = [job for job in taken if job.state == State.UNDER_WAY]
    ahead = [job for job in taken if job.state == State.ACCEPTED]
    notes = []
    if begun:
        notes.append(
            ngettext(
                "Job %(numbers)s is under way. Finish it first; then you can leave.",
                "Jobs %(numbers)s are under way. Finish them first; then you can leave.",
                len(begun),
            )
            % {"numbers": _numbers(begun)}
        )
    if ahead:
        notes.append(
            ngettext(
                "Job %(numbers)s, which you accepted, is handed back, and somebody else is asked.",
                "Jobs %(numbers)s, which you accepted, are handed back, and others are asked.",
                len(ahead),
            )
            % {"numbers": _numbers(ahead)}
        )
    notes.append(_("Work that you have done is settled and paid as was promised when you accepted it."))
    return notes


def _numbers(jobs: Sequence[Job]) -> str:
    return ", ".join(str(job.number) for job in jobs)


def member_part(membership: Membership, at: datetime) -> dict[str, Any] | None:
    """How somebody works lately. Nothing for who never worked."""
    mine = Job.objects.filter(coop=membership.coop, worker=membership, state__in=WORKED)
    latest = list(mine.select_related("service").order_by("-accepted_at", "-number")[:3])
    if not latest:
        return None
    lately = mine.filter(Q(done_at__gte=at - LATELY) | Q(state__in=AT_WORK))
    states = list(lately.values_list("state", flat=True))
    return {
        "latest": latest,
        "ahead": sum(state in AT_WORK for state in states),
        "done": sum(state not in AT_WORK for state in states),
    }
