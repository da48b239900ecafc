"""The rules about invoices."""

from datetime import timedelta
from fractions import Fraction

from django.utils.translation import gettext_lazy as _

from marke_core.rulebook import (
    Amount,
    Choice,
    Column,
    Count,
    Duration,
    IndexPlusSpread,
    LowestOf,
    Part,
    Percent,
    Rule,
    Table,
    Word,
)

INVOICES = _("Invoices")
# From the half-year that begins with this month: the rate.
REFERENCE_RATES = Table(
    columns={"since": Column(Word(longest=7), _("From")), "rate": Column(Percent(least=Fraction(-1, 10)), _("Interest a year"))},
    keys=1,
    row=_("{rate} from {since}"),
    example=("2026-07", Fraction(43, 2000)),
)
REMINDERS = Table(
    columns={
        "who": Column(Choice({"business": _("a business"), "person": _("a person")}), _("Whom")),
        "days": Column(Count(least=1, most=365), _("Days after it was due")),
    },
    keys=2,
    row=_("{who} {days} days after it was due"),
    empty=_("never"),
    most_rows=12,
)

RULES = [
    Rule(
        key="invoices.term",
        type=Duration(least=timedelta(0), most=timedelta(days=120)),
        default=30 * 86_400,
        title=_("How long clients have to pay"),
        sentence=_("An invoice is to be paid within {value}."),
        section=INVOICES,
        explains=_("Between businesses the law of the European Union expects 30 days, and at most 60 unless clearly agreed."),
    ),
    Rule(
        key="invoices.quote_valid",
        type=Duration(least=timedelta(days=1), most=timedelta(days=365)),
        default=30 * 86_400,
        title=_("How long a quote is valid"),
        sentence=_("A quote is valid for {value}, unless another day stands on it."),
        section=INVOICES,
        explains=_("After that day the client cannot accept it by the link any more, and whoever made it writes a new one."),
        fine_print=True,
    ),
    Rule(
        key="invoices.longest_term",
        type=Duration(least=timedelta(0), most=timedelta(days=120)),
        default=60 * 86_400,
        title=_("The longest term that a member can give"),
        sentence=_("A member can give a client at most {value} to pay."),
        section=INVOICES,
        explains=_("Whoever gives a client long to pay lets the others wait, where the co-op pays members before clients do."),
        fine_print=True,
    ),
    Rule(
        key="invoices.late_interest",
        type=IndexPlusSpread({"ecb": _("the European Central Bank's reference rate")}, most=Fraction(20, 100)),
        default={"index": "ecb", "spread": [8, 100]},
        title=_("Interest on late payment"),
        sentence=_("A business that pays late owes interest of {value} a year."),
        section=INVOICES,
        explains=_("It stands on invoices to organisations. 8 percentage points is the legal minimum of Directive 2011/7/EU."),
    ),
    Rule(
        key="invoices.late_cap",
        type=LowestOf(
            {
                "amount": Part(Amount()),
                "share": Part(Percent(), _("{value} of the invoice")),
            }
        ),
        default={"amount": 4_000, "share": [1, 10]},
        title=_("The fixed sum for late payment"),
        sentence=_("A business that pays late owes, once, {value} for the work of asking again."),
        section=INVOICES,
        explains=_("It stands on invoices to organisations, worked out for the invoice. The law allows €40 at least."),
    ),
    Rule(
        key="invoices.reference_rates",
        type=REFERENCE_RATES,
        default=[
            ["2019-01", [0, 1]],
            ["2023-01", [5, 200]],
            ["2023-07", [1, 25]],
            ["2024-01", [9, 200]],
            ["2024-07", [17, 400]],
            ["2025-01", [63, 2000]],
            ["2025-07", [43, 2000]],
            ["2026-01", [43, 2000]],
        ],
        title=_("The reference rate for late payment"),
        sentence=_("Interest on late payment counts from the reference rate of the half-year: {value}."),
        section=INVOICES,
        explains=_(
            "The rate of the European Central Bank for its main refinancing operations on 1 January holds for the first half "
            "of a year, that of 1 July for the second. Add a row each half-year; until then the last one goes on."
        ),
        fine_print=True,
    ),
    Rule(
        key="invoices.reminders",
        type=REMINDERS,
        default=[],  # whoever does not read the bank's statement every week would ask clients who have paid
        title=_("When clients are asked again to pay"),
        sentence=_("A client who has not paid is asked again by mail: {value}."),
        section=INVOICES,
        explains=_(
            "It goes by itself, so the bank's statements have to be read in time: nobody is asked who has paid. "
            "From the first letter a business is told the interest and the fixed sum that the law gives; a person is asked "
            "without any cost. In Belgium the first letter to a person is free, and nothing more is due for two weeks after it."
        ),
    ),
    Rule(
        key="invoices.reminders_made_up",
        type=Duration(least=timedelta(0), most=timedelta(days=60)),
        default=14 * 86_400,
        title=_("How late a letter may still go out by itself"),
        sentence=_("A client is still asked again by itself within {value} of the day for it; later, somebody has to do it."),
        section=INVOICES,
        explains=_(
            "The letters of the weeks before are not made up for all at once, when the program stood still or when members "
            "have just decided that clients are asked again."
        ),
        fine_print=True,
    ),
]
