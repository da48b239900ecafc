"""What is kept of somebody in share issues."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from marke.capital.conditions import State
from marke.capital.models import LoanInstalment, Subscription
from marke.capital.queries import with_paid
from marke.common.money import format_money
from marke.parties.models import Membership, Party
from marke.parties.my_data import moment


def subscriptions(party: Party) -> Iterable[Mapping[str, Any]]:
    """Every part somebody took in a share issue, also what they withdrew."""
    rows = Subscription.objects.filter(membership__party=party).select_related(
        "coop", "issue__round", "wish", "payment_request", "request"
    )
    for taken in with_paid(rows.order_by("id")):
        sub = taken.subscription
        yield {
            "co-op": sub.coop.name,
            "share_issue": sub.issue.number,
            "shares": sub.shares,
            "price": sub.issue.price,
            "paid": taken.paid,
            "dealt": "" if sub.allotted is None else sub.allotted,
            "sent_back": sub.sent_back,
            "asked_at": moment(sub.wish.made_at),
            "withdrawn_at": moment(sub.wish.withdrawn_at),
        }


def loans(party: Party) -> Iterable[Mapping[str, Any]]:
    """What somebody lent to co-ops, with every year of the plan."""
    rows = LoanInstalment.objects.filter(loan__membership__party=party).select_related("coop", "loan").order_by("loan_id", "year")
    for row in rows:
        yield {
            "co-op": row.coop.name,
            "loan": row.loan.number,
            "amount": row.loan.amount,
            "rate": f"{row.loan.rate_numerator}/{row.loan.rate_denominator}",
            "year": row.year,
            "due_date": row.due_date.isoformat(),
            "repayment": row.repayment,
            "interest": row.interest,
            "interest_given": bool(row.interest_waived_at),
            "booked": row.transaction_id is not None,
        }


def leaving_notes(membership: Membership) -> Sequence[str]:
    """What happens with a part in an issue that is not dealt yet."""
    rows = Subscription.objects.filter(membership=membership, wish__withdrawn_at=None).filter(
        issue__round__state__in=(State.OPEN, State.CLOSED)
    )
    told = _("You take no part in “%(title)s” any more. The %(paid)s that you paid is sent back to you.")
    return [
        told % {"title": row.subscription.issue.round.title, "paid": format_money(row.paid, membership.coop.currency)}
        for row in with_paid(rows.select_related("issue__round", "wish", "request", "payment_request"))
    ]
