"""The rules of the matcher that looks at all open jobs at once."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from marke_core.rulebook import Count, Duration, Rule

SECTION = _("Work")
ONLY = _("It counts only where the matcher looks at all open jobs at once.")

RULES = [
    Rule(
        key="dispatch.fairness",
        type=Count(least=0, most=120),
        default=10,
        title=_("The price of fairness"),
        sentence=_("Whoever would have earned twice the average so far this week counts as {value} minutes further away."),
        section=SECTION,
        explains=_(
            "Who earned less counts as nearer. With 0, only the way and the client’s waiting count. For the matcher only."
        ),
    ),
    Rule(
        key="dispatch.smoothing",
        type=Duration(least=timedelta(minutes=15), most=timedelta(days=7)),
        default=6 * 3600,
        title=_("Newcomers and Mondays"),
        sentence=_("What somebody earned so far is spread over {value} at least."),
        section=SECTION,
        explains=_("So that the first job of a week, or of a newcomer, does not look like riches. For the matcher only."),
        fine_print=True,
    ),
    Rule(
        key="dispatch.horizon",
        type=Duration(least=timedelta(minutes=5), most=timedelta(days=14)),
        default=2 * 3600,
        title=_("How far ahead the matcher looks"),
        sentence=_("The matcher looks at jobs that begin within {value}."),
        section=SECTION,
        explains=ONLY,
        fine_print=True,
    ),
    Rule(
        key="dispatch.interval",
        type=Duration(least=timedelta(seconds=30), most=timedelta(hours=1)),
        default=60,
        title=_("How often the matcher looks"),
        sentence=_("The matcher looks every {value}, and when a job is booked that begins soon."),
        section=SECTION,
        explains=ONLY,
        fine_print=True,
    ),
    Rule(
        key="dispatch.notice",
        type=Duration(least=timedelta(0), most=timedelta(days=7)),
        default=15 * 60,
        title=_("How early members hear of work"),
        sentence=_("Whoever is given a job hears of it at least {value} before they have to leave."),
        section=SECTION,
        explains=_(
            "Until then nothing is decided, because a better way may turn up. Who is asked has the time to answer on top."
        ),
    ),
    Rule(
        key="dispatch.trip_jobs",
        type=Count(least=1, most=6),
        default=1,
        title=_("How many jobs on one trip"),
        sentence=_("Jobs that are picked up at the same place may be offered together: up to {value} on one trip."),
        section=SECTION,
        explains=_(
            "With 1, every job is offered by itself. Whoever is asked for a trip answers for all of it, sees what each job pays, and carries no more than is written down for them. For the matcher, and for a dispatcher who puts jobs together by hand."
        ),
    ),
    Rule(
        key="dispatch.trip_wait",
        type=Duration(least=timedelta(0), most=timedelta(hours=4)),
        default=10 * 60,
        title=_("How much longer a client waits for a shared trip"),
        sentence=_("Because others share the trip, nobody waits more than {value} longer than if they went alone."),
        section=SECTION,
        explains=ONLY,
    ),
    Rule(
        key="dispatch.trip_near",
        type=Count(least=0, most=2_000),
        default=100,
        title=_("What counts as the same place"),
        sentence=_("Pick-ups {value} metres apart or less count as one place, for jobs that share a trip."),
        section=SECTION,
        explains=ONLY,
        fine_print=True,
    ),
    Rule(
        key="dispatch.trip_stop",
        type=Duration(least=timedelta(0), most=timedelta(hours=1)),
        default=2 * 60,
        title=_("How long a stop of a trip takes"),
        sentence=_("On a shared trip, {value} is reckoned with at the pick-up and at each door."),
        section=SECTION,
        explains=ONLY,
        fine_print=True,
    ),
    Rule(
        key="dispatch.latest_start",
        type=Duration(least=timedelta(0), most=timedelta(days=1)),
        default=30 * 60,
        title=_("How late somebody may come"),
        sentence=_("The matcher sends nobody who could only begin more than {value} late."),
        section=SECTION,
        explains=_("Then a human looks for somebody. For the matcher only."),
        fine_print=True,
    ),
]
