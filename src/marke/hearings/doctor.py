"""INV-HEAR-1 on live data: nobody is suspended or excluded without a case in which they had notice."""

from __future__ import annotations

from collections.abc import Iterator

from marke.common.invariants import Invariant, Violation
from marke.hearings.models import Case, Suspension
from marke.parties.models import Coop, Membership
from marke.shares.models import ShareExit

HEAR_1 = "INV-HEAR-1"


def unheard(coop: Coop) -> Iterator[Violation]:
    """Three questions, however many members."""
    running = Suspension.objects.filter(coop=coop, ended_at=None, case__notice_at__isnull=False)
    resting = Membership.objects.filter(coop=coop, state=Membership.State.SUSPENDED)
    for number in resting.exclude(pk__in=running.values("membership")).values_list("number", flat=True):
        yield Violation(HEAR_1, f"member {number} of {coop.slug}", "is suspended without a case")
    early = Suspension.objects.filter(coop=coop).exclude(case__notice_at__isnull=False)
    for number in early.values_list("case__number", flat=True):
        yield Violation(HEAR_1, f"case {number} of {coop.slug}", "suspends somebody who was not told")
    final = Case.objects.filter(
        coop=coop, state=Case.State.FINAL, outcome=Case.Outcome.EXCLUDED, notice_at__isnull=False
    ).exclude(upheld=False)
    ended = ShareExit.objects.filter(coop=coop, kind=ShareExit.Kind.EXCLUSION).exclude(membership__in=final.values("membership"))
    for number in ended.values_list("membership__number", flat=True).distinct():
        yield Violation(HEAR_1, f"member {number} of {coop.slug}", "was excluded without a case")


HEARING_INVARIANT = Invariant(HEAR_1, "Nobody is suspended or excluded without a case in which they had notice.", unheard)
