"""Questions about years that are closed."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import QuerySet

from marke.common.clock import local_date
from marke.ledger.periods import Period, year_of
from marke.parties.models import Coop, Membership
from marke.rounds.models import Round
from marke.surplus.models import MemberYear, YearClose

State = Round.State


def years(coop: Coop) -> QuerySet[YearClose]:
    """Every year that is or was being closed, the newest first; those put away are left out."""
    rows = YearClose.objects.filter(coop=coop).exclude(round__state=State.CANCELLED)
    return rows.select_related("round", "coop", "proposal").order_by("-round__since", "-round__number")


def year_numbered(coop: Coop, number: int) -> YearClose | None:
    return YearClose.objects.filter(coop=coop, round__number=number).select_related("round", "coop", "proposal").first()


def my_line(year: YearClose, membership: Membership) -> MemberYear | None:
    """What this member gets; with the corrections that came after."""
    rows = year.lines.filter(membership=membership).select_related("year__round", "membership__party")
    return rows.prefetch_related("corrections").first()


def next_year_to_close(coop: Coop, at: datetime) -> Period | None:
    """The calendar year after the last one closed; the last that is over, when none was. None while it is not over."""
    today = local_date(at, coop.timezone)
    last = years(coop).first()
    if last is not None and last.round.until is not None:
        following = year_of(last.round.until)
        return following if following.until <= today else None
    before = year_of(date(today.year - 1, 1, 1))
    return before if local_date(coop.created_at, coop.timezone) < before.until else None


def pay_before(year: YearClose) -> date | None:
    """The day before which the rules want members to be paid."""
    months, until = year.figures.get("pay_within"), year.round.until
    if not months or until is None or not year.paid:
        return None
    last = until.month - 1 + months
    return until.replace(year=until.year + last // 12, month=last % 12 + 1, day=1)


def loss_carried_too_long(year: YearClose) -> int:
    """For how many closed years in a row a loss has been carried, where that is more than the rules allow; else 0."""
    most = year.figures.get("loss_years")
    if not most or year.carried >= 0:
        return 0
    earlier = years(year.coop).filter(round__until__lte=year.round.since).values_list("carried", flat=True)
    count = 1 + next((place for place, carried in enumerate(earlier) if carried >= 0), len(earlier))
    return count if count > most else 0
