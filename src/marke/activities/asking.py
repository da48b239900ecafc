"""What activities ask of whoever handles the money."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from marke.activities import queries
from marke.common.asks import Ask, Task
from marke.common.money import format_money
from marke.parties.models import Coop
from marke.payments.permissions import MONEY_OFFICES


def of_offices(coop: Coop, offices: frozenset[str], at: datetime) -> Sequence[Task]:
    if offices.isdisjoint(MONEY_OFFICES):
        return []
    return [
        Task(
            _("An expense waits for an answer: %(what)s") % {"what": expense.what or expense.number},
            reverse("activities:expenses", args=[coop.slug, expense.activity.number]),
            format_money(expense.amount, coop.currency),
        )
        for expense in queries.open_expenses(coop)[:10]
    ]


ASK = Ask("activities", of_offices=of_offices)
