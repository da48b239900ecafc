"""What was paid and does not become shares is owed back to who paid it: the treasurer finds it under “To send back”."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from marke.capital.models import ShareIssue, Subscription
from marke.capital.queries import Taken
from marke.common import clock
from marke.ledger import services as ledger
from marke.ledger.services import Account, Basis, NewAccount, NewPosting, NewTransaction
from marke.parties.models import Party
from marke.rules.queries import rulebook


def send_back(taken: Sequence[Taken], *, reason: str, by: Party | None, at: datetime) -> int:
    """Moves what is still held for these subscriptions to what is to be sent back. Returns the amount, in minor units.

    reason: withdrawn, cancelled (the issue did not carry), or dealt (it was oversubscribed, or paid too little for a share)
    """
    rows = [row for row in taken if row.held > 0]
    if not rows:
        return 0
    issue, coop = rows[0].subscription.issue, rows[0].subscription.coop
    parties = [row.subscription.membership.party for row in rows]
    kinds = (Account.Kind.SHARES_PENDING, Account.Kind.REFUNDS)
    accounts = [NewAccount(kind, party) for kind in kinds for party in parties]
    opened = ledger.open_accounts(coop=coop, accounts=accounts, at=at)
    pending, refunds = opened[: len(rows)], opened[len(rows) :]
    basis = _basis(issue)
    ledger.post_many(
        coop=coop,
        transactions=[
            NewTransaction(
                kind="share_issue",
                key=f"share_issue:{issue.number}.{row.subscription.payment_request.number}:1",
                date=clock.local_date(at, coop.timezone),
                postings=[NewPosting(held, row.held, reason), NewPosting(owed, -row.held, "to_send_back")],
                basis=basis,
                facts=_facts(row),
            )
            for row, held, owed in zip(rows, pending, refunds, strict=True)
        ],
        by=by,
        at=at,
    )
    for row in rows:
        row.subscription.sent_back = row.held
    Subscription.objects.bulk_update([row.subscription for row in rows], ["sent_back"], batch_size=500)
    return sum(row.subscription.sent_back for row in rows)


def _facts(row: Taken) -> dict[str, int]:
    sub = row.subscription
    facts = {"share_issue": sub.issue.number, "asked": sub.shares, "price": sub.issue.price, "paid": row.paid}
    if sub.request is not None:
        facts["shares"] = sub.request.shares
    return facts


def _basis(issue: ShareIssue) -> Basis:
    """The price that held for the issue, and how it is dealt."""
    dealing = rulebook(issue.coop, issue.round.created_at).uids("capital.dealing")
    followed = {"shares.price": str(issue.rule_value.uid), **dealing}
    return ledger.record_basis(coop=issue.coop, scheme="share_issue", version=1, rule_values=followed)
