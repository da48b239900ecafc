"""Finding one transaction again."""

from datetime import date

from django.db.models import Min

from marke.ledger.models import Transaction
from marke.parties.models import Coop


def transaction_of(coop: Coop, key: str) -> Transaction | None:
    """The transaction by which the fact with this key was booked: `transaction_of(coop, "job:7:1")`."""
    return Transaction.objects.filter(coop=coop, key=key).select_related("coop", "basis").first()


def first_day(coop: Coop) -> date | None:
    """The earliest day on which anything is booked; None while nothing is."""
    earliest: date | None = Transaction.objects.filter(coop=coop).aggregate(first=Min("date"))["first"]
    return earliest
