"""Reading the ledger."""

from __future__ import annotations

from django.db.models import Sum

from marke.ledger.models import Account, Posting


def balance(account: Account) -> int:
    """Debit minus credit, in minor units of the account's unit."""
    return Posting.objects.filter(account=account).aggregate(total=Sum("amount"))["total"] or 0
