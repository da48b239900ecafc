"""What members tell of themselves for the tax office, and the treasurer of the co-op."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marke.common.clock import local_date
from marke.common.refusal import Refused
from marke.parties.models import Coop, Membership, Party
from marke.parties.services import change_person
from marke.sellers.models import OperatorDetails, SellerDetails
from marke_core.dac7.tins import compact, fits


class WrongTin(Refused):
    """The tax number cannot be one of the country that is named."""


class NotBornYet(Refused):
    """A date of birth that has not come."""


@dataclass(frozen=True)
class Told:
    """Texts may be empty: what is missing is shown, and asked for again."""

    first_name: str = ""
    last_name: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    country: str = ""
    birth_date: date | None = None
    birth_city: str = ""
    birth_country: str = ""
    tin: str = ""
    tin_country: str = ""
    has_no_tin: bool = False
    vat_number: str = ""
    registration_number: str = ""


ADDRESS = ("street", "postcode", "city", "country", "vat_number")


@transaction.atomic
def tell(*, membership: Membership, told: Told, by: Party | None, at: datetime) -> SellerDetails:
    """What was told before is replaced; what was reported stays as it was. Address and VAT number change everywhere.

    Raises: WrongTin, NotBornYet.
    """
    is_person = membership.party.kind == Party.Kind.PERSON
    _check_tin(told.tin, told.tin_country, person=is_person)
    if told.birth_date is not None and told.birth_date > local_date(at, membership.coop.timezone):
        raise NotBornYet(_("%(day)s has not come yet. Write the date of birth.") % {"day": told.birth_date.isoformat()})
    said = {name: getattr(told, name) for name in ADDRESS}
    if any(said[name] != getattr(membership.party, name) for name in ADDRESS):
        change_person(party=membership.party, by=by, at=at, **said)
    rest = {name: value for name, value in vars(told).items() if name not in ADDRESS}
    rest |= {"tin": "" if told.has_no_tin else compact(told.tin), "coop": membership.coop, "told_at": at, "told_by": by}
    details, _made = SellerDetails.objects.update_or_create(membership=membership, defaults=rest)
    return details


@transaction.atomic
def tell_operator(*, coop: Coop, tin: str, sending_number: str = "", by: Party | None, at: datetime) -> OperatorDetails:
    """Raises: WrongTin."""
    _check_tin(tin, coop.country, person=False)
    said = {"tin": compact(tin), "sending_number": sending_number.strip(), "told_at": at, "told_by": by}
    details, _made = OperatorDetails.objects.update_or_create(coop=coop, defaults=said)
    return details


def _check_tin(tin: str, country: str, *, person: bool) -> None:
    if tin and not (compact(tin) and fits(tin, country.upper(), person=person)):
        raise WrongTin(
            _("%(number)s is not a tax number of %(country)s: a figure is missing or wrong. Compare it with a letter from there.")
            % {"number": tin[:40], "country": country.upper()}
        )
