"""Platform operator, sellers, and what each was paid: as the directive and the schema name them. Amounts: minor units."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Activity(StrEnum):
    """Relevant activities, by their element. Rental of immovable property is left out: it is reported listing by listing."""

    PERSONAL_SERVICES = "PersonalServices"
    SALE_OF_GOODS = "SaleOfGoods"
    TRANSPORTATION_RENTAL = "TransportationRental"


class MessageType(StrEnum):
    """MessageTypeIndic."""

    NEW = "DPI401"
    CORRECTIONS = "DPI402"
    NOTHING = "DPI403"


class DocumentType(StrEnum):
    """DocTypeIndic. Only of the operator it may be said that it was sent before (RESENT)."""

    RESENT = "OECD0"
    NEW = "OECD1"
    CORRECTED = "OECD2"
    DELETED = "OECD3"


@dataclass(frozen=True, slots=True)
class Address:
    """`country`: ISO 3166-1, two letters, of which Greece is GR."""

    country: str
    city: str
    street: str = ""
    postcode: str = ""


@dataclass(frozen=True, slots=True)
class Tin:
    """The number by which a country's tax office knows somebody, and the country that gave it."""

    number: str
    country: str


@dataclass(frozen=True, slots=True)
class BirthPlace:
    city: str
    country: str


@dataclass(frozen=True, slots=True)
class Account:
    """Where the consideration is paid. `holder`: where it is not the seller."""

    identifier: str
    holder: str = ""
    kind: str = "IBAN"


@dataclass(frozen=True, slots=True)
class Quarter:
    """What was paid in a quarter, after what the operator kept; what it kept; tax it withheld; and for how many activities."""

    consideration: int = 0
    fees: int = 0
    taxes: int = 0
    activities: int = 0


Year = tuple[Quarter, Quarter, Quarter, Quarter]
NOTHING: Year = (Quarter(), Quarter(), Quarter(), Quarter())


@dataclass(frozen=True, slots=True)
class Individual:
    """`has_no_tin`: the country of residence gives them none, as they say themselves."""

    first_name: str
    last_name: str
    address: Address
    tins: tuple[Tin, ...] = ()
    has_no_tin: bool = False
    birth_date: date | None = None
    birth_place: BirthPlace | None = None
    vat: str = ""


@dataclass(frozen=True, slots=True)
class Entity:
    """`establishments`: member states in which it works through a permanent establishment."""

    name: str
    address: Address
    tins: tuple[Tin, ...] = ()
    has_no_tin: bool = False
    registration_number: str = ""
    vat: str = ""
    establishments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Seller:
    """`key`: how the platform tells its sellers apart, the same in every year and correction."""

    key: str
    identity: Individual | Entity
    activities: tuple[tuple[Activity, Year], ...]
    accounts: tuple[Account, ...] = ()


@dataclass(frozen=True, slots=True)
class Operator:
    """The reporting platform operator, resident where it reports (nexus RPONEX1).

    `sending_number`: the one by which its own tax office knows who sends the file, where it asks for one.
    """

    name: str
    address: Address
    tins: tuple[Tin, ...] = ()
    registration_number: str = ""
    vat: str = ""
    platforms: tuple[str, ...] = ()
    sending_number: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """DocSpec: `ref` is used once, ever; `corrects` is the ref of what is corrected or deleted."""

    type: DocumentType
    ref: str
    corrects: str = ""


@dataclass(frozen=True, slots=True)
class Reported:
    seller: Seller
    document: Document


@dataclass(frozen=True, slots=True)
class Message:
    """A file. `digits`: how many decimals the currency has · `made_at`: local time of who sends it."""

    ref: str
    type: MessageType
    year: int
    currency: str
    made_at: datetime
    operator: Operator
    operator_document: Document
    sellers: tuple[Reported, ...] = ()
    digits: int = 2

    @property
    def country(self) -> str:
        """Sent to the tax office of the country in which the operator is."""
        return self.operator.address.country


def residences(identity: Individual | Entity) -> tuple[str, ...]:
    """The country of the primary address first, then those that gave a tax number.

    Source: Directive 2011/16/EU, annex V, section II, D.
    """
    return tuple(dict.fromkeys(code for code in (identity.address.country, *(tin.country for tin in identity.tins)) if code))
