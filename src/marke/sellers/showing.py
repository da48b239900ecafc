"""Figures and reports as pages show them, with why beside each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from marke.common.days import day_in_words
from marke.common.explain import Explanation
from marke.common.money import format_money, minor_digits, to_major
from marke.parties.models import Coop
from marke.sellers.drafting import Line
from marke.sellers.models import ReportedSeller
from marke.sellers.words import STATES, TONES, all_in
from marke_core.banking import show_iban
from marke_core.dac7 import Entity, Individual, Operator, Quarter, Seller, Year, read_seller, whole


@dataclass(frozen=True)
class Cell:
    label: str
    quarter: Quarter
    why: Explanation


@dataclass(frozen=True)
class Row:
    line: Line
    cells: Sequence[Cell]
    label: object
    tone: str
    missing: str


def cells(coop: Coop, year: Year, more: tuple[str, str] | None = None) -> list[Cell]:
    """`more`: where the entries stand that a figure adds up: (words, address)."""
    return [Cell(_("Quarter %(n)s") % {"n": n}, each, _why(coop, each, more)) for n, each in enumerate(year, 1)]


def _why(coop: Coop, quarter: Quarter, more: tuple[str, str] | None) -> Explanation:
    def money(minor: int) -> str:
        return format_money(minor, coop.currency)

    in_file = format_money(
        whole(quarter.consideration, minor_digits(coop.currency)) * 10 ** minor_digits(coop.currency), coop.currency
    )
    return Explanation(
        formula=_(
            "What was credited for jobs, for the way and as tips in the quarter, after what the co-op kept; what was taken "
            "back counts when it was. The file has whole units."
        ),
        values=(
            (_("Paid"), money(quarter.consideration)),
            (_("Kept by the co-op"), money(quarter.fees)),
            (_("Jobs"), str(quarter.activities)),
            (_("In the file"), in_file),
        ),
        more=more,
    )


def rows(coop: Coop, lines: Sequence[Line], accounts: dict[int, int], year: int) -> list[Row]:
    return [_row(coop, line, accounts.get(line.membership.party_id), year) for line in lines]


def _row(coop: Coop, line: Line, account: int | None, year: int) -> Row:
    address = reverse("ledger:account", args=[coop.slug, account]) + f"?period={year}" if account else ""
    more = (_("Each entry of the year"), address) if address else None
    return Row(
        line, cells(coop, line.year, more), STATES[line.state], TONES[line.state], all_in(line.missing) if line.missing else ""
    )


@dataclass(frozen=True)
class Copy:
    """What a report says of a seller. Without facts when it is blanked."""

    said: ReportedSeller
    facts: Sequence[tuple[str, str]]
    cells: Sequence[Cell]

    @property
    def holds(self) -> bool:
        """Nothing later says otherwise."""
        return self.said.type != ReportedSeller.Type.DELETED and not self.said.corrected_by.all()


def copy_of(said: ReportedSeller) -> Copy:
    if not said.record:
        return Copy(said, (), ())
    seller = read_seller(said.record)
    (_activity, year), *_rest = seller.activities
    more = (_("Each entry"), reverse("ledger:mine", args=[said.coop.slug]))
    return Copy(said, facts(seller), cells(said.coop, year, more))


def facts(seller: Seller) -> list[tuple[str, str]]:
    identity = seller.identity
    address = identity.address
    found = [
        (_("Name"), _name(identity)),
        (_("Address"), ", ".join(filter(None, (address.street, f"{address.postcode} {address.city}".strip(), address.country)))),
        *((_("Tax number"), f"{tin.number} ({tin.country})") for tin in identity.tins),
        (_("VAT number"), identity.vat),
        *_born(identity),
        *((_("Paid on account"), f"{show_iban(each.identifier)} {each.holder}".strip()) for each in seller.accounts),
    ]
    if not identity.tins:
        found.append((_("Tax number"), _("none") if identity.has_no_tin else _("not known")))
    return [(label, text) for label, text in found if text]


def _name(identity: Individual | Entity) -> str:
    return identity.name if isinstance(identity, Entity) else f"{identity.first_name} {identity.last_name}".strip()


def _born(identity: Individual | Entity) -> list[tuple[str, str]]:
    if isinstance(identity, Entity):
        return [(_("Number in the register"), identity.registration_number)]
    place = identity.birth_place
    return [
        (_("Date of birth"), day_in_words(identity.birth_date) if identity.birth_date else ""),
        (_("Place of birth"), f"{place.city} ({place.country})" if place else ""),
    ]


def operator_facts(operator: Operator) -> list[tuple[str, str]]:
    address = operator.address
    found = [
        (_("Name"), operator.name),
        (_("Address"), ", ".join(filter(None, (address.street, f"{address.postcode} {address.city}".strip(), address.country)))),
        *((_("Tax number"), f"{tin.number} ({tin.country})") for tin in operator.tins),
        (_("Number in the register"), operator.registration_number),
        (_("VAT number"), operator.vat),
        (_("Number under which you report"), operator.sending_number),
    ]
    return [(label, text) for label, text in found if text]


def csv_header() -> list[str]:
    parts = (_("Paid"), _("Kept by the co-op"), _("Jobs"))
    quarters = [f"{part} {n}" for n in range(1, 5) for part in parts]
    return [
        _("Number"),
        _("Name"),
        *quarters,
        *(_("%(part)s in the year") % {"part": part} for part in parts),
        _("State"),
        _("Missing"),
    ]


def csv_row(row: Row, currency: str) -> list[object]:
    line = row.line
    quarters = [
        value
        for each in line.year
        for value in (to_major(each.consideration, currency), to_major(each.fees, currency), each.activities)
    ]
    whole_year = [to_major(line.consideration, currency), to_major(line.fees, currency), line.activities]
    return [line.membership.number, line.membership.party.name, *quarters, *whole_year, row.label, row.missing]
