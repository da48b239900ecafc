"""A year as it would be reported now, beside what was reported of it before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from marke.common.money import minor_digits
from marke.parties.models import Coop, Membership, Party
from marke.payments.models import BankAccount
from marke.payments.queries import usable_accounts
from marke.sellers import queries
from marke.sellers.models import OperatorDetails, ReportedSeller, SellerDetails
from marke_core.dac7 import (
    Account,
    Activity,
    Address,
    BirthPlace,
    Entity,
    Individual,
    Missing,
    Operator,
    Seller,
    Tin,
    Year,
    missing_of_operator,
    missing_of_seller,
    read_seller,
    seller_xml,
)

NEW, SAME, CHANGED, HELD_BACK = "new", "same", "changed", "held_back"


@dataclass(frozen=True)
class Line:
    """A seller as they would be reported. `said`: what holds of them by now, if anything was reported."""

    membership: Membership
    seller: Seller
    year: Year
    missing: tuple[Missing, ...]
    said: ReportedSeller | None
    state: str

    @property
    def consideration(self) -> int:
        return sum(quarter.consideration for quarter in self.year)

    @property
    def fees(self) -> int:
        return sum(quarter.fees for quarter in self.year)

    @property
    def activities(self) -> int:
        return sum(quarter.activities for quarter in self.year)


@dataclass(frozen=True)
class Draft:
    """`gone`: reported before, and not to be reported any more."""

    coop: Coop
    year: int
    operator: Operator
    operator_missing: tuple[Missing, ...]
    lines: Sequence[Line]
    gone: Sequence[ReportedSeller]

    def of(self, *states: str) -> list[Line]:
        return [line for line in self.lines if line.state in states]

    @property
    def incomplete(self) -> list[Line]:
        return [line for line in self.lines if line.missing]


def draft(coop: Coop, year: int, at: datetime) -> Draft:
    """As many queries for one seller as for a thousand."""
    told, accounts, said = queries.details_of(coop), usable_accounts(coop, at), queries.said(coop, year)
    lines = [
        line_of(each, paid, told.get(each.pk), accounts.get(each.party_id), said.get(each.pk), year)
        for each, paid in queries.sellers(coop, year)
    ]
    here = {line.membership.pk for line in lines}
    operator = operator_as_told(coop, queries.operator_of(coop))
    gone = [each for key, each in said.items() if key not in here]
    return Draft(coop, year, operator, tuple(missing_of_operator(operator)), lines, gone)


def line_of(
    membership: Membership,
    paid: Year,
    told: SellerDetails | None,
    account: BankAccount | None,
    said: ReportedSeller | None,
    year: int,
) -> Line:
    seller = _seller(membership, paid, told, account, said)
    missing = tuple(missing_of_seller(seller, year))
    return Line(membership, seller, paid, missing, said, _state(membership.coop, seller, missing, said))


def _state(coop: Coop, seller: Seller, missing: Sequence[Missing], said: ReportedSeller | None) -> str:
    if said is not None and not said.record:
        return SAME  # blanked: there is nothing to compare with any more
    if any(each.holds_back for each in missing):
        return HELD_BACK
    if said is None:
        return NEW
    digits = minor_digits(coop.currency)
    before = seller_xml(read_seller(said.record), coop.currency, digits)
    return SAME if before == seller_xml(seller, coop.currency, digits) else CHANGED


def _seller(
    membership: Membership, paid: Year, told: SellerDetails | None, account: BankAccount | None, said: ReportedSeller | None
) -> Seller:
    activities = ((Activity.PERSONAL_SERVICES, paid),)
    if membership.party.erased_at is not None and said is not None and said.record:  # who it was, only the reports still know
        before = read_seller(said.record)
        return Seller(before.key, before.identity, activities, before.accounts)
    identity = identity_of(membership.party, told)
    accounts = (_account(account, identity),) if account else ()
    return Seller(str(membership.number), identity, activities, accounts)


def identity_of(party: Party, told: SellerDetails | None) -> Individual | Entity:
    """A household is reported as an organisation: it is no single person with a date of birth."""
    told = told or SellerDetails()
    address = address_of(party)
    tins = (Tin(told.tin, told.tin_country),) if told.tin else ()
    if party.kind != Party.Kind.PERSON:
        return Entity(
            name=party.name,
            address=address,
            tins=tins,
            has_no_tin=told.has_no_tin,
            registration_number=told.registration_number,
            vat=party.vat_number,
        )
    place = BirthPlace(told.birth_city, told.birth_country) if told.birth_city and told.birth_country else None
    return Individual(
        first_name=told.first_name,
        last_name=told.last_name,
        address=address,
        tins=tins,
        has_no_tin=told.has_no_tin,
        birth_date=told.birth_date,
        birth_place=place,
        vat=party.vat_number,
    )


def address_of(whose: Party | Coop) -> Address:
    return Address(whose.country.upper(), whose.city, whose.street, whose.postcode)


def _account(account: BankAccount, identity: Individual | Entity) -> Account:
    """The holder is told where it is somebody else."""
    name = identity.name if isinstance(identity, Entity) else f"{identity.first_name} {identity.last_name}"
    return Account(account.iban, account.holder if account.holder.casefold() != name.casefold() else "")


def operator_as_told(coop: Coop, told: OperatorDetails | None) -> Operator:
    return Operator(
        name=coop.name,
        address=address_of(coop),
        tins=(Tin(told.tin, coop.country.upper()),) if told else (),
        registration_number=coop.registration_number,
        vat=coop.vat_number,
        platforms=(coop.name,),
        sending_number=told.sending_number if told else "",
    )
