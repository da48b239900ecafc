"""Which moves a quote can make, and what is left of an order. Pure: rows in, answers out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Protocol

from django.utils.translation import gettext as _

from marke.common.refusal import Refused
from marke.invoices.quote_models import Quote

State = Quote.State
Groups = dict[tuple[str, int], int]  # category and rate in thousandths: net in minor units

MOVES: Mapping[State, frozenset[State]] = {
    # Ordered at once: agreed by word of mouth, invoiced without a quote.
    State.DRAFT: frozenset({State.SENT, State.ORDERED, State.WITHDRAWN}),
    # Sent again: a new version.
    State.SENT: frozenset({State.SENT, State.ORDERED, State.DECLINED, State.WITHDRAWN}),
    State.DECLINED: frozenset({State.SENT, State.WITHDRAWN}),
    State.WITHDRAWN: frozenset(),
    # What is left of it is not to be invoiced.
    State.ORDERED: frozenset({State.CLOSED}),
    State.CLOSED: frozenset(),
}
CAN_BE_WRITTEN = frozenset({State.DRAFT, State.SENT, State.DECLINED})


class QuoteMoveRefused(Refused):
    """A quote cannot go from where it is to where somebody wants it."""


class HasNet(Protocol):
    vat_category: str
    vat_permille: int
    net: int


def can_move(quote: Quote, to: Quote.State) -> bool:
    return to in MOVES[State(quote.state)]


def check_move(quote: Quote, to: Quote.State) -> None:
    """Raises: QuoteMoveRefused."""
    if not can_move(quote, to):
        raise QuoteMoveRefused(
            _(
                "Quote %(number)s is “%(state)s” and cannot become “%(wanted)s”. Make a new quote if something is still to be agreed."
            )
            % {"number": quote.number, "state": State(quote.state).label, "wanted": to.label}
        )


def check_writable(quote: Quote) -> None:
    """Raises: QuoteMoveRefused."""
    if State(quote.state) not in CAN_BE_WRITTEN:
        raise QuoteMoveRefused(
            _("Quote %(number)s is “%(state)s”: what it says is fixed. Make a new quote for what is to change.")
            % {"number": quote.number, "state": State(quote.state).label}
        )


def is_over(quote: Quote, valid_until: date, today: date) -> bool:
    """It waits for an answer, and the day until which it held has passed."""
    return quote.state == State.SENT and valid_until < today


def by_rate(lines: Iterable[HasNet]) -> Groups:
    found: Groups = defaultdict(int)
    for line in lines:
        found[line.vat_category, line.vat_permille] += line.net
    return dict(found)


def left_of(ordered: Iterable[HasNet], invoiced: Iterable[HasNet]) -> Groups:
    """What of an order is not invoiced yet, by category and rate; credit notes count with their sign."""
    left = by_rate(ordered)
    for key, net in by_rate(invoiced).items():
        left[key] = left.get(key, 0) - net
    return {key: net for key, net in left.items() if net}
