"""What may follow what, and what is left to be paid: without the database."""

from __future__ import annotations

from collections.abc import Mapping

from marke.bills.models import Bill

State = Bill.State
MOVES: Mapping[str, frozenset[str]] = {
    State.INCOMPLETE: frozenset({State.WAITING, State.REFUSED}),
    State.WAITING: frozenset({State.WAITING, State.DISPUTED, State.REFUSED, State.APPROVED}),
    State.DISPUTED: frozenset({State.WAITING, State.REFUSED}),
    State.REFUSED: frozenset(),
    State.APPROVED: frozenset(),
    State.SALE: frozenset({State.REFUSED, State.SOLD}),
    State.SOLD: frozenset(),
}
OF_SALES = frozenset({State.SALE, State.SOLD})


def left_of(bill: Bill) -> int:
    """Of a row `with_left`: what is still to be paid; of a credit note, below zero, what is still to be taken
    from a bill or to come back."""
    if bill.state != State.APPROVED:
        return 0
    paid, taken, given, came_back = (getattr(bill, name) for name in ("paid", "taken", "given", "came_back"))
    return int(bill.payable - paid - taken + given + came_back)


def people_needed(amount: int, two_from: int) -> int:
    """How many approve a bill of this much."""
    return 2 if abs(amount) >= two_from else 1


def compact(text: str) -> str:
    """A number of an enterprise or VAT number without what is only for the eye."""
    return "".join(letter for letter in text.upper() if letter.isascii() and letter.isalnum())
