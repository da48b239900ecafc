"""Delivery: couriers who bring meals, bread and parcels through a town."""

from django.utils.translation import gettext_lazy as _

from marke.jobs.kinds import JobKind
from marke.packs.registry import Pack, StarterService
from marke_packs.delivery.demo import VELO

PACK = Pack(
    kind="delivery",
    label=_("Delivery and couriers"),
    description=_("Couriers who bring meals, bread and parcels through a town."),
    rules={
        "jobs.contribution": [12, 100],
        "jobs.guarantee": [2, 100],
        "jobs.matching": "nearest",
        "payments.rhythm": "weekly",
        "payments.release": "any_member",
        "shares.price": 5000,
        "decisions.method_rules": "majority",
        "decisions.method_admission": "mandate",
    },
    job_kinds=(JobKind("delivery", _("Delivery"), needs_pickup=True, pack="delivery"),),
    services=(
        StarterService(_("Delivery in town"), "delivery", 1250, "job", 30),
        StarterService(_("Cargo bike delivery"), "delivery", 2400, "job", 60),
    ),
    demo=VELO,
)
