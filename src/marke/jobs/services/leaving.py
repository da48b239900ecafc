"""Somebody leaves: nobody else has to find out by waiting for them."""

from django.db import transaction
from django.utils.translation import gettext as _

from marke.common.refusal import Refused
from marke.jobs.models import Job, Offer
from marke.jobs.services.asking import decline_offer, hand_back
from marke.jobs.services.offering import is_over
from marke.parties.events import MemberLeft

State = Job.State


class WorkUnderWay(Refused):
    """Whoever is at work finishes first."""


@transaction.atomic
def free_jobs_on_leaving(event: MemberLeft) -> None:
    """What was accepted is handed back, what was asked is declined; the next are asked. Raises: WorkUnderWay."""
    membership, note = event.membership, _("left the co-op")
    begun = Job.objects.filter(worker=membership, state=State.UNDER_WAY).order_by("number").first()
    if begun is not None:
        raise WorkUnderWay(
            _("Job %(number)s is under way. Finish it first; then you can leave %(coop)s.")
            % {"number": begun.number, "coop": membership.coop.name}
        )
    for job in Job.objects.filter(worker=membership, state=State.ACCEPTED).order_by("pk"):
        hand_back(job=job, by=event.by, at=event.at, note=note)
    asked = Offer.objects.filter(membership=membership, state=Offer.State.OPEN).select_related("job").order_by("job")
    for offer in asked:
        if not is_over(offer, at=event.at):  # what is over, the clock expires
            decline_offer(offer=offer, by=event.by, at=event.at, note=note)
