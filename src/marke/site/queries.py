"""What the pages that cross apps show."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import segno
from django.conf import settings
from django.urls import reverse
from django.utils.safestring import mark_safe

from marke.parties.models import Invitation
from marke.rules.models import Attestation, Decision

if TYPE_CHECKING:
    from marke.parties.models import Coop


def founding_of(coop: Coop, at: datetime) -> dict[str, Any]:
    """The founding decision, who has agreed to it, and the invitation that is still open."""
    decision = Decision.objects.filter(coop=coop, kind=Decision.Kind.FOUNDING).first()
    invitation = (
        Invitation.objects.filter(coop=coop, withdrawn_at=None, expires_at__gt=at).order_by("-created_at").first()
    )
    attestations = Attestation.objects.filter(decision=decision).select_related("party").order_by("at", "id")
    context: dict[str, Any] = {"decision": decision, "attestations": attestations, "invitation": invitation}
    if invitation is not None:
        url = settings.BASE_URL + reverse("parties:join_by_link", kwargs={"coop": coop.slug, "token": invitation.token})
        context |= {"invitation_url": url, "qr": qr_svg(url)}
    return context


def qr_svg(text: str) -> str:
    """A QR code as inline SVG without styles."""
    return mark_safe(segno.make(text, error="m").svg_inline(scale=6, svgclass="qr-code", lineclass=None, omitsize=True))
