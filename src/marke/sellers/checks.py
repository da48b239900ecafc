"""What `marke doctor` asks of reports on sellers."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

from marke.common.invariants import Invariant, Violation
from marke.parties.models import Coop
from marke.sellers.models import Report, ReportedSeller


def astray(coop: Coop) -> Iterator[Violation]:
    for report in Report.objects.filter(coop=coop).order_by("number"):
        where = f"report {report.number} on sellers of {coop.slug}"
        if report.blanked_at is None and sha256(report.content.encode()).hexdigest() != report.digest:
            yield Violation("INV-REPORT-1", where, "its content is not what its fingerprint says")
        told = ReportedSeller.objects.filter(report=report).count()
        if told != report.sellers_count:
            yield Violation("INV-REPORT-1", where, f"says {report.sellers_count} sellers, and {told} are kept")
    rows = ReportedSeller.objects.filter(coop=coop, corrects__isnull=False).select_related("corrects__report", "report")
    for row in rows.iterator(2_000):
        before = row.corrects
        assert before is not None
        if before.membership_id != row.membership_id or before.report.year != row.report.year:
            yield Violation("INV-REPORT-1", f"{row.ref} of {coop.slug}", f"corrects {before.ref}, which is about something else")


INVARIANTS = [
    Invariant(
        "INV-REPORT-1",
        "What was reported of sellers stays as it was, and a correction names what it corrects, of the same seller and year.",
        astray,
    )
]
