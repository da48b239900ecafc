"""The rules of the year's surplus: in which order it is used, how each part is divided, and what of it is paid.

Nothing is asked by default: what is left of a year is carried forward until members decide otherwise.
"""

from datetime import timedelta
from fractions import Fraction

from django.utils.translation import gettext_lazy as _

from marke.decisions.rulebook import METHODS
from marke.surplus.choices import (
    CAPITAL,
    FOUNDERS_BY,
    GROUPS,
    KEPT_AS,
    LOSSES,
    MEMBER_BUSINESS,
    MEMBERS_BY,
    PARTS_OF,
    USERS_BY,
    WORKERS_BY,
)
from marke_core.rulebook import Amount, Choice, Count, Duration, Percent, Rule, Switch

SECTION = _("The year’s surplus")
NOTHING, ALL = [0, 1], [1, 1]

METHOD = Rule(
    key="surplus.method",
    type=METHODS,
    default="majority",
    title=_("Closing the year"),
    sentence=_("What happens with the result of a year is decided when {value}."),
    section=SECTION,
    explains=_("Members vote on figures that everybody can look at before. The decision holds a fingerprint of them."),
)

RESERVES = [
    Rule(
        key="surplus.losses_first",
        type=Switch(on=_("are made good first"), off=_("stay as they are")),
        default=True,
        title=_("Earlier losses"),
        sentence=_("When there is a surplus, losses of earlier years {value}."),
        section=SECTION,
        explains=_("Most laws ask for it: what was lost is earned back before anything is shared."),
    ),
    Rule(
        key="surplus.first",
        type=Amount(),
        default=0,
        title=_("What stays in the co-op first"),
        sentence=_("The first {value} of a surplus stays in the co-op."),
        section=SECTION,
        explains=_(
            "It goes to the voluntary reserve before anything is divided, so that a small surplus is not cut into crumbs."
        ),
    ),
    Rule(
        key="surplus.legal_reserve",
        type=Percent(),
        default=NOTHING,
        title=_("Legal reserve"),
        sentence=_("{value} of the surplus goes to the legal reserve."),
        section=SECTION,
        explains=_("What the law or the statutes ask to keep. It is rounded up to the cent, so that a legal minimum holds."),
    ),
    Rule(
        key="surplus.legal_reserve_limit",
        type=Percent(most=Fraction(100)),
        default=NOTHING,
        title=_("Until when the legal reserve grows"),
        sentence=_("The legal reserve grows until it is {value} of the share capital; 0% means that it always grows."),
        section=SECTION,
        explains=_("100% means: until the reserve is as large as the capital."),
    ),
    Rule(
        key="surplus.other_business",
        type=Percent(),
        default=NOTHING,
        title=_("Reserve from business with others"),
        sentence=_("Of what was earned with others than members, {value} goes to the legal reserve."),
        section=SECTION,
        explains=_("It takes the place of the ordinary part for that business. Spain asks for half."),
    ),
    Rule(
        key="surplus.statutory_reserve",
        type=Percent(),
        default=NOTHING,
        title=_("Indivisible reserve"),
        sentence=_("Of what is left then, {value} goes to the reserve that is never divided."),
        section=SECTION,
        explains=_("It belongs to all members who come and go, and to none of them."),
    ),
    Rule(
        key="surplus.education",
        type=Percent(),
        default=NOTHING,
        title=_("Education"),
        sentence=_("{value} of the surplus goes to the fund for education."),
        section=SECTION,
        explains=_("Learning to run a co-op together, and telling others how."),
    ),
    Rule(
        key="surplus.community",
        type=Percent(),
        default=NOTHING,
        title=_("Community"),
        sentence=_("{value} of the surplus goes to the fund for the community."),
        section=SECTION,
        explains=_("What the co-op gives to the place it lives in."),
    ),
]

PARTS = [
    Rule(
        key="surplus.parts_of",
        type=Choice(PARTS_OF),
        default="rest",
        title=_("What the parts are taken of"),
        sentence=_("The parts for members are taken of {value}."),
        section=SECTION,
        explains=_("Never more than there is left: the parts are served in the order in which they stand here."),
    ),
    Rule(
        key="surplus.member_business",
        type=Choice(MEMBER_BUSINESS),
        default="all",
        title=_("Which business is shared"),
        sentence=_("Shared among members is {value}."),
        section=SECTION,
        explains=_("What was earned with others is measured by their part in the year's jobs, and stays in the co-op."),
    ),
    Rule(
        key="surplus.workers",
        type=Percent(),
        default=NOTHING,
        title=_("The part of those who work"),
        sentence=_("{value} is shared among members for their work."),
        section=SECTION,
        explains=_("Beside what they were paid for each job."),
    ),
    Rule(
        key="surplus.workers_by",
        type=Choice(WORKERS_BY),
        default="pay",
        title=_("How the part for work is divided"),
        sentence=_("The part for work is divided {value}."),
        section=SECTION,
    ),
    Rule(
        key="surplus.workers_after",
        type=Duration(most=timedelta(days=3653)),
        default=0,
        title=_("From when on work counts"),
        sentence=_("Whoever has been a member for {value} by the end of the year takes part in the part for work."),
        section=SECTION,
    ),
    Rule(
        key="surplus.seniority",
        type=Percent(),
        default=NOTHING,
        title=_("Seniority"),
        sentence=_("Every full year of membership adds {value} to what a member's work counts."),
        section=SECTION,
    ),
    Rule(
        key="surplus.seniority_most",
        type=Percent(least=Fraction(1), most=Fraction(10)),
        default=[2, 1],
        title=_("Seniority at most"),
        sentence=_("However long somebody has been a member, their work counts at most {value}."),
        section=SECTION,
    ),
    Rule(
        key="surplus.capital",
        type=Choice(CAPITAL),
        default="none",
        title=_("What capital gets"),
        sentence=_("Paid-in capital gets {value}."),
        section=SECTION,
        explains=_("By what was paid in and by the days; shares given back during the year count for their days."),
    ),
    Rule(
        key="surplus.funders",
        type=Percent(),
        default=ALL,
        title=_("The part of capital"),
        sentence=_("Capital gets at most {value}."),
        section=SECTION,
        explains=_("Where capital gets a part of the surplus, this is that part."),
    ),
    Rule(
        key="surplus.funders_below_workers",
        type=Switch(on=_("never more than"), off=_("not measured by")),
        default=False,
        title=_("Capital and work"),
        sentence=_("What capital gets is {value} the part for work."),
        section=SECTION,
    ),
    Rule(
        key="surplus.capital_without_gifts",
        type=Switch(on=_("do not count"), off=_("count")),
        default=False,
        title=_("Gifts and subsidies"),
        sentence=_("For what capital gets, gifts and subsidies {value}."),
        section=SECTION,
    ),
    Rule(
        key="surplus.index",
        type=Percent(),
        default=NOTHING,
        title=_("The published rate"),
        sentence=_("The rate that returns on shares follow stands at {value}."),
        section=SECTION,
        explains=_("Where a class of shares promises an index plus something; written down here each year with its source."),
    ),
    Rule(
        key="surplus.users",
        type=Percent(),
        default=NOTHING,
        title=_("The part of those who buy"),
        sentence=_("{value} is shared among members for what they bought."),
        section=SECTION,
    ),
    Rule(
        key="surplus.users_by",
        type=Choice(USERS_BY),
        default="purchases",
        title=_("How the part for buying is divided"),
        sentence=_("The part for buying is divided {value}."),
        section=SECTION,
    ),
    Rule(
        key="surplus.founders",
        type=Percent(),
        default=NOTHING,
        title=_("The part of founders"),
        sentence=_("{value} is shared among the founders."),
        section=SECTION,
    ),
    Rule(
        key="surplus.founders_by",
        type=Choice(FOUNDERS_BY),
        default="equal",
        title=_("How the part of founders is divided"),
        sentence=_("The part of founders is divided {value}."),
        section=SECTION,
    ),
    Rule(
        key="surplus.members",
        type=Percent(),
        default=NOTHING,
        title=_("The part of all members"),
        sentence=_("{value} is shared among all members."),
        section=SECTION,
    ),
    Rule(
        key="surplus.members_by",
        type=Choice(MEMBERS_BY),
        default="equal",
        title=_("How the part of all members is divided"),
        sentence=_("The part of all members is divided {value}."),
        section=SECTION,
    ),
    Rule(
        key="surplus.group",
        type=Choice(GROUPS),
        default="deeds",
        title=_("Who shares in which part"),
        sentence=_("Members share in the surplus as people who {value}."),
        section=SECTION,
        varies_by=("member_class",),
        explains=_("Each kind of member can be given a part of its own: founders, funders, workers, users."),
    ),
]

PAYMENT = [
    Rule(
        key="surplus.cash",
        type=Percent(),
        default=ALL,
        title=_("What is paid in money"),
        sentence=_("Of what members get for work and buying, {value} is paid in money."),
        section=SECTION,
        explains=_("Rounded up to the cent for every member; the rest is kept in their names. What capital gets is always paid."),
    ),
    Rule(
        key="surplus.kept_as",
        type=Choice(KEPT_AS),
        default="name",
        title=_("What becomes of what is kept"),
        sentence=_("What members get and is not paid in money {value}."),
        section=SECTION,
        explains=_(
            "They are shares of the class for that kind of member, or else ordinary ones, as many as the rules let them hold. "
            "What makes no whole share stays in their name."
        ),
    ),
    Rule(
        key="surplus.kept_for",
        type=Count(most=50),
        default=0,
        title=_("How long it is kept"),
        sentence=_("What is kept in a member's name is paid back within {value} years; 0 means that no term is set."),
        section=SECTION,
    ),
    Rule(
        key="surplus.withholding",
        type=Percent(),
        default=NOTHING,
        title=_("Tax withheld on returns"),
        sentence=_("{value} of what capital gets is withheld as tax."),
        section=SECTION,
    ),
    Rule(
        key="surplus.withholding_patronage",
        type=Percent(),
        default=NOTHING,
        title=_("Tax withheld on the rest"),
        sentence=_("{value} of what members get for work and buying is withheld as tax, from the part paid in money."),
        section=SECTION,
    ),
    Rule(
        key="surplus.pay_within",
        type=Count(least=1, most=60),
        default=6,
        title=_("When it is paid"),
        sentence=_("What members get in money is paid within {value} months after the end of the year."),
        section=SECTION,
    ),
    Rule(
        key="surplus.net_assets",
        type=Switch(on=_("would not become negative"), off=_("are not tested")),
        default=False,
        title=_("The test of net assets"),
        sentence=_("The surplus is paid when the co-op's net assets {value}."),
        section=SECTION,
    ),
    Rule(
        key="surplus.liquidity",
        type=Count(most=60),
        default=0,
        title=_("The test of liquidity"),
        sentence=_(
            "Before it is paid, a person reports that all debts of {value} months to come can be paid; 0 asks for no report."
        ),
        section=SECTION,
    ),
]

LOSS = [
    Rule(
        key="surplus.losses",
        type=Choice(LOSSES),
        default="carried",
        title=_("When there is a loss"),
        sentence=_("When a year ends with a loss, {value}."),
        section=SECTION,
    ),
    Rule(
        key="surplus.loss_years",
        type=Count(most=50),
        default=0,
        title=_("How long a loss is carried"),
        sentence=_("A loss is carried forward for at most {value} years; 0 means without end."),
        section=SECTION,
    ),
]

RULES = [METHOD, *RESERVES, *PARTS, *PAYMENT, *LOSS]
KEYS = tuple(rule.key for rule in RULES)
# Whoever has given one of these a value wants to hear that a year is over.
ASKS_FOR = (
    "surplus.first",
    "surplus.legal_reserve",
    "surplus.statutory_reserve",
    "surplus.education",
    "surplus.community",
    "surplus.workers",
    "surplus.users",
    "surplus.founders",
    "surplus.members",
)
