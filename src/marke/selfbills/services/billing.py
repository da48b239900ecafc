"""The co-op writes a member's invoice for what the ledger owes for work anyway. Only its VAT is booked, as a supplier's is: nothing
is counted twice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from marke.bills.incoming_vat import IncomingVat, deductible, legs_of, reckoned
from marke.bills.rulebook import DEDUCTED
from marke.common import clock
from marke.common.mail import write_mail
from marke.common.money import format_money
from marke.common.refusal import Refused
from marke.invoices.services.numbers import take_number
from marke.invoices.vat_choices import VatChoice
from marke.ledger import services as ledger
from marke.ledger.services import Account, NewPosting, Transaction
from marke.parties.models import Coop, Party
from marke.rules.queries import rulebook
from marke.selfbills.models import SelfBill, SelfBillAgreement, SelfBillLine, SelfBillReply
from marke.selfbills.queries import Draft, unbilled
from marke.selfbills.rulebook import MONTHLY
from marke.selfbills.services.agreeing import AgreementEnded
from marke.selfbills.snapshots import buyer_of, seller_of
from marke.selfbills.vat import called, own_rate, why_none
from marke_core.einvoice import NetLine, vat_breakdown

KIND = "self_bill"


class NothingToBill(Refused):
    """No work stands off the papers, or corrections outweigh it."""


class CreditedAlready(Refused):
    """The paper was taken back."""


class NoReason(Refused):
    """The member and the books ask why."""


@transaction.atomic
def bill_work(*, agreement: SelfBillAgreement, until: date, by: Party | None, at: datetime) -> SelfBill:
    """An invoice in the member's name for all work before a day that stands on none. Asking again finds nothing left.

    Raises: AgreementEnded when it is not in force, NothingToBill, EarlierThanTheLast.
    """
    ledger.lock_ledger(agreement.coop)
    agreement = SelfBillAgreement.objects.select_related("coop", "membership__party").get(pk=agreement.pk)
    if not agreement.is_in_force:
        raise AgreementEnded(_("Without an agreement that both sides signed, the co-op writes no invoice in this name."))
    with translation.override(language_of(agreement)):
        lines = unbilled(agreement, until)
    if sum(line.net for line in lines) <= 0:
        raise NothingToBill(
            _("%(name)s has earned nothing before %(day)s that is not on an invoice yet.")
            % {"name": agreement.membership.party.name, "day": until.isoformat()}
        )
    bill = _written(agreement, lines, by, at)
    _tell(bill, at)
    return bill


@transaction.atomic
def credit_self_bill(*, bill: SelfBill, reason: str, by: Party | None, at: datetime) -> SelfBill:
    """Takes the whole paper back; its work can be billed again. Raises: CreditedAlready, NoReason, EarlierThanTheLast."""
    ledger.lock_ledger(bill.coop)
    bill = SelfBill.objects.select_related("coop", "agreement__membership__party", "agreement__coop").get(pk=bill.pk)
    reason = " ".join(reason.split())[:300]
    if bill.is_credit_note or bill.credit_notes.exists():
        raise CreditedAlready(_("%(number)s was taken back, or is a credit note itself.") % {"number": bill.number})
    if not reason:
        raise NoReason(_("Write why invoice %(number)s is taken back: the member reads it.") % {"number": bill.number})
    lines = [Draft(line.posting_id, line.text, line.date, -line.net) for line in bill.lines.all()]
    note = _written(bill.agreement, lines, by, at, credits=bill, reason=reason)
    SelfBillReply.objects.filter(bill=bill, is_right=False, answer="").update(
        answer=SelfBillReply.Answer.CREDITED, answer_text=reason, answered_at=at, answered_by=by
    )
    _tell(note, at)
    return note


def bill_due(at: datetime) -> int:
    """By the rule: for every agreement the months that are over, once in each month. Returns how many papers were written."""
    written = 0
    for coop in Coop.objects.filter(pk__in=SelfBillAgreement.objects.filter(ended_at=None).values("coop")):
        rules, month = rulebook(coop, at), clock.local_date(at, coop.timezone).replace(day=1)
        if rules.value("selfbills.rhythm") != MONTHLY:
            continue
        done = SelfBill.objects.filter(coop=coop, issue_date__gte=month, credits=None).values("agreement")
        for agreement in SelfBillAgreement.objects.filter(coop=coop, ended_at=None, agreed_at__isnull=False).exclude(pk__in=done):
            try:
                bill_work(agreement=agreement, until=month, by=None, at=at)
            except Refused:  # nothing to bill, or ended a moment ago: the others have theirs
                continue
            written += 1
    return written


def language_of(agreement: SelfBillAgreement) -> str:
    return agreement.membership.party.language or agreement.coop.language


def _written(
    agreement: SelfBillAgreement, lines: Sequence[Draft], by: Party | None, at: datetime, *,
    credits: SelfBill | None = None, reason: str = "",
) -> SelfBill:  # fmt: skip
    coop, language = agreement.coop, credits.language if credits else language_of(agreement)
    day = clock.local_date(at, coop.timezone)
    series, number = take_number(coop, day, f"S{agreement.membership.number}-", SelfBill)
    seller, buyer = (credits.seller, credits.buyer) if credits else (seller_of(agreement, at), buyer_of(coop, agreement))
    choice = VatChoice(agreement.vat_category, agreement.vat_permille)
    [group] = vat_breakdown(NetLine(choice.category, choice.permille, line.net) for line in lines)
    until = day + timedelta(days=agreement.object_days)
    bill = SelfBill(
        coop=coop, agreement=agreement, series=series, serial=series.last, number=number, credits=credits, issue_date=day,
        due_date=day if credits else day + rulebook(coop, at).value("invoices.term"), object_until=until, seller=seller, buyer=buyer,
        notes=_notes(agreement, language, reason), currency=coop.currency, language=language, vat_category=choice.category,
        vat_permille=choice.permille, lines_count=len(lines), net=group.base, vat=group.vat, gross=group.base + group.vat,
        issued_at=at, issued_by=by,
        reason=why_none(
            choice, is_small=agreement.is_small, country=seller["country"], buyer_country=buyer["country"], language=language
        ),
    )  # fmt: skip
    vat = _incoming(bill, at)
    bill.deducted, bill.own_vat = vat.deducted, vat.own
    bill.transaction = _book(bill, vat, by, at)
    bill.save(force_insert=True)
    SelfBillLine.objects.bulk_create(
        SelfBillLine(coop=coop, bill=bill, position=place, posting_id=line.posting, text=line.text, date=line.date, net=line.net)
        for place, line in enumerate(lines, 1)
    )
    return bill


def _notes(agreement: SelfBillAgreement, language: str, reason: str) -> list[str]:
    with translation.override(language):
        said = _("%(self_billing)s, by agreement %(number)s of %(day)s.") % {
            "self_billing": called(language), "number": agreement.number,
            "day": clock.local_date(agreement.asked_at, agreement.coop.timezone).isoformat(),
        }  # fmt: skip
        within = _("It counts as accepted if the seller does not object within %(days)s days.") % {"days": agreement.object_days}
    return [reason, said] if reason else [said, within]


def _incoming(bill: SelfBill, at: datetime) -> IncomingVat:
    """As of a supplier's bill: what the rule says is taken off, and where the member leaves the VAT to the co-op it is reckoned
    here, at the standard rate. A credit note mirrors what it takes back."""
    if bill.credits is not None:
        return IncomingVat(bill.vat, -bill.credits.own_vat, -bill.credits.deducted)
    own = reckoned(bill.net, own_rate(bill))
    return IncomingVat(bill.vat, own, deductible(bill.coop, bill.vat + own, at))


def _book(bill: SelfBill, vat: IncomingVat, by: Party | None, at: datetime) -> Transaction | None:
    """What is taken off, what the co-op owes itself, what of it is cost, and what is owed to the member. The net was booked with
    the work."""
    if not bill.vat and not vat.own:
        return None
    coop, party = bill.coop, bill.agreement.membership.party
    expense = ledger.open_account(coop=coop, kind=Account.Kind.EXPENSE, at=at)
    earnings = ledger.open_account(coop=coop, kind=Account.Kind.EARNINGS, party=party, at=at)
    return ledger.post(
        coop=coop,
        kind=KIND,
        key=f"{KIND}:{bill.number}:1",
        date=bill.issue_date,
        postings=[
            NewPosting(expense, vat.cost, "vat_cost"),
            *legs_of(coop, vat, at),
            NewPosting(earnings, -bill.vat, "vat_owed"),
        ],
        by=by,
        at=at,
        basis=ledger.record_basis(coop=coop, scheme=KIND, version=2, rule_values=rulebook(coop, at).uids(DEDUCTED)),
        facts={
            "self_bill": bill.number, "net": bill.net, "vat": bill.vat, "permille": bill.vat_permille,
            "deducted": bill.deducted, "own_vat": bill.own_vat,
        },
    )  # fmt: skip


def _tell(bill: SelfBill, at: datetime) -> None:
    party = bill.agreement.membership.party
    if not party.email:
        return
    link = settings.BASE_URL + reverse("selfbills:bill", args=[bill.coop.slug, bill.number])
    with translation.override(bill.language):
        said = {
            "name": party.name, "number": bill.number, "coop": bill.coop.name, "link": link, "day": bill.object_until.isoformat(),
            "amount": format_money(abs(bill.gross), bill.currency, bill.language),
        }  # fmt: skip
        if bill.is_credit_note:
            subject = _("Credit note %(number)s in your name")
            text = _("Hello %(name)s,\n\nan invoice in your name was taken back by credit note %(number)s, %(amount)s:\n%(link)s")
        else:
            subject = _("Invoice %(number)s in your name")
            text = _(
                "Hello %(name)s,\n\n%(coop)s wrote invoice %(number)s in your name: %(amount)s. It is in your books as your own "
                "invoice.\n\nIf it is wrong, say so by %(day)s:\n%(link)s"
            )
        write_mail(to=party.email, subject=subject % said, text=text % said, at=at)
