"""The rules about keeping the money in order."""

from datetime import timedelta
from fractions import Fraction

from django.utils.translation import gettext_lazy as _

from marke.decisions.rulebook import METHODS
from marke_core.rulebook import Choice, Duration, Percent, Rule

SECTION = _("The treasurer's month")

RULES = [
    Rule(
        key="treasury.close_within",
        type=Duration(least=timedelta(0), most=timedelta(days=120)),
        default=20 * 86_400,
        title=_("When a month is closed"),
        sentence=_("The books of a month are closed within {value} of its end."),
        section=SECTION,
        explains=_(
            "What is closed takes no bookings any more, so that what members and the tax office were told stays true. "
            "From the first day after the month the treasurer is asked; with no time at all nobody is."
        ),
    ),
    Rule(
        key="treasury.method_reopen",
        type=METHODS,
        default="majority",
        title=_("Opening closed books again"),
        sentence=_("Books that were closed are opened again when {value}."),
        section=SECTION,
        explains=_(
            "Almost always a correction on the first open day is better: it is seen, and what was told before stays true."
        ),
    ),
    Rule(
        key="treasury.vat_period",
        type=Choice({"monthly": _("every month"), "quarterly": _("every quarter"), "yearly": _("every year")}),
        default="quarterly",
        title=_("How often VAT is handed in"),
        sentence=_("VAT is handed in {value}."),
        section=SECTION,
        explains=_("The tax office says which of them holds for you. Without a VAT number nothing is handed in."),
    ),
    Rule(
        key="treasury.fund_low",
        type=Percent(most=Fraction(5)),
        default=[1, 10],
        title=_("When a fund is low"),
        sentence=_("A fund is low when it holds less than {value} of what clients owe."),
        section=SECTION,
        explains=_("A fund that pays when a client does not should be able to. With 0 % nobody is warned."),
    ),
    Rule(
        key="treasury.bank_low",
        type=Percent(most=Fraction(5)),
        default=[1, 1],
        title=_("When the bank is low"),
        sentence=_("The bank is low when it holds less than {value} of what members are owed for their work."),
        section=SECTION,
        explains=_("Then not everybody can be paid on payday before clients have paid. With 0 % nobody is warned."),
    ),
]
