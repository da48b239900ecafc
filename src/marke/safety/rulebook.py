"""The rules about safety."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from marke.parties.models import Mandate
from marke_core.rulebook import Choice, Duration, Rule, Switch

SECTION = _("Safety")

RULES = [
    Rule(
        key="safety.lone_work",
        type=Switch(on=_("says now and then that all is well"), off=_("is not asked whether all is well")),
        default=False,
        title=_("Working alone"),
        sentence=_("Whoever does a job alone {value}."),
        section=SECTION,
        varies_by=("job_kind",),
        explains=_("One tap on the page of the job. Whoever forgets it is called, not blamed."),
        fine_print=True,
    ),
    Rule(
        key="safety.check_in",
        type=Duration(least=timedelta(minutes=10), most=timedelta(hours=8)),
        default=60 * 60,
        title=_("How often"),
        sentence=_("Where we ask whether all is well, a member says so at least every {value}."),
        section=SECTION,
        varies_by=("job_kind",),
        explains=_("The first time counts from setting out."),
        fine_print=True,
    ),
    Rule(
        key="safety.missed_after",
        type=Duration(least=timedelta(minutes=1), most=timedelta(hours=2)),
        default=10 * 60,
        title=_("When the alarm rings"),
        sentence=_("A member who has not said that all is well is looked for {value} after they should have."),
        section=SECTION,
        explains=_("Those on duty get a letter and see it on their first page. Saying that all is well stops it."),
        fine_print=True,
    ),
    Rule(
        key="safety.contact_after",
        type=Duration(least=timedelta(minutes=5), most=timedelta(hours=24)),
        default=30 * 60,
        title=_("When the emergency contact is told"),
        sentence=_("When nobody has answered an alarm within {value}, the person whom the member named is written to."),
        section=SECTION,
        explains=_("Only where the member has named somebody. They are told the first name and that we look for them."),
        fine_print=True,
    ),
    Rule(
        key="safety.on_duty",
        type=Choice({office.value: office.label for office in Mandate.Office}),
        default="coordinator",
        title=_("Who is called"),
        sentence=_("When somebody is not safe, this office is called at once: {value}."),
        section=SECTION,
        explains=_("Everybody who holds it gets a letter, and sees it on their first page until a human has closed it."),
        fine_print=True,
    ),
    Rule(
        key="safety.undo_within",
        type=Duration(least=timedelta(seconds=15), most=timedelta(minutes=10)),
        default=60,
        title=_("Taking an alarm back"),
        sentence=_("Whoever called for help by mistake can take it back themselves within {value}."),
        section=SECTION,
        explains=_("Afterwards a human asks first whether all is well. Those who were called are told that it was taken back."),
        fine_print=True,
    ),
    Rule(
        key="safety.keep",
        type=Duration(least=timedelta(days=1), most=timedelta(days=3650)),
        default=180 * 86_400,
        title=_("How long it is kept"),
        sentence=_("Check-ins, alarms and shared trips are kept for {value}."),
        section=SECTION,
        explains=_("Counted from their end. What people wrote goes with them. Blocks last until they are lifted."),
        fine_print=True,
    ),
]
