"""A link or QR by which people join."""

import secrets
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from marke.common import events
from marke.common.refusal import Refused
from marke.parties.events import InvitationAccepted
from marke.parties.models import Coop, Invitation, Membership, Party
from marke.parties.services.memberships import admit_member, apply_for_membership


class InvitationIsOver(Refused):
    pass


class InvitationEndsTooEarly(Refused):
    pass


def invite(
    *, coop: Coop, member_class: str = "worker", expires_at: datetime, once_key: str = "", by: Party, at: datetime
) -> Invitation:
    """The same `once_key` gives the same invitation. Raises: InvitationEndsTooEarly when it would end before it begins."""
    if expires_at <= at:
        raise InvitationEndsTooEarly(
            _("An invitation that ends on %(end)s is already over. Choose a later day.") % {"end": expires_at.date().isoformat()}
        )
    with transaction.atomic():
        Coop.objects.select_for_update(no_key=True).get(pk=coop.pk)
        if once_key and (made := Invitation.objects.filter(coop=coop, once_key=once_key).first()) is not None:
            return made
        return Invitation.objects.create(
            coop=coop,
            token=secrets.token_urlsafe(12),
            once_key=once_key,
            member_class=member_class,
            created_at=at,
            created_by=by,
            expires_at=expires_at,
        )


def open_invitations(coop: Coop, at: datetime) -> QuerySet[Invitation]:
    """Those by which one can join now, the newest first."""
    still = Q(withdrawn_at=None, expires_at__gt=at)
    return Invitation.objects.filter(still, coop=coop).select_related("created_by").order_by("-created_at", "-id")


def withdraw_invitation(*, invitation: Invitation, by: Party | None, at: datetime) -> Invitation:
    with transaction.atomic():
        if invitation.withdrawn_at is None:
            invitation.withdrawn_at = at
            invitation.save(update_fields=["withdrawn_at"])
        return invitation


def check_invitation(invitation: Invitation, at: datetime) -> None:
    """Raises: InvitationIsOver when it was withdrawn or has expired."""
    if invitation.withdrawn_at is not None or invitation.expires_at <= at:
        raise InvitationIsOver(
            _("This invitation to %(coop)s is over. Ask the person who gave it to you for a new one.")
            % {"coop": invitation.coop.name}
        )


def join_by_invitation(
    *,
    invitation: Invitation,
    party: Party,
    engagement: str = Membership.Engagement.SELF_EMPLOYED,
    motivation: str = "",
    join_key: str = "",
    by: Party | None,
    at: datetime,
) -> Membership:
    """While the founding is open, who agrees is a member at once; after it, this is an application.

    Raises: InvitationIsOver, AlreadyBelongs.
    """
    with transaction.atomic():
        coop = Coop.objects.select_for_update(no_key=True).get(pk=invitation.coop_id)
        check_invitation(Invitation.objects.select_related("coop").get(pk=invitation.pk), at)
        membership = apply_for_membership(
            coop=coop,
            party=party,
            member_class=invitation.member_class,
            engagement=engagement,
            motivation=motivation,
            join_key=join_key,
            by=by,
            at=at,
        )
        if coop.founded_at is None:
            admit_member(membership=membership, by=by, at=at)
            events.announce(InvitationAccepted(coop=coop, membership=membership, party=party, at=at))
        return membership
