"""How long a way is: by the co-op's rules, or by a router; and what happens when the router is silent."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from time import sleep

import pytest

from marke.places.routers import Osrm, RouterSilent
from marke.places.travel import Line, way
from marke_core.matching import Place
from tests.factories.parties import T0, make_coop
from tests.factories.rules import found

MIDI = Place(508_358_000, 43_364_000)
BOURSE = Place(508_482_000, 43_499_000)
FLAGEY = Place(508_275_000, 43_722_000)


@contextmanager
def answering(body: bytes, *, status: int = 200, wait: float = 0) -> Iterator[tuple[str, list[str]]]:
    """A router of our own on this machine, that answers everything with `body`; and what it was asked."""
    asked: list[str] = []

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            sleep(wait)
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/route/v1/bike", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def told(metres: object, seconds: object, code: str = "Ok") -> bytes:
    return json.dumps({"code": code, "routes": [{"distance": metres, "duration": seconds}]}).encode()


@pytest.fixture
def coop(db):
    coop = make_coop()
    found(coop, places__speed=15, places__detour=[130, 100])
    return coop


def test_without_a_router_a_way_is_the_straight_line_times_the_detour_at_the_speed(coop):
    found_way = way(coop, [MIDI, BOURSE], "delivery", at=T0)
    # 1,673 m as the crow flies
    assert (found_way.metres, found_way.by) == (2_175, "line")
    assert found_way.seconds == -(-2_175 * 3_600 // 15_000)


def test_a_way_over_several_places_is_at_least_as_long_as_the_straight_one():
    reckoned = Line(detour_percent=130, kilometres_per_hour=15)
    assert reckoned.way([MIDI, FLAGEY, BOURSE]).metres >= reckoned.way([MIDI, BOURSE]).metres
    assert reckoned.way([MIDI, MIDI]).metres == 0


@pytest.mark.parametrize("points", [[], [MIDI]])
def test_fewer_than_two_places_are_no_way(coop, points):
    assert (way(coop, points, "delivery", at=T0).metres, way(coop, points, "delivery", at=T0).by) == (0, "")


def test_a_router_is_asked_only_where_the_operator_has_set_one_up(coop, settings):
    with answering(told(2_400.3, 601.2)) as (address, asked):
        way(coop, [MIDI, BOURSE], "delivery", at=T0)
        assert asked == []
        settings.ROUTERS = {"delivery": address}
        by_road = way(coop, [MIDI, BOURSE], "delivery", at=T0)
        assert way(coop, [MIDI, BOURSE], "ride", at=T0).by == "line"
    assert (by_road.metres, by_road.seconds, by_road.by) == (2_401, 602, "router")
    assert asked == ["/route/v1/bike/4.3364000,50.8358000;4.3499000,50.8482000?overview=false&radiuses=500;500"]


def test_a_router_that_takes_too_long_is_replaced_by_the_line_and_it_is_said(coop, settings):
    with answering(told(1, 1), wait=0.3) as (address, _asked), pytest.raises(RouterSilent, match="timed out"):
        Osrm(address, patience=0.05).way([MIDI, BOURSE])
    settings.ROUTERS = {"": address}  # and now it is gone altogether
    found_way = way(coop, [MIDI, BOURSE], "delivery", at=T0)
    assert (found_way.metres, found_way.by) == (2_175, "fallback")


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{}", b'{"code": "Ok", "routes": []}', told(-5, 10), told("far", 10), told(None, 10), told(10**12, 10),
     told(5, 5, code="NoRoute"), told(1e400, 1), b'{"code": "Ok", "routes": [{"distance": NaN, "duration": 1}]}'],
)  # fmt: skip
def test_an_answer_that_cannot_be_a_way_is_none(body):
    with answering(body) as (address, _asked), pytest.raises(RouterSilent):
        Osrm(address).way([MIDI, BOURSE])


def test_a_router_that_fails_is_silent():
    with answering(told(5, 5), status=500) as (address, _asked), pytest.raises(RouterSilent):
        Osrm(address).way([MIDI, BOURSE])
