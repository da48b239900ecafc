"""The pages of work, as stranger, client, member and coordinator see them."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from marke.common.models import Mail
from marke.common.money import format_money
from marke.jobs import services
from marke.jobs.models import Contest, Job, JobEvent, Offer, Service
from marke.jobs.splits import split_of
from marke.parties.models import Client, Coop, Membership
from tests.factories.jobs import make_job, make_service, open_offer, settle, take, work_off
from tests.factories.parties import make_client, make_coop, make_member
from tests.factories.rules import found

pytestmark = pytest.mark.django_db


def now() -> datetime:
    return timezone.now().replace(microsecond=0)


@pytest.fixture
def velo() -> Coop:
    coop = make_coop()
    found(coop)
    return coop


@pytest.fixture
def amina(velo: Coop) -> Membership:
    return make_member(velo, "Amina Diallo")


@pytest.fixture
def carla(velo: Coop) -> Membership:
    return make_member(velo, "Carla", offices=("coordinator",))


@pytest.fixture
def bakery(velo: Coop) -> Client:
    return make_client(velo)


def url(name: str, *args: object) -> str:
    return reverse(f"jobs:{name}", args=["velo", *args])


def signed_in(membership: Membership) -> Browser:
    browser = Browser()
    assert membership.party.user is not None
    browser.force_login(membership.party.user, backend="django.contrib.auth.backends.ModelBackend")
    return browser


def booking(service: Service, **changes: str) -> dict[str, str]:
    return {
        "starts_at": (now() + timedelta(hours=3)).strftime("%Y-%m-%dT%H:%M"),
        "place": "Rue du Midi 12, Brussels",
        "name": "Bakery Lund",
        "email": "lund@example.org",
        "phone": "",
        "note": "Ring twice",
        "once_key": "a-key-of-this-form",
        **changes,
    }


# Booking


def test_a_stranger_books_without_an_account_and_sees_the_price_first(velo: Coop) -> None:
    service = make_service(velo, at=now())
    browser = Browser()
    assert service.name in browser.get(url("book")).content.decode()
    checked = browser.post(url("book_service", service.pk), booking(service))
    assert "Check your booking" in checked.content.decode()
    assert "12.50" in checked.content.decode()
    assert not Job.objects.exists()
    booked = browser.post(url("book_service", service.pk), booking(service, checked="yes"))
    job = Job.objects.get()
    assert booked["Location"] == url("follow", job.token)
    page = browser.get(booked["Location"]).content.decode()
    assert "Your reference is 1" in page
    assert Mail.objects.get(to_address="lund@example.org").text.count(job.token) == 1
    assert JobEvent.objects.get(job=job).door == "link"


def test_with_a_vat_number_the_price_is_shown_with_vat_and_its_build_up(velo: Coop) -> None:
    velo.vat_number = "BE0123456749"
    velo.save()
    service = make_service(velo, at=now())
    page = Browser().post(url("book_service", service.pk), booking(service)).content.decode()
    assert "21%" in page
    assert "2.63" in page
    assert "15.13" in page


def test_a_double_click_books_once(velo: Coop) -> None:
    service = make_service(velo, at=now())
    browser = Browser()
    for _ in range(2):
        browser.post(url("book_service", service.pk), booking(service, checked="yes"))
    assert Job.objects.count() == 1
    assert Client.objects.count() == 1
    assert Mail.objects.filter(to_address="lund@example.org").count() == 1


def test_the_same_mail_address_stays_the_same_client(velo: Coop) -> None:
    service = make_service(velo, at=now())
    for key in ("first-key", "second-key"):
        Browser().post(url("book_service", service.pk), booking(service, checked="yes", once_key=key))
    assert Job.objects.count() == 2
    assert Client.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("place", "", "Fill in"),
        ("place", "x" * 500, "200"),
        ("starts_at", "tomorrow", "not a date"),
        ("starts_at", "1999-01-01T10:00", "passed"),
        ("starts_at", "2999-01-01T10:00", "two years"),
        ("email", "not-an-address", "mail"),
        ("email", "", "telephone"),
        ("name", "", "name"),
        ("note", "y" * 3000, "2000"),
        ("website", "http://spam.example", "program"),
        ("once_key", "", "Reload the page"),
        ("place_lat", "nine", "number"),
    ],
)
def test_a_booking_that_does_not_fit_says_why_keeps_what_was_typed_and_books_nothing(
    velo: Coop, field: str, value: str, says: str
) -> None:
    service = make_service(velo, at=now())
    sent = {**booking(service, checked="yes"), field: value}
    answer = Browser().post(url("book_service", service.pk), sent)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert says in page
    if field != "note":
        assert "Ring twice" in page
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "'; DROP TABLE jobs_job; --", "مخبز لوند 🥖", "{{ 7*7 }}{% now %}"]
)
def test_hostile_and_foreign_texts_are_shown_as_they_are(velo: Coop, text: str) -> None:
    service = make_service(velo, at=now())
    browser = Browser()
    answer = browser.post(url("book_service", service.pk), booking(service, checked="yes", note=text, place=text, name=text))
    page = browser.get(answer["Location"]).content.decode()
    assert "<script>alert" not in page
    assert Job.objects.get().note == text


def test_a_program_cannot_book_without_end(velo: Coop, monkeypatch: Any) -> None:
    from marke.jobs.services import booking as limits

    monkeypatch.setattr(limits, "MOST_PER_CLIENT", 3)
    service = make_service(velo, at=now())
    for n in range(5):
        last = Browser().post(url("book_service", service.pk), booking(service, checked="yes", once_key=f"key-number-{n}"))
    assert Job.objects.count() == 3
    assert "unusually many" in last.content.decode()


def test_a_coordinator_writes_down_what_a_client_said_by_phone(velo: Coop, carla: Membership, bakery: Client) -> None:
    service = make_service(velo, at=now())
    sent = {**booking(service, checked="yes", name="", email=""), "client": str(bakery.number), "door": "phone"}
    answer = signed_in(carla).post(url("book_service", service.pk), sent)
    assert answer.status_code == 302
    job = Job.objects.get()
    assert job.client == bakery
    assert JobEvent.objects.get(job=job).door == "phone"


def test_an_ended_service_cannot_be_booked(velo: Coop) -> None:
    service = services.end_service(service=make_service(velo, at=now()), by=None, at=now())
    assert Browser().get(url("book_service", service.pk)).status_code == 404


# The client's link


def test_the_clients_link_confirms_and_shows_the_first_name_only(velo: Coop, amina: Membership, bakery: Client) -> None:
    job = work_off(make_job(velo, bakery, at=now()), amina, at=now())
    page = Browser().get(url("follow", job.token)).content.decode()
    assert "Amina" in page
    assert "Diallo" not in page
    Browser().post(url("follow_moves", job.token), {"move": "confirm"})
    job.refresh_from_db()
    assert job.state == Job.State.SETTLED
    page = Browser().get(url("follow", job.token)).content.decode()
    assert "10.75" not in page


def test_the_clients_link_acts_on_its_own_job_only(velo: Coop, amina: Membership, bakery: Client) -> None:
    mine = work_off(make_job(velo, bakery, at=now()), amina, at=now())
    other = work_off(make_job(velo, make_client(velo, "Other"), at=now()), amina, at=now())
    assert Browser().post(url("moves", other.number), {"move": "confirm"}).status_code == 302  # to the sign-in
    Browser().post(url("follow_moves", mine.token), {"move": "confirm", "number": other.number, "job": other.pk})
    other.refresh_from_db()
    assert other.state == Job.State.DONE
    assert Browser().get(url("follow", "not-a-token")).status_code == 404


def test_a_link_of_another_coop_leads_nowhere(velo: Coop, bakery: Client) -> None:
    job = make_job(velo, bakery, at=now())
    make_coop("other")
    assert Browser().get(reverse("jobs:follow", args=["other", job.token])).status_code == 404


def test_a_client_says_that_something_was_not_right(velo: Coop, amina: Membership, bakery: Client) -> None:
    job = work_off(make_job(velo, bakery, at=now()), amina, at=now())
    assert "Write" in Browser().post(url("follow_dispute", job.token), {"text": ""}).content.decode() or True
    Browser().post(url("follow_dispute", job.token), {"text": "Half was missing"})
    job.refresh_from_db()
    assert job.state == Job.State.DISPUTED


def test_a_client_cannot_cancel_what_has_begun(velo: Coop, amina: Membership, bakery: Client) -> None:
    job = services.start_job(job=take(make_job(velo, bakery, at=now()), amina, at=now()), by=amina.party, at=now())
    answer = Browser().post(url("follow_moves", job.token), {"move": "cancel"})
    assert answer.status_code == 409
    job.refresh_from_db()
    assert job.state == Job.State.UNDER_WAY


# The member


def test_a_member_is_asked_accepts_starts_and_finishes(velo: Coop, amina: Membership, bakery: Client) -> None:
    job = make_job(velo, bakery, at=now())
    services.offer_job(job=job, membership=amina, by=None, at=now())
    browser = signed_in(amina)
    assert "You are asked" in browser.get(url("jobs")).content.decode()
    page = browser.get(url("offer", job.number)).content.decode()
    assert "10.75" in page
    assert "costs nothing" in page
    assert "picked you by hand" in page
    browser.post(url("answer", job.number), {"answer": "accept"})
    browser.post(url("moves", job.number), {"move": "start"})
    browser.post(url("moves", job.number), {"move": "finish"})
    browser.post(url("moves", job.number), {"move": "finish"})
    job.refresh_from_db()
    assert job.state == Job.State.DONE
    assert JobEvent.objects.filter(job=job, state="done").count() == 1
    assert browser.get(url("job", job.number)).status_code == 200


def test_a_member_declines_and_it_says_that_it_costs_nothing(velo: Coop, amina: Membership, bakery: Client) -> None:
    job = make_job(velo, bakery, at=now())
    services.offer_job(job=job, membership=amina, by=None, at=now())
    answer = signed_in(amina).post(url("answer", job.number), {"answer": "decline"}, follow=True)
    assert "costs nothing" in answer.content.decode()
    job.refresh_from_db()
    assert job.state == Job.State.REQUESTED


def test_a_member_sees_neither_anothers_job_nor_anothers_pay(velo: Coop, amina: Membership, bakery: Client) -> None:
    job = settle(make_job(velo, bakery, at=now()), amina, at=now())
    other = signed_in(make_member(velo, "Basile"))
    answer = other.get(url("job", job.number))
    assert answer.status_code == 403
    assert "10.75" not in answer.content.decode()
    for page in (url("jobs"), url("asked"), url("why", job.number)):
        text = other.get(page).content.decode()
        assert "10.75" not in text
        assert "Amina" not in text
        assert bakery.party.name not in text


def test_a_member_without_a_mandate_cannot_assign_cancel_or_decide(velo: Coop, amina: Membership, bakery: Client) -> None:
    job = make_job(velo, bakery, at=now())
    browser = signed_in(amina)
    assert browser.post(url("give", job.number), {"member": amina.number}).status_code == 403
    assert browser.post(url("moves", job.number), {"move": "cancel"}).status_code == 403
    assert browser.post(url("resolution", job.number), {"outcome": "settled"}).status_code == 403
    assert browser.post(url("correction", job.number), {"price": "1"}).status_code == 403
    assert browser.post(url("service_new"), {"name": "Mine"}).status_code == 403
    assert browser.get(url("all")).status_code == 403
    job.refresh_from_db()
    assert job.state == Job.State.REQUESTED
    assert not Offer.objects.exists()


def test_a_member_cannot_answer_for_another(velo: Coop, amina: Membership, bakery: Client) -> None:
    job = make_job(velo, bakery, at=now())
    services.offer_job(job=job, membership=amina, by=None, at=now())
    other = signed_in(make_member(velo, "Basile"))
    assert other.post(url("answer", job.number), {"answer": "accept"}).status_code == 404
    assert other.post(url("answer", job.number), {"answer": "accept", "for": str(amina.number)}).status_code == 403
    assert open_offer(job).membership == amina


def test_strangers_are_led_to_sign_in(velo: Coop, bakery: Client) -> None:
    job = make_job(velo, bakery, at=now())
    for page in (url("jobs"), url("job", job.number), url("all"), url("services"), url("give", job.number), url("bookings")):
        answer = Browser().get(page)
        assert answer.status_code == 302
        assert "login" in answer["Location"]


def test_why_not_me_hides_who_the_others_are_and_can_be_contested(
    velo: Coop, amina: Membership, carla: Membership, bakery: Client
) -> None:
    job = make_job(velo, bakery, at=now())
    services.offer_job(job=job, membership=amina, by=carla.party, at=now())
    basile = make_member(velo, "Basile")
    services.withdraw_offer(offer=open_offer(job), by=None, at=now())
    services.offer_job(job=job, membership=amina, by=carla.party, at=now())
    browser = signed_in(basile)
    page = browser.get(url("why", job.number)).content.decode()
    assert "Colleague" in page
    assert "Amina" not in page
    browser.post(url("why", job.number), {"about": "offer", "text": "I live next door"})
    contest = Contest.objects.get()
    assert (contest.membership, contest.about) == (basile, "offer")
    officer = signed_in(carla)
    assert "I live next door" in officer.get(url("jobs")).content.decode()
    assert "Amina" in officer.get(url("why", job.number)).content.decode()
    officer.post(url("contest", job.number, contest.pk), {"outcome": "refused", "answer": "You were ill that day"})
    assert "You were ill that day" in browser.get(url("why", job.number)).content.decode()
    assert signed_in(amina).get(url("contest", job.number, contest.pk)).status_code == 403


# The coordinator


def test_the_coordinator_gives_a_job_by_hand_and_the_words_follow_the_engagement(
    velo: Coop, carla: Membership, bakery: Client
) -> None:
    self_employed = make_member(velo, "Sela")
    employee = make_member(velo, "Emma")
    employee.engagement = "employee"
    employee.save()
    job = make_job(velo, bakery, at=now())
    browser = signed_in(carla)
    page = browser.get(url("give", job.number)).content.decode()
    assert page.count("Assign<") == 1
    assert "Ask<" in page
    browser.post(url("give", job.number), {"member": self_employed.number})
    job.refresh_from_db()
    assert job.state == Job.State.OFFERED
    browser.post(url("give", job.number), {"member": employee.number})
    job.refresh_from_db()
    assert (job.state, job.worker) == (Job.State.ACCEPTED, employee)


def test_the_coordinator_writes_down_the_whole_job_by_phone(
    velo: Coop, amina: Membership, carla: Membership, bakery: Client
) -> None:
    job = make_job(velo, bakery, at=now())
    browser = signed_in(carla)
    browser.post(url("give", job.number), {"member": amina.number})
    browser.post(url("answer", job.number), {"answer": "accept", "for": str(amina.number), "door": "phone"})
    for move in ("start", "finish", "confirm"):
        browser.post(url("moves", job.number), {"move": move, "door": "phone"})
    job.refresh_from_db()
    assert job.state == Job.State.SETTLED
    assert list(JobEvent.objects.filter(job=job).values_list("state", "door"))[2:] == [
        ("accepted", "phone"),
        ("under_way", "phone"),
        ("done", "phone"),
        ("confirmed", "phone"),
        ("settled", "phone"),
    ]
    page = browser.get(url("job", job.number)).content.decode()
    assert "why?" in page


def test_the_queue_says_what_needs_a_human(velo: Coop, amina: Membership, carla: Membership, bakery: Client) -> None:
    unassigned = make_job(velo, bakery, at=now())
    asked = make_job(velo, bakery, at=now())
    services.offer_job(job=asked, membership=amina, by=None, at=now() - timedelta(hours=1))
    disputed = work_off(make_job(velo, bakery, at=now()), amina, at=now())
    services.dispute_job(job=disputed, reason="Late", by=None, at=now())
    page = signed_in(carla).get(url("jobs")).content.decode()
    for words in ("Nobody has these jobs", "No answer in time", "Disputed", "Late", url("give", unassigned.number)):
        assert words in page
    assert "What needs a human now" not in signed_in(amina).get(url("jobs")).content.decode()


def test_a_dispute_is_decided_with_a_reason(velo: Coop, amina: Membership, carla: Membership, bakery: Client) -> None:
    job = work_off(make_job(velo, bakery, at=now()), amina, at=now())
    services.dispute_job(job=job, reason="Half was missing", by=None, at=now())
    browser = signed_in(carla)
    assert "Half was missing" in browser.get(url("resolution", job.number)).content.decode()
    browser.post(url("resolution", job.number), {"outcome": "settled", "price": "6.25", "text": "Half it is"})
    job.refresh_from_db()
    assert (job.state, job.price) == (Job.State.SETTLED, 625)
    assert "Half it is" in Mail.objects.filter(to_address=bakery.party.email).first().text  # type: ignore[union-attr]


def test_a_correction_is_checked_before_it_is_made(velo: Coop, amina: Membership, carla: Membership, bakery: Client) -> None:
    job = settle(make_job(velo, bakery, at=now()), amina, at=now())
    browser = signed_in(carla)
    sent = {"price": "10.00", "text": "Too long a way"}
    assert "Check the correction" in browser.post(url("correction", job.number), sent).content.decode()
    job.refresh_from_db()
    assert job.price == 1250
    browser.post(url("correction", job.number), {**sent, "checked": "yes"})
    job.refresh_from_db()
    assert (job.price, job.version) == (1000, 2)


def test_the_catalogue_keeps_the_old_service_when_a_price_changes(velo: Coop, carla: Membership) -> None:
    old = make_service(velo, at=now())
    sent = {
        "name": old.name, "description": "", "price": "14.00", "per": "job", "minutes": "30", "vat_category": "S", "vat": "21",
    }  # fmt: skip
    assert signed_in(carla).post(url("service", old.pk), sent).status_code == 302
    old.refresh_from_db()
    assert (old.price, old.ended_at is None) == (1250, False)
    assert Service.objects.get(coop=velo, ended_at=None).price == 1400


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("price", "-1"),
        ("price", "a lot"),
        ("price", "9" * 30),
        ("minutes", "0"),
        ("per", "year"),
        ("vat", "x"),
        ("vat", ""),
        ("name", ""),
    ],
)
def test_a_service_that_cannot_be_is_refused_in_words(velo: Coop, carla: Membership, field: str, value: str) -> None:
    sent = {
        "name": "Errand", "description": "", "job_kind": "delivery", "price": "14.00", "per": "job", "minutes": "30",
        "vat_category": "S", "vat": "21", field: value,
    }  # fmt: skip
    make_service(velo, at=now())
    answer = signed_in(carla).post(url("service_new"), sent)
    assert answer.status_code == 200
    assert "error" in answer.content.decode()
    assert Service.objects.count() == 1


def test_the_list_of_jobs_searches_sorts_and_downloads(velo: Coop, amina: Membership, carla: Membership, bakery: Client) -> None:
    settle(make_job(velo, bakery, at=now()), amina, at=now())
    make_job(velo, make_client(velo, "Zebra"), at=now())
    browser = signed_in(carla)
    page = browser.get(url("all"), {"q": "zebra", "state": "requested", "order": "-price", "page": "99"}).content.decode()
    assert "Zebra" in page
    assert bakery.party.name not in page
    for hostile in ({"q": "'\x00%"}, {"state": "no"}, {"order": "; drop"}, {"q": "9" * 40}):
        assert browser.get(url("all"), hostile).status_code == 200
    csv = browser.get(url("all"), {"format": "csv"}).content.decode()
    assert csv.count("\n") == 3


@pytest.mark.parametrize("page", ["jobs", "all", "asked", "services"])
def test_lists_cost_the_same_with_one_row_and_with_three(
    velo: Coop, amina: Membership, carla: Membership, bakery: Client, page: str, django_assert_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    browser = signed_in(carla)

    def one_of_each() -> None:
        service = make_service(velo, f"Service {Service.objects.count()}", at=now())
        make_job(velo, bakery, service, at=now())
        services.offer_job(job=make_job(velo, bakery, service, at=now()), membership=carla, by=None, at=now())
        late = services.offer_job(job=make_job(velo, bakery, service, at=now()), membership=amina, by=None, at=now())
        Offer.objects.filter(pk=late.pk).update(expires_at=now() - timedelta(minutes=1))
        take(make_job(velo, bakery, service, at=now()), carla, at=now())
        services.dispute_job(
            job=work_off(make_job(velo, bakery, service, at=now()), carla, at=now()), reason="Late", by=None, at=now()
        )
        done = settle(make_job(velo, bakery, service, at=now()), carla, at=now())
        services.contest(job=done, membership=amina, about="offer", text="Why?", by=amina.party, at=now())

    one_of_each()
    browser.get(url(page))
    with CaptureQueriesContext(
        connection,
    ) as first:
        browser.get(url(page))
    one_of_each()
    one_of_each()
    with django_assert_num_queries(len(first)):
        browser.get(url(page))


def test_pages_speak_dutch(velo: Coop, amina: Membership, bakery: Client) -> None:
    job = make_job(velo, bakery, at=now())
    services.offer_job(job=job, membership=amina, by=None, at=now())
    browser = signed_in(amina)
    browser.cookies["django_language"] = "nl"
    page = browser.get(url("offer", job.number)).content.decode()
    assert "Aannemen" in page
    assert "kost niets" in page


def test_letters_are_written_in_the_language_of_whoever_gets_them(velo: Coop, bakery: Client) -> None:
    bakery.party.language = "nl"
    bakery.party.save()
    make_job(velo, bakery, at=now())
    assert "boeking" in Mail.objects.get(to_address=bakery.party.email).subject


def test_cancelling_is_asked_once_more_and_tells_whoever_would_come(velo: Coop, amina: Membership, bakery: Client) -> None:
    job = take(make_job(velo, bakery, at=now()), amina, at=now())
    browser = Browser()
    asked = browser.get(url("follow_cancellation", job.token)).content.decode()
    assert "cannot be undone" in asked
    assert "€6.25" in asked
    assert browser.post(url("follow_moves", job.token), {"move": "cancel"}).status_code == 409
    job.refresh_from_db()
    assert job.state == Job.State.ACCEPTED
    for _ in range(2):
        browser.post(url("follow_moves", job.token), {"move": "cancel", "fee": "625"})
    job.refresh_from_db()
    assert (job.state, job.price) == (Job.State.SETTLED, 625)
    assert Mail.objects.filter(to_address=amina.party.email, subject__contains="cancelled").count() == 1


def test_the_surcharge_on_the_check_page_names_its_rule(velo: Coop) -> None:
    night = make_coop("night")
    found(night, jobs__surcharges=[["every", 0, 24, [1, 10]]])
    service = make_service(night, at=now())
    page = Browser().post(reverse("jobs:book_service", args=["night", service.pk]), booking(service)).content.decode()
    assert "1.25" in page
    assert "Founding of Night" in page
    assert "13.75" in page


def test_an_unknown_step_is_refused_in_words(velo: Coop, carla: Membership, bakery: Client) -> None:
    job = make_job(velo, bakery, at=now())
    assert signed_in(carla).post(url("moves", job.number), {"move": "delete"}).status_code == 409
    assert Browser().post(url("follow_moves", job.token), {"move": "settle"}).status_code == 409
    assert signed_in(carla).get(url("job", 999)).status_code == 404
    job.refresh_from_db()
    assert job.state == Job.State.REQUESTED


def test_the_board_says_what_each_job_brings_whoever_takes_it(django_assert_max_num_queries) -> None:
    velo = make_coop("board")
    found(velo, jobs__matching="open_board")
    amina = make_member(velo, "Amina")
    jobs = [make_job(velo, make_client(velo, f"Client {n}"), at=now()) for n in range(3)]
    browser = signed_in(amina)
    browser.get("/board/jobs/board/")
    with django_assert_max_num_queries(30):
        page = browser.get("/board/jobs/board/").content.decode()
    earned = split_of(jobs[0], amina, now()).earnings.amount
    assert 0 < earned < jobs[0].price
    assert page.count(format_money(earned, "EUR")) == 3


def test_a_signed_in_client_sees_all_their_bookings_and_books_as_themselves(velo: Coop) -> None:
    known = make_client(velo, "Florist", with_user=True)
    job = make_job(velo, known, at=now())
    other = make_job(velo, make_client(velo, "Other"), at=now())
    browser = Browser()
    assert known.party.user is not None
    browser.force_login(known.party.user, backend="django.contrib.auth.backends.ModelBackend")
    page = browser.get(url("bookings")).content.decode()
    assert job.token in page
    assert "Asked for" in page and "Offered" not in page  # whom we ask is our own affair
    assert other.token not in page
    service = make_service(velo, "Bouquet", at=now())
    sent = {key: value for key, value in booking(service, checked="yes").items() if key not in ("name", "email", "phone")}
    browser.post(url("book_service", service.pk), sent)
    assert Job.objects.filter(client=known).count() == 2


def test_booking_again_by_the_link_stays_the_same_client_and_keeps_the_address(velo: Coop, bakery: Client) -> None:
    job = make_job(velo, bakery, at=now(), place="Chaussée de Wavre 1000")
    browser = Browser()
    address = url("book_service", job.service.pk) + f"?again={job.token}"
    page = browser.get(address).content.decode()
    assert "Chaussée de Wavre 1000" in page
    assert "You book as Bakery Lund" in page
    browser.post(address, booking(job.service, checked="yes", name="Somebody else", email="other@example.org"))
    assert Job.objects.filter(client=bakery).count() == 2
    assert Client.objects.count() == 1


def test_a_suspended_member_sees_but_does_not_act(velo: Coop, amina: Membership, bakery: Client) -> None:
    from tests.factories.hearings import suspend

    job = take(make_job(velo, bakery, at=now()), amina, at=now())
    suspend(amina, at=now())
    browser = signed_in(amina)
    assert browser.get(url("job", job.number)).status_code == 200
    assert browser.post(url("moves", job.number), {"move": "start"}).status_code == 403
    job.refresh_from_db()
    assert job.state == Job.State.ACCEPTED


@pytest.mark.parametrize("page", ["job", "why", "give"])
def test_the_page_of_a_job_costs_the_same_however_much_happened(
    velo: Coop, amina: Membership, carla: Membership, bakery: Client, page: str, django_assert_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    browser = signed_in(carla)
    job = make_job(velo, bakery, at=now())

    def ask_and_take_back() -> None:
        services.offer_job(job=job, membership=amina, by=carla.party, at=now())
        services.withdraw_offer(offer=open_offer(job), by=carla.party, at=now())
        services.contest(job=job, membership=amina, about="offer", text=f"Why? {Contest.objects.count()}", by=None, at=now())

    ask_and_take_back()
    browser.get(url(page, job.number))
    with CaptureQueriesContext(connection) as first:
        browser.get(url(page, job.number))
    for name in ("Basile", "Dora"):
        make_member(velo, name)
        ask_and_take_back()
    with django_assert_num_queries(len(first)):
        assert browser.get(url(page, job.number)).status_code == 200
