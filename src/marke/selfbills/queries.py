"""Questions about invoices in members' names: what was agreed, what is not on one yet, how each stands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db.models import BigIntegerField, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marke.bills.queries import Bought
from marke.ledger.kinds import title
from marke.ledger.periods import Period
from marke.ledger.queries import postings_of_party
from marke.parties.models import Coop, Membership
from marke.rules.queries import rulebook
from marke.selfbills.models import SelfBill, SelfBillAgreement, SelfBillLine
from marke.selfbills.rulebook import MEMBERS
from marke.selfbills.vat import turned

if TYPE_CHECKING:
    from django.db.models import Model

# What the ledger owes members for work. A tip is a present, and what is repaid or helped with is no work.
WORK = ("job", "activity_payout")
STATES = {
    "open": gettext_lazy("may be objected to"),
    "right": gettext_lazy("agreed"),
    "accepted": gettext_lazy("accepted"),
    "objected": gettext_lazy("objected to"),
    "credited": gettext_lazy("taken back"),
    "credit": gettext_lazy("credit note"),
}
TONES = {"open": "warn", "right": "good", "accepted": "good", "objected": "bad"}


def has_self_bills(coop: Coop, at: datetime) -> bool:
    """Whether a co-op shows anything of this."""
    return is_open(coop, at) or SelfBillAgreement.objects.filter(coop=coop).exists()


def is_open(coop: Coop, at: datetime) -> bool:
    rules = rulebook(coop, at)
    return rules.has("selfbills.open_to") and rules.value("selfbills.open_to") == MEMBERS


def agreements(coop: Coop) -> QuerySet[SelfBillAgreement]:
    rows = SelfBillAgreement.objects.filter(coop=coop).select_related("membership__party", "agreed_by", "ended_by", "coop")
    return rows.order_by(F("ended_at").asc(nulls_first=True), "number")


def agreement_of(membership: Membership) -> SelfBillAgreement | None:
    """The one that was asked for or is in force."""
    return agreements(membership.coop).filter(membership=membership, ended_at=None).first()


@dataclass(frozen=True)
class Draft:
    """A line as it would stand on the paper. `net`: minor units, what the member earned."""

    posting: int
    text: str
    date: date
    net: int


def unbilled(agreement: SelfBillAgreement, until: date) -> list[Draft]:
    """Work of the agreement's time, before a day, that stands on no paper, or not with its whole amount."""
    postings = _unbilled(agreement, until).order_by("transaction__date", "transaction__number", "id")
    return [
        Draft(row.pk, _text(row), row.transaction.date, -row.amount - row.billed)  # type: ignore[attr-defined]
        for row in postings
    ]


def _unbilled(agreement: SelfBillAgreement, until: date) -> QuerySet[Model]:
    billed = SelfBillLine.objects.filter(posting=OuterRef("pk")).order_by().values("posting").annotate(net=Sum("net"))
    rows = postings_of_party(agreement.coop, agreement.membership.party).filter(
        account__unit=agreement.coop.currency, transaction__kind__in=WORK,
        transaction__date__gte=agreement.since, transaction__date__lt=until,
    )  # fmt: skip
    with_billed = rows.annotate(billed=Coalesce(Subquery(billed.values("net"), output_field=BigIntegerField()), 0))
    return with_billed.exclude(billed=-F("amount"))


def _text(posting: Model) -> str:
    return title(posting.transaction)[:200]  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Waiting:
    """An agreement in force, and what of its work stands on no paper."""

    agreement: SelfBillAgreement
    net: int


def waiting(coop: Coop, until: date) -> list[Waiting]:
    """One query for each agreement in force: the treasurer's page, never more than members."""
    in_force = agreements(coop).filter(ended_at=None, agreed_at__isnull=False)
    return [Waiting(each, sum(line.net for line in unbilled(each, until))) for each in in_force]


def bills(coop: Coop) -> QuerySet[SelfBill]:
    return (
        SelfBill.objects.filter(coop=coop)
        .select_related("agreement__membership__party", "credits", "reply", "transaction", "coop")
        .prefetch_related("credit_notes")
    )


def of_member(membership: Membership) -> QuerySet[SelfBill]:
    return bills(membership.coop).filter(agreement__membership=membership)


@dataclass(frozen=True)
class Row:
    bill: SelfBill
    state: str

    @property
    def label(self) -> object:
        return STATES[self.state]

    @property
    def tone(self) -> str:
        return TONES.get(self.state, "plain")


def rows(found: Iterable[SelfBill], today: date) -> list[Row]:
    """Of papers read by `bills`."""
    return [Row(bill, state_of(bill, today)) for bill in found]


def state_of(bill: SelfBill, today: date) -> str:
    """A key of STATES."""
    if bill.is_credit_note:
        return "credit"
    if bill.credit_notes.all():
        return "credited"
    reply = getattr(bill, "reply", None)
    if reply is None:
        return "open" if today <= bill.object_until else "accepted"
    return "right" if reply.is_right or reply.answer else "objected"


def issued_in(coop: Coop, since: date, until: date) -> QuerySet[SelfBill]:
    """Of the half-open period, in the order in which they were issued."""
    rows = SelfBill.objects.filter(coop=coop, issue_date__gte=since, issue_date__lt=until)
    return rows.select_related("coop", "agreement__membership__party", "credits").order_by("pk")


def objections(coop: Coop) -> QuerySet[SelfBill]:
    """Those that nobody has answered."""
    return bills(coop).filter(reply__is_right=False, reply__answer="")


def to_be_looked_at(membership: Membership, today: date) -> QuerySet[SelfBill]:
    """Those to which the member may still say something and has not."""
    mine = of_member(membership).filter(credits=None, reply=None, object_until__gte=today)
    return mine.filter(~Q(credit_notes__isnull=False))


def bought(coop: Coop, period: Period) -> list[Bought]:
    """What was bought by papers of a period, as `bills.queries.bought` says it of suppliers' bills."""
    sums: dict[tuple[str, bool], list[int]] = {}
    for bill in issued_in(coop, period.since, period.until).iterator(2_000):
        row = sums.setdefault((turned(bill), bill.is_credit_note), [0, 0, 0])
        for place, amount in enumerate((bill.net, bill.own_vat, bill.deducted)):
            row[place] += amount
    return [Bought(kind, is_credit_note, *row) for (kind, is_credit_note), row in sums.items()]


def csv_header() -> Sequence[str]:
    return [_("Number"), _("Date"), _("Member"), _("Net"), _("VAT"), _("Total"), _("State")]
