"""What waits for the treasurer, on the home page: the five of the month, and what else has to do with money."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from marke.common.asks import Ask, Task, asks
from marke.common.money import format_money
from marke.invoices.queries import to_invoice
from marke.parties.models import Coop, Mandate
from marke.shares.queries import refunds_due
from marke.treasury.month import closing_asked, open_items

KIND = "treasury"


def _of_offices(coop: Coop, offices: frozenset[str], at: datetime) -> Sequence[Task]:
    if Mandate.Office.TREASURER not in offices:
        return []
    tasks = [
        Task(item.sentence, item.url, "" if item.amount is None else format_money(item.amount, coop.currency))
        for item in open_items(coop, at)
        if item.is_open and not item.is_asked_elsewhere
    ]
    return tasks + other_tasks(coop) + _closing(coop, at)


def other_tasks(coop: Coop) -> list[Task]:
    """What is not one of the five: work to be invoiced, and share payments to be paid back."""
    tasks = []
    if unbilled := to_invoice(coop):
        words = ngettext("%(count)s client to invoice", "%(count)s clients to invoice", len(unbilled))
        tasks.append(Task(words % {"count": len(unbilled)}, reverse("invoices:to_invoice", args=[coop.slug])))
    if refunds := len(refunds_due(coop)):
        words = ngettext("%(count)s share payment is to be paid back", "%(count)s share payments are to be paid back", refunds)
        tasks.append(Task(words % {"count": refunds}, reverse("shares:register", args=[coop.slug])))
    return tasks


def also_waiting(coop: Coop, at: datetime) -> list[Task]:
    """Beside the five and the closing: our own, and what other apps ask of the treasurer."""
    treasurer = frozenset({str(Mandate.Office.TREASURER)})
    others = [ask for ask in asks if ask.of_offices and ask.kind != KIND]
    return other_tasks(coop) + [task for ask in others if ask.of_offices for task in ask.of_offices(coop, treasurer, at)]


def _closing(coop: Coop, at: datetime) -> list[Task]:
    asked = closing_asked(coop, at)
    if asked is None:
        return []
    words = _("%(month)s is over: look at it and close it") % {"month": asked.period.label}
    return [Task(words, reverse("treasury:month", args=[coop.slug]), until=asked.until)]


ASK = Ask(KIND, of_offices=_of_offices)
