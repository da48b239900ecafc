"""The rules about hearings: who opens one, how long one has to answer, who decides, and how it is appealed."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from marke.hearings.conditions import EXCLUSION_BY_VOTE, MANDATE, MEMBERS, OFFICERS, VOTE
from marke_core.rulebook import Choice, Count, Duration, Rule

SECTION = _("Being heard")
DAY = 86_400

RULES = [
    Rule(
        key="hearings.opened_by",
        type=Choice(
            {
                OFFICERS: _("the coordinator or the secretary"),
                MEMBERS: _("the coordinator or the secretary, or by several members together"),
            }
        ),
        default=MEMBERS,
        title=_("Who opens a hearing"),
        sentence=_("A hearing about a member is opened by {value}."),
        section=SECTION,
        explains=_("Nobody is suspended or excluded without one. What clients say in their feedback opens none by itself."),
    ),
    Rule(
        key="hearings.least_members",
        type=Count(least=1, most=100),
        default=3,
        title=_("How many members open a hearing"),
        sentence=_("Members who open a hearing together are at least {value}."),
        section=SECTION,
    ),
    Rule(
        key="hearings.statement_days",
        type=Duration(least=timedelta(days=3), most=timedelta(days=90)),
        default=14 * DAY,
        title=_("Time to answer"),
        sentence=_("Whoever a hearing is about has {value} to give their statement, before anything is decided."),
        section=SECTION,
        explains=_("They can name somebody who speaks for them. If they answer sooner, it can be decided sooner."),
    ),
    Rule(
        key="hearings.interim_days",
        type=Duration(most=timedelta(days=60)),
        default=14 * DAY,
        title=_("Suspended meanwhile"),
        sentence=_("Where somebody's safety asks for it, a member is suspended meanwhile, for {value} at most."),
        section=SECTION,
        explains=_("Once in a hearing, with the reason in writing; it ends by itself. Work that was done is paid as always."),
    ),
    Rule(
        key="hearings.decided_by",
        type=Choice(
            {
                MANDATE: _("somebody with a mandate"),
                EXCLUSION_BY_VOTE: _("somebody with a mandate, and on excluding a member by a vote of the members"),
                VOTE: _("a vote of the members, and on a warning by somebody with a mandate"),
            }
        ),
        default=EXCLUSION_BY_VOTE,
        title=_("Who decides after a hearing"),
        sentence=_("After a hearing it is decided by {value}."),
        section=SECTION,
        explains=_("Never by who opened it. The reasons are written down and sent to the member."),
    ),
    Rule(
        key="hearings.vote",
        type=Choice(
            {
                "everyone": _("everyone agrees"),
                "majority": _("more are for than against"),
                "two_thirds": _("two thirds are for"),
            }
        ),
        default="two_thirds",
        title=_("Voting about a member"),
        sentence=_("The members suspend or exclude one of them when {value}."),
        section=SECTION,
        explains=_("What the members vote down is over: nothing follows."),
    ),
    Rule(
        key="hearings.suspension_most",
        type=Duration(least=timedelta(days=1), most=timedelta(days=365)),
        default=90 * DAY,
        title=_("The longest suspension"),
        sentence=_("Nobody is suspended for longer than {value}."),
        section=SECTION,
    ),
    Rule(
        key="hearings.appeal_days",
        type=Duration(least=timedelta(days=7), most=timedelta(days=90)),
        default=30 * DAY,
        title=_("Time to appeal"),
        sentence=_("A decision can be appealed for {value}, and takes effect only when nobody can change it any more."),
        section=SECTION,
    ),
    Rule(
        key="hearings.appeal_to",
        type=Choice(
            {
                MEMBERS: _("the members, by a vote"),
                MANDATE: _("somebody else with a mandate, who neither opened the hearing nor decided"),
            }
        ),
        default=MEMBERS,
        title=_("Who decides on an appeal"),
        sentence=_("On an appeal decide {value}; that is final."),
        section=SECTION,
    ),
    Rule(
        key="hearings.keep_photos",
        type=Duration(least=timedelta(days=30), most=timedelta(days=3650)),
        default=365 * DAY,
        title=_("How long photos of a hearing are kept"),
        sentence=_("Photos that a member showed in a hearing are kept for {value} after they were given."),
        section=SECTION,
        explains=_("Longer than a case and its appeal last. What was said stays in words."),
    ),
]
