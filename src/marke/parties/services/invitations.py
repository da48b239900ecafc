"""A link or QR by which people join."""

import secrets
from datetime import datetime

from django.db import transaction
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


def invite(*, coop: Coop, member_class: str = "worker", expires_at: datetime, by: Party, at: datetime) -> Invitation:
    """Raises: InvitationEndsTooEarly when it would end before it begins."""
    if expires_at <= at:
        raise InvitationEndsTooEarly(
            _("An invitation that ends on %(end)s is already over. Choose a later day.") % {"end": expires_at.date().isoformat()}
        )
    with transaction.atomic():
        return Invitation.objects.create(
            coop=coop,
            token=secrets.token_urlsafe(12),
            member_class=member_class,
            created_at=at,
            created_by=by,
            expires_at=expires_at,
        )


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
    by: Party | None,
    at: datetime,
) -> Membership:
    """While the founding is open, who agrees is a member at once; after it, this is an application.

    Raises: InvitationIsOver, AlreadyBelongs.
    """
    with transaction.atomic():
        coop = Coop.objects.select_for_update().get(pk=invitation.coop_id)
        check_invitation(Invitation.objects.select_related("coop").get(pk=invitation.pk), at)
        membership = apply_for_membership(
            coop=coop,
            party=party,
            member_class=invitation.member_class,
            engagement=engagement,
            motivation=motivation,
            by=by,
            at=at,
        )
        if coop.founded_at is None:
            admit_member(membership=membership, by=by, at=at)
            events.announce(InvitationAccepted(coop=coop, membership=membership, party=party, at=at))
        return membership
