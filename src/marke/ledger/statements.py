"""Rows as pages and files show them: dates, what it was, the amount as its reader understands it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from marke.common.explain import Explanation
from marke.ledger.chart import detail_name
from marke.ledger.explaining import explain_postings
from marke.ledger.kinds import title
from marke.ledger.models import Account, Posting
from marke.ledger.units import plain
from marke.parties.models import Coop


@dataclass(frozen=True)
class Line:
    date: date
    number: int
    what: str
    amount: int  # positive is more for whoever the account belongs to
    running: int | None
    unit: str
    account: str
    why: Explanation | None


def lines(coop: Coop, postings: Sequence[Posting], account: Account | None = None) -> list[Line]:
    """A page of a statement; the explanations cost one query. Postings carry their account unless one is given."""
    explained = explain_postings(postings, coop=coop)
    return [_line(posting, account or posting.account, explained.get(posting.pk)) for posting in postings]


def _line(posting: Posting, account: Account, why: Explanation | None) -> Line:
    running: int | None = getattr(posting, "running", None)
    return Line(
        date=posting.transaction.date,
        number=posting.transaction.number,
        what=title(posting.transaction),
        amount=posting.amount * account.direction,
        running=None if running is None else running * account.direction,
        unit=account.unit,
        account=detail_name(account),
        why=why,
    )


def csv_header() -> list[str]:
    return [_("Date"), _("Transaction"), _("What"), _("Amount"), _("Balance"), _("Unit")]


def csv_rows(postings: Iterable[Posting], account: Account) -> Iterator[list[str | int]]:
    for posting in postings:
        line = _line(posting, account, None)
        running = "" if line.running is None else plain(line.running, line.unit)
        yield [line.date.isoformat(), line.number, line.what, plain(line.amount, line.unit), running, line.unit]
