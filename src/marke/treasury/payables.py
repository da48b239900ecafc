"""A bank statement knows VAT that was paid to the tax office."""

from __future__ import annotations

from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from marke.ledger.periods import parse_period
from marke.parties.models import Coop, Party
from marke.payments.payables import Booked, Due, Payable, Recorded
from marke.payments.statement_queries import last_account_for
from marke.treasury.models import VatPayment, VatReturn
from marke.treasury.services import record_vat_payment
from marke.treasury.vat import country_of, left_to_pay
from marke_core.banking import structured_reference

KIND = "vat"


def reference_of(coop: Coop) -> str:
    """The structured reference that the tax office asks for, where it follows from the VAT number; else "".

    Source: zelfstandige.vlaanderen, “Wat is de gestructureerde mededeling” (the ten digits of the enterprise number and
    their check digits), read on 2026-11-22.
    """
    digits = "".join(char for char in coop.vat_number if char.isascii() and char.isdigit())
    is_belgian = coop.country == "BE" and country_of(coop.vat_number) in ("BE", "")
    return structured_reference("BE", int(digits)) if is_belgian and len(digits) == 10 and int(digits) else ""


def due(coop: Coop, at: datetime) -> list[Due]:
    """What is left of every period that was handed in, the oldest first."""
    left = left_to_pay(coop)
    if not left:
        return []
    iban, reference = last_account_for(coop, KIND), reference_of(coop)
    return [Due(row.period, amount, iban=iban, reference=reference) for row, amount in left]


def book(*, coop: Coop, subject: str, amount: int, date: date, once_key: str, by: Party | None, at: datetime) -> Booked:
    """As somebody who records it by hand. Raises: as `record_vat_payment`."""
    handed = VatReturn.objects.filter(coop=coop, period=subject).select_related("coop").order_by("-number")[0]
    paid = record_vat_payment(vat_return=handed, amount=amount, date=date, once_key=once_key, by=by, at=at)
    return Booked(paid.transaction)


def recorded(coop: Coop, since: date, until: date) -> list[Recorded]:
    rows = VatPayment.objects.filter(coop=coop, date__gte=since, date__lte=until).select_related("transaction", "vat_return")
    return [Recorded(row.amount, row.date, row.transaction, row.vat_return.period) for row in rows.order_by("number")]


VAT = Payable(
    kind=KIND,
    label=gettext_lazy("VAT"),
    due=due,
    describe=lambda subject: gettext("VAT of %(period)s") % {"period": parse_period(subject).label},
    url=lambda coop, subject: reverse("treasury:vat_period", args=[coop.slug, subject]),
    book=book,
    recorded=recorded,
)
