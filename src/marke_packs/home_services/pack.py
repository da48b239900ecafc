"""Home services: cleaners, gardeners, handy people who go to a client's home and come back every week."""

from django.utils.translation import gettext_lazy as _

from marke.common.sector_words import SectorWords
from marke.jobs.kinds import JobKind
from marke.packs.registry import Pack, StarterService
from marke.plan.sectors import SectorPlan
from marke_packs.home_services.demo import GLANS, ZEEPBEL

PLAN = SectorPlan(
    kind="home_services",
    values={
        "members": 8,
        "new_members": 4,
        "jobs": 26,
        "price": 7_500,
        "minutes": 210,
        "ramp": 9,
        "late": 5,
        "unpaid": 5,
        "at_start": 120_000,
        "equipment": 80_000,
        "wear": 36,
        "per_month": 80_000,
        "per_member": 3_000,
        "per_job": 100,
    },
    # Clients are away in July and August, and before holidays everything has to shine.
    season=(95, 100, 105, 105, 105, 100, 80, 80, 100, 105, 105, 110),
    supposes=_(
        "It is supposed that a member has about 26 visits of three hours a month, at 25 an hour and with half an hour of way, "
        "that it takes nine months until everybody has regular clients, and that clients are away in July and August."
    ),
)

PACK = Pack(
    kind="home_services",
    label=_("Cleaning and home services"),
    description=_("People who clean, garden or repair at a client's home."),
    rules={
        "jobs.contribution": [10, 100],
        "jobs.guarantee": [2, 100],
        "jobs.matching": "by_hand",
        "jobs.answer_time": 24 * 3600,  # visits are planned days ahead, and nobody looks at a phone while cleaning
        "payments.rhythm": "weekly",
        "payments.release": "any_member",
        "shares.price": 2500,
        "decisions.method_rules": "majority",
        "decisions.method_admission": "mandate",
    },
    job_kinds=(JobKind("visit", _("Visit"), pack="home_services"),),
    services=(
        StarterService(_("House cleaning"), "visit", 2500, "hour", 180),
        StarterService(_("Window cleaning"), "visit", 6000, "job", 120),
    ),
    plan=PLAN,
    words=SectorWords("home_services", _("Visits"), _("Who comes"), _("Those who come"), _("What may we do for you?")),
    demos=(GLANS, ZEEPBEL),
)
