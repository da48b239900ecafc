"""The rules about shifts, and about what can be reserved."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from marke_core.rulebook import Choice, Count, Duration, Rule, Switch

SHIFTS, THINGS = _("Shifts"), _("What we share")

RULES = [
    Rule(
        key="slots.rest",
        type=Duration(most=timedelta(hours=24)),
        default=11 * 3600,
        title=_("Rest between working days"),
        sentence=_("In the 24 hours from when a member begins, {value} of rest lie in one piece."),
        section=SHIFTS,
        varies_by=("member_class",),
        explains=_(
            "Two shifts on one day are fine as long as the night stays long enough. 11 hours are the law for employees in the European Union."
        ),
        fine_print=True,
    ),
    Rule(
        key="slots.week",
        type=Count(least=1, most=168),
        default=48,
        title=_("Most hours in a week"),
        sentence=_("Nobody is on shifts for more than {value} hours a week."),
        section=SHIFTS,
        varies_by=("member_class",),
        explains=_(
            "48 hours on average are the law for employees in the European Union. Counted are the shifts somebody is on, not other work. Over how many weeks the average is taken says the rule below."
        ),
        fine_print=True,
    ),
    Rule(
        key="slots.week_over",
        type=Count(least=1, most=17),
        default=1,
        title=_("Over how many weeks the hours are counted"),
        sentence=_("The most hours in a week hold on average over {value} weeks."),
        section=SHIFTS,
        varies_by=("member_class",),
        explains=_(
            "With 1, no week may be longer. The law in the European Union allows an average over four months, which is 17 weeks. Days off count neither as work nor as time."
        ),
        fine_print=True,
    ),
    Rule(
        key="slots.limits",
        type=Choice({"warn": _("warned, and decides"), "forbid": _("refused")}),
        default="forbid",
        title=_("Too little rest, too many hours"),
        sentence=_("Whoever wants a shift that leaves too little rest or makes the week too long is {value}."),
        section=SHIFTS,
        varies_by=("member_class",),
        explains=_("It holds for who plans as well. A skill that somebody lacks, and days off, only warn."),
        fine_print=True,
    ),
    Rule(
        key="slots.leave_until",
        type=Duration(most=timedelta(days=60)),
        default=24 * 3600,
        title=_("Leaving a shift"),
        sentence=_("Until {value} before a shift begins, whoever is on it can leave without asking anybody."),
        section=SHIFTS,
        explains=_("Later a stand-in takes the place, or whoever plans takes the member off."),
        fine_print=True,
    ),
    Rule(
        key="slots.move_up_until",
        type=Duration(most=timedelta(days=60)),
        default=2 * 3600,
        title=_("When the wait ends by itself"),
        sentence=_(
            "Until {value} before a shift begins, whoever waits longest moves up by themselves when a place becomes free."
        ),
        section=SHIFTS,
        explains=_("Nobody is on a shift that they cannot know of. Later, those who wait are told that a place is free."),
        fine_print=True,
    ),
    Rule(
        key="slots.clock_in",
        type=Duration(most=timedelta(hours=12)),
        default=15 * 60,
        title=_("Clocking in"),
        sentence=_("A member can clock in from {value} before the shift begins."),
        section=SHIFTS,
        explains=_(
            "The hours between clocking in and out are what was worked. Whoever plans corrects them, and it is kept who did so."
        ),
        fine_print=True,
    ),
    Rule(
        key="slots.jobs",
        type=Switch(on=_("are asked for jobs only while they are on one"), off=_("are asked for jobs at any time")),
        default=True,
        title=_("Shifts and jobs"),
        sentence=_("In weeks for which shifts are published, members {value}."),
        section=SHIFTS,
        explains=_(
            "Earnings per hour are then counted over the hours on shifts. Where no shifts are planned, everybody counts as there."
        ),
        fine_print=True,
    ),
    Rule(
        key="slots.demand_weeks",
        type=Count(least=1, most=52),
        default=8,
        title=_("How many past weeks tell who is needed"),
        sentence=_("How many people an hour needs is read from the same hour of the last {value} weeks."),
        section=SHIFTS,
        explains=_("Weeks before the first work are left out. It only helps who plans: nobody is put on a shift by it."),
        fine_print=True,
    ),
    Rule(
        key="slots.demand_job",
        type=Choice({"measured": _("as long as it took"), "planned": _("as long as it was booked for")}),
        default="measured",
        title=_("How long a job counts"),
        sentence=_("When it is counted how many people are needed, a job counts {value}."),
        section=SHIFTS,
        explains=_(
            "What seems to have taken more than three times as long as it was booked for counts as booked: somebody forgot to say that it was done."
        ),
        fine_print=True,
    ),
    Rule(
        key="slots.demand_shortest",
        type=Count(least=1, most=12),
        default=3,
        title=_("The shortest shift that is proposed"),
        sentence=_("Shifts that are proposed for what is missing last {value} hours at least."),
        section=SHIFTS,
        fine_print=True,
    ),
    Rule(
        key="slots.demand_longest",
        type=Count(least=1, most=13),
        default=8,
        title=_("The longest shift that is proposed"),
        sentence=_("Shifts that are proposed for what is missing last {value} hours at most."),
        section=SHIFTS,
        fine_print=True,
    ),
    Rule(
        key="slots.reserves",
        type=Choice({"members": _("every member"), "planner": _("the coordinator")}),
        default="members",
        title=_("Who may reserve"),
        sentence=_("Rooms, desks, vans and tools are reserved by {value}."),
        section=THINGS,
        fine_print=True,
    ),
    Rule(
        key="slots.reserve_ahead",
        type=Count(least=1, most=730),
        default=90,
        title=_("How far ahead"),
        sentence=_("What we share can be reserved up to {value} days ahead."),
        section=THINGS,
        fine_print=True,
    ),
    Rule(
        key="slots.reserve_longest",
        type=Duration(least=timedelta(minutes=15), most=timedelta(days=60)),
        default=24 * 3600,
        title=_("How long"),
        sentence=_("What we share is reserved for {value} at most in one go."),
        section=THINGS,
        fine_print=True,
    ),
]
