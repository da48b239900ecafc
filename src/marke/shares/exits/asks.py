"""What shares that are given back ask of those in office."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from marke.common.asks import Ask, Task
from marke.common.money import format_money
from marke.parties.models import Coop
from marke.payments.permissions import MONEY_OFFICES
from marke.shares.exits.queries import queue
from marke.shares.models import ShareExit

State = ShareExit.State


def of_offices(coop: Coop, offices: frozenset[str], at: datetime) -> Sequence[Task]:
    """Shares to be paid back, and the report that is missing before it can be done."""
    if offices.isdisjoint(MONEY_OFFICES):
        return []
    ended = ShareExit.objects.filter(coop=coop, price__isnull=False)
    if not ended.exclude(moves__state__in=(State.PAID, State.CANCELLED)).exists():
        return []
    found, url = queue(coop, at), reverse("shares:exits", args=[coop.slug])
    tasks = []
    if found.payable:
        ready = sum(1 for row in found.rows if row.payable)
        said = ngettext("Pay back shares to %(n)s person", "Pay back shares to %(n)s people", ready) % {"n": ready}
        tasks.append(Task(said, url, format_money(found.payable, coop.currency)))
    if found.report_missing and found.due:
        url = reverse("shares:liquidity_reports", args=[coop.slug])
        tasks.append(Task(_("Report whether the co-op can pay shares back"), url, format_money(found.due, coop.currency)))
    return tasks


EXITS_ASK = Ask("exits", of_offices=of_offices)
