"""A friend may see how a job goes: by a link that nobody can guess, until a while after it."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from marke.common.refusal import Refused
from marke.jobs.conditions import AT_WORK
from marke.jobs.models import Job
from marke.jobs.services import ends_at
from marke.parties.models import Membership
from marke.safety.models import SharedTrip

# Jobs run late; the link ends with the job, and by this time after its planned end at the latest.
LATEST = timedelta(hours=6)


class CannotShareTrip(Refused):
    """Only whoever does a job can share it, and only until it is done."""


def share_trip(*, job: Job, membership: Membership, at: datetime) -> SharedTrip:
    """Asking again gives the same link. Raises: CannotShareTrip."""
    with transaction.atomic():
        job = Job.objects.select_for_update(of=("self",)).select_related("coop").get(pk=job.pk)
        if job.worker_id != membership.pk or job.state not in AT_WORK:
            raise CannotShareTrip(
                _("Job %(number)s is not yours to share now: only whoever does it can, until it is done.")
                % {"number": job.number}
            )
        SharedTrip.objects.filter(job=job, membership=membership, ended_at=None, until__lte=at).update(ended_at=at)
        trip, _made = SharedTrip.objects.get_or_create(
            job=job, membership=membership, ended_at=None,
            defaults={
                "coop": job.coop, "token": secrets.token_urlsafe(24), "since": at, "until": max(ends_at(job), at) + LATEST,
            },
        )  # fmt: skip
        return trip


def stop_trip(*, job: Job, membership: Membership, at: datetime) -> None:
    """The link leads nowhere any more."""
    SharedTrip.objects.filter(job=job, membership=membership, ended_at=None).update(ended_at=at)
