"""Finding one transaction again."""

from marke.ledger.models import Transaction
from marke.parties.models import Coop


def transaction_of(coop: Coop, key: str) -> Transaction | None:
    """The transaction by which the fact with this key was booked: `transaction_of(coop, "job:7:1")`."""
    return Transaction.objects.filter(coop=coop, key=key).select_related("coop", "basis").first()
