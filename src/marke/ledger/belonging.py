"""What the app below, about people, asks of the books: what they say of somebody, and whether anything is still open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext as _

from marke.common.money import format_money
from marke.ledger.models import Account, Posting
from marke.parties.models import Party


def open_amounts(party: Party) -> Sequence[str]:
    """A sentence for each account on which somebody and a co-op are not even, in every unit."""
    accounts = (
        Account.objects.filter(party=party)
        .select_related("coop")
        .annotate(balance=Sum("postings__amount"))
        .exclude(balance=None)
        .exclude(balance=0)
        .order_by("coop__name", "id")
    )
    sentences = []
    for account, balance in ((account, account.balance) for account in accounts):
        money = account.unit == account.coop.currency
        amount = format_money(abs(balance), account.unit) if money else f"{abs(balance)} {account.unit}"
        told = (
            _("%(coop)s still has %(amount)s of yours (%(what)s). Let it be settled first.")
            if balance < 0
            else _("You still owe %(coop)s %(amount)s (%(what)s). Settle it first.")
        )
        sentences.append(told % {"coop": account.coop.name, "amount": amount, "what": account.get_kind_display().lower()})
    return sentences


def postings_about(party: Party) -> Iterable[dict[str, Any]]:
    """Every posting on an account of this party, for my data. Debit positive, credit negative, in minor units."""
    postings = Posting.objects.filter(account__party=party).select_related("coop", "account", "transaction").order_by("id")
    for posting in postings.iterator(chunk_size=2_000):
        yield {
            "co-op": posting.coop.name,
            "date": posting.transaction.date.isoformat(),
            "transaction": posting.transaction.number,
            "kind": posting.transaction.kind,
            "account": posting.account.kind,
            "unit": posting.account.unit,
            "amount": posting.amount,
            "line": posting.line,
        }
