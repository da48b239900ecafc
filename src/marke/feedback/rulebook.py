"""The rules about feedback: what is asked, what is shown, to whom."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from marke.feedback.conditions import CIRCLE, COOP, MEMBER, NONE
from marke.feedback.models import Scale
from marke_core.rulebook import Choice, Count, Duration, Rule, Switch

SECTION = _("What clients say")
DAY = 86_400

# Looked back so far for jobs of which somebody may still be asked.
LATEST_MAIL = timedelta(days=14)

RULES = [
    Rule(
        key="feedback.asks",
        type=Choice({scale.value: scale.label for scale in Scale}),
        default=Scale.STARS.value,
        title=_("What a client is asked"),
        sentence=_("After a job a client says how it was, with {value}."),
        section=SECTION,
        explains=_("Words are always possible: a sentence that is shown by our rules, and a note for the co-op alone."),
    ),
    Rule(
        key="feedback.shown",
        type=Choice(
            {
                COOP: _("for the whole co-op together"),
                CIRCLE: _("for each circle"),
                MEMBER: _("for each member"),
                NONE: _("to nobody"),
            }
        ),
        default=COOP,
        title=_("What is shown of it"),
        sentence=_("What clients say is shown {value}."),
        section=SECTION,
        explains=_(
            "Changing it changes what every page shows at once; what was said stays. Who is asked for a job never depends on it: "
            "the program that chooses cannot read it. Nobody is suspended because of it without a hearing."
        ),
    ),
    Rule(
        key="feedback.least",
        type=Count(least=3, most=100),
        default=5,
        title=_("How many before anything is shown"),
        sentence=_("Nothing is shown before {value} clients have said something, and then it grows by as many at a time."),
        section=SECTION,
        explains=_("So nobody can tell from the average what a single client said about a single job."),
    ),
    Rule(
        key="feedback.change_days",
        type=Duration(least=timedelta(days=1), most=timedelta(days=365)),
        default=30 * DAY,
        title=_("Time to say it"),
        sentence=_("What is said about a job can be said and changed for {value} after it was done."),
        section=SECTION,
        explains=_(
            "What was said before stays in the log. An assignment is done when it is invoiced whole and its last day is over."
        ),
    ),
    Rule(
        key="feedback.mail",
        type=Switch(on=_("is asked once by mail how it was"), off=_("is not asked by mail how it was")),
        default=True,
        title=_("Asking by mail"),
        sentence=_("A client {value}."),
        section=SECTION,
        explains=_("Every such mail has a link by which they are not asked again."),
    ),
    Rule(
        key="feedback.mail_after",
        type=Duration(least=timedelta(hours=1), most=LATEST_MAIL),
        default=DAY,
        title=_("When a client is asked"),
        sentence=_("A client who is asked by mail is asked {value} after the job was done."),
        section=SECTION,
    ),
    Rule(
        key="feedback.mail_late",
        type=Duration(least=timedelta(hours=1), most=LATEST_MAIL),
        default=3 * DAY,
        title=_("When it is too late to ask"),
        sentence=_("Whoever could not be asked by mail in time is asked up to {value} later, and then not any more."),
        section=SECTION,
        explains=_("For example because nothing was running. By then it is forgotten how it was."),
    ),
    Rule(
        key="feedback.place_days",
        type=Duration(least=timedelta(days=7), most=timedelta(days=730)),
        default=365 * DAY,
        title=_("Notes about places"),
        sentence=_("What a worker says about a place is kept for {value}, for whoever works there next."),
        section=SECTION,
        explains=_("For example “dog; third floor without a lift”. The client can ask to read it, as everything about them."),
    ),
]
