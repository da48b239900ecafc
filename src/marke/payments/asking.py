"""What waits for whoever handles the money: statements to check, entries that nobody understands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from marke.common.asks import Ask, Task
from marke.parties.models import Coop
from marke.payments.permissions import MONEY_OFFICES
from marke.payments.statement_queries import waiting_entries, waiting_statements


def _of_offices(coop: Coop, offices: frozenset[str], at: datetime) -> Sequence[Task]:
    if offices.isdisjoint(MONEY_OFFICES):
        return []
    tasks = [
        Task(
            _("Check bank statement %(number)d and book it") % {"number": statement.number},
            reverse("payments:statement", args=[coop.slug, statement.number]),
            statement.filename[:40],
        )
        for statement in waiting_statements(coop)[:3]
    ]
    # What came in and is not understood is asked about as a payment.
    waiting = list(waiting_entries(coop).filter(amount__lt=0).order_by("statement").values_list("statement__number", flat=True))
    if waiting:
        said = ngettext(
            "Say what %(n)d payment from our bank account was for",
            "Say what %(n)d payments from our bank account were for",
            len(waiting),
        )
        tasks.append(
            Task(said % {"n": len(waiting)}, reverse("payments:statement", args=[coop.slug, waiting[0]]) + "?show=waiting")
        )
    return tasks


ASK = Ask("bank_statements", of_offices=_of_offices)
