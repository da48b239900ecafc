"""Jobs in a co-op that works with shifts: who is there is asked, and the hours clocked are the hours that count."""

from datetime import timedelta
from typing import Any

import pytest

from marke.jobs import services
from marke.jobs.clockwork import turn_matcher
from marke.jobs.models import Capability, Held, Offer
from marke.jobs.rows import kept_rows
from marke.jobs.shifts import clocked_so_far
from marke.parties.models import Coop, Membership
from marke.slots import services as slots
from marke.slots.conditions import Span
from marke.slots.doubts import doubts_about
from marke.slots.models import Shift
from tests.factories.jobs import HOME, T1, make_job, share_home
from tests.factories.parties import make_client, make_coop, make_member
from tests.factories.rules import found
from tests.factories.slots import make_shift

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
START = T1 + 6 * HOUR


def shift_from(coop: Coop, begins: Any, ends: Any, **plan: Any) -> Shift:
    return make_shift(coop, Span(begins, ends), **plan)


def riders(coop: Coop) -> tuple[Membership, Membership]:
    near, far = share_home(make_member(coop, "Near"), 500), share_home(make_member(coop, "Far"), 5000)
    for member in (near, far):
        services.agree(membership=member, given=True, by=member.party, at=T1)
    return near, far


def test_only_who_is_on_a_shift_is_given_work_and_the_other_reads_why_not() -> None:
    velo = make_coop()
    found(velo, jobs__matching="automatic")
    _near, far = riders(velo)
    slots.sign_up(shift=shift_from(velo, START - HOUR, START + HOUR), membership=far, by=None, at=T1)
    job = make_job(velo, make_client(velo), starts_at=START, place_point=HOME)
    assert turn_matcher(START - timedelta(minutes=20)) == 1
    job.refresh_from_db()
    assert job.worker == far
    rows = kept_rows(job, list(Offer.objects.all()), me=_near.number, names=None)
    assert "you were on no shift then" in str(rows)


def test_who_clocked_out_is_not_there_any_more_and_without_a_rule_everybody_is() -> None:
    velo = make_coop()
    found(velo, jobs__matching="nearest")
    near, far = riders(velo)
    shift = shift_from(velo, START - HOUR, START + HOUR, places=2)
    rows = [slots.sign_up(shift=shift, membership=member, by=None, at=T1) for member in (near, far)]
    slots.clock_in(sign_up=rows[0], at=START - HOUR)
    slots.clock_out(sign_up=rows[0], at=START - timedelta(minutes=30))
    make_job(velo, make_client(velo), at=START - timedelta(minutes=10), starts_at=START, place_point=HOME)
    assert Offer.objects.get().membership == far
    klus = make_coop("klus")
    found(klus, jobs__matching="nearest", slots__jobs=False)
    close, _away = riders(klus)
    shift_from(klus, START - HOUR, START + HOUR)
    make_job(klus, make_client(klus, "Bank"), starts_at=START, place_point=HOME)
    assert Offer.objects.get(coop=klus).membership == close


def test_hours_so_far_are_those_clocked_this_week_and_unknown_without_shifts() -> None:
    velo = make_coop()
    found(velo)
    near, _far = riders(velo)
    assert clocked_so_far(velo, T1, START) is None
    shift = shift_from(velo, T1, T1 + 3 * HOUR, places=2)
    row = slots.sign_up(shift=shift, membership=near, by=None, at=T1)
    slots.clock_in(sign_up=row, at=T1)
    slots.clock_out(sign_up=row, at=T1 + 2 * HOUR)
    assert clocked_so_far(velo, T1 - 10 * HOUR, START) == {near.pk: 7200}


def test_a_skill_that_somebody_lacks_warns_who_plans_and_forbids_nothing() -> None:
    velo = make_coop()
    found(velo)
    near, far = riders(velo)
    aid = Capability.objects.create(coop=velo, name="First aid", kind="skill")
    Held.objects.create(coop=velo, membership=near, capability=aid, since=T1.date(), checked_by=None, checked_at=T1)
    shift = shift_from(velo, START, START + HOUR, places=2, skills=("First aid",))
    doubts = doubts_about(shift, [near, far], T1)
    assert (doubts[near.pk], [(doubt.kind, doubt.forbids) for doubt in doubts[far.pk]]) == ([], [("lacks", False)])
    slots.sign_up(shift=shift, membership=far, by=None, at=T1)
