"""Rides: drivers who bring people where they have to be."""

from django.utils.translation import gettext_lazy as _

from marke.common.sector_words import SectorWords
from marke.jobs.kinds import JobKind
from marke.packs.registry import Pack, StarterService
from marke.plan.sectors import SectorPlan
from marke_packs.rides.demo import MAASRIT

PLAN = SectorPlan(
    kind="rides",
    values={
        "members": 12,
        "new_members": 6,
        "jobs": 150,
        "price": 1_650,
        "minutes": 35,
        "ramp": 9,
        "late": 2,
        "unpaid": 10,
        "at_start": 300_000,
        "equipment": 150_000,
        "wear": 48,
        "per_month": 160_000,
        "per_member": 4_500,
        "per_job": 45,
    },
    # Summer is quiet in the city; December is full of evenings out.
    season=(95, 95, 100, 100, 105, 105, 90, 85, 100, 105, 105, 120),
    supposes=_(
        "It is supposed that a driver who works four days a week brings about 150 rides a month, each 35 minutes with the way to "
        "the next, in a car of their own, and that nearly everybody pays at once; the fee for card payments is in the cost of a job."
    ),
)

PACK = Pack(
    kind="rides",
    label=_("Rides"),
    description=_("Drivers who bring people where they have to be."),
    rules={
        "jobs.contribution": [15, 100],
        "jobs.guarantee": [1, 100],
        "jobs.matching": "nearest",
        "jobs.answer_time": 2 * 60,
        "payments.rhythm": "weekly",
        "payments.release": "another_officer",
        "shares.price": 10000,
        "decisions.method_rules": "majority",
        "decisions.method_admission": "mandate",
        "sellers.dac7": True,
    },
    job_kinds=(JobKind("ride", _("Ride"), needs_pickup=True, pack="rides"),),
    services=(
        StarterService(_("Ride in town"), "ride", 1650, "job", 25),
        StarterService(_("Ride with a wheelchair"), "ride", 2400, "job", 45),
        StarterService(_("Ride to the airport"), "ride", 5200, "job", 50),
    ),
    plan=PLAN,
    words=SectorWords("rides", _("Rides"), _("Your driver"), _("Drivers"), _("Where shall we bring you?")),
    demos=(MAASRIT,),
)
