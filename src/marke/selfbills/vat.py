"""Which VAT a member charges the co-op, in words that the member understands."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from marke.bills.incoming_vat import reason_for
from marke.invoices.vat_choices import Advice, Trader, VatChoice, advise, label_of
from marke.invoices.vat_notes import reason
from marke.jobs.vat_rates import standard_rate
from marke.parties.models import Coop
from marke.selfbills.models import SelfBill

SMALL = "small"
GOODS = ("K", "G")
# How the law wants such a paper to be called: Directive 2006/112/EC, art. 226, point 10a, in the words of each language.
SELF_BILLING = {
    "en": "Self-billing", "nl": "Factuur uitgereikt door afnemer", "fr": "Autofacturation", "de": "Gutschrift",
    "es": "Facturación por el destinatario", "it": "Autofatturazione", "pt": "Autofaturação",
}  # fmt: skip


def advice_for(coop: Coop, country: str, on: date) -> Advice:
    """What a member who is a business in this country can charge the co-op for work."""
    found = advise(
        Trader(country or coop.country, True, True),
        Trader(coop.country, bool(coop.vat_number), True),
        without_number="E",
        on=on,
    )
    return Advice(tuple(choice for choice in found.choices if choice.category not in GOODS), found.why)


def options(advice: Advice) -> list[tuple[str, str]]:
    """(key, words), what is usual first; a small enterprise that charges none stands beside what the law gives all."""
    small = (SMALL, _("none: I am exempt as a small enterprise"))
    found = [(choice.key, label_of(choice)) for choice in advice.choices]
    return [*found[:1], small, *found[1:]]


def words(choice: VatChoice, *, is_small: bool) -> str:
    return _("none: exempt as a small enterprise") if is_small else label_of(choice)


def why_none(choice: VatChoice, *, is_small: bool, country: str, buyer_country: str, language: str) -> str:
    """What the paper says where no VAT is charged."""
    return reason(
        category=choice.category, country=country, has_vat_number=not is_small, language=language, buyer_country=buyer_country
    )


def turned(bill: SelfBill) -> str:
    """Why the VAT of it is the co-op's own to reckon, one of `Bill.Own`; "" where it is not. Work is a service."""
    return reason_for(bill.coop, bill.seller["country"], bill.vat_category) if bill.vat_category in ("AE", "O") else ""


def own_rate(bill: SelfBill) -> int:
    """At which the co-op reckons the VAT itself, in thousandths: the standard rate; 0 where it does not."""
    if not bill.coop.vat_number or not turned(bill):
        return 0
    return standard_rate(bill.coop.country, bill.issue_date) or 0


def called(language: str) -> str:
    return SELF_BILLING.get(language[:2], SELF_BILLING["en"])
