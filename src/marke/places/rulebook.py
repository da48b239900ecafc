"""The rules about how far it is, and where members are."""

from datetime import timedelta
from fractions import Fraction

from django.utils.translation import gettext_lazy as _

from marke_core.rulebook import Count, Duration, Percent, Rule

RULES = [
    Rule(
        key="places.detour",
        type=Percent(least=Fraction(1), most=Fraction(5)),
        default=[13, 10],
        title=_("How much longer the road is than the straight line"),
        sentence=_("A way counts as {value} of the straight line."),
        section=_("Work"),
        varies_by=("job_kind",),
        explains=_("It is used for times and prices where no router has been set up that knows the roads."),
        fine_print=True,
    ),
    Rule(
        key="places.speed",
        type=Count(least=1, most=200),
        default=15,
        title=_("How fast we travel"),
        sentence=_("On the way between jobs we count with {value} kilometres an hour."),
        section=_("Work"),
        varies_by=("job_kind",),
        explains=_("It is used for times where no router has been set up that knows the roads."),
        fine_print=True,
    ),
    Rule(
        key="places.position_fresh",
        type=Duration(least=timedelta(seconds=30), most=timedelta(hours=1)),
        default=180,
        title=_("How old a position may be"),
        sentence=_("Where a member is counts as known for {value} after they shared it."),
        section=_("Work"),
        explains=_("Only the last position is kept, and only of who shares it. An older one is shown to nobody."),
        fine_print=True,
    ),
]
