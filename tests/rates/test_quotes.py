"""What a job costs by the fare: line by line, for one member or many, with what was agreed and the floor per hour."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from marke.jobs import services
from marke.jobs.choosing import member_quotes, who_shows
from marke.jobs.services import NoFare, quote, quotes_for
from marke.jobs.wishes import BookingDoesNotFit, Wishes
from marke.parties.services import create_circle, join_circle
from marke.rates.limits import FareDoesNotFit
from marke.rates.services import agree_with_client, hide_prices, set_member_fare, show_prices
from marke.rules.queries import rulebook
from marke.rules.services import record_decision, set_rule
from marke_core.matching import Place
from tests.factories.jobs import T1, make_job, make_service
from tests.factories.parties import T0, make_client, make_coop, make_member
from tests.factories.rates import EVERY, FARE, FREE, make_fare_coop, make_fare_service
from tests.factories.rules import found

pytestmark = pytest.mark.django_db

NORTH = 10**7 / 111_194.9  # a metre on a meridian, in degrees times 1e7
MIDI = Place(508_500_000, 43_500_000)  # in the centre


def away(metres: int) -> Place:
    return Place(MIDI.lat + round(metres * NORTH), MIDI.lon)


def lines(quoted):
    return [(line.words, line.amount) for line in quoted.lines]


def asked(coop, service, metres=5_000, **fields):
    given = {"starts_at": T1 + timedelta(hours=1), "at": T1, "pickup_point": MIDI, "place_point": away(metres), **fields}
    return quote(coop=coop, service=service, **given)


def test_a_price_is_built_up_from_the_way_the_items_and_the_zone():
    coop = make_fare_coop()
    quoted = asked(coop, make_fare_service(coop), items=3)
    assert lines(quoted) == [("Base", 500), ("3 km × €1.40", 420), ("2 items × €1.50", 300), ("Extra, outside Centre", 200)]
    assert quoted.price.net == 1420 == sum(line.amount for line in quoted.lines)
    assert quoted.minutes == 10 + 25
    assert [line.rule_value.key for line in quoted.lines] == ["rates.fare"] * 4


def test_every_line_says_why_with_the_rule_and_its_decision():
    coop = make_fare_coop()
    line = asked(coop, make_fare_service(coop)).lines[1]
    assert line.why.formula == "By the fare that the members set"
    assert line.why.values == (("By our fare", "€1.40 a kilometre beyond 2 km"), ("5 km", "the straight line, and a detour"))
    assert line.why.rules[0].url == reverse("rules:rule", args=[coop.slug, "rates.fare"])


def test_where_an_address_is_not_on_the_map_the_way_is_what_the_rule_says_and_the_note_says_so():
    coop = make_fare_coop(rates__unknown_way=4)
    quoted = asked(coop, make_fare_service(coop), place_point=None)
    assert lines(quoted)[:2] == [("Base", 500), ("2 km × €1.40", 280)]
    assert quoted.lines[1].why.values[1] == ("4 km", "an address is not on the map: taken to be so far")


def test_a_zone_is_known_by_its_postcode_too():
    coop = make_fare_coop(rates__unknown_way=4)
    inside = asked(
        coop, make_fare_service(coop), place_point=None, pickup="Rue du Midi 12, 1000 Bruxelles", place="1000 Brussels"
    )
    outside = asked(
        coop, make_fare_service(coop), place_point=None, pickup="Rue du Midi 12, 1000 Bruxelles", place="1050 Ixelles"
    )
    assert outside.price.net - inside.price.net == 200 - (850 - 780)


def test_a_stop_between_makes_the_way_longer():
    coop = make_fare_coop()
    service = make_fare_service(coop)
    assert asked(coop, service, via=[away(9_000)]).way.metres == 13_000


def test_a_fixed_price_stays_what_it_was_fare_or_no_fare():
    coop = make_fare_coop()
    by_job, by_hour = make_service(coop), make_service(coop, "Cleaning", 2500, per="hour")
    assert lines(asked(coop, by_job)) == [("Delivery in town", 1250)]
    assert lines(asked(coop, by_hour, minutes=90)) == [("Cleaning, 1 hour 30 minutes", 3750)]
    assert asked(coop, by_job).lines[0].why is None


def test_the_surcharge_of_the_co_op_is_on_the_price_with_its_minimum():
    coop = make_fare_coop(jobs__surcharges=[["sunday", 0, 24, [1, 2]]])
    sunday = datetime(2026, 3, 8, 11, 0, tzinfo=UTC)
    quoted = asked(coop, make_fare_service(coop), metres=1_000, starts_at=sunday)
    assert lines(quoted) == [("Base", 500), ("Up to the least of €8.50", 350), ("Surcharge for this day and hour", 425)]
    assert (quoted.price.base, quoted.price.surcharge) == (850, 425)


@pytest.mark.parametrize(
    ("starts_at", "net"),
    [
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), 500),  # 02:30 in summer time
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), 500),  # 02:30 again, an hour later
        (datetime(2026, 10, 25, 2, 30, tzinfo=UTC), 400),  # 03:30
        (datetime(2026, 3, 29, 0, 30, tzinfo=UTC), 400),  # 01:30
        (datetime(2026, 3, 29, 1, 30, tzinfo=UTC), 400),  # 03:30: there is no 02:30
    ],
)
def test_the_night_when_the_clocks_change_is_counted_by_the_clock_on_the_wall(starts_at, net):
    night = ["extra", 100, FREE, 0, "every", 2, 3, "", ""]
    coop = make_fare_coop(rates__fare=[["base", 400, FREE, 0, *EVERY, "", ""], night])
    assert asked(coop, make_fare_service(coop), starts_at=starts_at).price.net == net


def test_the_floor_lifts_the_price_so_that_the_worker_earns_it_after_what_the_co_op_keeps():
    coop = make_fare_coop(rates__floor_per_hour=2000, rates__approach=15 * 60)
    quoted = asked(coop, make_fare_service(coop), metres=1_000)  # 15 minutes, and 15 to get there: 10.00 to be earned
    assert lines(quoted)[-1] == ("So that the hour is paid", 1162 - 850)
    assert quoted.price.net - round(quoted.price.net * 0.12) - round(quoted.price.net * 0.02) == 1000
    assert quoted.lines[-1].why.values == (("At least an hour", "€20.00"), ("The job and the way to it", "30 minutes"))


def test_the_floor_holds_for_a_fixed_price_too_and_is_off_at_zero():
    coop = make_fare_coop(rates__floor_per_hour=6000)
    assert asked(coop, make_service(coop)).price.net > 1250
    other = make_fare_coop("other")
    assert asked(other, make_service(other)).price.net == 1250


def test_a_client_s_discount_is_a_line_with_who_agreed_and_since_when():
    coop = make_fare_coop()
    client = make_client(coop)
    agree_with_client(
        client=client, discount=Fraction(1, 10), from_on=T1.date(), once_key="a", by=make_member(coop).party, at=T1
    )  # fmt: skip
    quoted = asked(coop, make_fare_service(coop), client=client)
    assert lines(quoted)[-1] == ("Agreed with this client", -112)
    assert quoted.lines[-1].why.values == (("Less", "10%"), ("Of", "€11.20"), ("Since", "2 March 2026"))
    assert asked(coop, make_fare_service(coop), client=make_client(coop, "Mira")).price.net == 1120
    assert asked(coop, make_service(coop), client=client).price.net == 1125


def test_a_client_s_own_fare_takes_the_place_of_ours():
    coop = make_fare_coop()
    client = make_client(coop)
    decision = record_decision(coop=coop, kind="vote", title="Bakery", by=None, at=T0)
    from marke.rates.fares import rows_from

    agree_with_client(
        client=client, discount=Fraction(0), rows=rows_from([["base", 700, FREE, 0, *EVERY, "", ""]]), job_kind="delivery",
        from_on=T1.date(), once_key="a", by=None, at=T1, decision=decision,
    )  # fmt: skip
    quoted = asked(coop, make_fare_service(coop), client=client)
    assert lines(quoted) == [("Base", 700)]
    assert quoted.lines[0].why.formula == "By the fare that was agreed with this client"


def test_a_fare_that_was_taken_back_leaves_no_price_rather_than_none():
    coop = make_fare_coop()
    service = make_fare_service(coop)
    decision = record_decision(coop=coop, kind="upgrade", title="No fare", by=None, at=T1)
    set_rule(coop=coop, key="rates.fare", value=[], valid_from=T1, decision=decision, at=T1)
    with pytest.raises(NoFare, match="Courier by distance"):
        asked(coop, service)
    assert services.gross_price(coop, service) is None


def test_a_formula_that_cannot_be_reckoned_here_gives_no_price():
    divides = ["formula", 0, FREE, 0, *EVERY, "", "5 / (items - 1)"]
    coop = make_fare_coop(rates__fare=[divides])
    service = make_fare_service(coop)
    with pytest.raises(NoFare, match="formula"):
        asked(coop, service)
    assert asked(coop, service, items=2).price.net == 500


def test_a_service_by_the_fare_cannot_be_added_before_there_is_one():
    coop = make_coop()
    found(coop)
    with pytest.raises(services.ServiceDoesNotFit, match="no fare"):
        make_fare_service(coop)
    assert not coop.services.exists()


def test_a_booked_job_keeps_its_lines_and_its_price_when_the_fare_changes():
    coop = make_fare_coop()
    job = make_job(coop, make_client(coop), make_fare_service(coop), pickup="Midi", pickup_point=MIDI, place_point=away(5_000))
    assert job.price == 1120
    assert [line["words"] for line in job.price_lines] == ["Base", "3 km × €1.40", "Extra, outside Centre"]
    decision = record_decision(coop=coop, kind="upgrade", title="Dearer", by=None, at=T1)
    set_rule(
        coop=coop, key="rates.fare", value=[["base", 9900, FREE, 0, *EVERY, "", ""]], valid_from=T1, decision=decision, at=T1
    )
    job.refresh_from_db()
    assert job.price == 1120


def test_a_member_s_own_fare_counts_when_the_client_chooses_them():
    coop = make_fare_coop(rates__set_by="member")
    service, amina, bram = make_fare_service(coop), make_member(coop, "Amina"), make_member(coop, "Bram")
    set_member_fare(membership=amina, job_kind="delivery", amounts={0: 600, 1: 200}, from_on=T1.date(), by=amina.party, at=T1)
    assert asked(coop, service, worker=amina).price.net == 600 + 600 + 200
    assert asked(coop, service, worker=bram).price.net == asked(coop, service).price.net == 1120
    assert "Amina has set" in asked(coop, service, worker=amina).lines[0].why.formula


def test_a_circle_s_fare_counts_for_its_members():
    coop = make_fare_coop(rates__set_by="circle")
    service, amina, bram = make_fare_service(coop), make_member(coop, "Amina"), make_member(coop, "Bram")
    fleet = create_circle(coop=coop, name="Cargo bikes", by=amina.party, at=T0)
    join_circle(circle=fleet, membership=amina, by=amina.party, at=T0)
    decision = record_decision(coop=coop, kind="upgrade", title="Cargo bikes", by=None, at=T1)
    own = [["base", 2000, FREE, 0, *EVERY, "", ""]]
    set_rule(
        coop=coop,
        key="rates.fare",
        value=own,
        scope=f"circle={fleet.pk};job_kind=delivery",
        valid_from=T1,
        decision=decision,
        at=T1,
    )
    assert asked(coop, service, worker=amina).price.net == 2000
    assert asked(coop, service, worker=bram).price.net == asked(coop, service).price.net == 1120


@pytest.mark.parametrize("setter", ["coop", "circle", "member"])
def test_the_prices_of_many_members_take_as_many_queries_as_of_one_and_are_the_same(setter):
    coop = make_fare_coop(rates__set_by=setter)
    service = make_fare_service(coop)
    members = [make_member(coop, f"Member {n}") for n in range(4)]
    for n, member in enumerate(members[:3]):
        if setter == "member":
            set_member_fare(membership=member, job_kind="delivery", amounts={0: 500 + 50 * n}, from_on=T1.date(), by=None, at=T1)
    given: dict[str, Any] = {
        "coop": coop,
        "service": service,
        "starts_at": T1,
        "at": T1,
        "pickup_point": MIDI,
        "place_point": away(4_000),
    }
    counts = []
    for some in (members[:1], members):
        with CaptureQueriesContext(connection) as queries:
            found_quotes = quotes_for(members=some, **given)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 3
    assert {pk: each.price.net for pk, each in found_quotes.items()} == {
        m.pk: quote(worker=m, **given).price.net for m in members
    }


def test_the_examples_of_the_factory_are_a_fare_that_may_be_voted():
    from marke.rates.fares import kept, rows_from

    assert kept(rows_from(FARE)) == FARE


def test_members_who_show_themselves_stand_cheapest_first():
    coop = make_fare_coop(rates__set_by="member")
    service = make_fare_service(coop)
    amina, bram, cem, dora = (make_member(coop, name) for name in ("Amina", "Bram", "Cem", "Dora"))
    set_member_fare(membership=amina, job_kind="delivery", amounts={0: 700}, from_on=T1.date(), by=None, at=T1)
    set_member_fare(membership=bram, job_kind="delivery", amounts={0: 600}, from_on=T1.date(), by=None, at=T1)
    for member in (amina, bram, cem):
        show_prices(membership=member, at=T1)
    show_prices(membership=cem, at=T1)  # a second click
    given: dict[str, Any] = {
        "coop": coop, "service": service, "starts_at": T1, "at": T1, "pickup_point": MIDI, "place_point": away(5_000),
    }  # fmt: skip
    assert [row.membership for row in member_quotes(members=who_shows(coop), **given)] == [cem, bram, amina]
    hide_prices(membership=bram)
    assert [row.membership for row in member_quotes(members=who_shows(coop), **given)] == [cem, amina]
    counts = []
    for _some in range(2):
        with CaptureQueriesContext(connection) as queries:
            member_quotes(members=who_shows(coop), **given)
        counts.append(len(queries))
        show_prices(membership=dora, at=T1)
    assert counts[0] == counts[1] <= 4


def test_a_row_for_holidays_holds_on_those_that_the_rule_names():
    row = ["extra", 300, FREE, 0, "holiday", 0, 24, "", ""]
    coop = make_fare_coop(rates__fare=[*FARE, row], rates__holidays=[["12-25", "Christmas"], ["2026-03-03", ""]])
    service = make_fare_service(coop)
    days = ((3, 2), (3, 3), (12, 24), (12, 25))
    extra = {day: asked(coop, service, starts_at=T1.replace(month=month, day=day)).price.net for month, day in days}
    assert extra[3] - extra[2] == extra[25] - extra[24] == 300


@pytest.mark.parametrize("day", ["25-12", "Christmas", "2026-02-30", "", "1-1", "W12-3"])
def test_a_holiday_that_is_no_day_is_refused(day):
    coop = make_fare_coop()
    decision = record_decision(coop=coop, kind="vote", title="Holidays", by=None, at=T0)
    with pytest.raises(FareDoesNotFit, match="is no day"):
        set_rule(coop=coop, key="rates.holidays", value=[[day, ""]], valid_from=T1, decision=decision, at=T1)
    assert rulebook(coop, T1 + timedelta(days=1)).value("rates.holidays") == ()


def test_a_stop_that_is_not_on_the_map_is_counted_as_the_rule_for_that_says():
    coop = make_fare_coop(rates__unknown_way=7)
    service = make_fare_service(coop)
    known = asked(coop, service, pickup_point=MIDI, place_point=away(1_000), via=[away(500)])
    unknown = asked(coop, service, pickup_point=MIDI, place_point=away(1_000), via=[None])
    assert (known.way.metres, unknown.way.metres) == (1_000, 7_000)
    assert unknown.price.net > known.price.net


def test_how_many_things_there_are_is_kept_with_the_job():
    coop = make_fare_coop()
    service = make_fare_service(coop)
    more, some, one = (
        make_job(coop, make_client(coop, name), service, pickup="A", wishes=Wishes(items=items))
        for name, items in (("Lund", 5), ("Café", 3), ("Hof", None))
    )
    assert (more.items, some.items, one.items) == (5, 3, None)
    assert more.price - some.price == 2 * 150
    with pytest.raises(BookingDoesNotFit, match="0 things"):
        make_job(coop, make_client(coop, "Bar"), service, pickup="A", wishes=Wishes(items=0))
