"""Shifts for what is missing: planned, and seen by nobody but who plans until they publish the week."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext as _

from marke.common.numbering import next_number
from marke.parties.models import Coop, Party
from marke.slots.demand import demand, span_of
from marke.slots.models import Shift
from marke.slots.services.locking import alone
from marke.slots.services.planning import MOST_SHIFTS, CannotPlan


def draft_missing(*, coop: Coop, day: date, busy: bool, title: str, by: Party | None, at: datetime) -> list[Shift]:
    """Adds shifts to the week of `day`, so that every hour still to come has as many places as it needs, as past weeks say.

    busy: as many as a busy week needs, not a usual one. What is planned already counts: a second press adds nothing.
    Raises: CannotPlan.
    """
    with alone(coop):
        found = demand(coop, day, at)
        blocks = found.blocks(busy=busy)
        if len(blocks) > MOST_SHIFTS:
            raise CannotPlan(
                _("That would be %(count)s shifts; plan %(most)s at once at most. Make the shortest shift longer.")
                % {"count": len(blocks), "most": MOST_SHIFTS}
            )
        number = next_number(Shift, coop)
        # In the night in which the clocks go forward there is an hour that nobody works.
        spans = [(block, span_of(block, found.monday, coop.timezone)) for block in blocks]
        spans = [(block, span) for block, span in spans if span.ends_at > span.starts_at]
        return Shift.objects.bulk_create(
            Shift(
                coop=coop, number=number + place, title=title, starts_at=span.starts_at, ends_at=span.ends_at, places=block.people,
                planned_at=at, planned_by=by, changed_at=at,
            )
            for place, (block, span) in enumerate(spans)
        )  # fmt: skip
