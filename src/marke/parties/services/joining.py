"""Joining without an account: a name and a way to be reached, in one transaction."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from marke.common.mail import write_mail
from marke.common.refusal import Refused
from marke.parties.models import Coop, Invitation, Membership, Party, User
from marke.parties.services.invitations import join_by_invitation
from marke.parties.services.memberships import apply_for_membership
from marke.parties.services.people import create_party, give_sign_in


class AddressIsKnown(Refused):
    """Somebody is known by this mail address already: whoever it is proves it by a code first."""


@dataclass(frozen=True)
class Joined:
    membership: Membership
    # The sign-in that was made; None when only a telephone number was given.
    user: User | None


def address_is_known(email: str) -> bool:
    return bool(email) and (
        User.objects.filter(email__iexact=email).exists() or Party.objects.filter(email__iexact=email, erased_at=None).exists()
    )


def join_as_new_person(
    *,
    invitation: Invitation,
    name: str,
    email: str,
    phone: str,
    engagement: str,
    motivation: str = "",
    join_key: str,
    language: str,
    at: datetime,
) -> Joined:
    """The same `join_key` joins once. Raises: AddressIsKnown, InvitationIsOver."""
    with transaction.atomic():
        coop = Coop.objects.select_for_update(no_key=True).get(pk=invitation.coop_id)
        if (made := _joined_with(coop, join_key)) is not None:
            return made
        if address_is_known(email):
            raise AddressIsKnown(_("%(email)s is already known here. Sign in with a code first.") % {"email": email})
        party = create_party(name=name, email=email, phone=phone, language=language, at=at)
        user = give_sign_in(party=party, verified=False, at=at) if email else None
        membership = join_by_invitation(
            invitation=invitation,
            party=party,
            engagement=engagement,
            motivation=motivation,
            join_key=join_key,
            by=party,
            at=at,
        )
        if email:
            _welcome(membership, at)
        return Joined(membership, user)


def _joined_with(coop: Coop, join_key: str) -> Joined | None:
    """What this form did before. Its sign-in is given again only as long as nobody has proven the address."""
    membership = Membership.objects.select_related("party__user").filter(coop=coop, join_key=join_key).first()
    if membership is None or not join_key:
        return None
    user = membership.party.user
    return Joined(membership, user if user is not None and user.address_proven_at is None else None)


def _welcome(membership: Membership, at: datetime) -> None:
    coop = membership.coop
    if membership.state == Membership.State.MEMBER:
        opening = _("You are a member of %(coop)s now. Your member number is %(number)d.")
    else:
        opening = _("%(coop)s has your application. Its number is %(number)d; you hear from us when it is decided.")
    words = {"coop": coop.name, "number": membership.number}
    write_mail(
        to=membership.party.email,
        subject=_("Welcome to %(coop)s") % words,
        text="\n\n".join(
            [
                opening % words,
                _("Your page: %(url)s") % {"url": f"{settings.BASE_URL}/{coop.slug}/"},
                _("You sign in with this mail address: a code is mailed to you, there is no password to remember."),
                _("Was this not you? Answer this mail, or leave it: without the code nobody can sign in as you later."),
            ]
        ),
        at=at,
    )


def apply_on_behalf(
    *,
    coop: Coop,
    kind: str,
    name: str,
    email: str,
    phone: str,
    engagement: str,
    motivation: str = "",
    join_key: str,
    by: Party,
    at: datetime,
) -> Membership:
    """An officer writes down an application that came by paper, phone or chat. Raises: AddressIsKnown."""
    with transaction.atomic():
        Coop.objects.select_for_update(no_key=True).get(pk=coop.pk)
        if (made := _joined_with(coop, join_key)) is not None:
            return made.membership
        if address_is_known(email):
            raise AddressIsKnown(
                _("Somebody with %(email)s is already known here. Send them an invitation, so that they apply themselves.")
                % {"email": email}
            )
        party = create_party(kind=kind, name=name, email=email, phone=phone, language=coop.language, at=at)
        return apply_for_membership(
            coop=coop,
            party=party,
            engagement=engagement,
            motivation=motivation,
            join_key=join_key,
            by=by,
            at=at,
        )
