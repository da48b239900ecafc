"""Engagements as the protocol of 2016 has them: three hours at least, expenses on top, nobody works without cover."""

from datetime import date, timedelta
from typing import Any

import pytest

from marke.common.invariants import invariants
from marke.common.refusal import Refused
from marke.engagements import services
from marke.engagements.conditions import ACCIDENT, LIABILITY, Term, is_covered
from marke.engagements.models import Covered, Policy
from marke.engagements.queries import covers_of, find_uncovered, set_aside
from marke.jobs.events import JobsSettled
from marke.jobs.services import cancel_job, correct_settlement, offer_job
from marke.ledger.models import Posting, Transaction
from marke.ledger.queries import sums_by_detail
from marke.parties.models import Membership
from marke_core.matching import Place
from tests.factories.jobs import T1, make_job, make_service, settle, take
from tests.factories.pages import browser_of
from tests.factories.parties import make_client, make_coop, make_member
from tests.factories.rules import found

DAY = date(2026, 3, 2)


class House:
    def __init__(self, **rules: Any) -> None:
        self.coop = make_coop()
        usual: dict[str, Any] = {"jobs__matching": "by_hand", "jobs__least_paid": 3 * 3600, "engagements__per_day": 250}
        found(self.coop, **usual | rules)
        self.client = make_client(self.coop)
        self.ride = make_service(self.coop, "Courier", 2200, job_kind="engagement", per="hour", minutes=180)
        self.wim, self.tess = make_member(self.coop, "Wim"), make_member(self.coop, "Tess", offices=("treasurer",))

    def job(self, hours: int = 0, **fields: Any):
        return make_job(self.coop, self.client, self.ride, at=T1 + timedelta(hours=hours), minutes=60, **fields)

    def insure(self, against: str, key: str = "", *, everybody: bool = True, **days: date | None) -> Policy:
        terms: dict[str, Any] = {"first_on": date(2026, 1, 1), "last_on": None} | days
        return services.note_policy(
            coop=self.coop, against=against, insurer="Onderling", reference="K-1", call="0800 1", everybody=everybody,
            once_key=key or f"policy-{against}", by=self.tess.party, at=T1, **terms,
        )  # fmt: skip


def lines(job) -> dict[str, int]:
    rows = Posting.objects.filter(transaction__key=f"engagement:{job.number}:1").values_list("line", "amount")
    return dict(rows)


@pytest.fixture
def house(db: None) -> House:
    return House(engagements__cover="both", engagements__premium_day=120, engagements__premium_job=30, engagements__per_km=40)


def test_from_booking_to_pay_out(house: House) -> None:
    """One hour is called for: three are paid; bike and phone come on top once a day; the premium is a cost of the co-op."""
    house.insure(ACCIDENT)
    house.insure(LIABILITY)
    far: dict[str, Any] = {
        "pickup": "Kouter 1",
        "pickup_point": Place(510_500_000, 37_200_000),
        "place_point": Place(510_500_000, 37_500_000),
    }
    first = settle(house.job(**far), house.wim, at=T1)
    second = settle(house.job(4), house.wim, at=T1 + timedelta(hours=4))
    assert first.price == second.price == 3 * 2200
    way = lines(first)["way"]
    assert -way == round(40 * 2.096)  # 2.1 km at 0.40
    assert lines(first) == {"expenses": 250 - way, "way": way, "day": -250, "premium": 150, "set_aside": -150}
    assert lines(second) == {"premium": 30, "set_aside": -30}
    third = settle(house.job(24), house.wim, at=T1 + timedelta(hours=24))
    assert lines(third)["day"] == -250
    earned = -sums_by_detail(house.coop, ["earnings"])["earnings", ""]
    kept = -sum(sums_by_detail(house.coop, ["contribution", "fund"]).values())
    assert earned == 3 * 6600 - kept + 2 * 250 - way  # the contribution is not taken of expenses
    assert set_aside(house.coop) == 150 + 30 + 150
    basis = Transaction.objects.get(key=f"engagement:{first.number}:1").basis
    assert basis is not None
    page = browser_of(house.wim).get("/velo/me/money/")
    assert page.status_code in (200, 404)


def test_the_same_settled_twice_or_together_pays_the_day_once(house: House) -> None:
    house.insure(ACCIDENT)
    house.insure(LIABILITY)
    jobs = [settle(house.job(hours), house.wim, at=T1 + timedelta(hours=hours)) for hours in (0, 4)]
    before = Transaction.objects.count()
    services.settle_engagements(JobsSettled(jobs, None, T1 + timedelta(hours=9)))
    assert Transaction.objects.count() == before
    assert sums_by_detail(house.coop, ["expense"])["expense", "vehicles"] == 250


def test_other_work_and_rules_of_nothing_book_nothing(db: None) -> None:
    plain = House(engagements__per_day=0)
    assert lines(settle(plain.job(), plain.wim, at=T1)) == {}
    errand = make_service(plain.coop, "Errand")
    job = make_job(plain.coop, plain.client, errand, at=T1 + timedelta(days=1))
    assert lines(settle(job, plain.wim, at=T1 + timedelta(days=1))) == {}


# Corrected later


def booked(job) -> list[tuple[str, dict[str, int]]]:
    """What of it was booked, in order: by key what each posting moves."""
    rows = Transaction.objects.filter(key__startswith=f"engagement:{job.number}:").order_by("number")
    return [(row.key.partition(":")[2].partition(":")[2], dict(row.postings.values_list("line", "amount"))) for row in rows]


def correct(house: House, job, price: int, at=None):
    return correct_settlement(job=job, price=price, reason="It was so", by=house.tess.party, at=at or T1 + timedelta(days=2))


def nothing_astray(house: House) -> None:
    assert [fault for one in invariants for fault in one.check(house.coop)] == []


def test_an_engagement_that_did_not_take_place_brings_nothing_and_the_day_goes_to_the_next(house: House) -> None:
    house.insure(ACCIDENT)
    house.insure(LIABILITY)
    first, second = (settle(house.job(hours), house.wim, at=T1 + timedelta(hours=hours)) for hours in (0, 4))
    day = {"expenses": 250, "day": -250, "premium": 150, "set_aside": -150}
    alone = {"premium": 30, "set_aside": -30}
    assert (booked(first), booked(second)) == ([("1", day)], [("1", alone)])

    correct(house, first, 0)
    assert booked(first) == [("1", day), ("1:reversed", {line: -amount for line, amount in day.items()})]
    assert booked(second)[-1] == ("2", day)  # it is the first of that day now
    assert (set_aside(house.coop), sums_by_detail(house.coop, ["expense"])["expense", "vehicles"]) == (150, 250)

    correct(house, first, 6600, T1 + timedelta(days=3))  # it did take place after all: the day stays where it is
    assert booked(first)[-1] == ("2", alone)
    assert (set_aside(house.coop), sums_by_detail(house.coop, ["expense"])["expense", "vehicles"]) == (180, 250)
    nothing_astray(house)


def test_another_price_changes_nothing_that_came_on_top(house: House) -> None:
    house.insure(ACCIDENT)
    house.insure(LIABILITY)
    job = settle(house.job(), house.wim, at=T1)
    before = booked(job)
    correct(house, job, 5000)
    assert booked(job) == before
    nothing_astray(house)


def test_a_way_that_was_written_down_wrongly_is_paid_anew(house: House) -> None:
    house.insure(ACCIDENT)
    house.insure(LIABILITY)
    job = settle(house.job(), house.wim, at=T1)
    type(job).objects.filter(pk=job.pk).update(
        pickup_lat_e7=510_500_000, pickup_lon_e7=37_200_000, place_lat_e7=510_500_000, place_lon_e7=37_500_000
    )
    job.refresh_from_db()
    correct(house, job, 5000)
    [_first, taken_back, anew] = booked(job)
    assert (taken_back[0], anew[0], anew[1]["way"]) == ("1:reversed", "2", -round(40 * 2.096))
    nothing_astray(house)


def test_who_comes_later_that_day_after_a_withdrawn_one_has_the_day(house: House) -> None:
    house.insure(ACCIDENT)
    house.insure(LIABILITY)
    first = settle(house.job(), house.wim, at=T1)
    correct(house, first, 0, T1 + timedelta(hours=3))
    second = settle(house.job(4), house.wim, at=T1 + timedelta(hours=4))
    assert lines(second)["day"] == -250


def test_one_that_was_called_off_for_a_fee_brings_nothing_and_the_day_goes_to_the_one_that_was_done(house: House) -> None:
    house.insure(ACCIDENT)
    house.insure(LIABILITY)
    off = take(house.job(starts_at=T1 + timedelta(hours=1)), house.wim)
    off = cancel_job(job=off, by=None, at=T1 + timedelta(hours=1), most_fee=100_000)
    assert off.state == "settled" and off.price > 0
    assert booked(off) == []
    assert lines(settle(house.job(4), house.wim, at=T1 + timedelta(hours=4)))["day"] == -250
    nothing_astray(house)


def test_other_work_that_is_corrected_books_nothing_here(db: None) -> None:
    plain = House()
    errand = make_service(plain.coop, "Errand")
    job = settle(make_job(plain.coop, plain.client, errand, at=T1), plain.wim, at=T1)
    correct(plain, job, 0)
    assert booked(job) == []


# Cover


def test_nobody_is_offered_an_engagement_without_cover(house: House) -> None:
    house.insure(ACCIDENT)
    job = house.job()
    with pytest.raises(Refused, match="not covered"):
        offer_job(job=job, membership=house.wim, by=None, at=T1)
    job.refresh_from_db()
    assert job.state == "requested"
    other = make_job(house.coop, house.client, make_service(house.coop, "Errand"), at=T1)
    assert find_uncovered([other], [house.wim], T1) == {}
    named = house.insure(LIABILITY, everybody=False)
    assert find_uncovered([job], [house.wim, house.tess], T1) == {job.pk: {house.wim.pk, house.tess.pk}}
    services.name_member(policy=named, membership=house.wim, first_on=DAY, last_on=DAY)
    assert find_uncovered([job], [house.wim, house.tess], T1) == {job.pk: {house.tess.pk}}
    assert [each.against for each in covers_of(house.wim, DAY)] == [ACCIDENT, LIABILITY]
    assert [each.against for each in covers_of(house.wim, DAY + timedelta(days=1))] == [ACCIDENT]
    services.end_policy(policy=named, last_on=DAY - timedelta(days=1))
    assert find_uncovered([job], [house.wim], T1) == {job.pk: {house.wim.pk}}


@pytest.mark.one_database
def test_a_term_holds_on_its_first_and_on_its_last_day() -> None:
    term = Term(ACCIDENT, None, DAY, DAY + timedelta(days=1))
    held = [is_covered([term], [ACCIDENT], 7, DAY + timedelta(days=days)) for days in range(-1, 3)]
    assert held == [False, True, True, False]
    assert not is_covered([term], [ACCIDENT, LIABILITY], 7, DAY)
    assert is_covered([], [], 7, DAY)


def test_a_policy_is_written_down_once_named_and_ended(house: House) -> None:
    tess, wim = browser_of(house.tess), browser_of(house.wim)
    given = {
        "against": "accident", "insurer": "Onderling", "reference": "K-1", "call": "0800 1", "everybody": "no", "first_on": "2026-01-01",
        "last_on": "2025-12-31", "once_key": "policy-0001",
    }  # fmt: skip
    assert tess.post("/velo/cover/new/", given).status_code == 422
    given["last_on"] = ""
    for _twice in range(2):
        assert tess.post("/velo/cover/new/", given).status_code == 302
    assert Policy.objects.count() == 1
    for member, days, status in ((999, "2026-01-01", 422), (house.wim.number, "2025-01-01", 422), (house.wim.number, "", 302)):
        assert tess.post("/velo/cover/1/", {"member": member, "first_on": "2026-01-01", "last_on": days}).status_code == status
    assert Covered.objects.get().membership == house.wim
    assert "Onderling" in wim.get("/velo/cover/").content.decode()
    assert "Onderling" in wim.get("/velo/safety/").content.decode()
    assert wim.get("/velo/cover/1/").status_code == 403
    assert tess.post("/velo/cover/1/ending/", {"last_on": "2020-01-01"}).status_code == 422
    tess.post("/velo/cover/1/ending/", {"last_on": "2026-01-31"})
    assert Policy.objects.get().last_on == date(2026, 1, 31)
    tess.post(f"/velo/cover/1/members/{house.wim.number}/removal/")
    assert Membership.objects.filter(pk=house.wim.pk).exists()
    assert Covered.objects.count() == 0


def test_what_the_insurer_has_billed_is_no_cost_twice(house: House) -> None:
    house.insure(ACCIDENT)
    house.insure(LIABILITY)
    settle(house.job(), house.wim, at=T1)
    tess = browser_of(house.tess)
    assert "€1.50" in tess.get("/velo/cover/").content.decode()
    assert tess.post("/velo/cover/billed/", {"amount": "2.00", "once_key": "billed-0001"}).status_code == 422
    assert set_aside(house.coop) == 150
    for _twice in range(2):
        tess.post("/velo/cover/billed/", {"amount": "1.00", "once_key": "billed-0002"})
    assert set_aside(house.coop) == 50
    assert sums_by_detail(house.coop, ["expense"])["expense", "insurance"] == 50
