"""What the app below, about people, asks of payments: what is kept of somebody, and where they are paid once they have left."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from marke.parties.events import PartyErased
from marke.parties.models import Membership, Party
from marke.parties.my_data import moment
from marke.payments.conditions import earned_before
from marke.payments.models import BankAccount, BankEntry, Payment, PaymentRequest, PayRunLine, Refund
from marke.payments.queries import HIDDEN, latest_account, owed_now
from marke.rounds.models import Round
from marke_core.banking import show_iban

Rows = Iterable[Mapping[str, Any]]


def payment_requests(party: Party) -> Rows:
    """What somebody was asked to pay, and how much of it was paid."""
    for request in PaymentRequest.objects.filter(party=party).with_paid().select_related("coop").order_by("id"):
        yield {
            "co-op": request.coop.name,
            "request": request.number,
            "for": f"{request.purpose} {request.subject}",
            "reference": request.reference,
            "amount": request.amount,
            "paid": request.paid,  # type: ignore[attr-defined]
            "due_date": request.due_date.isoformat(),
            "asked_at": moment(request.created_at),
            "withdrawn_at": moment(request.withdrawn_at),
        }


def payments(party: Party) -> Rows:
    """What came in from somebody."""
    rows = Payment.objects.filter(request__party=party).select_related("coop", "request").order_by("id")
    for payment in rows:
        assert payment.request is not None
        yield {
            "co-op": payment.coop.name,
            "payment": payment.number,
            "request": payment.request.number,
            "date": payment.date.isoformat(),
            "amount": payment.amount,
            "counted": payment.applied,
            "note": payment.note,
            "taken_back_at": moment(payment.reversed_at),
        }


def bank_entries(party: Party) -> Rows:
    """What the bank said of payments that somebody made, and of their pay."""
    own = BankEntry.objects.filter(Q(payment__request__party=party) | Q(pay_line__party=party) | Q(refund__party=party))
    for entry in own.select_related("coop", "statement").order_by("id"):
        yield {
            "co-op": entry.coop.name,
            "statement": entry.statement.number,
            "date": entry.booked_on.isoformat(),
            "amount": entry.amount,
            "name": entry.name,
            "iban": entry.iban,
            "text": entry.text,
        }


def refunds(party: Party) -> Rows:
    for refund in Refund.objects.filter(party=party).select_related("coop").order_by("id"):
        yield {
            "co-op": refund.coop.name,
            "refund": refund.number,
            "date": refund.date.isoformat(),
            "amount": refund.amount,
            "note": refund.note,
        }


def pay(party: Party) -> Rows:
    """What somebody was paid or is about to be; drafts are nobody's pay yet."""
    rows = PayRunLine.objects.filter(party=party).exclude(run__state__in=HIDDEN).select_related("coop", "run").order_by("id")
    for line in rows.prefetch_related("run__moves"):
        paid_on = next((move.date for move in line.run.moves.all() if move.state == Round.State.SETTLED), None)
        yield {
            "co-op": line.coop.name,
            "pay_run": line.run.number,
            "state": line.run.state,
            "for": f"{line.kind} {line.subject}".strip(),
            "earned_before": earned_before(line.run).isoformat(),
            "amount": line.amount,
            "iban": line.iban,
            "holder": line.holder,
            "left_out": line.left_out,
            "paid_on": paid_on.isoformat() if paid_on else "",
        }


def bank_accounts(party: Party) -> Rows:
    """Every account that somebody gave, also those they gave up. The key in the mailed link is not data about them."""
    for account in BankAccount.objects.filter(party=party).select_related("coop").order_by("id"):
        yield {
            "co-op": account.coop.name,
            "iban": account.iban,
            "holder": account.holder,
            "mail": account.email,
            "asked_at": moment(account.requested_at),
            "confirmed_at": moment(account.confirmed_at),
            "used_from": moment(account.usable_from),
            "given_up_at": moment(account.cancelled_at),
        }


def leaving_notes(membership: Membership) -> Sequence[str]:
    """Where what is still owed is paid to."""
    if membership.party_id not in owed_now(membership.coop):
        return []
    account = latest_account(membership.coop, membership.party)
    if account is None:
        return [_("You have not given a bank account yet. Under My pay you can do that now or after you have left.")]
    told = _("The next pay run pays what you have earned, however little it is, to %(iban)s (%(holder)s).")
    return [told % {"iban": show_iban(account.iban), "holder": account.holder}]


def forget_accounts(event: PartyErased) -> None:
    """Where somebody was to be paid; where they were paid stays on the pay lists."""
    BankAccount.objects.filter(party=event.party).delete()
