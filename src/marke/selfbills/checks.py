"""What `marke doctor` asks of invoices in members' names."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Sum

from marke.common.invariants import Invariant, Violation
from marke.invoices.models import Series
from marke.parties.models import Coop
from marke.selfbills.models import SelfBill, SelfBillLine
from marke_core.einvoice import NetLine, Paper, VatGroup, series_faults


def astray(coop: Coop) -> Iterator[Violation]:
    for series in Series.objects.filter(coop=coop, self_bills__isnull=False).distinct().order_by("prefix"):
        papers = SelfBill.objects.filter(series=series).order_by("serial").prefetch_related("lines")
        for fault in series_faults(series.prefix, series.last, [_read(bill) for bill in papers]):
            yield Violation("INV-SELFBILL-1", f"self-billed {fault.number} of {coop.slug}", fault.what)
    billed = SelfBillLine.objects.filter(coop=coop).order_by().values("posting").annotate(net=Sum("net"))
    for posting, amount, net in billed.values_list("posting", "posting__amount", "net"):
        if net not in (0, -amount):
            yield Violation(
                "INV-SELFBILL-1", f"posting {posting} of {coop.slug}", f"credits {-amount}, and {net} of it stands on papers"
            )


def _read(bill: SelfBill) -> Paper:
    lines = tuple(NetLine(bill.vat_category, bill.vat_permille, line.net) for line in bill.lines.all())
    group = VatGroup(bill.vat_category, bill.vat_permille, bill.net, bill.vat)
    return Paper(bill.number, bill.serial, bill.issue_date, bill.net, bill.vat, bill.gross, lines, (group,))


INVARIANTS = [
    Invariant(
        "INV-SELFBILL-1",
        "In a member’s name what was earned is invoiced once, with numbers that have no gap and no double.",
        astray,
    )
]
