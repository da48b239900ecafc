"""VAT of a period, from the invoices and credit notes issued in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import BooleanField, Count, ExpressionWrapper, Q, Sum
from django.utils.translation import gettext_lazy as _

from marke.common.clock import local_date
from marke.invoices.models import Invoice, VatBreakdown
from marke.ledger.periods import Period, month_of, quarter_of, year_of
from marke.parties.models import Coop
from marke.rules.queries import rulebook
from marke.treasury.models import VatPayment, VatReturn

# The codes of EN 16931 that our invoices use, and those that others' do.
CATEGORIES = {
    "S": _("with VAT"),
    "Z": _("zero rate"),
    "E": _("exempt"),
    "O": _("outside VAT"),
    "AE": _("reverse charge"),
    "K": _("goods to another EU country"),
    "G": _("export"),
}
TO_OTHER_COUNTRIES = ("K", "AE")
# The states of the European Union, which a list of sales to others in it is about; Greece writes EL before its numbers.
UNION = frozenset(
    (
        *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "EL", "ES", "FI", "FR", "HR", "HU", "IE", "IT", "LT", "LU", "LV"),
        *("MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"),
    )
)


@dataclass(frozen=True)
class DatedFigure:
    """A figure of the law: in minor units, with where it was read and when that was looked at."""

    amount: int
    source: str
    checked_on: date


# Some pages say “not more than €250 is left out”, some “from €250 on”. Who is listed at €250.00 exactly is listed once too
# often at worst.
CLIENT_LIST_FROM = {
    "BE": DatedFigure(
        25_000,
        "Belgian VAT Code art. 53quinquies and Royal Decree 23; accountable.eu/en-be/blog/annual-client-listing; "
        "stuytsaccounting.be (client listing, 2016)",
        date(2026, 11, 21),
    )
}


@dataclass(frozen=True)
class VatLine:
    """One rate of one category: what was invoiced, and what was credited (below zero)."""

    category: str
    permille: int
    base: int
    vat: int
    credited_base: int
    credited_vat: int
    papers: int

    @property
    def net_base(self) -> int:
        return self.base + self.credited_base

    @property
    def net_vat(self) -> int:
        return self.vat + self.credited_vat


@dataclass(frozen=True)
class VatListing:
    period: Period
    lines: tuple[VatLine, ...]

    @property
    def base(self) -> int:
        return sum(line.net_base for line in self.lines)

    @property
    def vat(self) -> int:
        return sum(line.net_vat for line in self.lines)

    def as_data(self) -> list[dict[str, Any]]:
        return [
            {"category": line.category, "permille": line.permille, "base": line.net_base, "vat": line.net_vat}
            for line in self.lines
        ]


@dataclass(frozen=True)
class ClientTotal:
    """What was invoiced to one VAT number, less what was credited."""

    vat_number: str
    name: str
    base: int
    vat: int
    category: str = ""


def vat_listing(coop: Coop, period: Period) -> VatListing:
    """Per category and rate; one query."""
    rows = (
        VatBreakdown.objects.filter(coop=coop, invoice__issue_date__gte=period.since, invoice__issue_date__lt=period.until)
        .order_by()
        .annotate(is_invoice=ExpressionWrapper(Q(invoice__credits=None), output_field=BooleanField()))
        .values_list("category", "permille", "is_invoice")
        .annotate(total_base=Sum("base"), total_vat=Sum("vat"), papers=Count("invoice", distinct=True))
    )
    found: dict[tuple[str, int], list[int]] = {}
    for category, permille, is_invoice, base, vat, papers in rows:
        sums = found.setdefault((category, permille), [0, 0, 0, 0, 0])
        place = 0 if is_invoice else 2
        sums[place] += base
        sums[place + 1] += vat
        sums[4] += papers
    ordered = sorted(found.items(), key=lambda item: (list(CATEGORIES).index(item[0][0]), -item[0][1]))
    return VatListing(period, tuple(VatLine(category, permille, *sums) for (category, permille), sums in ordered))


def country_of(vat_number: str) -> str:
    """The two letters that a VAT number begins with, or ""."""
    return vat_number[:2].upper() if vat_number[:2].isalpha() else ""


def client_list(coop: Coop, year: Period) -> list[ClientTotal]:
    """Belgium's yearly list: clients with a Belgian VAT number, from the turnover that the law names. Largest first."""
    least = CLIENT_LIST_FROM[coop.country].amount
    rows = Invoice.objects.filter(coop=coop, issue_date__gte=year.since, issue_date__lt=year.until)
    found: dict[str, ClientTotal] = {}
    for buyer, net, vat in rows.order_by("id").values_list("buyer", "net", "vat").iterator(2_000):
        number = _compact(buyer.get("vat_number", ""))
        if country_of(number) != coop.country:
            continue
        before = found.get(number)
        found[number] = ClientTotal(
            number, buyer["name"], net + (before.base if before else 0), vat + (before.vat if before else 0)
        )
    listed = [total for total in found.values() if total.base >= least]
    return sorted(listed, key=lambda total: (-total.base, total.vat_number))


def other_countries(coop: Coop, period: Period) -> list[ClientTotal]:
    """Sales without VAT to VAT numbers of other EU countries (categories K and AE), by client and category."""
    rows = VatBreakdown.objects.filter(
        coop=coop,
        category__in=TO_OTHER_COUNTRIES,
        invoice__issue_date__gte=period.since,
        invoice__issue_date__lt=period.until,
    )
    found: dict[tuple[str, str], ClientTotal] = {}
    for buyer, category, base in rows.order_by("id").values_list("invoice__buyer", "category", "base").iterator(2_000):
        number = _compact(buyer.get("vat_number", ""))
        country = country_of(number)
        if country not in UNION or country == _own_letters(coop):
            continue
        before = found.get((number, category))
        found[number, category] = ClientTotal(number, buyer["name"], base + (before.base if before else 0), 0, category)
    return sorted(found.values(), key=lambda total: (total.vat_number, total.category))


def has_sales_to_other_countries(coop: Coop) -> bool:
    return VatBreakdown.objects.filter(coop=coop, category__in=TO_OTHER_COUNTRIES).exists()


def _compact(number: str) -> str:
    return "".join(letter for letter in number.upper() if letter.isalnum())


def _own_letters(coop: Coop) -> str:
    return "EL" if coop.country == "GR" else coop.country


def vat_period_of(coop: Coop, day: date, at: datetime) -> Period:
    """The period in which VAT of a day is handed in, by the rule treasury.vat_period."""
    rhythm = rulebook(coop, at).value("treasury.vat_period")
    return {"monthly": month_of, "quarterly": quarter_of, "yearly": year_of}[rhythm](day)


def last_vat_period(coop: Coop, at: datetime) -> Period:
    """The last one that is over."""
    return vat_period_of(coop, local_date(at, coop.timezone), at).before


def handed_in(coop: Coop, period: Period) -> VatReturn | None:
    """How the period was handed in, the last time; with what was paid."""
    rows = VatReturn.objects.filter(coop=coop, period=period.code).select_related("handed_in_by", "transaction")
    return rows.order_by("-number").first()


def paid_for(coop: Coop, period: Period) -> int:
    """What was paid for the period, whichever return it was paid on."""
    rows = VatPayment.objects.filter(coop=coop, vat_return__period=period.code)
    return rows.aggregate(paid=Sum("amount"))["paid"] or 0


def left_to_pay(coop: Coop) -> list[tuple[VatReturn, int]]:
    """Every period that was handed in and is not wholly paid, with what is left; the oldest first, two queries."""
    returns = {row.period: row for row in VatReturn.objects.filter(coop=coop).order_by("number")}
    paid = _paid_by_period(coop) if returns else {}
    left = [(row, row.due - paid.get(period, 0)) for period, row in returns.items()]
    return sorted(((row, amount) for row, amount in left if amount > 0), key=lambda found: found[0].since)


def _paid_by_period(coop: Coop) -> dict[str, int]:
    rows = VatPayment.objects.filter(coop=coop).order_by().values_list("vat_return__period").annotate(paid=Sum("amount"))
    return dict(rows.values_list("vat_return__period", "paid"))


def overview(coop: Coop, periods: Sequence[Period]) -> dict[str, dict[str, Any]]:
    """Of each period: the VAT charged in it, how it was handed in, what is left to be paid; three queries for all."""
    first, last = min(period.since for period in periods), max(period.until for period in periods)
    charged = Invoice.objects.filter(coop=coop, issue_date__gte=first, issue_date__lt=last)
    by_day = list(charged.order_by().values_list("issue_date").annotate(vat=Sum("vat"), papers=Count("pk")))
    returns = {row.period: row for row in VatReturn.objects.filter(coop=coop).order_by("number")}
    paid = _paid_by_period(coop)
    found: dict[str, dict[str, Any]] = {}
    for period in periods:
        own = [(vat, papers) for day, vat, papers in by_day if period.since <= day < period.until]
        handed = returns.get(period.code)
        left = handed.due - paid.get(period.code, 0) if handed else 0
        found[period.code] = {
            "vat": sum(vat for vat, _papers in own),
            "papers": sum(papers for _vat, papers in own),
            "handed": handed,
            "left": left,
        }
    return found
