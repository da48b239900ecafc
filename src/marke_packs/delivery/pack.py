"""Delivery: couriers who bring meals, bread and parcels through a town."""

from django.utils.translation import gettext_lazy as _

from marke.common.sector_words import SectorWords
from marke.jobs.kinds import JobKind
from marke.packs.registry import Pack, StarterService
from marke.plan.sectors import SectorPlan
from marke_packs.delivery.demo import VELO

PLAN = SectorPlan(
    kind="delivery",
    values={
        "members": 10,
        "new_members": 4,
        "jobs": 120,
        "price": 1_250,
        "minutes": 30,
        "ramp": 6,
        "late": 7,
        "unpaid": 5,
        "at_start": 250_000,
        "equipment": 600_000,
        "wear": 48,
        "per_month": 90_000,
        "per_member": 3_500,
        "per_job": 10,
    },
    # Quiet in summer, full from October to December.
    season=(100, 100, 100, 95, 95, 90, 75, 75, 100, 110, 115, 125),
    supposes=_(
        "It is supposed that a courier who works part of the week brings about 120 deliveries a month, each half an hour "
        "with the way to the next, that summer is quiet and December full, and that two second-hand cargo bikes are bought."
    ),
)

PACK = Pack(
    kind="delivery",
    label=_("Delivery and couriers"),
    description=_("Couriers who bring meals, bread and parcels through a town."),
    rules={
        "jobs.contribution": [12, 100],
        "jobs.guarantee": [2, 100],
        "jobs.matching": "nearest",
        "dispatch.trip_jobs": 3,
        "payments.rhythm": "weekly",
        "payments.release": "any_member",
        "shares.price": 5000,
        "decisions.method_rules": "majority",
        "decisions.method_admission": "mandate",
        "sellers.dac7": True,
    },
    job_kinds=(JobKind("delivery", _("Delivery"), needs_pickup=True, pack="delivery", together=True),),
    services=(
        StarterService(_("Delivery in town"), "delivery", 1250, "job", 30),
        StarterService(_("Cargo bike delivery"), "delivery", 2400, "job", 60),
    ),
    plan=PLAN,
    words=SectorWords("delivery", _("Deliveries"), _("Your courier"), _("Couriers"), _("What shall we bring?")),
    demos=(VELO,),
)
