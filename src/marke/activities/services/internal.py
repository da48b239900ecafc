"""One activity pays another of the same co-op: no VAT and no client, and both accounts show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from marke.activities import queries
from marke.activities.models import Activity, Entry
from marke.activities.rulebook import EACH, HELD
from marke.activities.services.booking import accounts, locked, new_entry, postings
from marke.activities.services.income import income
from marke.activities.services.opening import check_open
from marke.common.money import format_money
from marke.common.refusal import Refused
from marke.ledger import services as ledger
from marke.ledger.services import Basis, NewPosting
from marke.parties.models import Party
from marke.rules.queries import rulebook

Kind = Entry.Kind
RULES = ("activities.internal_contribution", "activities.internal_limit")


class NotEnough(Refused):
    """The business that pays does not have as much."""


@dataclass(frozen=True)
class Internal:
    """What the paper's own transaction has to book: postings sum to zero."""

    postings: list[NewPosting]
    facts: Mapping[str, Any]
    basis: Basis | None


def available(activity: Activity, at: datetime) -> int:
    """What it can spend inside, by the rule."""
    if rulebook(activity.coop, at).value("activities.internal_limit") == HELD:
        return max(0, queries.balances(activity.coop, [activity]).get(activity.pk, 0))
    return queries.due(activity, at)


def pay_inside(
    *, seller: Activity, buyer: Activity, paper: str, net: int, of: str = "", date: date, by: Party | None, at: datetime
) -> Internal:
    """`net` goes from the buyer's to the seller's activity; below zero, it goes back, and `of` names the paper that it was of.

    Inside the transaction of whoever writes the paper, which books the postings. Raises: ActivityClosed, NotEnough,
    NothingToTakeBack.
    """
    for each in sorted((seller.pk, buyer.pk)):
        locked(seller if seller.pk == each else buyer)
    if not of:
        check_open(seller)
        check_open(buyer)
    payer = buyer if net > 0 else seller
    most = available(payer, at)
    sold, facts = _sold(seller, paper, net, of, date, by, at)
    bought = new_entry(buyer, Kind.INTERNAL, day=date, at=at, by=by)
    bought.moved = bought.share = -net
    bought.save(force_insert=True)
    _check_covered(payer, -(bought if net > 0 else sold).share, most)
    legs = [*_named(postings(sold), "sold"), NewPosting(accounts(buyer, at)[0], net, "bought")]
    return Internal(legs, {"internal": paper, "seller": seller.number, "buyer": buyer.number, "net": net, **facts}, sold.basis)


def _sold(
    seller: Activity, paper: str, net: int, of: str, day: date, by: Party | None, at: datetime
) -> tuple[Entry, Mapping[str, Any]]:
    """The seller's entry: an income where internal turnover gives a contribution, and else what simply comes in."""
    if _contributes(seller, of, at):
        made = income(coop=seller.coop, activity=seller, paper=paper, net=net, date=day, at=at, of=of, purpose="", by=by)
        return made.entry, made.facts
    entry = new_entry(seller, Kind.INTERNAL, day=day, at=at, by=by, paper=paper)
    entry.moved = entry.share = net
    entry.basis = ledger.record_basis(
        coop=seller.coop, scheme="internal_invoice", version=1, rule_values=rulebook(seller.coop, at).uids(*RULES)
    )
    entry.save(force_insert=True)
    return entry, {}


def _contributes(seller: Activity, of: str, at: datetime) -> bool:
    """What is taken back is taken back as it was booked, whatever the rules are now."""
    if of:
        return Entry.objects.filter(activity=seller, paper=of, kind=Kind.INVOICE).exists()
    return bool(rulebook(seller.coop, at).value("activities.internal_contribution") == EACH)


def _named(legs: list[NewPosting], line: str) -> list[NewPosting]:
    return [leg._replace(line=line) if leg.line == "share" else leg for leg in legs]


def _check_covered(payer: Activity, amount: int, most: int) -> None:
    if amount > most:
        raise NotEnough(
            _(
                "%(name)s cannot pay %(amount)s: it has %(most)s to spend inside. Wait until its clients have paid, or take a part."
            )
            % {
                "name": payer.name,
                "amount": format_money(amount, payer.coop.currency),
                "most": format_money(most, payer.coop.currency),
            }
        )
