"""Addresses as people type them, and never a neighbour's."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from marke.parties.models import Client, Coop
from marke.places.models import Address, AddressWord
from marke.places.search import Asking, HttpSearch, SearchSilent, fold, known_point, locate, remember, suggest, words
from marke_core.matching import Place
from tests.factories.parties import T0, make_client, make_coop

pytestmark = pytest.mark.django_db
HERE = Place(508_500_000, 43_500_000)


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Çankırı Str. 5-B", "cankiri str 5 b"), ("Goethestraße 1", "goethestrasse 1"), ("Łódź, Ørsted", "lodz orsted"),
        ("  rue\tdu   Midi ", "rue du midi"), ("ΟΔΌΣ Ερμού", "οδοσ ερμου"), ("ул. Ленина", "ул ленина"), ("北京路5号", "北京路5号"),
        ("", ""), ("\u202e!?", ""),
    ],
)  # fmt: skip
def test_accents_case_and_punctuation_do_not_count(typed: str, folded: str) -> None:
    assert fold(typed) == folded
    assert fold(folded) == folded


def test_signs_that_are_written_without_spaces_are_each_a_word() -> None:
    assert [word.decode() for word in words("北京路 5")] == ["北", "京", "路", "5"]


@pytest.fixture
def velo() -> Coop:
    return make_coop()


@pytest.fixture
def lund(velo: Coop) -> Client:
    return make_client(velo, "Bakery Lund")


def keep(client: Client, *texts: str, chain: str = "", point: Place | None = HERE) -> None:
    remember(coop=client.coop, client=client, chain=chain, places=[(text, point) for text in texts], at=T0)


def found(coop: Coop, typed: str, **asking: Any) -> list[str]:
    return [one.text for one in suggest(coop, typed, Asking(**asking))]


def test_words_are_found_by_their_beginnings_in_any_order(velo: Coop, lund: Client) -> None:
    keep(lund, "Rue du Midi 12, Brussels", "Mittelstraße 3", "北京路 5")
    for typed in ("rue mi", "midi 12", "BRUSS", "12 rue"):
        assert found(velo, typed, client=lund) == ["Rue du Midi 12, Brussels"]
    assert found(velo, "mittelstras", client=lund) == ["Mittelstraße 3"]
    assert found(velo, "京路", client=lund) == ["北京路 5"]
    assert found(velo, "midi 13", client=lund) == []
    assert found(velo, "m", client=lund) == []


def test_a_neighbours_address_is_suggested_to_nobody_else(velo: Coop, lund: Client) -> None:
    neighbour = make_client(velo, "Neighbour")
    keep(neighbour, "Rue Secrète 1")
    keep(neighbour, "Rue Secrète 2", chain="their-link")
    assert found(velo, "secrete") == []
    assert found(velo, "secrete", client=lund) == []
    assert found(velo, "secrete", chain="another-link") == []
    assert found(velo, "secrete", client=neighbour) == ["Rue Secrète 1"]
    assert found(velo, "secrete", chain="their-link") == ["Rue Secrète 2"]


def test_who_may_not_see_an_address_does_not_learn_that_it_is_known(velo: Coop, lund: Client) -> None:
    keep(lund, "Rue Secrète 1")
    assert locate(velo, "rue secrete 1", Asking()) is None
    assert locate(velo, "rue secrete 1", Asking(client=lund)) == HERE
    assert known_point(velo, "RUE SECRÈTE 1") == HERE  # for who is nearest, shown to nobody


def test_who_coordinates_sees_all_and_everybody_sees_what_is_public(velo: Coop, lund: Client) -> None:
    keep(lund, "Bakery, Rue du Four 9", "Rue Secrète 1")
    Address.objects.filter(text__startswith="Bakery").update(public=True)
    assert found(velo, "rue") == ["Bakery, Rue du Four 9"]
    assert set(found(velo, "rue", coordinates=True)) == {"Bakery, Rue du Four 9", "Rue Secrète 1"}


def test_another_co_op_knows_nothing_of_it(lund: Client) -> None:
    other = make_coop("other")
    keep(lund, "Rue Secrète 1")
    assert found(other, "secrete", coordinates=True) == []
    assert known_point(other, "Rue Secrète 1") is None


def test_an_address_is_kept_once_and_learns_where_it_is(velo: Coop, lund: Client) -> None:
    keep(lund, "Rue du Midi 12", point=None)
    keep(lund, "rue du  midi 12", point=HERE)
    keep(lund, "Rue du Midi 12", point=None)
    row = Address.objects.get()
    assert (row.lat_e7, row.lon_e7, row.words.count()) == (HERE.lat, HERE.lon, 4)
    keep(lund, " ", "?!", "")
    assert Address.objects.count() == 1


def test_a_search_is_one_query_that_an_index_answers(velo: Coop, lund: Client) -> None:
    for number in range(30):
        keep(lund, f"Rue du Midi {number}")
    with CaptureQueriesContext(connection) as caught:
        found(velo, "rue mid", client=lund)
    assert len(caught) == 1
    assert AddressWord.objects.count() > 30
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN QUERY PLAN " + caught[0]["sql"])
            plan = " ".join(str(row) for row in cursor.fetchall())
        assert "a_word_leads_to_an_address_once" in plan or "USING COVERING INDEX" in plan


@pytest.mark.parametrize("typed", ["%", "_", "'; DROP TABLE", "\\", "x" * 5000, "\u202e", "👩\u200d👧", "ﷺ", "a\u0300" * 300])
def test_whatever_is_typed_gives_an_answer(velo: Coop, lund: Client, typed: str) -> None:
    keep(lund, "Rue du Midi 12", typed[:200])
    assert isinstance(found(velo, typed, client=lund), list)


# A search of the operator's

PHOTON = {
    "features": [
        {
            "geometry": {"coordinates": [4.35, 50.85]},
            "properties": {"name": "Gare", "street": "Rue du Midi", "housenumber": "12", "postcode": "1000", "city": "Brussels"},
        }
    ]
}
NOMINATIM = [{"display_name": "Rue du Midi 12, Brussels", "lat": "50.85", "lon": "4.35"}]


@pytest.fixture
def server() -> Iterator[Any]:
    """A server that says what it is told to, and keeps what it was asked."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.server.asked.append(self.path)  # type: ignore[attr-defined]
            body = self.server.says  # type: ignore[attr-defined]
            self.send_response(self.server.status)  # type: ignore[attr-defined]
            self.end_headers()
            self.wfile.write(body if isinstance(body, bytes) else json.dumps(body).encode())

        def log_message(self, *_args: object) -> None:
            pass

    there = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    there.says, there.status, there.asked = PHOTON, 200, []  # type: ignore[attr-defined]
    Thread(target=there.serve_forever, daemon=True).start()
    yield there
    there.shutdown()
    there.server_close()


@pytest.mark.parametrize(
    ("says", "text"), [(PHOTON, "Gare, Rue du Midi 12, 1000 Brussels"), (NOMINATIM, "Rue du Midi 12, Brussels")]
)
def test_a_search_over_http_is_asked_after_what_the_co_op_knows(
    velo: Coop, lund: Client, server: Any, settings: Any, says: object, text: str
) -> None:
    server.says = says
    settings.ADDRESS_SEARCH = f"http://127.0.0.1:{server.server_port}/api?lang=fr"
    keep(lund, "Rue du Midi 99")
    assert found(velo, "rue du mi", client=lund) == ["Rue du Midi 99", text]
    assert server.asked[0].startswith("/api?lang=fr&q=rue+du+mi")
    assert locate(velo, "Rue du Midi 12", Asking()) == HERE


@pytest.mark.parametrize(
    ("status", "says"),
    [
        (500, {}), (200, b"<html>"), (200, {"features": [{}]}), (200, [{"display_name": "x", "lat": "999", "lon": "0"}]),
        (200, {"error": "x"}), (200, 5), (200, [{"display_name": "x", "lat": "NaN", "lon": "0"}]),
    ],
)  # fmt: skip
def test_a_search_that_answers_nonsense_is_left_out(velo: Coop, server: Any, settings: Any, status: int, says: object) -> None:
    server.status, server.says = status, says
    settings.ADDRESS_SEARCH = f"http://127.0.0.1:{server.server_port}/api"
    assert found(velo, "rue du midi") == []
    assert locate(velo, "rue du midi", Asking()) is None
    with pytest.raises(SearchSilent):
        HttpSearch(settings.ADDRESS_SEARCH).suggest(velo, "rue", Asking())


def test_a_search_that_is_not_there_is_left_out(velo: Coop, settings: Any) -> None:
    settings.ADDRESS_SEARCH = "http://127.0.0.1:9/api"
    assert found(velo, "rue du midi") == []


def test_without_an_operator_nothing_leaves_the_house(velo: Coop, server: Any, settings: Any) -> None:
    settings.ADDRESS_SEARCH = ""
    found(velo, "rue du midi")
    assert server.asked == []
