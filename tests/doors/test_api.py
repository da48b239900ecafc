"""The door for programs: the same services as the pages, by a key."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.test import Client as Browser

from marke.common import clock
from marke.doors.models import ApiKey
from marke.doors.services import revoke_key
from marke.jobs.models import Door, Job, JobEvent
from tests.factories.doors import Program, make_program
from tests.factories.jobs import make_job, make_service, open_offer, take
from tests.factories.pages import browser_of
from tests.factories.parties import T0, make_client, make_coop, make_member
from tests.factories.rates import FARE, make_fare_coop, make_fare_service
from tests.factories.rules import found

pytestmark = pytest.mark.django_db
PROBLEM = "application/problem+json"


@pytest.fixture
def coop():
    coop = make_coop("velo")
    found(coop)
    return coop


@pytest.fixture
def shop(coop):
    return make_client(coop, "Bakery Lund")


@pytest.fixture
def till(coop, shop):
    return make_program(coop, shop)


def booking(coop, **fields):
    service = make_service(coop)
    when = clock.now() + timedelta(hours=3)
    return {"service": service.pk, "starts_at": when.isoformat(), "place": {"address": "Rue du Midi 12"}, **fields}


def problem(answer, status):
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == PROBLEM
    told = json.loads(answer.content)
    assert told["status"] == status
    return told


def test_a_shop_asks_for_the_price_and_books_at_that_price(coop, shop, till):
    wanted = booking(coop, reference="order 17")
    quoted = json.loads(till.ask("post", "/quotes", wanted).content)
    assert sum(line["amount"] for line in quoted["price"]["lines"]) == quoted["price"]["net"]
    answer = till.book(wanted)
    told = json.loads(answer.content)
    assert answer.status_code == 201
    assert told["price"] == quoted["price"]
    job = Job.objects.get(coop=coop)
    assert (job.number, job.client_id, job.price) == (told["number"], shop.pk, quoted["price"]["net"])
    first = JobEvent.objects.filter(job=job).order_by("id")[0]
    assert (first.door, first.by_id) == (Door.API, shop.party_id)
    assert till.get(f"/jobs/{job.number}")["reference"] == "order 17"


def test_the_same_idempotency_key_books_once(coop, till):
    wanted = booking(coop)
    first, again = till.book(wanted, "order-0001"), till.book(wanted, "order-0001")
    assert json.loads(first.content)["number"] == json.loads(again.content)["number"]
    assert Job.objects.count() == 1


def test_the_same_idempotency_key_with_another_booking_is_refused(coop, till):
    wanted = booking(coop)
    till.book(wanted, "order-0001")
    told = problem(till.book({**wanted, "note": "another"}, "order-0001"), 422)
    assert told["type"] == "urn:marke:problem:key-used-otherwise"
    assert Job.objects.count() == 1


def test_two_keys_may_use_the_same_word(coop, shop, till):
    wanted = booking(coop)
    till.book(wanted, "order-0001")
    assert make_program(coop, shop).book(wanted, "order-0001").status_code == 201
    assert Job.objects.count() == 2


def test_a_booking_without_an_idempotency_key_is_refused(coop, till):
    told = problem(till.ask("post", "/jobs", booking(coop)), 422)
    assert told["errors"][0]["pointer"] == "/Idempotency-Key"
    assert Job.objects.count() == 0


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer nonsense", "Basic eDp5", "Bearer \xe9"])
def test_without_a_key_nothing_opens(coop, header):
    answer = Browser().get("/velo/api/v1/jobs", headers={"Authorization": header} if header else {})
    problem(answer, 401)
    assert answer["WWW-Authenticate"] == "Bearer"


def test_a_browser_that_is_signed_in_opens_nothing_without_a_key(coop):
    officer = make_member(coop, "Amina", offices=("coordinator",))
    problem(browser_of(officer).get("/velo/api/v1/jobs"), 401)


def test_a_revoked_key_opens_nothing(coop, till):
    revoke_key(key=till.row, by=None, at=T0)
    problem(till.ask("get", "/jobs"), 401)


def test_another_co_ops_key_opens_nothing(coop, till):
    other = make_coop("other")
    found(other)
    problem(Program(other, till.key).ask("get", "/jobs"), 401)


def test_only_what_is_left_of_a_key_is_kept(till):
    assert till.key not in json.dumps(list(ApiKey.objects.values()), default=str)


def test_a_clients_key_reaches_that_clients_jobs_only(coop, shop, till):
    make_service(coop)
    mine, other = make_job(coop, shop), make_job(coop, make_client(coop, "Flower shop"))
    assert [each["number"] for each in till.get("/jobs")["items"]] == [mine.number]
    problem(till.ask("get", f"/jobs/{other.number}"), 404)
    problem(till.ask("get", f"/jobs/{other.number}/proofs"), 404)
    problem(till.ask("post", f"/jobs/{other.number}/cancellation", {}), 404)
    other.refresh_from_db()
    assert other.state != Job.State.CANCELLED


@pytest.mark.parametrize(
    ("scope", "method", "path"),
    [("book", "get", "/services"), ("jobs", "get", "/jobs"), ("members", "get", "/members"), ("offers", "get", "/offers")],
)
def test_a_key_may_what_its_scopes_say(coop, scope, method, path):
    others = tuple({"book", "jobs", "members", "offers"} - {scope})
    told = problem(make_program(coop, scopes=others).ask(method, path), 403)
    assert told["type"] == "urn:marke:problem:key-may-not"
    assert make_program(coop, scopes=(scope,)).ask(method, path).status_code == 200


def test_a_clients_key_never_sees_members_or_offers(coop, till):
    for path in ("/members", "/offers"):
        problem(till.ask("get", path), 403)


def test_the_co_ops_own_key_books_for_a_client_it_names_and_for_a_new_one(coop, shop):
    own = make_program(coop)
    assert json.loads(own.book(booking(coop, client={"number": shop.number})).content)["client"]["number"] == shop.number
    new = {"name": "Mrs Lund", "email": "lund@example.org"}
    assert json.loads(own.book(booking(coop, client=new)).content)["client"]["name"] == "Mrs Lund"
    told = problem(own.book(booking(coop)), 422)
    assert told["type"] == "urn:marke:problem:who-is-it-for"
    problem(own.book(booking(coop, client={"number": 999})), 422)


def test_a_clients_key_books_for_nobody_else(coop, till):
    problem(till.book(booking(coop, client={"name": "Somebody", "phone": "1"})), 422)
    assert Job.objects.count() == 0


def test_what_does_not_fit_is_named_with_its_value(coop, till):
    told = problem(till.book({**booking(coop), "place": {"address": ""}, "colour": "red"}), 422)
    assert {error["pointer"] for error in told["errors"]} == {"/place/address", "/colour"}
    past = (clock.now() - timedelta(days=1)).isoformat()
    told = problem(till.book({**booking(coop), "starts_at": past}), 409)
    assert told["detail"] == "This time has passed. Choose a later one."
    assert Job.objects.count() == 0


@pytest.mark.parametrize(
    "body",
    [
        "", "{", "[]", "null", "1e999", '{"service": NaN}', b"\xff\xfe", b'{"note": "\xed\xa0\x80"}', '{"note": "\\ud800"}',
        '{"note": "a\\u0000b"}', '{"service": 1' + "0" * 5000 + "}", "[" * 100_000, '{"service": "1", "place": {"address": []}}',
    ],
)  # fmt: skip
def test_hostile_bodies_are_refused_in_words(coop, till, body):
    answer = till.book(body)
    assert answer.status_code in (400, 422)
    assert answer["Content-Type"] == PROBLEM
    assert Job.objects.count() == 0


def test_a_job_is_cancelled_for_what_was_agreed_only(coop, shop, till):
    worker = make_member(coop, "Wim")
    at = clock.now()
    job = take(make_job(coop, shop, at=at, starts_at=at + timedelta(minutes=90)), worker, at=at)
    fee = till.get(f"/jobs/{job.number}")["cancelling"]["fee"]["amount"]
    if fee:
        problem(till.ask("post", f"/jobs/{job.number}/cancellation", {"most_fee": fee - 1}), 409)
        job.refresh_from_db()
        assert job.state == Job.State.ACCEPTED
    answer = till.ask("post", f"/jobs/{job.number}/cancellation", {"most_fee": fee})
    assert answer.status_code == 200
    job.refresh_from_db()
    assert job.state in (Job.State.CANCELLED, Job.State.SETTLED)
    assert json.loads(answer.content)["cancelling"] is None
    assert till.ask("post", f"/jobs/{job.number}/cancellation", {"most_fee": fee}).status_code == 200


def test_lists_come_a_page_at_a_time_and_lose_nothing(coop, shop, till):
    for _ in range(5):
        make_job(coop, shop)
    seen, cursor = [], ""
    while cursor is not None:
        page = till.get(f"/jobs?limit=2&cursor={cursor}")
        seen += [each["number"] for each in page["items"]]
        cursor = page["next"]
    assert seen == [5, 4, 3, 2, 1]
    problem(till.ask("get", "/jobs?cursor=nowhere"), 422)
    problem(till.ask("get", "/jobs?limit=1000"), 422)


def test_jobs_are_found_by_state_and_day(coop, shop, till):
    worker = make_member(coop, "Wim")
    take(make_job(coop, shop), worker)
    make_job(coop, shop)
    assert [each["number"] for each in till.get("/jobs?state=accepted")["items"]] == [1]
    assert till.get("/jobs?since=2027-01-01T00:00:00Z")["items"] == []
    assert len(till.get("/jobs?until=2027-01-01T00:00:00%2B01:00")["items"]) == 2
    problem(till.ask("get", "/jobs?since=0001-01-01T00:00:00Z"), 422)


@pytest.mark.parametrize("how_many", [1, 3])
def test_a_list_of_jobs_takes_as_many_queries_for_three_as_for_one(coop, shop, till, how_many, django_assert_num_queries):
    worker = make_member(coop, "Wim")
    for _ in range(how_many):
        take(make_job(coop, shop), worker)
    till.get("/jobs")
    with django_assert_num_queries(5):
        till.get("/jobs")


def test_who_was_asked_is_told_by_numbers(coop, shop):
    own = make_program(coop)
    worker = make_member(coop, "Wim")
    make_job(coop, shop)
    from marke.jobs.services import offer_job

    offer_job(job=Job.objects.get(), membership=worker, by=None, at=T0)
    assert open_offer(Job.objects.get()).membership_id == worker.pk
    assert [(each["job"], each["member"]) for each in own.get("/offers")["items"]] == [(1, worker.number)]
    assert [each["name"] for each in own.get("/members")["items"]] == ["Wim"]


def test_answers_are_kept_by_no_proxy(coop, till):
    assert till.ask("get", "/jobs")["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("path", ["/nowhere", "/jobs/abc", "/jobs/1/", "/jobs/" + "9" * 5000, "/jobs/%00", "/jobs/-1"])
def test_an_address_that_is_none_is_told_as_a_problem(coop, till, path):
    problem(till.ask("get", path), 404)


def test_a_method_that_is_none_is_told_with_those_that_are(coop, till):
    answer = till.ask("delete", "/jobs")
    problem(answer, 405)
    assert set(answer["Allow"].split(", ")) == {"GET", "POST"}


def test_the_language_is_the_programs(coop, till):
    told = problem(till.ask("get", "/jobs/99", **{"Accept-Language": "nl"}), 404)
    assert "99" in told["detail"] and "There is" not in told["detail"]


def test_a_program_says_how_many_things_there_are_and_the_price_goes_by_them() -> None:
    fares = make_fare_coop("fares", rates__fare=[each for each in FARE if each[0] in ("base", "item")])
    by_fare, fixed = make_fare_service(fares), make_service(fares, "In town")
    till = make_program(fares, make_client(fares))
    told = {row["id"]: row["asks_items"] for row in till.get("/services")["items"]}
    assert told == {by_fare.pk: True, fixed.pk: False}
    wanted = {"service": by_fare.pk, "pickup": {"address": "Gare du Midi"}, "place": {"address": "Rue Haute 5"}}
    one, four = (json.loads(till.ask("post", "/quotes", {**wanted, **more}).content) for more in ({}, {"items": 4}))
    assert four["price"]["net"] - one["price"]["net"] == 3 * 150
    booked = json.loads(till.book({**wanted, "items": 4}).content)
    assert (booked["items"], booked["price"]) == (4, four["price"])
    assert Job.objects.get().items == 4
    problem(till.book({**wanted, "items": 0}, "no-things"), 422)
    assert Job.objects.count() == 1


@pytest.mark.parametrize("wrong", [{"load_kg": True}, {"items": "3"}, {"place": {"address": "A 1", "lat": True, "lon": 4.3}}])
def test_true_is_no_number_and_neither_is_a_text(coop, till, wrong) -> None:
    problem(till.book(booking(coop, **wrong)), 422)
    assert not Job.objects.exists()
