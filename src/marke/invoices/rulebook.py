"""The rules about invoices."""

from datetime import timedelta
from fractions import Fraction

from django.utils.translation import gettext_lazy as _

from marke_core.rulebook import Amount, Duration, IndexPlusSpread, LowestOf, Part, Percent, Rule

INVOICES = _("Invoices")

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
]
