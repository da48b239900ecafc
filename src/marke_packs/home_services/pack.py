"""Home services: cleaners, gardeners, handy people who go to a client's home and come back every week."""

from django.utils.translation import gettext_lazy as _

from marke.jobs.kinds import JobKind
from marke.packs.registry import Pack, StarterService
from marke_packs.home_services.demo import GLANS

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
    demo=GLANS,
)
