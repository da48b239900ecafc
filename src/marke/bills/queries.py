"""What waits in the inbox, what is owed, and what of the VAT on bills is taken off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from marke.bills import rulebook as rules
from marke.bills.conditions import OF_SALES, compact, left_of
from marke.bills.incoming_vat import deductible
from marke.bills.models import Bill, BillAddress, BillFile, BillPayment, Supplier, SupplierAccount
from marke.common.clock import local_date
from marke.ledger.periods import Period
from marke.parties.models import Coop
from marke.rules.queries import rulebook

State = Bill.State
TO_DO = (State.INCOMPLETE, State.WAITING, State.DISPUTED, State.SALE)
SHOWN: Mapping[str, tuple[str, ...]] = {
    "todo": TO_DO, "approved": (State.APPROVED, State.SOLD), "refused": (State.REFUSED,), "all": (),
}  # fmt: skip
NEAR = timedelta(days=60)


@dataclass(frozen=True)
class Standing:
    """A bill as it stands now: a word for people, how it looks, and what is left to be paid."""

    word: str
    tone: str
    left: int


@dataclass(frozen=True)
class Bought:
    """Sums of papers that we received. `kind`: of `Bill.Own`, "" where the seller reckoned the VAT · `base`: without VAT · `own`:
    VAT that we owe ourselves · `deducted`: VAT that is taken off."""

    kind: str
    is_credit_note: bool
    base: int
    own: int
    deducted: int


def bills(coop: Coop) -> QuerySet[Bill]:
    """With what was paid on each, and its supplier; the newest first."""
    return Bill.objects.filter(coop=coop).with_left().select_related("supplier__party", "entered_by")


def standings(rows: Sequence[Bill]) -> dict[int, Standing]:
    """How each bill stands; one query more."""
    underway = set(
        BillPayment.objects.filter(bill__in=rows, refund__pay_line__run__state="sent").values_list("bill_id", flat=True)
    )
    return {bill.pk: _standing(bill, bill.pk in underway) for bill in rows}


def _standing(bill: Bill, underway: bool) -> Standing:
    left = left_of(bill)
    if bill.state in OF_SALES:
        return Standing(str(bill.get_state_display()), "warn" if bill.state == State.SALE else "good", 0)
    if bill.state != State.APPROVED:
        tone = {State.REFUSED: "plain", State.DISPUTED: "warn"}.get(State(bill.state), "warn")
        return Standing(str(bill.get_state_display()), tone, bill.payable if bill.state != State.REFUSED else 0)
    if left > 0:
        return Standing(_("to be paid"), "good", left)
    if left < 0:
        return Standing(_("to be taken off the next bill"), "good", left)
    return Standing(_("on its way to the bank") if underway else _("paid"), "good", 0)


def to_decide(coop: Coop) -> dict[str, int]:
    """How many bills wait, by state; one query."""
    rows = Bill.objects.filter(coop=coop, state__in=TO_DO).order_by().values_list("state").annotate(count=Count("pk"))
    return dict(rows)


def account_known(supplier: Supplier) -> str:
    """The account that somebody vouched for last; "" where there is none."""
    last = SupplierAccount.objects.filter(supplier=supplier).order_by("-id").values_list("iban", flat=True).first()
    return last or ""


def accounts_known(coop: Coop, suppliers: Sequence[int]) -> dict[int, str]:
    """Of each supplier the account that somebody vouched for last; one query."""
    rows = SupplierAccount.objects.filter(coop=coop, supplier__in=suppliers).order_by("id")
    return dict(rows.values_list("supplier", "iban"))


def owed(coop: Coop) -> list[Bill]:
    """Approved and not wholly paid, the first due first; one query."""
    rows = bills(coop).filter(state=State.APPROVED).filter(payable__gt=F("paid") + F("taken"))
    return sorted(rows, key=lambda bill: (bill.due_date or bill.issue_date or date.min, bill.number))


def to_come_back(coop: Coop) -> list[Bill]:
    """Credit notes that no bill has used up yet, the oldest first; one query."""
    rows = bills(coop).filter(state=State.APPROVED, payable__lt=0)
    return sorted((bill for bill in rows if left_of(bill) < 0), key=lambda bill: (bill.issue_date or date.min, bill.number))


def due_now(coop: Coop, at: datetime) -> list[Bill]:
    """What goes out with a pay run that is made now, by the rule bills.pay_ahead."""
    rows = [bill for bill in owed(coop) if bill.paid_by == Bill.PaidBy.TRANSFER]
    if not rows:
        return []
    until = local_date(at, coop.timezone) + rulebook(coop, at).value(rules.AHEAD)
    return [bill for bill in rows if (bill.due_date or date.min) <= until]


def deduction(bill: Bill, at: datetime) -> int:
    """What the rule would take off of the VAT on a bill, above zero."""
    return deductible(bill.coop, abs(bill.vat), at)


def bought(coop: Coop, period: Period) -> list[Bought]:
    """What was bought by bills that were approved in the period, by who reckons the VAT; one query.

    Of a bill of which we reckon a part ourselves, the rest stands with those that were charged.
    """
    rows = Bill.objects.filter(coop=coop, booked_on__gte=period.since, booked_on__lt=period.until)
    values = rows.order_by().values_list("own_kind", "is_credit_note")
    found = []
    for kind, is_credit_note, net, base, own, deducted in values.annotate(
        Sum("net"), Sum("own_base"), Sum("own_vat"), Sum("deducted")
    ):
        rest = net - base
        if kind and rest:
            found.append(Bought("", is_credit_note, rest, 0, 0))
        found.append(Bought(kind, is_credit_note, base if kind else net, own, deducted))
    return found


def looks_like(bill: Bill) -> Bill | None:
    """Another bill of the same supplier for the same amount within two months: perhaps the same one under another number."""
    if bill.supplier_id is None or bill.issue_date is None:
        return None
    rows = Bill.objects.filter(supplier=bill.supplier_id, payable=bill.payable).exclude(pk=bill.pk).exclude(state=State.REFUSED)
    near = rows.filter(issue_date__gte=bill.issue_date - NEAR, issue_date__lte=bill.issue_date + NEAR)
    return near.order_by("-number").first()


def is_meant_for_us(coop: Coop, numbers: Sequence[str]) -> bool:
    """Whether one of the numbers of the buyer on the paper is ours; also where nothing is known of one of us."""
    ours = {compact(number)[-9:] for number in (coop.vat_number, coop.registration_number) if number}
    theirs = {compact(number)[-9:] for number in numbers if number}
    return not ours or not theirs or bool(ours & theirs)


def address_of(coop: Coop) -> BillAddress | None:
    return BillAddress.objects.filter(coop=coop, closed_at=None).first()


def files_between(coop: Coop, period: Period) -> QuerySet[BillFile]:
    """The files of bills that were booked in a period, with their bytes."""
    rows = BillFile.objects.filter(coop=coop, bill__booked_on__gte=period.since, bill__booked_on__lt=period.until)
    return rows.select_related("bill").order_by("bill__number", "position")


def unanswered_payments(at: datetime) -> QuerySet[Bill]:
    """Bills that came over the network, were accepted and are wholly paid: the supplier is not told so yet."""
    rows = (
        Bill.objects.filter(source=Bill.Source.NETWORK, state=State.APPROVED)
        .with_left()
        .filter(payable__lte=F("paid") + F("taken"))
    )
    underway = Q(payments__refund__pay_line__run__state="sent")
    return rows.filter(answers__code="AP").exclude(answers__code="PD").exclude(underway).select_related("coop")
