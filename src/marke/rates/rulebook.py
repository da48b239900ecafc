"""The rules about what work costs, and who says so."""

from datetime import timedelta
from fractions import Fraction

from django.utils.translation import gettext_lazy as _

from marke.rates.words import DAYS, PARTS, row_template
from marke_core.rulebook import Amount, Choice, Column, Count, Duration, Percent, Rule, Switch, Table, Word

SECTION = _("What work costs")
SET_BY = {
    "coop": _("the members together set what work costs"),
    "circle": _("each circle has a fare of its own where the members gave it one"),
    "member": _("each member sets their own fare, within the bounds that the members set"),
}
MOST = 10**8
# The columns are those of marke_core.fares.Row, in its order.
FARE = Table(
    columns={
        "part": Column(Choice(PARTS), _("Part")),
        "amount": Column(Amount(most=MOST), _("Amount"), blank=0),
        "percent": Column(Percent(most=Fraction(3)), _("Percent"), blank=Fraction(0)),
        "above": Column(Count(most=100_000), _("Beyond"), blank=0),
        "day": Column(Choice(DAYS), _("Day"), blank="every"),
        "start": Column(Count(least=0, most=23), _("From hour"), blank=0),
        "end": Column(Count(least=1, most=24), _("Until hour"), blank=24),
        "zone": Column(Word(longest=64), _("Zone"), blank=""),
        "formula": Column(Word(longest=200), _("Formula"), blank=""),
    },
    keys=9,
    row=row_template,
    empty=_("none"),
    example=("km", 120, Fraction(0), 3, "every", 0, 24, "", ""),
    most_rows=60,
)
ZONES = Table(
    columns={
        "zone": Column(Word(longest=30), _("Zone")),
        "area": Column(Word(longest=2_000), _("Postcodes or corners")),
    },
    keys=1,
    row=_("{zone} is {area}"),
    example=("Centre", "1000 1005 1012"),
)
HOLIDAYS = Table(
    columns={"day": Column(Word(longest=10), _("Day")), "name": Column(Word(longest=40), _("Name"), blank="")},
    keys=1,
    row=_("{day} {name}"),
    empty=_("none"),
    example=("12-25", "Christmas"),
)

RULES = [
    Rule(
        key="rates.holidays",
        type=HOLIDAYS,
        default=[],
        title=_("Our holidays"),
        sentence=_("What a fare or a surcharge asks on holidays holds on: {value}."),
        section=SECTION,
        explains=_("Write 12-25 for a day of every year, and 2027-03-29 for a day of one year."),
        fine_print=True,
    ),
    Rule(
        key="rates.set_by",
        type=Choice(SET_BY),
        default="coop",
        title=_("Who sets what work costs"),
        sentence=_("For work that goes by a fare, {value}."),
        section=SECTION,
        varies_by=("job_kind",),
        explains=_("Where nobody else has set a fare, the one that the members set together counts."),
        fine_print=True,
    ),
    Rule(
        key="rates.choose",
        type=Switch(
            on=_("sees what each member asks who agreed to be seen, and may choose one"), off=_("does not choose among members")
        ),
        default=False,
        title=_("Choosing among members"),
        sentence=_("Whoever books {value}."),
        section=SECTION,
        varies_by=("job_kind",),
        explains=_(
            "It counts only where members set their own fare. Only first names are shown, and only of members who want it."
        ),
        fine_print=True,
    ),
    Rule(
        key="rates.fare",
        type=FARE,
        default=[],
        title=_("Our fare"),
        sentence=_("What work costs by our fare: {value}."),
        section=SECTION,
        varies_by=("circle", "job_kind"),
        explains=_(
            "It counts for services whose price goes by the fare; others keep their fixed price. Of several base rows that "
            "fit, the highest counts; extras and surcharges that fit are added. Zones: “Centre” for work within it, “!Centre” "
            "where some stop lies outside, “Centre/North” from one to the other."
        ),
        fine_print=True,
    ),
    Rule(
        key="rates.zones",
        type=ZONES,
        default=[],
        title=_("Zones of our fare"),
        sentence=_("Zones of our fare: {value}."),
        section=SECTION,
        explains=_(
            "How its postcodes begin, with spaces between; or the corners on the map, each as latitude,longitude: "
            "50.84,4.35 50.86,4.36 50.85,4.33."
        ),
        fine_print=True,
    ),
    Rule(
        key="rates.least",
        type=Percent(most=Fraction(1)),
        default=[80, 100],
        title=_("How low a member’s own fare may be"),
        sentence=_("A member’s own fare asks at least {value} of what our fare asks."),
        section=SECTION,
        varies_by=("job_kind",),
        explains=_("So that nobody has to underbid anybody."),
        fine_print=True,
    ),
    Rule(
        key="rates.most",
        type=Percent(least=Fraction(1), most=Fraction(10)),
        default=[150, 100],
        title=_("How high a member’s own fare may be"),
        sentence=_("A member’s own fare asks at most {value} of what our fare asks."),
        section=SECTION,
        varies_by=("job_kind",),
        explains=_("So that clients know what to expect of all of us."),
        fine_print=True,
    ),
    Rule(
        key="rates.discount_most",
        type=Percent(most=Fraction(1)),
        default=[15, 100],
        title=_("What may be agreed with a client"),
        sentence=_("The coordinator may agree on up to {value} less with a client; for more, the members vote."),
        section=SECTION,
        explains=_("A discount is for clients who bring much or regular work. It is dated, and every member can see it."),
        fine_print=True,
    ),
    Rule(
        key="rates.floor_per_hour",
        type=Amount(most=10**7),
        default=0,
        title=_("What an hour of work brings at least"),
        sentence=_("Whoever does a job earns at least {value} an hour with it; the price is lifted to that. Zero: no floor."),
        section=SECTION,
        varies_by=("job_kind",),
        explains=_("The hour counts the job as planned and the way to it. What the co-op keeps is taken off first."),
        preview="money",
        fine_print=True,
    ),
    Rule(
        key="rates.approach",
        type=Duration(most=timedelta(hours=8)),
        default=10 * 60,
        title=_("The way to a job"),
        sentence=_("The way to a job is reckoned as {value}."),
        section=SECTION,
        varies_by=("job_kind",),
        explains=_("It is part of the time that the floor per hour counts. Who will come is not known when the price is given."),
        fine_print=True,
    ),
    Rule(
        key="rates.unknown_way",
        type=Count(most=1_000),
        default=3,
        title=_("A way that is not known"),
        sentence=_("Where an address is not on the map, a way is reckoned as {value} kilometres."),
        section=SECTION,
        varies_by=("job_kind",),
        explains=_("The price says so. It stays as promised, however long the way turns out to be."),
        fine_print=True,
    ),
]
