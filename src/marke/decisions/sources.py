"""Tells the book of decisions, which stands below, from which proposal a decision came."""

from django.urls import reverse

from marke.decisions.models import Proposal
from marke.rules.models import Decision


def proposal_behind(decision: Decision) -> tuple[str, str] | None:
    """The title and the address of the proposal that led to this decision."""
    proposal = Proposal.objects.filter(decision=decision).select_related("coop").first()
    if proposal is None:
        return None
    return proposal.title, reverse("decisions:proposal", args=[proposal.coop.slug, proposal.number])
