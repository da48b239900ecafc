"""What the pages that cross apps show."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.safestring import mark_safe

from marke.common.paper import qr_svg
from marke.parties.models import Client, Coop, Invitation, Membership, Party, Representation
from marke.rules.models import Attestation, Decision


def founding_of(coop: Coop, at: datetime) -> dict[str, Any]:
    """The founding decision, who has agreed to it, and the invitation that is still open."""
    decision = Decision.objects.filter(coop=coop, kind=Decision.Kind.FOUNDING).first()
    invitation = Invitation.objects.filter(coop=coop, withdrawn_at=None, expires_at__gt=at).order_by("-created_at").first()
    attestations = Attestation.objects.filter(decision=decision).select_related("party").order_by("at", "id")
    context: dict[str, Any] = {"decision": decision, "attestations": attestations, "invitation": invitation}
    if invitation is not None:
        url = settings.BASE_URL + reverse("parties:join_by", kwargs={"coop": coop.slug, "token": invitation.token})
        context |= {"invitation_url": url, "qr": mark_safe(qr_svg(url))}  # noqa: S308  segno draws our own address
    return context


def coops_of(party: Party) -> QuerySet[Coop]:
    """The co-ops to which somebody belongs, or from which they buy, themselves or for whom they act."""
    mine = [party.pk, *Representation.objects.filter(person=party, ends_on=None).values_list("party", flat=True)]
    present = (Membership.State.APPLIED, Membership.State.MEMBER, Membership.State.SUSPENDED)
    member = Membership.objects.filter(party__in=mine, state__in=present).values("coop")
    client = Client.objects.filter(party__in=mine).values("coop")
    return Coop.objects.filter(Q(pk__in=member) | Q(pk__in=client))


def demo_coops() -> QuerySet[Coop]:
    return Coop.objects.filter(demo=True)
