"""The rules that work follows."""

from datetime import timedelta
from fractions import Fraction

from django.utils.translation import gettext_lazy as _

from marke_core.rulebook import Choice, Column, Count, Duration, Percent, Rule, Table

DAYS = {
    "every": _("every day"),
    "weekdays": _("Monday to Friday"),
    "weekend": _("Saturday and Sunday"),
    "monday": _("Monday"),
    "tuesday": _("Tuesday"),
    "wednesday": _("Wednesday"),
    "thursday": _("Thursday"),
    "friday": _("Friday"),
    "saturday": _("Saturday"),
    "sunday": _("Sunday"),
}
MATCHING = {
    "by_hand": _("the coordinator picks who is asked"),
    "nearest": _("whoever is nearest is asked first"),
    "longest_idle": _("whoever has been longest without a job is asked first"),
}
SECTION = _("Work")

# Contribution and guarantee have bounds that add up to 100 %, so that no vote can make a member pay for working.
RULES = [
    Rule(
        key="jobs.contribution",
        type=Percent(most=Fraction(3, 4)),
        default=[12, 100],
        title=_("What the co-op keeps"),
        sentence=_("The co-op keeps {value} of the price of every job."),
        section=SECTION,
        rank=1,
        varies_by=("job_kind", "member_class"),
        explains=_("It pays for what members need together. It is taken from the price without VAT, and rounded to the cent."),
        preview="money",
    ),
    Rule(
        key="jobs.guarantee",
        type=Percent(most=Fraction(1, 4)),
        default=[2, 100],
        title=_("The guarantee fund"),
        sentence=_("{value} of the price of every job goes into the guarantee fund."),
        section=SECTION,
        rank=2,
        varies_by=("job_kind", "member_class"),
        explains=_("The fund pays members for work that a client does not pay for."),
        preview="money",
    ),
    Rule(
        key="jobs.matching",
        type=Choice(MATCHING),
        default="by_hand",
        title=_("Who is asked for a job"),
        sentence=_("For a job, {value}."),
        section=SECTION,
        rank=3,
        varies_by=("job_kind",),
        explains=_("Everybody can see why they were asked, and why not, and contest it. Declining a job costs nothing."),
    ),
    Rule(
        key="jobs.answer_time",
        type=Duration(least=timedelta(minutes=1), most=timedelta(days=14)),
        default=15 * 60,
        title=_("Time to answer"),
        sentence=_("Whoever is asked for a job has {value} to answer; then the next is asked."),
        section=SECTION,
        varies_by=("job_kind",),
        explains=_("Not answering costs nothing either."),
    ),
    Rule(
        key="jobs.surcharges",
        type=Table(
            columns={
                "day": Column(Choice(DAYS), _("Day")),
                "start": Column(Count(least=0, most=23), _("From hour")),
                "end": Column(Count(least=1, most=24), _("Until hour")),
                "surcharge": Column(Percent(most=Fraction(3)), _("Surcharge")),
            },
            keys=3,
            row=_("{day} from {start} to {end} o’clock: {surcharge} more"),
            empty=_("none"),
        ),
        default=[],
        title=_("Surcharges by day and hour"),
        sentence=_("Surcharges on the price of a job that starts then: {value}."),
        section=SECTION,
        varies_by=("job_kind",),
        explains=_("When several rows fit, the highest counts. The surcharge is split like the rest of the price."),
    ),
    Rule(
        key="jobs.confirm_after",
        type=Duration(least=timedelta(0), most=timedelta(days=60)),
        default=48 * 3600,
        title=_("Silence confirms"),
        sentence=_("A job that the client neither confirms nor disputes counts as confirmed {value} after it was done."),
        section=SECTION,
        varies_by=("job_kind",),
        explains=_("Nobody waits for their pay because a client forgot to answer."),
    ),
]
