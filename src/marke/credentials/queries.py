"""Questions about what was issued, brought, and who is known."""

from __future__ import annotations

from django.db.models import OuterRef, QuerySet, Subquery

from marke.credentials.models import AskedElsewhere, Brought, HistoryRequest, Issued, KnownIssuer, Platform, SigningKey
from marke.parties.models import Coop, Membership


def issued_to(membership: Membership) -> QuerySet[Issued]:
    return Issued.objects.filter(coop=membership.coop, membership=membership).defer("signed", "jwt")


def all_issued(coop: Coop) -> QuerySet[Issued]:
    """For those in office: to whom and when, not what it says."""
    return Issued.objects.filter(coop=coop).defer("signed", "jwt", "history").select_related("membership__party", "withdrawn_by")


def shown_by(coop: Coop, token: str) -> Issued | None:
    """What a QR code leads to; nothing once it was forgotten."""
    rows = Issued.objects.filter(coop=coop, token=token).exclude(signed="")
    return rows.select_related("membership__party").first()


def brought_by(membership: Membership) -> QuerySet[Brought]:
    return Brought.objects.filter(coop=membership.coop, membership=membership)


def keys(coop: Coop) -> QuerySet[SigningKey]:
    return SigningKey.objects.filter(coop=coop).select_related("made_by", "withdrawn_by")


def known_issuers(coop: Coop) -> QuerySet[KnownIssuer]:
    return KnownIssuer.objects.filter(coop=coop).select_related("kept_by")


def platforms_for(membership: Membership) -> QuerySet[Platform]:
    """Those that the co-op lists; `asked_at` says since when this member waits for theirs."""
    asked = AskedElsewhere.objects.filter(membership=membership, platform=OuterRef("pk"), came_at=None).values("asked_at")[:1]
    return Platform.objects.filter(coop=membership.coop, ended_at=None).annotate(asked_at=Subquery(asked))


def waiting_for(membership: Membership) -> HistoryRequest | None:
    """What they asked for and do not have yet."""
    return HistoryRequest.objects.filter(membership=membership, issued=None).first()


def waiting(coop: Coop) -> QuerySet[HistoryRequest]:
    rows = HistoryRequest.objects.filter(coop=coop, issued=None).select_related(
        "membership__party", "membership__coop", "noted_by"
    )
    return rows.order_by("asked_at", "id")
