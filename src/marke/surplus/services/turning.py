"""What is kept of members' parts becomes whole shares of theirs, where the rules say so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from marke.common.clock import local_date
from marke.ledger import services as ledger
from marke.ledger.closing import first_open_day
from marke.ledger.owed import owed_now
from marke.ledger.services import Account, Basis, NewAccount, NewPosting, NewTransaction
from marke.parties.models import Membership, Party
from marke.rules.queries import rulebook
from marke.shares.models import ShareClass
from marke.shares.services.register import FromSurplus, enter_from_surplus
from marke.shares.services.rooms import Rooms
from marke.surplus.kept import YEAR_SHARES, becomes_shares, line_key
from marke.surplus.models import MemberYear, YearClose

Kind = Account.Kind
VERSION = 1
CHUNK = 1_000
Wanted = tuple[int, Membership, ShareClass, int, int]  # position, who, of which class, how many, at which price


def turn_into_shares(*, year: YearClose, by: Party | None, at: datetime) -> int:
    """Moves what is kept of each member's part to their shares, and enters them in the register. Returns how many shares.

    Whatever makes no whole share, or is more than the rules let a member hold, stays in their name; so does the part of who
    is no member any more. No entry fee is taken. The caller holds the ledger's lock and the transaction.
    """
    if not becomes_shares(year):
        return 0
    coop = year.coop
    rooms = Rooms(coop, rulebook(coop, at), at)
    day = first_open_day(coop, local_date(at, coop.timezone))
    basis = ledger.record_basis(coop=coop, scheme=YEAR_SHARES, version=VERSION, rule_values=_followed(year, rooms))
    have = owed_now(coop, Kind.ALLOCATED)
    return sum(_issue(year, _wanted(lines, rooms, have), day, basis, by, at) for lines in _lines(year))


def _followed(year: YearClose, rooms: Rooms) -> dict[str, str]:
    found = {"surplus.kept_as": year.rule_values["surplus.kept_as"]}
    for each in rooms.open:
        found[f"shares.price@{each.code}"] = str(rooms.rules.entry("shares.price", share_class=each.code).uid)
    return found


def _lines(year: YearClose) -> Iterator[list[MemberYear]]:
    """A chunk at a time, in order: a book that is written to is not read on meanwhile."""
    for start in range(1, year.members + 1, CHUNK):
        rows = year.lines.filter(position__gte=start, position__lt=start + CHUNK).order_by("position")
        yield list(rows.select_related("membership__party", "membership__coop").prefetch_related("corrections"))


def _wanted(lines: list[MemberYear], rooms: Rooms, have: dict[int, int]) -> list[Wanted]:
    found: list[Wanted] = []
    for line in lines:
        kept = min(line.now.kept, have.get(line.membership.party_id, 0))
        share_class = rooms.class_for(line.membership) if kept > 0 else None
        if share_class is None:
            continue
        price = rooms.price(share_class)
        if shares := rooms.fit(line.membership, share_class, kept // price):
            rooms.take(line.membership, share_class, shares)
            found.append((line.position, line.membership, share_class, shares, price))
    return found


def _issue(year: YearClose, wanted: list[Wanted], day: date, basis: Basis, by: Party | None, at: datetime) -> int:
    coop = year.coop
    if not wanted:
        return 0
    pairs = [
        account
        for _position, who, share_class, _shares, _price in wanted
        for account in (NewAccount(Kind.ALLOCATED, who.party), NewAccount(Kind.SHARES, who.party, None, share_class.detail))
    ]
    accounts = iter(ledger.open_accounts(coop=coop, accounts=pairs, at=at))
    transactions = [
        NewTransaction(
            YEAR_SHARES,
            line_key(YEAR_SHARES, year, position),
            day,
            [NewPosting(next(accounts), shares * price, "kept"), NewPosting(next(accounts), -shares * price, "shares")],
            basis,
            {"shares": shares, "price": price},
            None,
        )
        for position, _who, _class, shares, price in wanted
    ]
    booked = ledger.post_many(coop=coop, transactions=transactions, by=by, at=at)
    made = [
        FromSurplus(who, share_class, shares, price, transaction)
        for (_position, who, share_class, shares, price), transaction in zip(wanted, booked, strict=True)
    ]
    return sum(event.shares for event in enter_from_surplus(coop=coop, made=made, on=day, by=by, at=at))
