"""How the co-op decides: by which method, with which quorum, in what time. These rules are changed like all others."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from marke_core.rulebook import Choice, Duration, Percent, Rule

SECTION = _("Deciding")
METHODS = Choice(
    {
        "everyone": _("everyone agrees"),
        "majority": _("more are for than against"),
        "two_thirds": _("two thirds are for"),
        "mandate": _("the coordinator decides and says why"),
    }
)

RULES = [
    Rule(
        key="decisions.method_rules",
        type=METHODS,
        default="majority",
        title=_("Changing our rules"),
        sentence=_("One of our rules is changed when {value}."),
        section=SECTION,
        rank=6,
        explains=_(
            "Two thirds is of those for and against together. Whoever abstains counts for the quorum only, and a tie rejects."
        ),
    ),
    Rule(
        key="decisions.method_admission",
        type=METHODS,
        default="mandate",
        title=_("Admitting members"),
        sentence=_("Somebody who applies is admitted when {value}."),
        section=SECTION,
        rank=7,
        explains=_("An answer soon is worth a lot to somebody who applies; a vote gives everybody a say."),
    ),
    Rule(
        key="decisions.method_resolution",
        type=METHODS,
        default="majority",
        title=_("Deciding anything else"),
        sentence=_("What is neither a rule nor an admission is decided when {value}."),
        section=SECTION,
        explains=_("A resolution is written into the book of decisions; people carry it out, not the program."),
    ),
    Rule(
        key="decisions.quorum",
        type=Percent(),
        default=[1, 2],
        title=_("Quorum"),
        sentence=_("A vote counts when at least {value} of the members have cast a ballot."),
        section=SECTION,
        explains=_("If too few take part, the proposal lapses: it is neither adopted nor rejected and can be made again."),
    ),
    Rule(
        key="decisions.discussion",
        type=Duration(most=timedelta(days=90)),
        default=3 * 86_400,
        title=_("Time to discuss"),
        sentence=_("A proposal is discussed for {value} before the vote opens."),
        section=SECTION,
        explains=_("With no time at all the vote opens at once."),
    ),
    Rule(
        key="decisions.voting",
        type=Duration(least=timedelta(hours=1), most=timedelta(days=90)),
        default=7 * 86_400,
        title=_("Time to vote"),
        sentence=_("A vote is open for {value}, or until everybody has voted."),
        section=SECTION,
        explains=_("Until it closes, everybody can change what they voted."),
    ),
]
