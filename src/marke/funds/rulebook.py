"""The rules about mutual aid. As it comes, there is none: small stays small."""

from datetime import timedelta
from fractions import Fraction

from django.utils.translation import gettext_lazy as _

from marke_core.rulebook import Amount, Choice, Duration, Percent, Rule

AID = _("Mutual aid")
NONE, PERCENT, FIXED = "none", "percent", "fixed"
ALL, OPT_IN = "all", "opt_in"
MANDATE, VOTE = "mandate", "vote"

RULES = [
    Rule(
        key="funds.aid",
        type=Choice(
            {
                NONE: _("nothing is put together for mutual aid"),
                PERCENT: _("a part of what each earns is put together for mutual aid"),
                FIXED: _("a fixed sum a month is put together for mutual aid"),
            }
        ),
        default=NONE,
        title=_("Mutual aid"),
        sentence=_("Among us, {value}."),
        section=AID,
        explains=_(
            "Whoever falls ill or has an accident can ask for help from it. It is no insurance: nobody has a right to it."
        ),
    ),
    Rule(
        key="funds.aid_percent",
        type=Percent(most=Fraction(1, 5)),
        default=[1, 100],
        title=_("Mutual aid: the part"),
        sentence=_("Where a part is put together, it is {value} of what was earned in the month."),
        section=AID,
    ),
    Rule(
        key="funds.aid_fixed",
        type=Amount(most=100_000),
        default=500,
        title=_("Mutual aid: the fixed sum"),
        sentence=_("Where a fixed sum is put together, it is {value} a month, and never more than is owed to the member."),
        section=AID,
    ),
    Rule(
        key="funds.aid_who",
        type=Choice({ALL: _("every member takes part"), OPT_IN: _("members take part who want to")}),
        default=OPT_IN,
        title=_("Mutual aid: who takes part"),
        sentence=_("In mutual aid, {value}."),
        section=AID,
    ),
    Rule(
        key="funds.aid_wait",
        type=Duration(most=timedelta(days=730)),
        default=90 * 86_400,
        title=_("Mutual aid: the waiting time"),
        sentence=_("Whoever has taken part for {value} can ask for help."),
        section=AID,
    ),
    Rule(
        key="funds.aid_most_claim",
        type=Amount(least=1),
        default=50_000,
        title=_("Mutual aid: the most at once"),
        sentence=_("Help is {value} at most each time."),
        section=AID,
    ),
    Rule(
        key="funds.aid_most_year",
        type=Amount(least=1),
        default=100_000,
        title=_("Mutual aid: the most in a year"),
        sentence=_("Nobody gets more than {value} of help in 12 months."),
        section=AID,
    ),
    Rule(
        key="funds.aid_decided_by",
        type=Choice(
            {
                MANDATE: _("the treasurer or coordinator, but never on their own request"),
                VOTE: _("a vote of the members, who then see the amount and the reason, not the name"),
            }
        ),
        default=MANDATE,
        title=_("Mutual aid: who decides"),
        sentence=_("Whether help is given is decided by {value}."),
        section=AID,
    ),
]
