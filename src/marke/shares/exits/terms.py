"""What the rules say about giving back these shares: when they end, what they bring, when it is paid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction

from marke.common import clock
from marke.ledger.position import position
from marke.parties.models import Coop, Membership
from marke.rounds.models import Round
from marke.rules.queries import Rulebook
from marke.shares.models import ShareClass, ShareEvent, ShareExit
from marke_core import share_exit, share_register
from marke_core.share_exit import Instalment, PricedLot, Terms, Worth

Kind = ShareExit.Kind
# What an amount follows, and so what its why names.
PRICE_RULES = ("shares.exit_price", "shares.exit_minimum_stay", "shares.exit_penalty")
PLAN_RULES = ("shares.exit_pay_within", "shares.exit_years", "shares.exit_years_on_death", "shares.exit_interest")
YEAR_CLOSE = "year_close"


@dataclass(frozen=True)
class Accounts:
    """By which books net asset value is measured; `approved` when a year's close stands behind them."""

    on: date
    worth: Worth
    approved: bool


@dataclass(frozen=True)
class Forecast:
    """What giving back would bring, by the rules and the books of this moment."""

    share_class: ShareClass
    shares: int
    effective_on: date
    parts: list[PricedLot]
    accounts: Accounts | None  # None where the rule does not ask for them
    plan: list[Instalment]

    @property
    def paid_in(self) -> int:
        return sum(part.paid_in for part in self.parts)

    @property
    def owed(self) -> int:
        return sum(part.owed for part in self.parts)

    @property
    def penalty(self) -> int:
        return sum(part.penalty for part in self.parts)

    @property
    def lost(self) -> int:
        return sum(part.lost for part in self.parts)

    @property
    def interest(self) -> int:
        return sum(part.interest for part in self.plan)


def terms_of(rules: Rulebook, share_class: ShareClass) -> Terms:
    """The rules about asking, for shares of this class."""
    return Terms(
        window=rules.value("shares.exit_window", share_class=share_class.code),
        notice_days=rules.value("shares.exit_notice", share_class=share_class.code).days,
        effective=rules.value("shares.exit_effective", share_class=share_class.code),
        founder_year=rules.value("shares.exit_founder_year", share_class=share_class.code),
    )


def founded_on(membership: Membership) -> date | None:
    """When the co-op was founded, for who was a member then; None for everybody else."""
    coop = membership.coop
    founding = coop.founded_at or coop.created_at
    if membership.admitted_at is None or (coop.founded_at is not None and membership.admitted_at > coop.founded_at):
        return None
    return clock.local_date(founding, coop.timezone)


def lots_of(membership: Membership, share_class: ShareClass) -> list[share_register.Lot]:
    """What a member holds of a class, the shares held longest first."""
    rows = ShareEvent.objects.filter(membership=membership, share_class=share_class).select_related("lot").order_by("number")
    events = [
        share_register.Event(
            row.number,
            row.kind,
            membership.pk,
            row.request_id,
            row.shares,
            row.amount,
            row.date,
            share_class.code,
            row.lot.number if row.lot else None,
            row.price,
        )
        for row in rows
    ]
    return share_register.lots(events)


def held_of(membership: Membership, share_class: ShareClass) -> int:
    return sum(lot.shares for lot in lots_of(membership, share_class))


def bound_of(membership: Membership, share_class: ShareClass) -> int:
    """How many of them are asked back already and did not end yet."""
    rows = ShareExit.objects.filter(membership=membership, share_class=share_class, price=None)
    rows = rows.exclude(moves__state__in=(ShareExit.State.CANCELLED, ShareExit.State.PAID))
    return sum(rows.values_list("shares", flat=True))


def accounts_of(coop: Coop, on: date) -> Accounts:
    """The last year whose close is final, or the books as they stand where no year was closed yet."""
    closed = Round.objects.filter(coop=coop, kind=YEAR_CLOSE, state__in=Round.FIXED, until__lte=on).order_by("-until").first()
    day = closed.until - timedelta(days=1) if closed is not None and closed.until is not None else None
    found = position(coop, day)
    return Accounts(day or on, Worth(found.net_assets, found.capital), day is not None)


def schedule(*, rules: Rulebook, share_class: ShareClass, membership: Membership, kind: str, today: date) -> date:
    """The day on which the shares end. Who leaves where nobody may now is taken to ask on the first day they may."""
    if kind in (Kind.DEATH, Kind.EXCLUSION):
        return today
    terms = terms_of(rules, share_class)
    return share_exit.effective_on(share_exit.earliest_request(today, terms, founded_on(membership)), terms)


def price_lots(
    *, rules: Rulebook, share_class: ShareClass, membership: Membership, kind: str, shares: int, asked_on: date, on: date
) -> tuple[list[PricedLot], Accounts | None]:
    """What the oldest `shares` bring on the day `on`, and by which accounts.

    Raises: CannotGiveBack when fewer are held.
    """
    code = share_class.code
    lots = [share_exit.Lot(lot.number, lot.shares, lot.paid, lot.cost) for lot in lots_of(membership, share_class)]
    basis = rules.value("shares.exit_price", share_class=code)
    asks = share_exit.NET_ASSETS in share_exit.BASES[basis]
    accounts = accounts_of(membership.coop, on) if asks else None
    penalty = rules.value("shares.exit_penalty", share_class=code) if _early(rules, code, membership, kind, asked_on) else 0
    taken = share_exit.take(lots, shares)
    return share_exit.price(taken, basis=basis, worth=accounts.worth if accounts else None, penalty=Fraction(penalty)), accounts


def _early(rules: Rulebook, code: str, membership: Membership, kind: str, asked_on: date) -> bool:
    if kind in (Kind.DEATH, Kind.EXCLUSION):
        return kind == Kind.EXCLUSION
    stay = rules.value("shares.exit_minimum_stay", share_class=code)
    if not stay or membership.admitted_at is None:
        return False
    return bool(asked_on < clock.local_date(membership.admitted_at, membership.coop.timezone) + stay)


def plan_of(rules: Rulebook, share_class: ShareClass, kind: str, owed: int, effective: date) -> list[Instalment]:
    """In which parts it is paid."""
    code = share_class.code
    years = rules.value("shares.exit_years", share_class=code)
    if kind == Kind.DEATH:
        years = min(years, rules.value("shares.exit_years_on_death", share_class=code))
    return share_exit.instalments(
        owed,
        effective=effective,
        years=years,
        rate=rules.value("shares.exit_interest", share_class=code),
        within_days=rules.value("shares.exit_pay_within", share_class=code).days,
    )


def forecast(
    *, membership: Membership, share_class: ShareClass, shares: int, kind: str, rules: Rulebook, at: datetime
) -> Forecast:
    """What giving back `shares` now would bring. Raises: CannotGiveBack when fewer are held."""
    today = clock.local_date(at, membership.coop.timezone)
    effective = schedule(rules=rules, share_class=share_class, membership=membership, kind=kind, today=today)
    parts, accounts = price_lots(
        rules=rules, share_class=share_class, membership=membership, kind=kind, shares=shares, asked_on=today, on=today
    )
    owed = sum(part.owed for part in parts)
    return Forecast(share_class, shares, effective, parts, accounts, plan_of(rules, share_class, kind, owed, effective))
