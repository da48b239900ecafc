"""Freelancers: everybody has clients of their own, the co-op invoices, chases, and pays within seven working days.

The figures are those of Smart: 6.5 % of what is invoiced, a share of 30, paid whether the client has paid or not. Couriers
are engaged as its protocol of 2016 has it: three hours at least for each call, expenses for bike and phone, insured; the
amounts of expenses and premium are examples.
"""

from django.utils.translation import gettext_lazy as _

from marke.common.sector_words import SectorWords
from marke.jobs.kinds import JobKind
from marke.packs.registry import Pack, StarterService
from marke.plan.sectors import SectorPlan
from marke_packs.freelancers.demo import WISSELWERK

PLAN = SectorPlan(
    kind="freelancers",
    values={
        "members": 40,
        "new_members": 24,
        "jobs": 3,
        "price": 65_000,
        "minutes": 900,
        "ramp": 6,
        "late": 25,
        "unpaid": 10,
        "at_start": 200_000,
        "equipment": 50_000,
        "wear": 36,
        "per_month": 250_000,
        "per_member": 1_500,
        "per_job": 200,
    },
    # Theatres and schools are closed in July and August, and everybody wants it done before the year is over.
    season=(90, 95, 105, 105, 110, 110, 60, 60, 110, 115, 115, 125),
    supposes=_(
        "It is supposed that a member invoices three assignments of 650 a month, that a quarter of the clients pays late and one "
        "in a hundred never, and that somebody is paid to invoice and to chase."
    ),
)

PACK = Pack(
    kind="freelancers",
    label=_("Freelancers with clients of their own"),
    description=_("Artists, translators, technicians, couriers: each with their own clients, invoiced and paid by one co-op."),
    rules={
        "jobs.contribution": [65, 1000],
        "jobs.guarantee": [1, 100],
        "jobs.matching": "by_hand",
        "jobs.answer_time": 24 * 3600,
        "jobs.least_paid": 3 * 3600,  # whoever is called pays for three hours
        "engagements.per_day": 250,  # bike and phone
        "engagements.cover": "both",  # nobody rides uninsured
        "engagements.premium_day": 120,
        "payments.rhythm": "weekly",
        "payments.release": "another_officer",
        "shares.price": 3000,
        "decisions.method_rules": "majority",
        "decisions.method_admission": "mandate",
        "activities.open_to": "teams",
        "invoices.reminders": [["business", 8], ["business", 22], ["person", 8], ["person", 25]],
        "activities.contribution": [65, 1000],
    },
    job_kinds=(
        JobKind("assignment", _("Assignment"), pack="freelancers"),
        JobKind("engagement", _("Courier engagement"), pack="freelancers"),
    ),
    services=(
        StarterService(_("Work by the hour"), "assignment", 4500, "hour", 240),
        StarterService(_("Courier engagement"), "engagement", 2200, "hour", 180),
    ),
    plan=PLAN,
    words=SectorWords("freelancers", _("Assignments"), _("Who does it"), _("Those who work"), _("What shall we do for you?")),
    demos=(WISSELWERK,),
)
