"""A supplier's bill is charged to an activity, as an expense that the co-op pays to the supplier."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from marke.activities import queries
from marke.activities.models import Activity, Entry
from marke.activities.services.booking import book, by_scheme, key_of, locked, new_entry
from marke.activities.services.choosing import standing
from marke.activities.services.opening import check_open
from marke.common import clock
from marke.common.money import format_money
from marke.common.refusal import Refused
from marke.ledger.services import NewPosting, Transaction
from marke.parties.models import Party


class NotCovered(Refused):
    """The activity does not hold as much."""


def charge(*, activity: Activity, amount: int, legs: Sequence[NewPosting], by: Party | None, at: datetime) -> Transaction:
    """`legs` sum to less the amount: to whom it is owed. Inside the transaction of whoever charges it.

    Raises: ActivityClosed, NotCovered.
    """
    activity = locked(activity)
    check_open(activity)
    held = queries.due(activity, at)
    if not 0 < amount <= held:
        raise NotCovered(
            _("The business %(number)s cannot be charged with %(amount)s: it holds %(held)s that does not wait.")
            % {
                "number": activity.number,
                "amount": format_money(amount, activity.coop.currency),
                "held": format_money(held, activity.coop.currency),
            }
        )
    day = clock.local_date(at, activity.coop.timezone)
    entry = new_entry(activity, Entry.Kind.EXPENSE, day=day, at=at, by=by, expenses=amount)
    book(by_scheme(standing(entry)), legs)
    return Transaction.objects.get(coop=activity.coop, key=key_of(entry))
