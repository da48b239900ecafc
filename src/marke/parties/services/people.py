"""People, households and organisations: made, described, signed in, represented, erased."""

import secrets
from datetime import date, datetime
from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils.translation import gettext as _

from marke.common import events
from marke.common.models import Mail
from marke.common.numbering import next_number
from marke.common.refusal import Refused
from marke.parties.events import PartyErased
from marke.parties.hooks import erasure_obstacles
from marke.parties.models import Client, Coop, Membership, Party, Representation, User

DETAILS = frozenset({"name", "email", "phone", "language", "street", "postcode", "city", "country", "vat_number"})


class AddressBelongsToSignIn(Refused):
    pass


class NotARepresentative(Refused):
    pass


class CannotBeErased(Refused):
    pass


def create_party(
    *,
    kind: str = Party.Kind.PERSON,
    name: str,
    email: str = "",
    phone: str = "",
    language: str,
    at: datetime,
    user: User | None = None,
    **address: str,
) -> Party:
    """`address`: street, postcode, city, country, vat_number."""
    with transaction.atomic():
        return Party.objects.create(
            kind=kind,
            name=name.strip(),
            email=email.strip().lower(),
            phone=phone.strip(),
            language=language,
            user=user,
            created_at=at,
            **address,
        )


def change_person(*, party: Party, by: Party | None, at: datetime, **details: str) -> Party:
    """Raises: AddressBelongsToSignIn when the mail address is one by which somebody signs in."""
    unknown = set(details) - DETAILS
    if unknown:
        raise TypeError(f"not a detail of a party: {', '.join(sorted(unknown))}")
    with transaction.atomic():
        if party.user_id is not None and details.get("email", party.email).lower() != party.email.lower():
            raise AddressBelongsToSignIn(
                _("%(email)s is how %(name)s signs in. It is changed under Sign-in, where the new address is confirmed first.")
                % {"email": party.email, "name": party.name}
            )
        for field, value in details.items():
            setattr(party, field, value.strip())
        party.save(update_fields=list(details))
        return party


def give_sign_in(*, party: Party, email: str | None = None, password: str | None = None, verified: bool, at: datetime) -> User:
    """Makes a sign-in for somebody who has none. `verified`: it is proven that the address is theirs.

    Raises: AddressBelongsToSignIn when the address is used by another sign-in.
    """
    email = (email or party.email).strip().lower()
    with transaction.atomic():
        if User.objects.filter(email__iexact=email).exists():
            raise AddressBelongsToSignIn(_("%(email)s already signs in here. Sign in with a code.") % {"email": email})
        user = User.objects.create_user(email, password, address_proven_at=at if verified else None)
        EmailAddress.objects.create(user=user, email=email, primary=True, verified=verified)
        party.user = user
        party.email = email
        party.save(update_fields=["user", "email"])
        return user


def link_sign_in(*, user: User, keep_password: bool = True, at: datetime) -> Party:
    """The person behind a sign-in whose mail address is proven: the one who was known by that address, or a new one.

    At the first proof every session that was opened without it ends: it may be of somebody who typed another's address.
    `keep_password`: who proved the address also typed the password just now. Otherwise it is forgotten, because somebody
    else may have chosen it, and other addresses that were added and never proven go with it.
    """
    with transaction.atomic():
        if user.address_proven_at is None:
            user.address_proven_at = at
            if not (keep_password and user.has_usable_password()):
                user.set_unusable_password()  # a new one: sessions are bound to it
            user.save(update_fields=["address_proven_at", "password"])
            EmailAddress.objects.filter(user=user, verified=False).exclude(email__iexact=user.email).delete()
        linked = Party.objects.filter(user=user).first()
        if linked is not None:
            if linked.email != user.email:
                linked.email = user.email
                linked.save(update_fields=["email"])
            return linked
        known = (
            Party.objects.select_for_update()
            .filter(user=None, kind=Party.Kind.PERSON, email__iexact=user.email, erased_at=None)
            .order_by("id")
            .first()
        )
        if known is None:
            return create_party(name=_name_from(user.email), email=user.email, language="en", at=at, user=user)
        known.user = user
        known.save(update_fields=["user"])
        return known


def _name_from(email: str) -> str:
    """amina.k@… is called Amina K until she says otherwise."""
    return email.partition("@")[0].replace(".", " ").replace("_", " ").title()[:120]


def ensure_client(*, coop: Coop, party: Party, at: datetime) -> Client:
    """The client that this party is of the co-op; made when there is none."""
    with transaction.atomic():
        number = next_number(Client, coop)
        client, _was_made = Client.objects.get_or_create(
            coop=coop,
            party=party,
            defaults={"number": number, "token": secrets.token_urlsafe(18), "created_at": at},
        )
        return client


def represent(
    *, party: Party, person: Party, starts_on: date, ends_on: date | None = None, by: Party | None, at: datetime
) -> Representation:
    """`person` acts on behalf of the organisation or household. Raises: NotARepresentative."""
    if party.kind == Party.Kind.PERSON or person.kind != Party.Kind.PERSON:
        raise NotARepresentative(
            _("%(person)s cannot act for %(party)s: a person acts for an organisation or a household.")
            % {"person": person.name, "party": party.name}
        )
    with transaction.atomic():
        Party.objects.select_for_update().get(pk=party.pk)
        present = Representation.objects.filter(party=party, person=person, ends_on=None).first()
        if present is not None:
            return present
        return Representation.objects.create(party=party, person=person, starts_on=starts_on, ends_on=ends_on)


def end_representation(*, representation: Representation, ends_on: date, by: Party | None, at: datetime) -> Representation:
    """`ends_on` is the first day on which the person no longer acts for the party."""
    with transaction.atomic():
        representation.ends_on = ends_on
        representation.save(update_fields=["ends_on"])
        return representation


def obstacles_to_erasure(party: Party) -> list[str]:
    """Sentences: what stands in the way of blanking this person."""
    present = [Membership.State.APPLIED, Membership.State.MEMBER, Membership.State.SUSPENDED]
    found = [
        _("You still belong to %(coop)s (%(state)s). Leave it first.")
        % {"coop": membership.coop.name, "state": membership.get_state_display().lower()}
        for membership in Membership.objects.filter(party=party, state__in=present).select_related("coop")
    ]
    for obstacle in erasure_obstacles:
        found.extend(str(sentence) for sentence in obstacle.find(party))
    return found


def erase_party(*, party: Party, by: Party | None, at: datetime) -> Party:
    """Blanks who somebody is, with the mails to them; their number, work and money stay in the books under no name.

    Papers that the law asks to keep (invoices, pay lists, bank statements) stay as they were issued.

    Raises: CannotBeErased, with everything that stands in the way.
    """
    with transaction.atomic():
        locked: Any = Party.objects.select_for_update().get(pk=party.pk)
        if found := obstacles_to_erasure(locked):
            raise CannotBeErased(" ".join(found))
        user = locked.user
        addresses = {locked.email, user.email if user else ""} - {""}
        Mail.objects.filter(to_address__in=addresses).delete()
        for field in ("email", "phone", "street", "postcode", "city", "country", "vat_number"):
            setattr(locked, field, "")
        locked.name = _("Erased person")
        locked.user = None
        locked.erased_at = at
        locked.save()
        Membership.objects.filter(party=locked).update(motivation="", home_lat_e7=None, home_lon_e7=None)
        Representation.objects.filter(person=locked).delete()
        if user is not None:
            user.delete()
        events.announce(PartyErased(party=locked, at=at))
        party.refresh_from_db()
        return party
