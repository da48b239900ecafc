"""Suppliers' bills go out with the pay run, and a bank statement knows them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from marke.bills.conditions import left_of
from marke.bills.models import Bill
from marke.bills.queries import accounts_known, due_now, owed, to_come_back
from marke.bills.services.paying import pay_lines, record_bill_payment, record_money_back
from marke.ledger import queries as ledger_queries
from marke.ledger.services import Account
from marke.parties.models import Coop, Party
from marke.payments.payables import Booked, Due, Payable

KIND = "bill"


def _dues(coop: Coop, rows: Sequence[Bill]) -> list[Due]:
    if not rows:
        return []
    accounts = {row.account.party_id: row.account for row in ledger_queries.balances(coop, kind=Account.Kind.PAYABLE)}
    found = []
    for bill in rows:
        assert bill.supplier is not None
        party = bill.supplier.party
        if party.pk in accounts:  # otherwise its credit notes are worth as much as its bills
            found.append(Due(str(bill.number), left_of(bill), party, accounts[party.pk], bill.iban, party.name, bill.reference))
    return found


def due(coop: Coop, at: datetime) -> list[Due]:
    return _dues(coop, due_now(coop, at))


def due_by_bank(coop: Coop, at: datetime) -> list[Due]:
    """Also what is not due yet, and what the supplier collects: somebody may have paid it in the bank's own app."""
    return _dues(coop, owed(coop))


def book(*, coop: Coop, subject: str, amount: int, date: date, once_key: str, by: Party | None, at: datetime) -> Booked:
    """The bank says that it was paid. Raises: as `record_bill_payment`."""
    bill = Bill.objects.select_related("coop").get(coop=coop, number=int(subject))
    paid = record_bill_payment(bill=bill, amount=amount, date=date, once_key=once_key, by=by, at=at, seen_by_bank=True)
    return Booked(paid.refund.transaction, paid.refund)


def due_back(coop: Coop, at: datetime) -> list[Due]:
    """What suppliers may transfer to us, each with the account that somebody vouched for last."""
    rows = to_come_back(coop)
    accounts = accounts_known(coop, [bill.supplier_id for bill in rows if bill.supplier_id])
    return [
        Due(
            str(bill.number), -left_of(bill), bill.supplier.party, iban=accounts.get(bill.supplier.pk, ""),
            holder=bill.supplier.party.name, reference=bill.reference, paper=bill.paper,
        )
        for bill in rows
        if bill.supplier is not None
    ]  # fmt: skip


def book_back(*, coop: Coop, subject: str, amount: int, date: date, once_key: str, by: Party | None, at: datetime) -> Booked:
    """The bank says that it came. Raises: as `record_money_back`."""
    bill = Bill.objects.select_related("coop").get(coop=coop, number=int(subject))
    return Booked(record_money_back(bill=bill, amount=amount, date=date, once_key=once_key, by=by, at=at).transaction)


def told(coop: Coop, subjects: Sequence[str]) -> dict[str, str]:
    """By what the supplier knows the payment: the reference that they asked for, or else their number."""
    rows = Bill.objects.filter(coop=coop, number__in=[int(subject) for subject in subjects])
    return {str(number): reference or paper for number, reference, paper in rows.values_list("number", "reference", "paper")}


def _describe(subject: str) -> str:
    return gettext("Bill %(number)s") % {"number": subject}


def _url(coop: Coop, subject: str) -> str:
    return reverse("bills:bill", args=[coop.slug, subject])


BILLS = Payable(
    kind=KIND, label=gettext_lazy("Suppliers’ bills"), due=due, describe=_describe, url=_url, pay=pay_lines, told=told,
)  # fmt: skip
BY_BANK = Payable(
    kind="bill_by_bank", label=gettext_lazy("Suppliers’ bills"), due=due_by_bank, describe=_describe, url=_url, book=book,
)  # fmt: skip
GIVEN_BACK = Payable(
    kind="bill_back", label=gettext_lazy("Credit notes of suppliers"), due=due_back, describe=_describe, url=_url, book=book_back,
    comes_in=True,
)  # fmt: skip
