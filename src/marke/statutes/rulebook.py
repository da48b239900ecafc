"""The rules that statutes state and that no page of the program carries out: the co-op sees to them itself.

They are values like all others: dated, decided by a proposal, held against what the legal form says.
"""

from datetime import timedelta
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext_lazy as _

from marke_core.rulebook import Amount, Choice, Count, Duration, Percent, Rule, Switch

SECTION = _("What statutes state")
OURSELVES = _("The program does not carry this out: the co-op sees to it itself.")
ALL, NOTHING = [1, 1], [0, 1]


def _rule(key: str, **declared: Any) -> Rule:
    return Rule(key=f"statutes.{key}", section=SECTION, explains=OURSELVES, **declared)


METHOD = Rule(
    key="statutes.method_form",
    type=Choice(
        {
            "everyone": _("everyone agrees"),
            "majority": _("more are for than against"),
            "two_thirds": _("two thirds are for"),
            "mandate": _("the coordinator decides and says why"),
        }
    ),
    default="two_thirds",
    title=_("Choosing a legal form"),
    sentence=_("Our legal form, or a figure of it that we set ourselves, is decided when {value}."),
    section=SECTION,
    explains=_("Laws often ask for more than half to change statutes, and for a deed after it."),
)

DIRECTING = [
    _rule(
        "directors_pay",
        type=Choice(
            {
                "set": _("paid only as the general meeting sets it, and never by a share of the profit"),
                "unpaid": _("unpaid"),
                "free": _("paid as they agree with the co-op"),
            }
        ),
        default="free",
        title=_("Pay of directors"),
        sentence=_("Directors are {value}."),
    ),
    _rule(
        "classes",
        type=Count(least=1, most=20),
        default=1,
        title=_("Kinds of members"),
        sentence=_("The co-op has members of at least this many kinds: {value}."),
    ),
    _rule(
        "votes_cap_of_present",
        type=Percent(least=Fraction(1, 1000)),
        default=ALL,
        title=_("The most votes of one member"),
        sentence=_("Nobody casts more than {value} of the votes present or represented."),
    ),
    _rule(
        "votes_noncoop",
        type=Percent(),
        default=ALL,
        title=_("Votes of members who take no part in the work"),
        sentence=_("Members who only bring capital have at most {value} of the votes together."),
    ),
    _rule(
        "votes_noncoop_others",
        type=Percent(),
        default=ALL,
        title=_("Votes of those who are no co-ops"),
        sentence=_("Those among them that are not co-operatives have at most {value} of the votes."),
    ),
    _rule(
        "workers_votes",
        type=Percent(),
        default=NOTHING,
        title=_("Votes of workers"),
        sentence=_("Working members have at least {value} of the votes."),
    ),
    _rule(
        "workers_capital",
        type=Percent(),
        default=NOTHING,
        title=_("Capital of workers"),
        sentence=_("Working members hold at least {value} of the capital."),
    ),
    _rule(
        "public_bodies_capital",
        type=Percent(),
        default=ALL,
        title=_("Capital of public bodies"),
        sentence=_("Public bodies hold at most {value} of the capital together."),
    ),
    _rule(
        "special_members",
        type=Percent(),
        default=[1, 2],
        title=_("A special resolution: all members"),
        sentence=_("A special resolution needs {value} of the members."),
    ),
    _rule(
        "special_classes",
        type=Switch(on=_("needs a majority in each kind of member"), off=_("needs no majority in each kind of member")),
        default=False,
        title=_("A special resolution: each kind of member"),
        sentence=_("A special resolution {value}."),
    ),
]

MONEY = [
    _rule(
        "distribution",
        type=Switch(on=_("may be divided among members"), off=_("is never divided among members")),
        default=True,
        title=_("Whether surplus may be divided"),
        sentence=_("A surplus {value}."),
    ),
    _rule(
        "capital_first",
        type=Switch(on=_("less what capital gets"), off=_("before what capital gets")),
        default=False,
        title=_("What capital gets, and the rest"),
        sentence=_("What members get for what they did is measured by the surplus {value}."),
    ),
    _rule(
        "return_needed",
        type=Switch(on=_("no more than is needed to obtain and keep it"), off=_("what the rules about shares say")),
        default=False,
        title=_("Why capital gets something"),
        sentence=_("Capital gets {value}."),
    ),
    _rule(
        "instruments_spread",
        type=Percent(most=Fraction(1, 4)),
        default=[1, 4],
        title=_("Return on other instruments of capital"),
        sentence=_("Instruments that members hold beside shares bring at most a published rate plus {value}."),
    ),
    _rule(
        "capital_gain",
        type=Percent(),
        default=NOTHING,
        title=_("A rise in value"),
        sentence=_("Of a rise in the value of the co-op, {value} goes to those who work and those who buy, half to each."),
    ),
    _rule(
        "redeem_window",
        type=Duration(most=timedelta(days=366)),
        default=0,
        title=_("Turning a notice into money"),
        sentence=_("Whoever gets a part of the surplus in writing can turn it into money for {value}."),
    ),
    _rule(
        "withholding_exempt",
        type=Amount(),
        default=0,
        title=_("Returns without tax at source"),
        sentence=_("Of what a member gets on capital in a year, {value} is free of tax at source."),
    ),
    _rule(
        "withholding_reclaimed",
        type=Amount(),
        default=0,
        title=_("Tax that comes back"),
        sentence=_("The tax on the first {value} that a member gets on capital in a year can be claimed in their tax return."),
    ),
    _rule(
        "tax_shelter",
        type=Choice(
            {
                "none": _("no tax shelter"),
                "scale_up": _("a tax shelter of 25%, as a growing enterprise"),
                "small": _("a tax shelter of 30%, as a small enterprise"),
                "micro": _("a tax shelter of 45%, as a micro-enterprise"),
            }
        ),
        default="none",
        title=_("Tax shelter"),
        sentence=_("Whoever buys shares gets {value}."),
    ),
]

SHARES = [
    _rule(
        "par_only",
        type=Switch(on=_("at their nominal value only"), off=_("at the price that is decided")),
        default=False,
        title=_("The value of shares"),
        sentence=_("Shares are issued and paid back {value}."),
    ),
    _rule(
        "entry_fee",
        type=Percent(),
        default=ALL,
        title=_("The entry fee at most"),
        sentence=_("The entry fee is at most {value} of the shares that a member must take."),
    ),
    _rule(
        "exit_order",
        type=Choice({"asked": _("in the order in which they asked"), "board": _("in the order that the board decides")}),
        default="asked",
        title=_("Who is paid back first"),
        sentence=_("Those who gave shares back are paid {value}."),
    ),
    _rule(
        "investor_wait",
        type=Duration(),
        default=0,
        title=_("Shares of investors"),
        sentence=_("Shares of investors are given back after {value} at the earliest."),
    ),
    _rule(
        "liquidation",
        type=Choice(
            {
                "members": _("to the members"),
                "par": _("to the members as far as what they paid in, and the rest to a purpose close to that of the co-op"),
                "purpose": _("to a purpose as close as possible to that of the co-op"),
            }
        ),
        default="par",
        title=_("When the co-op is wound up"),
        sentence=_("What is left when the co-op is wound up goes {value}."),
    ),
]

RULES = [METHOD, *DIRECTING, *MONEY, *SHARES]
# The rules that are only stated.
STATED = frozenset(rule.key for rule in RULES) - {METHOD.key}
