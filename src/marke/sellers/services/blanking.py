"""What was reported is kept as long as the rule says, then nothing of it says who it was about."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from marke.common.clock import local_date
from marke.parties.models import Coop
from marke.rules.queries import rulebook
from marke.sellers.models import Report, ReportedSeller


def blank_reports(at: datetime) -> int:
    """Blanks the reports of years whose time is over; each co-op's in its own transaction. Returns how many there were."""
    kept = Coop.objects.filter(pk__in=Report.objects.filter(blanked_at=None).values("coop"))
    return sum(_blank(coop, at) for coop in kept)


@transaction.atomic
def _blank(coop: Coop, at: datetime) -> int:
    rules = rulebook(coop, at)
    if not rules.has("sellers.keep_years"):
        return 0
    until = local_date(at, coop.timezone).year - rules.value("sellers.keep_years")
    over = Report.objects.select_for_update().filter(coop=coop, blanked_at=None, year__lt=until)
    ids = [report.pk for report in over]
    ReportedSeller.objects.filter(report__in=ids).update(record={})
    return Report.objects.filter(pk__in=ids).update(content="", blanked_at=at)
