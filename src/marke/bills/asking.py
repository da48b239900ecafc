"""What the inbox asks of people: bills to be filled in and approved."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import ngettext

from marke.bills.models import Bill
from marke.bills.queries import to_decide
from marke.common.asks import Ask, Task
from marke.parties.models import Coop
from marke.payments.permissions import MONEY_OFFICES


def _tasks(coop: Coop) -> list[Task]:
    waiting, url = to_decide(coop), reverse("bills:bills", args=[coop.slug])
    tasks = []
    if count := waiting.get(Bill.State.WAITING, 0):
        words = ngettext("%(count)s bill is to be approved", "%(count)s bills are to be approved", count)
        tasks.append(Task(words % {"count": count}, url))
    if count := waiting.get(Bill.State.INCOMPLETE, 0):
        words = ngettext("%(count)s bill is to be filled in", "%(count)s bills are to be filled in", count)
        tasks.append(Task(words % {"count": count}, url))
    if count := waiting.get(Bill.State.SALE, 0):
        words = ngettext(
            "%(count)s sale of ours that a client made out is to be looked at",
            "%(count)s sales of ours that clients made out are to be looked at",
            count,
        )
        tasks.append(Task(words % {"count": count}, url))
    return tasks


def of_offices(coop: Coop, offices: frozenset[str], at: datetime) -> Sequence[Task]:
    return [] if offices.isdisjoint(MONEY_OFFICES) else _tasks(coop)


ASK = Ask("bills", of_offices=of_offices)
