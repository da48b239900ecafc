"""What the funds ask of whoever handles the money."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from marke.common.asks import Ask, Task
from marke.common.money import format_money
from marke.funds import queries
from marke.ledger.periods import month_of
from marke.parties.models import Coop
from marke.payments.permissions import MONEY_OFFICES


def of_offices(coop: Coop, offices: frozenset[str], at: datetime) -> Sequence[Task]:
    if offices.isdisjoint(MONEY_OFFICES):
        return []
    tasks = [
        Task(
            _("Somebody asks for help: request %(number)s") % {"number": claim.number},
            reverse("funds:claim", args=[coop.slug, claim.number]),
            format_money(claim.amount, coop.currency),
        )
        for claim in queries.open_claims(coop)[:5]
    ]
    if (month := queries.month_to_collect(coop, at)) is not None:
        tasks.append(
            Task(
                _("Collect mutual aid for %(month)s") % {"month": month_of(month).label}, reverse("funds:funds", args=[coop.slug])
            )
        )
    return tasks


ASK = Ask("funds", of_offices=of_offices)
