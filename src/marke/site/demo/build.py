"""Makes every pack's demo co-op, once."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import override

from marke.jobs.models import Job
from marke.packs.demo import DemoClient, DemoPerson
from marke.packs.registry import packs
from marke.parties.models import Coop
from marke.site.demo.carrying import insure, list_neighbours, take_work_along
from marke.site.demo.fair import hold_a_hearing, say_what_clients_said
from marke.site.demo.sellers import report_sellers
from marke.site.demo.shifts import plan_shifts
from marke.site.demo.year import Year

# After this, what the demo calls today is clearly not today any more.
FRESH_FOR = timedelta(days=2)
# progress(what, done, of)
Progress = Callable[[str, int, int], None]


def build(*, at: datetime, progress: Progress = lambda what, done, of: None) -> list[Coop]:
    """Plays each demo co-op up to the moment `at`. One that is there already is left alone."""
    made = []
    _write_without_waiting()
    for pack, demo in [(sector, demo) for sector in packs for demo in sector.demos]:
        if Coop.objects.filter(slug=demo.slug).exists():
            continue
        with override(demo.language):
            year = Year(pack, demo, at)
            for day in year.play():
                if day == 0:
                    insure(year)
                progress(demo.name, day, year.days)
            say_what_clients_said(year.coop, at)
            hold_a_hearing(year.coop, at)
            plan_shifts(year, at)
            take_work_along(year, at)
            report_sellers(year)
            made.append(year.coop)
    list_neighbours(made, at)
    return made


def _write_without_waiting() -> None:
    """A demo that a power cut interrupts is made anew, so on SQLite nobody waits for the disk."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=OFF")


def sign_ins(at: datetime) -> list[str]:
    """One line per demo co-op: who can be signed in as on its pages; and whether its year has fallen behind."""
    lines = []
    for demo in (demo for pack in packs for demo in pack.demos):
        everybody: list[DemoPerson | DemoClient] = [*demo.people, *demo.clients]
        people = [f"{p.name} ({p.sign_in_as})" for p in everybody if p.sign_in_as]
        lines.append(f"{demo.name}: {', '.join(people)}")
    newest = Job.objects.filter(coop__demo=True).aggregate(newest=Max("requested_at"))["newest"]
    if newest is not None and at - newest > FRESH_FOR:
        lines.append(
            _("Its year ended on %(day)s. Make one that ends today with: ./marke demo --fresh") % {"day": f"{newest:%Y-%m-%d}"}
        )
    return [_("Sign in by one tap on the sign-in page, as one of:"), *lines]
