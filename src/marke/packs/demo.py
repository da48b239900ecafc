"""What a demo co-op consists of: data that a pack brings and `marke.site.demo` plays through the services."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Place:
    """An address and where it is, in ten-millionths of a degree (WGS 84)."""

    street: str
    lat_e7: int
    lon_e7: int


@dataclass(frozen=True)
class DemoPerson:
    """`joined` is the day of the demo year on which they came, 0 for founders; `works` the weekdays, 0 is Monday."""

    name: str
    home: Place
    joined: int = 0
    offices: tuple[str, ...] = ()
    works: tuple[int, ...] = (0, 1, 2, 3, 4)
    left: int | None = None
    # Shown on the sign-in page with this word, e.g. "treasurer".
    sign_in_as: str = ""
    iban: str = ""
    phone: str = ""
    # Who acts for them, where they are a team that is a member as a whole.
    speaks: str = ""


@dataclass(frozen=True)
class DemoClient:
    """`weekly` is how many jobs they book a week; `pays_after` how many days after an invoice they pay."""

    name: str
    kind: str
    place: Place
    weekly: int
    service: int = 0
    pays_after: int = 12
    vat_number: str = ""
    joined: int = 0
    sign_in_as: str = ""
    phone: str = ""
    # Where they receive e-invoices, if not under their VAT number.
    participant: str = ""


@dataclass(frozen=True)
class DemoProposal:
    """A proposal of the demo year: put on day `day`, voted on in the co-op's own way."""

    day: int
    title: str
    text: str
    author: int
    effect_kind: str = ""
    effect_data: dict[str, Any] = field(default_factory=dict)
    votes_for: int = 0
    votes_against: int = 0
    abstentions: int = 0
    comments: tuple[tuple[int, str], ...] = ()
    # "ended": decided within the year; "voting" and "discussing": still open today.
    stage: str = "ended"


@dataclass(frozen=True)
class DemoLoan:
    """A founder lends on the first day, so that pay does not wait for the first clients.

    `lender` is their place in the demo's people; `percent` the interest of a year.
    """

    lender: int
    amount: int
    percent: int
    years: int
    purpose: str


@dataclass(frozen=True)
class DemoAssignment:
    """Quoted to a client (their place in the demo's clients) on day `first`, and every so many days after it."""

    client: int
    first: int
    every: int
    text: str
    unit: str
    quantity: int  # thousandths
    price: int  # minor units for one
    discount: int = 0  # thousandths
    declined: bool = False


@dataclass(frozen=True)
class DemoBusiness:
    """A member's own business (their place in the demo's people): what they do, and what they spent: day, what, how much."""

    owner: int
    name: str
    assignments: tuple[DemoAssignment, ...]
    expenses: tuple[tuple[int, str, int], ...] = ()


@dataclass(frozen=True)
class DemoPolicy:
    """An insurance that covers every member from the first day on."""

    against: str
    insurer: str
    reference: str
    call: str


@dataclass(frozen=True)
class DemoInside:
    """What one business (its place among the demo's) does for another: offered, ordered and invoiced inside as soon as it can be
    paid, from a day on."""

    day: int
    seller: int
    buyer: int
    what: str
    amount: int


@dataclass(frozen=True)
class DemoFares:
    """What goes by the fare: a service with its minutes at the doors, members' own bases, and what is agreed with clients."""

    service: str
    job_kind: str
    minutes: int
    # (place in the demo's people, their base as a percentage of the common one)
    own: tuple[tuple[int, int], ...] = ()
    # (place in the demo's clients, percent less, why)
    agreed: tuple[tuple[int, int, str], ...] = ()


@dataclass(frozen=True)
class DemoShift:
    """On these weekdays (0 is Monday), from one hour to another, so many of those who work that day."""

    title: str
    weekdays: tuple[int, ...]
    begins: int
    ends: int
    places: int
    place: str = ""


@dataclass(frozen=True)
class DemoBill:
    """A supplier's invoice, at 21 % VAT; `net` below zero is a credit note. `way`: upload, mail, network, or photo.

    every: again after so many days; 0: once · decided: by the officers on the same day, otherwise it waits
    """

    day: int
    supplier: str
    vat_number: str
    iban: str
    what: str
    net: int
    cost: str = ""
    way: str = "upload"
    every: int = 0
    decided: bool = True


@dataclass(frozen=True)
class DemoCoop:
    slug: str
    name: str
    country: str
    language: str
    legal_form: str
    street: str
    postcode: str
    city: str
    email: str
    iban: str
    vat_number: str
    accent: str
    days: int
    rules: dict[str, Any]
    prices: tuple[int, ...]
    people: tuple[DemoPerson, ...]
    clients: tuple[DemoClient, ...]
    proposals: tuple[DemoProposal, ...] = ()
    # Where things are brought to; empty where the work is at the client's.
    drops: tuple[Place, ...] = ()
    # Whether the treasurer closes months and years, and hands in the VAT.
    keeps_books: bool = False
    # For how many of the last days invoices have been sent as e-invoices, to the trading partner inside; 0: not at all.
    e_invoices: int = 0
    # Who takes part in the share issue that a proposal opens, and with how many shares: one each day.
    subscribers: tuple[tuple[int, int], ...] = ()
    # What members lend to begin with.
    loans: tuple[DemoLoan, ...] = ()
    # The person who has applied and paid her share, and waits to be admitted.
    applicant: DemoPerson | None = None
    fares: DemoFares | None = None
    # Members' own businesses inside the co-op.
    businesses: tuple[DemoBusiness, ...] = ()
    # What suppliers send.
    bills: tuple[DemoBill, ...] = ()
    inside: tuple[DemoInside, ...] = ()
    # Members whose invoices the co-op writes: who, from which day, and their VAT number.
    self_billed: tuple[tuple[int, int, str], ...] = ()
    # A week of shifts, and what is shared: its name, its kind, what one should know.
    shifts: tuple[DemoShift, ...] = ()
    things: tuple[tuple[str, str, str], ...] = ()
    # How members are insured while they work.
    policies: tuple[DemoPolicy, ...] = ()
    # Who takes their work history along on the last day: places in the demo's people.
    histories: tuple[int, ...] = ()
    # When members were born who told what the tax office asks, by their place in the demo's people; nothing for who did not.
    born: tuple[str, ...] = ()
