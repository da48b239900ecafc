"""What somebody chooses to tell, and what may be told at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

SERVICES, SLOTS, AREA, DISTANCE, INCOME, ASSESSMENTS = "services", "time_slots", "area", "distance", "income", "assessments"
FIELDS: Mapping[str, object] = {
    SERVICES: _("what I did: kinds of work, how many, how many hours"),
    SLOTS: _("when I worked: the average day, parts of the day"),
    AREA: _("where: the town, and how far around"),
    DISTANCE: _("how far a job is on average"),
    INCOME: _("what I earned, after the co-op’s contribution"),
    ASSESSMENTS: _("what clients thought in the last twelve months"),
}


@dataclass(frozen=True)
class Choice:
    """The period (`until` is exclusive), the fields, and which of the sentences that clients said."""

    since: date
    until: date
    fields: tuple[str, ...]
    reviews: tuple[int, ...] = ()


def whole_months_before(day: date) -> tuple[date, date]:
    """The twelve whole months before the one of `day`.

    Assessments are told of these alone: between two periods that one could choose to the day lies a single client's answer.
    """
    until = day.replace(day=1)
    return until.replace(year=until.year - 1), until
