"""What a report still lacks about a seller or the operator, one finding for each thing.

Source: Directive 2011/16/EU, annex V, section II, B (what is collected) and section III, B (what is reported). A bank account
and a VAT number are reported where they are known, so that nothing is missing without them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from marke_core.dac7.model import Address, Entity, Individual, Operator, Seller, Tin
from marke_core.dac7.tins import fits

_COUNTRY = re.compile(r"[A-Z]{2}")
_OLDEST = 120


class Lack(StrEnum):
    NAME = "name"
    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    STREET = "street"
    CITY = "city"
    COUNTRY = "country"
    BIRTH_DATE = "birth_date"
    BIRTH_DATE_IMPOSSIBLE = "birth_date_impossible"
    TIN = "tin"
    TIN_COUNTRY = "tin_country"
    TIN_SHAPE = "tin_shape"
    BIRTH_PLACE = "birth_place"
    REGISTRATION_NUMBER = "registration_number"


WORDS = {
    Lack.NAME: "No name. Write the legal name.",
    Lack.FIRST_NAME: "No first name. Write it as the passport has it.",
    Lack.LAST_NAME: "No family name. Write it as the passport has it.",
    Lack.STREET: "No street. Write street and number of the main address.",
    Lack.CITY: "No town. Write the town of the main address.",
    Lack.COUNTRY: "“{value}” is no country. Write two letters, such as BE.",
    Lack.BIRTH_DATE: "No date of birth.",
    Lack.BIRTH_DATE_IMPOSSIBLE: "Nobody who worked was born on {value}. Compare it with the passport.",
    Lack.TIN: "No tax number. Write it, or that the country gives none.",
    Lack.TIN_COUNTRY: "The tax number {value} is of no country. Write which one gave it.",
    Lack.TIN_SHAPE: "{value} is not a tax number of that country: a figure is missing or wrong.",
    Lack.BIRTH_PLACE: "No tax number and no place of birth. Where the country gives no number, town and country of birth are told.",
    Lack.REGISTRATION_NUMBER: "No number in the register of businesses.",
}


# Without these no file is valid by the schema, or it would say what cannot be.
HOLD_BACK = frozenset(
    {
        *(Lack.NAME, Lack.FIRST_NAME, Lack.LAST_NAME, Lack.CITY, Lack.COUNTRY),
        *(Lack.BIRTH_DATE, Lack.BIRTH_DATE_IMPOSSIBLE, Lack.TIN_COUNTRY),
    }
)


@dataclass(frozen=True, slots=True)
class Missing:
    lack: Lack
    value: str = ""

    def __str__(self) -> str:
        return WORDS[self.lack].format(value=self.value)

    @property
    def holds_back(self) -> bool:
        """Whether nothing can be reported before it is known."""
        return self.lack in HOLD_BACK


def missing_of_seller(seller: Seller, year: int) -> list[Missing]:
    """In the order in which one fills it in; empty where the report may go."""
    identity = seller.identity
    found = _of_person(identity, year) if isinstance(identity, Individual) else _of_entity(identity)
    return list(found)


def missing_of_operator(operator: Operator) -> list[Missing]:
    """The operator has a tax number in any case: it is resident where it reports."""
    found = [] if operator.name.strip() else [Missing(Lack.NAME)]
    found += _of_address(operator.address)
    found += _of_tins(operator.tins, person=False) if operator.tins else [Missing(Lack.TIN)]
    return found


def _of_person(person: Individual, year: int) -> Iterator[Missing]:
    if not person.first_name.strip():
        yield Missing(Lack.FIRST_NAME)
    if not person.last_name.strip():
        yield Missing(Lack.LAST_NAME)
    yield from _of_address(person.address)
    if person.birth_date is None:
        yield Missing(Lack.BIRTH_DATE)
    elif not date(year - _OLDEST, 1, 1) <= person.birth_date <= date(year, 12, 31):
        yield Missing(Lack.BIRTH_DATE_IMPOSSIBLE, person.birth_date.isoformat())
    if person.tins:
        yield from _of_tins(person.tins, person=True)
    elif not person.has_no_tin:
        yield Missing(Lack.TIN)
    elif person.birth_place is None or not (person.birth_place.city.strip() and _COUNTRY.fullmatch(person.birth_place.country)):
        yield Missing(Lack.BIRTH_PLACE)


def _of_entity(entity: Entity) -> Iterator[Missing]:
    if not entity.name.strip():
        yield Missing(Lack.NAME)
    yield from _of_address(entity.address)
    if entity.tins:
        yield from _of_tins(entity.tins, person=False)
    elif not entity.has_no_tin:
        yield Missing(Lack.TIN)
    if not entity.registration_number.strip():
        yield Missing(Lack.REGISTRATION_NUMBER)


def _of_address(address: Address) -> list[Missing]:
    found = []
    if not address.street.strip():
        found.append(Missing(Lack.STREET))
    if not address.city.strip():
        found.append(Missing(Lack.CITY))
    if not _COUNTRY.fullmatch(address.country):
        found.append(Missing(Lack.COUNTRY, address.country))
    return found


def _of_tins(tins: tuple[Tin, ...], *, person: bool) -> Iterator[Missing]:
    for tin in tins:
        if not _COUNTRY.fullmatch(tin.country):
            yield Missing(Lack.TIN_COUNTRY, tin.number)
        elif not fits(tin.number, tin.country, person=person):
            yield Missing(Lack.TIN_SHAPE, tin.number)
