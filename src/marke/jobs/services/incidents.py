"""Something went wrong on a job: worker or client says so at once, and a human with a mandate answers."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marke.common.photos import Picture
from marke.common.refusal import Refused
from marke.jobs import mails
from marke.jobs.models import Incident, Job
from marke.jobs.services.disputes import AlreadyAnswered, OwnCase, checked_text
from marke.jobs.services.moves import locked
from marke.jobs.services.proofs import keep_photo
from marke.parties.models import Party
from marke.parties.offices import holders

MOST_OPEN = 10


class IncidentDoesNotFit(Refused):
    """It is of no kind that there is, or too many wait for an answer already."""

    status = 422


def report_incident(
    *, job: Job, kind: str, text: str, picture: Picture | None = None, by: Party | None, by_client: bool = False, at: datetime
) -> Incident:
    """What happened, in words. The job goes on as it was. The same words again are the same incident.

    Raises: IncidentDoesNotFit, ReasonNeeded.
    """
    text = checked_text(text)
    if kind not in Incident.Kind.values:
        raise IncidentDoesNotFit(_("Choose what it is about."))
    with transaction.atomic():
        job = locked(job)
        same = Incident.objects.filter(job=job, kind=kind, text=text, by_client=by_client).first()
        if same is not None:
            return same
        if Incident.objects.filter(job=job, by_client=by_client, answered_at=None).count() >= MOST_OPEN:
            raise IncidentDoesNotFit(_("%(n)s reports about this job wait for an answer. Call us instead.") % {"n": MOST_OPEN})
        photo = keep_photo(job, picture, at) if picture is not None else None
        incident = Incident.objects.create(
            coop=job.coop, job=job, kind=kind, text=text, photo=photo, by_client=by_client, reported_by=by, at=at
        )
        mails.incident_reported(incident, holders(job.coop, "coordinator", at), at)
        return incident


def answer_incident(*, incident: Incident, answer: str, by: Party, at: datetime) -> Incident:
    """A human with a mandate answers whoever reported it. The same answer again changes nothing.

    Raises: ReasonNeeded, OwnCase, AlreadyAnswered.
    """
    answer = checked_text(answer)
    with transaction.atomic():
        row = (
            Incident.objects.select_for_update(of=("self",))
            .select_related("coop", "job__client__party", "job__worker__party", "reported_by")
            .get(pk=incident.pk)
        )
        if row.reported_by_id == by.pk and not row.by_client:
            raise OwnCase(_("You reported this yourself. Somebody else with a mandate has to answer it."))
        if row.answered_at is not None:
            if row.answer == answer:
                return row
            raise AlreadyAnswered(_("This was answered before; the answer stays. Speak with them instead."))
        row.answer, row.answered_by, row.answered_at = answer, by, at
        row.save(update_fields=["answer", "answered_by", "answered_at"])
        mails.incident_answered(row, at)
        return row
