"""The rules about raising capital."""

from fractions import Fraction

from django.utils.translation import gettext_lazy as _

from marke_core.rulebook import Amount, Choice, Count, Percent, Rule, Switch

CAPITAL = _("Raising capital")

RULES = [
    Rule(
        key="capital.bought_back",
        type=Switch(
            on=_("are bought back step by step, so that the capital becomes our own"), off=_("are not bought back by plan")
        ),
        default=False,
        title=_("Whether shares are bought back"),
        sentence=_("Shares {value}."),
        section=CAPITAL,
        varies_by=("share_class",),
        explains=_(
            "For capital from outside: what it brings in a year is capped, and everybody sees what is still to be bought back."
        ),
    ),
    Rule(
        key="capital.loan_rate",
        type=Percent(most=Fraction(1, 4)),
        default=[3, 100],
        title=_("The highest interest on loans by members"),
        sentence=_("Members who lend to the co-op get at most {value} interest a year."),
        section=CAPITAL,
        explains=_("What is agreed with a lender stays, also when this changes later."),
    ),
    Rule(
        key="capital.dealing",
        type=Choice(
            {
                "equal": _("everybody gets the same number, up to what they paid for"),
                "pro_rata": _("everybody gets the same part of what they paid for"),
            }
        ),
        default="equal",
        title=_("When more shares are asked for than there are"),
        sentence=_("When more shares of an issue are paid for than there are, {value}."),
        section=CAPITAL,
        explains=_("The last share goes to who subscribed first. What is paid too much is sent back."),
    ),
    Rule(
        key="capital.offer_free_total",
        type=Amount(),
        default=500_000_00,
        title=_("Offers without a document, in all"),
        sentence=_("Up to {value} in 12 months, shares are offered without a document."),
        section=CAPITAL,
        explains=_("All share issues of 12 months count together. What the law of your country allows, the legal form brings."),
    ),
    Rule(
        key="capital.offer_free_each",
        type=Amount(least=1),
        default=5_000_00,
        title=_("Offers without a document, for each person"),
        sentence=_("In an offer without a document, nobody puts in more than {value}, with what they hold already."),
        section=CAPITAL,
    ),
    Rule(
        key="capital.offer_note_total",
        type=Amount(),
        default=5_000_000_00,
        title=_("Offers with an information note"),
        sentence=_("Up to {value} in 12 months, shares are offered with an information note; more is not offered here."),
        section=CAPITAL,
        explains=_("Whoever takes part says that they have read the note of the class, and what they read is kept."),
    ),
    Rule(
        key="capital.offer_persons",
        type=Count(most=100_000),
        default=150,
        title=_("Offers to few people"),
        sentence=_("What is offered to fewer than {value} people, and on no public page, needs no document."),
        section=CAPITAL,
    ),
]
