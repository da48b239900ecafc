"""The booking page as strangers, clients with a link, signed-in clients and coordinators use it."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from marke.jobs.exclusions import excluded
from marke.jobs.models import Capability, Held, Job, JobNeed, Series, Service, ServiceNeed, Tip
from marke.jobs.wishes import BookingDoesNotFit, NewStop, Wishes
from marke.parties.models import Client, Coop, Membership
from tests.factories.jobs import T1, make_job, make_service, settle, work_off
from tests.factories.pages import browser_of
from tests.factories.parties import make_client, make_coop, make_member
from tests.factories.rules import found

pytestmark = pytest.mark.django_db
BRUSSELS = ZoneInfo("Europe/Brussels")


def now() -> datetime:
    return timezone.now().replace(microsecond=0)


@pytest.fixture
def velo() -> Coop:
    coop = make_coop()
    found(coop)
    return coop


@pytest.fixture
def ride(velo: Coop) -> Service:
    service = make_service(velo, "Ride", needs_pickup=True, at=now())
    Service.objects.filter(pk=service.pk).update(most_stops=2, asks_load=True)
    service.refresh_from_db()
    return service


@pytest.fixture
def bakery(velo: Coop) -> Client:
    return make_client(velo, with_user=True)


def url(name: str, *args: object) -> str:
    return reverse(f"jobs:{name}", args=["velo", *args])


def local(moment: datetime) -> str:
    return moment.astimezone(BRUSSELS).strftime("%Y-%m-%dT%H:%M")


def wish(**changes: object) -> dict[str, object]:
    return {
        "window": "soon", "pickup": "Gare du Midi", "place": "Rue Haute 5", "name": "Bakery Lund", "email": "lund@example.org",
        "once_key": "a-key-of-this-form", **changes,
    }  # fmt: skip


def send(service: Service, **changes: object) -> str:
    return Browser().post(url("book_service", service.pk), wish(**changes)).content.decode()


# Windows


def test_as_soon_as_possible_begins_now_and_has_no_end(ride: Service) -> None:
    send(ride, checked="yes")
    job = Job.objects.get()
    assert job.from_at is not None and abs(job.from_at - now()) < timedelta(minutes=1)
    assert (job.starts_at, job.until_at) == (job.from_at, None)


def test_between_two_moments_keeps_both(ride: Service) -> None:
    begin = now().replace(second=0) + timedelta(hours=3)
    send(ride, window="between", starts_at=local(begin), until_at=local(begin + timedelta(hours=2)), checked="yes")
    job = Job.objects.get()
    assert (job.from_at, job.until_at) == (begin, begin + timedelta(hours=2))


@pytest.mark.parametrize(
    ("ends_after", "sentence"),
    [
        (timedelta(minutes=-30), r"ends at .*, before it begins at"),
        (timedelta(minutes=29), r"The job takes 30 minutes, and from .* to .* is less"),
        (timedelta(days=8), r"is more than a week"),
    ],
)
def test_a_window_that_cannot_be_is_refused_and_names_its_times(ride: Service, ends_after: timedelta, sentence: str) -> None:
    begin = now() + timedelta(hours=3)
    page = send(ride, window="between", starts_at=local(begin), until_at=local(begin + ends_after), checked="yes")
    assert re.search(sentence, page)
    assert not Job.objects.exists()


def test_a_time_is_asked_for_where_one_is_needed(ride: Service) -> None:
    assert "Say when it should start" in send(ride, window="at", checked="yes")
    assert "Say by when it should be over" in send(
        ride, window="between", starts_at=local(now() + timedelta(hours=1)), checked="yes"
    )
    assert "This time has passed" in send(ride, window="at", starts_at="2020-01-01T10:00", checked="yes")
    assert not Job.objects.exists()


def test_the_hour_that_the_clocks_leave_out_is_named_and_the_one_that_comes_twice_is_the_first(ride: Service) -> None:
    spring, autumn = _next_change(3), _next_change(10)
    page = send(ride, window="at", starts_at=f"{spring:%Y-%m-%d}T02:30", checked="yes")
    assert f"On {spring:%Y-%m-%d} there is no 02:30" in page
    send(ride, window="at", starts_at=f"{autumn:%Y-%m-%d}T02:30", checked="yes")
    assert Job.objects.get().starts_at == datetime(autumn.year, 10, autumn.day, 0, 30, tzinfo=UTC)


def _next_change(month: int) -> datetime:
    """The last Sunday of that month that is still to come."""
    year = now().year + (now() > datetime(now().year, month, 24, tzinfo=UTC))
    day = datetime(year, month, 31, tzinfo=UTC)
    return day - timedelta(days=(day.weekday() + 1) % 7)


# Stops, load, needs, a member


def test_a_ride_goes_over_stops_in_their_order(ride: Service) -> None:
    page = send(ride, stop=["Place Flagey 1", "", " Rue  du Bailli 2 "])
    assert "Place Flagey 1" in page and "Rue du Bailli 2" in page
    send(ride, stop=["Place Flagey 1", "", " Rue  du Bailli 2 "], checked="yes")
    route = Job.objects.get().route
    assert [(stop.position, stop.place) for stop in route] == [
        (0, "Gare du Midi"), (1, "Place Flagey 1"), (2, "Rue du Bailli 2"), (3, "Rue Haute 5"),
    ]  # fmt: skip


def test_more_stops_than_the_service_goes_by_are_refused(ride: Service) -> None:
    assert "3 stops between are too many" in send(ride, stop=["a", "b", "c"], checked="yes")
    assert "Shorten it to 200 or fewer" in send(ride, stop=["x" * 201], checked="yes")
    assert not Job.objects.exists()


def test_another_line_for_a_stop_is_added_without_script_and_nothing_is_judged_yet(ride: Service) -> None:
    page = send(ride, stop=["Place Flagey 1"], checked="more", name="")
    assert page.count('name="stop"') == 2
    assert "Place Flagey 1" in page
    assert "There is something to correct" not in page


def test_what_a_service_needs_and_a_client_asks_for_stays_with_the_job(velo: Coop, ride: Service) -> None:
    first_aid = Capability.objects.create(coop=velo, name="First aid", kind="skill")
    wheelchair = Capability.objects.create(coop=velo, name="Wheelchair", kind="access")
    Capability.objects.create(coop=velo, name="Child seat", kind="access")
    ServiceNeed.objects.create(coop=velo, service=ride, capability=first_aid)
    send(ride, needs=[str(wheelchair.pk)], load_kg="12", checked="yes")
    job = Job.objects.get()
    assert {need.name for need in job.needs.all()} == {"First aid", "Wheelchair"}
    assert job.load_kg == 12


def test_who_lacks_what_a_job_needs_or_carries_too_little_is_not_asked(velo: Coop, ride: Service) -> None:
    wheelchair = Capability.objects.create(coop=velo, name="Wheelchair", kind="access")
    amina, basile, chen = (make_member(velo, name) for name in ("Amina", "Basile", "Chen"))
    for member, kilos in ((amina, 80), (basile, None)):
        Held.objects.create(coop=velo, membership=member, capability=wheelchair, since=T1.date(), carries_kg=kilos, checked_at=T1)
    job = make_job(velo, make_client(velo), ride, pickup="A", wishes=Wishes(needs=(wheelchair,), load_kg=40))
    assert excluded([job], [amina, basile, chen], T1)[job.pk] == {basile.pk: "too_heavy", chen.pk: "lacks"}


def test_what_somebody_had_until_yesterday_counts_no_more(velo: Coop, ride: Service) -> None:
    licence = Capability.objects.create(coop=velo, name="Licence", kind="skill")
    amina = make_member(velo, "Amina")
    Held.objects.create(
        coop=velo, membership=amina, capability=licence, since=T1.date() - timedelta(days=9), until=T1.date(), checked_at=T1
    )
    job = make_job(velo, make_client(velo), ride, pickup="A", wishes=Wishes(needs=(licence,)))
    assert excluded([job], [amina], T1)[job.pk] == {amina.pk: "lacks"}


def test_a_co_op_may_only_warn(ride: Service) -> None:
    loose = make_coop("loose")
    found(loose, jobs__lacking="warn")
    licence = Capability.objects.create(coop=loose, name="Licence", kind="skill")
    amina = make_member(loose, "Amina")
    job = make_job(loose, make_client(loose), wishes=Wishes(needs=(licence,)))
    assert excluded([job], [amina], T1)[job.pk] == {}


def test_needs_are_found_with_as_many_queries_for_three_jobs_as_for_one(
    velo: Coop, ride: Service, django_assert_num_queries: object
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    licence = Capability.objects.create(coop=velo, name="Licence", kind="skill")
    members = [make_member(velo, name) for name in ("Amina", "Basile", "Chen")]
    client = make_client(velo)
    jobs = [make_job(velo, client, ride, pickup="A", wishes=Wishes(needs=(licence,), load_kg=90)) for _ in range(3)]
    counts = []
    for some in (jobs[:1], jobs):
        with CaptureQueriesContext(connection) as caught:
            excluded(some, members, T1)
        counts.append(len(caught))
    assert counts[0] == counts[1]


def test_a_client_asks_for_somebody_who_came_before(velo: Coop, ride: Service, bakery: Client) -> None:
    amina, other = make_member(velo, "Amina"), make_member(velo, "Basile")
    settle(make_job(velo, bakery, ride, pickup="A"), amina)
    browser = browser_of(bakery.party)
    page = browser.get(url("book_service", ride.pk)).content.decode()
    assert "Amina" in page
    assert "Basile" not in page
    browser.post(url("book_service", ride.pk), wish(wanted=str(amina.number), checked="yes", once_key="another-key"))
    assert Job.objects.latest("number").wanted == amina
    refused = browser.post(url("book_service", ride.pk), wish(wanted=str(other.number), checked="yes", once_key="a-third-key"))
    assert "Select a valid choice" in refused.content.decode()


def test_a_stranger_who_types_a_clients_address_sees_nothing_of_theirs(velo: Coop, ride: Service, bakery: Client) -> None:
    amina = make_member(velo, "Amina")
    settle(make_job(velo, bakery, ride, pickup="A"), amina)
    stranger = Browser()
    stranger.post(url("book_service", ride.pk), wish(email=bakery.party.email, checked="yes"))
    job = Job.objects.latest("number")
    assert job.client == bakery
    page = stranger.get(url("book_service", ride.pk) + f"?again={job.token}").content.decode()
    assert "Amina" not in page
    assert stranger.get(url("book_addresses") + f"?again={job.token}&place=midi").content.decode().count("<option") == 1


def test_wishes_of_another_co_op_are_refused(velo: Coop, ride: Service) -> None:
    other = make_coop("other")
    found(other)
    theirs = Capability.objects.create(coop=other, name="Licence", kind="skill")
    with pytest.raises(BookingDoesNotFit, match="another co-op"):
        make_job(velo, make_client(velo), ride, pickup="A", wishes=Wishes(needs=(theirs,)))
    with pytest.raises(BookingDoesNotFit, match="address of each stop"):
        make_job(velo, make_client(velo), ride, pickup="A", wishes=Wishes(stops=(NewStop(" "),)))
    assert not Job.objects.exists() and not JobNeed.objects.exists()


# The price before the last tap


def test_the_check_page_builds_the_price_up_and_says_what_cancelling_costs(ride: Service) -> None:
    page = send(ride)
    assert "€12.50" in page
    assert "Cancelling is free until somebody sets out. After that it costs 50% of the price." in page


def test_a_price_that_changed_since_it_was_seen_is_shown_again_before_anything_is_booked(ride: Service) -> None:
    page = send(ride, checked="yes", seen="1100")
    assert "The price has changed since you saw it" in page
    assert not Job.objects.exists()
    send(ride, checked="yes", seen="1250")
    assert Job.objects.count() == 1


def test_two_submits_at_once_book_once(ride: Service) -> None:
    for _click in range(2):
        send(ride, checked="yes")
    assert Job.objects.count() == 1


def test_an_address_nobody_can_place_is_no_error(ride: Service) -> None:
    page = send(ride, place="Δρόμος Ερμού 5, 東京")
    assert "Not on our map: “Gare du Midi” · “Δρόμος Ερμού 5, 東京”." in page
    send(ride, place="Δρόμος Ερμού 5, 東京", checked="yes")
    assert Job.objects.get().place == "Δρόμος Ερμού 5, 東京"


# Again, and following


def test_booking_again_takes_three_taps(velo: Coop, ride: Service, bakery: Client) -> None:
    job = make_job(velo, bakery, ride, at=now(), pickup="Gare", wishes=Wishes(stops=(NewStop("Flagey"),), load_kg=7))
    browser = Browser()
    page = browser.get(url("follow", job.token)).content.decode()
    link = re.search(r'href="([^"]*again=[^"]*)"', page)
    assert link is not None  # 1: Book again
    form = browser.get(link[1]).content.decode()
    assert 'value="Gare"' in form and 'value="Flagey"' in form and 'value="7"' in form
    wanted = {
        "window": "soon",
        "pickup": "Gare",
        "place": job.place,
        "stop": ["Flagey"],
        "load_kg": "7",
        "once_key": "another-key",
    }
    assert "€12.50" in browser.post(link[1], wanted).content.decode()  # 2: See the price
    browser.post(link[1], {**wanted, "checked": "yes"})  # 3: Book
    again = Job.objects.latest("number")
    assert (again.client, again.chain, again.load_kg) == (bakery, job.chain, 7)


def test_the_follow_page_asks_again_while_something_may_happen_and_then_stops(velo: Coop, bakery: Client) -> None:
    job = make_job(velo, bakery, at=now())
    browser = Browser()
    assert "every 15s" in browser.get(url("follow", job.token)).content.decode()
    part = browser.get(url("follow_now", job.token) + "?state=requested")
    assert "HX-Refresh" not in part.headers
    work_off(job, make_member(velo), at=now())
    assert browser.get(url("follow_now", job.token) + "?state=requested").headers["HX-Refresh"] == "true"
    settled = settle(make_job(velo, bakery, at=now()), make_member(velo, "Basile"), at=now())
    assert "every 15s" not in browser.get(url("follow", settled.token)).content.decode()


def test_where_the_worker_is_shows_only_if_they_share_it_for_this_job(velo: Coop, bakery: Client) -> None:
    from marke.jobs.proving import sharing_key
    from marke.jobs.services import start_job
    from marke.places.positions import here_i_am, share
    from marke_core.matching import Place
    from tests.factories.jobs import take

    amina = make_member(velo, "Amina")
    at = now()
    job = make_job(velo, bakery, at=at, place_point=Place(508_500_000, 43_500_000))
    job = start_job(job=take(job, amina, at=at), by=None, at=at)
    browser = Browser()

    def page() -> str:
        return browser.get(url("follow", job.token)).content.decode()

    share(membership=amina, until=at + timedelta(hours=2), ends_with="job:999999", at=at)
    here_i_am(membership=amina, place=Place(508_600_000, 43_500_000), at=at)
    assert "<svg" not in page().split('id="now"')[1].split("</div>")[0]
    share(membership=amina, until=at + timedelta(hours=2), ends_with=sharing_key(job), at=at)
    assert "Expected at about" in page()


def test_a_receipt_stands_when_it_is_settled(velo: Coop, bakery: Client) -> None:
    job = settle(make_job(velo, bakery, at=now()), make_member(velo), at=now())
    browser = Browser()
    page = browser.get(url("receipt", job.token)).content.decode()
    assert "Receipt for booking 1" in page and "€12.50" in page
    waiting = make_job(velo, bakery, at=now())
    assert browser.get(url("receipt", waiting.token)).status_code == 404


def test_a_tip_is_given_and_taken_back_by_the_link(velo: Coop, bakery: Client) -> None:
    job = work_off(make_job(velo, bakery, at=now()), make_member(velo), at=now())
    browser = Browser()
    assert "Would you like to give a tip?" in browser.get(url("follow", job.token)).content.decode()
    for bad in ({"amount": "abc"}, {"amount": ""}, {"amount": "1" + "0" * 30}, {"suggested": "-5"}):
        assert browser.post(url("follow_tip", job.token), {"once_key": "tip-key-0", **bad}).status_code == 409
    browser.post(url("follow_tip", job.token), {"suggested": "150", "once_key": "tip-key-1"})
    assert Tip.objects.get().amount == 150
    assert "How to pay" in browser.get(url("follow", job.token)).content.decode()
    browser.post(url("follow_tip", job.token), {"move": "withdraw"})
    assert Tip.objects.get().withdrawn_at is not None


def test_a_series_is_begun_paused_moved_and_stopped_by_the_link(velo: Coop, bakery: Client) -> None:
    job = make_job(velo, bakery, at=now(), starts_at=now() + timedelta(days=1))
    browser = Browser()
    weekday = str(job.starts_at.astimezone(BRUSSELS).weekday())
    answer = browser.post(url("follow_series", job.token), {"every": "week", "weekdays": [weekday]})
    series = Series.objects.get()
    assert answer.url == url("series", series.token)  # type: ignore[attr-defined]
    page = browser.get(answer.url).content.decode()  # type: ignore[attr-defined]
    assert "The next days" in page
    second = series.since + timedelta(days=7)
    later = local(now() + timedelta(days=9))
    for sent in (
        {"move": "move", "day": str(second), "to": later}, {"move": "pause"}, {"move": "resume"},
        {"move": "skip", "day": str(second)}, {"move": "stop"},
    ):  # fmt: skip
        assert browser.post(url("series_moves", series.token), sent).status_code == 302
    series.refresh_from_db()
    assert series.ended_at is not None
    assert browser.post(url("series_moves", series.token), {"move": "dance"}).status_code == 409
    assert browser.post(url("series_moves", series.token), {"move": "skip", "day": "soon"}).status_code == 409


def test_a_coordinator_says_whether_the_client_or_the_co_op_cancels(velo: Coop, bakery: Client) -> None:
    from tests.factories.jobs import take

    carla: Membership = make_member(velo, "Carla", offices=("coordinator",))
    amina = make_member(velo, "Amina")
    browser = browser_of(carla)
    jobs = [take(make_job(velo, bakery, at=now()), amina, at=now()) for _ in range(2)]
    assert "€6.25" in browser.get(url("cancellation", jobs[0].number)).content.decode()
    for job, who in zip(jobs, ("client", "coop"), strict=True):
        browser.post(url("moves", job.number), {"move": "cancel", "who": who, "fee": "625", "door": "phone"})
    assert [job.state for job in Job.objects.order_by("number")] == ["settled", "cancelled"]
