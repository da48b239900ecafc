"""What the app below, about people, asks of the books: what they say of somebody, and whether anything is still open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marke.ledger.models import Account, Posting
from marke.ledger.queries import balances
from marke.ledger.units import write_amount
from marke.parties.models import Membership, Party

# What happens with these when somebody leaves, the app that keeps the register of shares tells.
SHARE_KINDS = (Account.Kind.SHARES, Account.Kind.SHARES_PENDING)
# What a member calls it; the books name it from the co-op's side.
TO_THEM: dict[str, object] = {
    Account.Kind.EARNINGS: gettext_lazy("earned, not paid yet"),
    Account.Kind.ACTIVITY: gettext_lazy("in your own business"),
}


def open_amounts(party: Party) -> Sequence[str]:
    """A sentence for each account on which somebody and a co-op are not even, in every unit."""
    theirs = _("%(coop)s still has %(amount)s of yours (%(what)s). Let it be settled first.")
    return [_told(account, theirs) for account in _uneven(party)]


def leaving_notes(membership: Membership) -> Sequence[str]:
    """What the co-op still owes somebody who leaves, and they the co-op, shares apart."""
    theirs = _("%(coop)s still has %(amount)s of yours (%(what)s). It stays yours, and is paid also after you have left.")
    uneven = _uneven(membership.party).filter(coop=membership.coop).exclude(kind__in=SHARE_KINDS)
    return [_told(account, theirs) for account in uneven]


def _uneven(party: Party) -> QuerySet[Account]:
    accounts = Account.objects.filter(party=party).select_related("coop").annotate(balance=Sum("postings__amount"))
    return accounts.exclude(balance=None).exclude(balance=0).order_by("coop__name", "id")


def _told(account: Account, theirs: str) -> str:
    balance: int = account.balance  # type: ignore[attr-defined]
    told = theirs if balance < 0 else _("You still owe %(coop)s %(amount)s (%(what)s). Settle it first.")
    return told % {
        "coop": account.coop.name,
        "amount": write_amount(abs(balance), account.unit),
        "what": TO_THEM.get(account.kind) or account.get_kind_display().lower(),
    }


def member_part(membership: Membership, at: datetime) -> dict[str, Any] | None:
    """How somebody and the co-op stand. Nothing for who never had an account."""
    found = [
        (row.account, row.amount * row.account.direction)
        for row in balances(membership.coop, party=membership.party)
        if row.amount or row.account.kind == Account.Kind.EARNINGS
    ]
    return {"accounts": found} if found else None


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
