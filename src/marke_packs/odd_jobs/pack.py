"""Odd jobs: a neighbour asks for a painter, the nearest member is asked, the two agree on the price. Nobody takes a fee."""

from django.utils.translation import gettext_lazy as _

from marke.common.sector_words import SectorWords
from marke.jobs.kinds import JobKind
from marke.packs.registry import Pack, StarterService
from marke.plan.sectors import SectorPlan
from marke_packs.odd_jobs.demo import MUTIRAO

PLAN = SectorPlan(
    kind="odd_jobs",
    values={
        "members": 20,
        "new_members": 10,
        "jobs": 4,
        "price": 8_000,
        "minutes": 240,
        "ramp": 6,
        "late": 0,
        "unpaid": 0,
        "at_start": 0,
        "equipment": 0,
        "wear": 36,
        "per_month": 5_000,
        "per_member": 0,
        "per_job": 0,
    },
    supposes=_(
        "It is supposed that a member gets about four jobs a month, that client and member settle the price between them, and that "
        "a telephone and the hosting are paid from what members give."
    ),
)

PACK = Pack(
    kind="odd_jobs",
    label=_("Odd jobs among neighbours"),
    description=_("People who paint, repair, carry and sew for their neighbours, without a fee to anybody."),
    rules={
        "jobs.contribution": [0, 1],
        "jobs.guarantee": [0, 1],
        "jobs.matching": "nearest",
        "jobs.tips": "no",
        "jobs.cancel_fee": [0, 1],
        "jobs.answer_time": 2 * 3600,  # who paints looks at the phone at noon
        "payments.rhythm": "monthly",
        "payments.release": "any_member",
        "shares.price": 1000,
        "decisions.method_rules": "majority",
        "decisions.method_admission": "mandate",
    },
    job_kinds=(JobKind("odd_job", _("Odd job"), pack="odd_jobs", between_them=True),),
    services=(
        StarterService(_("Painting"), "odd_job", 0, "job", 480),
        StarterService(_("Electrical repairs"), "odd_job", 0, "job", 120),
        StarterService(_("Plumbing"), "odd_job", 0, "job", 120),
        StarterService(_("Moving and carrying"), "odd_job", 0, "job", 240),
        StarterService(_("Sewing"), "odd_job", 0, "job", 180),
    ),
    plan=PLAN,
    words=SectorWords("odd_jobs", _("Odd jobs"), _("Who comes"), _("Those who work"), _("What can a neighbour do for you?")),
    demos=(MUTIRAO,),
)
