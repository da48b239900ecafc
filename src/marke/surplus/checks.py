"""INV-YEAR-1 on live data, for `marke doctor`."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Sum

from marke.common.invariants import Invariant, Violation
from marke.ledger.years import booked_lines
from marke.parties.models import Coop
from marke.rounds.models import Round
from marke.surplus.lines import fingerprint_of
from marke.surplus.models import YearClose

SENTENCE = (
    "a closed year is what was voted on, to the last cent: its lines have that fingerprint, and the ledger booked their sum"
)


def check_years(coop: Coop) -> Iterator[Violation]:
    years = YearClose.objects.filter(coop=coop, round__state__in=(Round.State.CLOSED, *Round.FIXED)).select_related(
        "round", "coop"
    )
    for year in years:
        where = f"{year.round} of {coop.slug}"
        if year.round.result_digest != year.digest:
            yield Violation("INV-YEAR-1", where, f"was fixed as {year.round.result_digest[:12]}, and says {year.digest[:12]}")
        if (now := fingerprint_of(year)) != year.digest:
            yield Violation("INV-YEAR-1", where, f"its lines have the fingerprint {now[:12]}, not {year.digest[:12]}")
        sums = year.lines.aggregate(paid=Sum("paid"), withheld=Sum("withheld"), kept=Sum("kept"))
        found = {name: total or 0 for name, total in sums.items()}
        if found != {"paid": year.paid, "withheld": year.withheld, "kept": year.kept}:
            yield Violation("INV-YEAR-1", where, f"its lines sum to {found}, not to {year.paid}, {year.withheld}, {year.kept}")
        if year.round.state in Round.FIXED:
            booked = booked_lines(coop, f"year_close:{year.round.number}.", ":1")
            if booked != {name: total for name, total in found.items() if total}:
                yield Violation("INV-YEAR-1", where, f"the ledger booked {booked} for members, and the lines say {found}")


INVARIANTS = [Invariant("INV-YEAR-1", SENTENCE, check_years)]
