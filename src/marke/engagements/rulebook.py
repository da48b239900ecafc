"""The rules about engagements: what is paid on top of the price, and who has to be insured."""

from django.utils.translation import gettext_lazy as _

from marke.engagements.conditions import ACCIDENT, BOTH, LIABILITY, NOTHING
from marke_core.rulebook import Amount, Choice, Rule
from marke_core.schemes import engagement as scheme

SECTION = _("Engagements: expenses and insurance")

RULES = [
    Rule(
        key=scheme.PER_DAY,
        type=Amount(most=10_000),
        default=0,
        title=_("Engagements: bike and phone, by the day"),
        sentence=_("Whoever is engaged gets {value} for bike and phone, on each day of work."),
        section=SECTION,
        varies_by=("job_kind",),
        explains=_("It comes on top of what the work earns, once a day, and the co-op bears it."),
    ),
    Rule(
        key=scheme.PER_KM,
        type=Amount(most=1_000),
        default=0,
        title=_("Engagements: bike, by the kilometre"),
        sentence=_("Whoever is engaged gets {value} for each kilometre from where it is fetched to where it is brought."),
        section=SECTION,
        varies_by=("job_kind",),
        explains=_("As the crow flies, to the metre. It comes on top of what the work earns, and the co-op bears it."),
    ),
    Rule(
        key="engagements.cover",
        type=Choice(
            {
                NOTHING: _("without any insurance of the co-op"),
                ACCIDENT: _("only to whoever is insured against accidents"),
                LIABILITY: _("only to whoever is insured against harm done to others"),
                BOTH: _("only to whoever is insured against accidents and against harm done to others"),
            }
        ),
        default=NOTHING,
        title=_("Engagements: no work without cover"),
        sentence=_("Engagements are offered {value}."),
        section=SECTION,
        varies_by=("job_kind",),
        explains=_("What counts are the policies that the co-op has written down, on the day of the work."),
    ),
    Rule(
        key=scheme.PREMIUM_JOB,
        type=Amount(most=100_000),
        default=0,
        title=_("Engagements: the premium for each"),
        sentence=_("The insurance costs the co-op {value} for each engagement."),
        section=SECTION,
        varies_by=("job_kind",),
    ),
    Rule(
        key=scheme.PREMIUM_DAY,
        type=Amount(most=100_000),
        default=0,
        title=_("Engagements: the premium by the day"),
        sentence=_("The insurance costs the co-op {value} for each day on which somebody is engaged."),
        section=SECTION,
        varies_by=("job_kind",),
        explains=_("It is booked as a cost when the work is settled, and taken back when the insurer’s bill is booked."),
    ),
]
