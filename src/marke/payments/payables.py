"""What is owed beside pay and goes out through the same door, or is owed to us and comes in by it: the app that owes it registers
here what is due now, and what it means to it that it was paid."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Protocol

from marke.common.registry import Registry

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from marke.ledger.services import Account, Transaction
    from marke.parties.models import Coop, Party
    from marke.payments.models import PayRunLine, Refund


@dataclass(frozen=True)
class Due:
    """To be paid now. `subject` tells it from the others of its kind: the number of an exit, the period of a VAT return.

    party, account: whom it is owed to and the account that holds it; None for somebody who is no party, such as the tax office
    iban, holder: where it is paid; "" is the account that the party gave
    reference: the structured reference under which they expect it
    paper: the number of theirs that may stand in the words of the transfer
    """

    subject: str
    amount: int
    party: Party | None = None
    account: Account | None = None
    iban: str = ""
    holder: str = ""
    reference: str = ""
    paper: str = ""


@dataclass(frozen=True)
class Booked:
    """What was booked for an entry of a bank statement."""

    transaction: Transaction
    refund: Refund | None = None


@dataclass(frozen=True)
class Recorded:
    """A person wrote down by hand that it was paid."""

    amount: int
    date: date
    transaction: Transaction
    about: str = ""


class PayLines(Protocol):
    """A pay run left with these lines of one kind. `send` checks that the accounts hold it and books it; what it returns
    stands in the order of the lines. In one transaction; raises Refused when something is not to be paid any more."""

    def __call__(
        self, *, coop: Coop, lines: Sequence[PayRunLine], send: Callable[[], list[Refund]], by: Party | None, at: datetime
    ) -> None: ...


class BookEntry(Protocol):
    """The bank says that it was paid: books what recording it by hand books. The same `once_key` books once. Raises Refused."""

    def __call__(
        self, *, coop: Coop, subject: str, amount: int, date: date, once_key: str, by: Party | None, at: datetime
    ) -> Booked: ...


@dataclass(frozen=True)
class Payable:
    kind: str
    label: str | _StrPromise
    # In the order in which it is paid; a fixed number of queries, however much is due.
    due: Callable[[Coop, datetime], Sequence[Due]]
    # "Exit 3": from the subject alone, without a query, because lists show many.
    describe: Callable[[str], str]
    url: Callable[[Coop, str], str]
    # With a pay run; None: it does not go with one.
    pay: PayLines | None = None
    # From a bank statement; None: the statement finds it by itself.
    book: BookEntry | None = None
    # (coop, since, until), both inclusive; only where it is not a Refund.
    recorded: Callable[[Coop, date, date], Sequence[Recorded]] | None = None
    # By subject, what the bank passes on to them: a structured reference, or words. None: what we call it.
    told: Callable[[Coop, Sequence[str]], Mapping[str, str]] | None = None
    # It is owed to us: only a bank statement knows it, as money that comes in.
    comes_in: bool = False


payables: Registry[Payable] = Registry("kind of what is owed")
"""In the order in which the apps stand."""
