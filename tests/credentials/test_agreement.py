"""The agreement among platforms: stated and signed, read with suspicion, and judged by what was seen."""

import json
import threading
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.test import Client as Browser

from marke.common import clock
from marke.common.outward import NotSent
from marke.credentials import services
from marke.credentials.agreement import OURS, address, measured, statement_of
from marke.credentials.clockwork import turn
from marke.credentials.fetching import OverTheInternet
from marke.credentials.keeping import listed
from marke.credentials.models import AskedElsewhere, HistoryRequest, Issued, KnownIssuer, Platform, SigningKey
from marke.credentials.reading import MOST_BYTES, StatementDoesNotFit, read
from marke_core import credentials as core
from tests.credentials.test_work_history import AT, House
from tests.factories.pages import browser_of
from tests.factories.parties import make_coop, make_member
from tests.factories.rules import found

pytestmark = pytest.mark.django_db
KEY = core.key_from(bytes(range(32)))
HOST = "127.0.0.1%3A{port}"
STATED = {
    "format": "marke-work-history-agreement",
    "version": 1,
    "platform": {"name": "Koeriers « 北 »", "country": "FR", "mail": "hello@koeriers.example"},
    "hands_out": {"formats": [{"format": "pdf"}, {"format": "vc2"}, {"format": "papyrus"}, "pdf"]},
    "speed": {"within_seconds": 7200},
}


@pytest.fixture
def house():
    return House(credentials__agreement=True)


def make_neighbour(slug: str = "other", **rules):
    coop = make_coop(slug)
    found(coop, **{"credentials__agreement": True} | rules)
    turn(AT)  # gives it a key
    return coop


def signed(url: str, did: str, **more) -> dict:
    return core.sign(STATED | {"address": url, "did": did} | more, key=KEY, method=f"{did}#key-1", at=AT)


def document(did: str) -> dict:
    return core.web_document(did, [core.ListedKey("key-1", core.public_of(KEY))])


# Stated


def test_a_co_op_that_joined_states_what_it_hands_out_signed_at_its_own_address(house):
    assert statement_of(house.coop, AT) is None  # nobody has a key yet
    assert turn(AT) == 1
    assert turn(AT) == 0
    told = json.loads(Browser().get("/velo/.well-known/work-history-agreement.json").content)
    assert told["address"] == address(house.coop)
    assert [each["format"] for each in told["hands_out"]["formats"]] == list(OURS)
    assert {"services", "time_slots", "area", "distance", "income", "assessments", "reviews"} < set(told["hands_out"]["fields"])
    assert told["speed"]["within_seconds"] == 86_400
    assert told["joined"] == {"since": "2026-01-05", "decision": 1}
    [outcome] = core.check(told, resolve={told["did"]: json.loads(Browser().get("/velo/did.json").content)}.get, at=clock.now())
    assert isinstance(outcome, core.Signed)
    assert outcome.did == "did:web:127.0.0.1%3A8000:velo"


def test_who_has_not_joined_states_nothing_and_says_so():
    house = House()
    services.keys.signing_key(coop=house.coop, by=None, at=AT)
    assert statement_of(house.coop, AT) is None
    assert Browser().get("/velo/.well-known/work-history-agreement.json").status_code == 404
    assert "has not joined" in Browser().get("/velo/credentials/agreement/").content.decode()


def test_how_fast_is_what_the_records_of_the_last_year_say(house):
    house.work(1)
    assert (measured(house.coop, AT).number, measured(house.coop, AT).longest) == (0, None)
    for key in range(2):
        house.issue(key=f"at-once-{key}")
    asked = services.note_request(membership=house.wim, asked_at=AT - timedelta(hours=50), by=house.officer.party, at=AT)
    assert services.note_request(membership=house.wim, asked_at=AT, by=None, at=AT) == asked
    assert measured(house.coop, AT).waiting == 1
    assert measured(house.coop, AT).longest == timedelta(hours=50)
    first = services.hand_over(request=asked, by=house.officer.party, at=AT)
    assert services.hand_over(request=asked, by=house.officer.party, at=AT) == first
    speed = measured(house.coop, AT)
    assert (speed.number, speed.middle, speed.longest, speed.waiting) == (3, timedelta(), timedelta(hours=50), 0)
    assert measured(house.coop, AT + timedelta(days=366)).number == 0
    stated = statement_of(house.coop, AT)
    assert stated
    assert stated["speed"]["measured"]["longest_seconds"] == 50 * 3600


def test_who_asked_by_letter_gets_the_same_paper_however_often_it_is_printed(house):
    house.work(1, first=clock.now() - timedelta(days=3))
    officer = browser_of(house.officer)
    today = clock.now().date().isoformat()
    assert officer.post("/velo/credentials/requests/", {"member": 999, "asked_on": today}).status_code == 422
    assert officer.post("/velo/credentials/requests/", {"member": house.wim.number, "asked_on": "2200-01-01"}).status_code == 422
    officer.post("/velo/credentials/requests/", {"member": house.wim.number, "asked_on": today})
    assert "Wim Claes" in officer.get("/velo/credentials/requests/").content.decode()
    assert "You asked for it on" in browser_of(house.wim).get("/velo/work-history/").content.decode()
    for _again in range(2):
        assert officer.post("/velo/credentials/requests/1/paper/").content.startswith(b"%PDF")
    assert Issued.objects.get().request == HistoryRequest.objects.get()
    assert browser_of(house.wim).post("/velo/credentials/requests/1/paper/").status_code == 403


# Read


def test_a_neighbour_is_listed_once_and_shown_with_what_was_seen(house):
    other = make_neighbour()
    officer = browser_of(house.officer)
    for _twice in range(2):
        officer.post("/velo/credentials/platforms/", {"address": address(other)})
    platform = Platform.objects.get()
    assert (platform.name, platform.problem) == (other.name, "")
    page = Browser().get("/velo/credentials/agreement/").content.decode()
    assert other.name in page
    assert "nothing came from there yet" in page
    assert Browser().get("/velo/credentials/platforms/").status_code in (302, 403)
    for wrong in (address(house.coop), address(other).replace("other", "nobody"), "https://10.0.0.1/x", "ftp://x.example/", "x"):
        assert officer.post("/velo/credentials/platforms/", {"address": wrong}).status_code == 422
    assert Platform.objects.count() == 1
    officer.post("/velo/credentials/platforms/1/reading/")
    officer.post("/velo/credentials/platforms/1/removal/")
    assert listed(house.coop, AT) == []
    officer.post("/velo/credentials/platforms/", {"address": address(other)})
    assert [row.platform.number for row in listed(house.coop, clock.now())] == [2]


def test_who_leaves_the_agreement_is_shown_as_not_read_and_stays_listed(house):
    other = make_neighbour()
    row = services.add_platform(coop=house.coop, address=address(other), by=None, at=AT)
    SigningKey.objects.filter(coop=other).delete()
    assert turn(AT + timedelta(days=6)) == 1  # a new key for the neighbour, and nothing to read yet
    SigningKey.objects.filter(coop=other).delete()
    services.read_again(platform=row, at=AT + timedelta(days=8))
    row.refresh_from_db()
    assert (row.read_at, row.checked_at) == (AT, AT + timedelta(days=8))
    [seen] = listed(house.coop, AT + timedelta(days=8))
    assert (seen.verdict, seen.stated.within) == ("not_read", timedelta(days=1))


def test_what_was_asked_and_came_tells_who_keeps_to_it(house):
    """Wim worked at the neighbour too: he asks there with one tap, brings it here, and so one sees how long it took."""
    other = make_neighbour()
    platform = services.add_platform(coop=house.coop, address=address(other), by=None, at=AT)
    there = House.__new__(House)
    there.coop, there.wim = other, make_member(other, "Wim there")
    work_at(there)
    browser = browser_of(house.wim)
    assert "Ask " in browser.get("/velo/work-history/brought/").content.decode()
    for _twice in range(2):
        page = browser.post(f"/velo/work-history/elsewhere/{platform.number}/", follow=True).content.decode()
    assert 'content="0;url=http://127.0.0.1:8000/other/work-history/"' in page
    asked = AskedElsewhere.objects.get()
    AskedElsewhere.objects.update(asked_at=AT)
    assert listed(house.coop, AT + timedelta(hours=1))[0].verdict == "silent"
    assert listed(house.coop, AT + timedelta(days=2))[0].verdict == "slow"
    issued = there.issue()
    services.bring(membership=house.wim, content=issued.signed, at=AT + timedelta(hours=5))
    services.bring(membership=house.wim, content=issued.jwt, at=AT + timedelta(hours=6))
    asked.refresh_from_db()
    assert asked.came_at == AT + timedelta(hours=5)
    [seen] = listed(house.coop, AT + timedelta(days=9))
    assert (seen.verdict, seen.speed.middle) == ("keeps", timedelta(hours=5))
    assert [came for _label, _said, came in seen.formats] == [0, 1, 1, 0]


def work_at(there):
    from tests.factories.jobs import T1, make_job, make_service, settle
    from tests.factories.parties import make_client

    client, service = make_client(there.coop), make_service(there.coop, "Ride")
    settle(make_job(there.coop, client, service, at=T1), there.wim, at=T1)


def test_a_platform_without_a_page_gets_a_letter_with_the_law(house):
    row = Platform.objects.create(
        coop=house.coop, number=1, address="https://k.example/s", did="did:web:k.example", name="Koeriers", statement=STATED,
        read_at=AT, checked_at=AT, added_at=AT,
    )  # fmt: skip
    page = browser_of(house.wim).post(f"/velo/work-history/elsewhere/{row.number}/", follow=True).content.decode()
    assert "article 9(6) of Directive (EU) 2024/2831" in page
    assert "L7342-7" in page
    assert "mailto:hello@koeriers.example?subject=" in page
    assert AskedElsewhere.objects.count() == 1
    assert "L7342-7" not in browser_of(house.wim).get("/velo/work-history/elsewhere/letter/").content.decode()


URL, DID = "https://koeriers.example/gent/statement.json", "did:web:koeriers.example:gent"


def reading(statement, documents):
    return read(json.dumps(statement), address=URL, fetch=lambda url: json.dumps(documents[url]).encode(), at=AT)


def test_a_statement_counts_only_at_its_own_address_signed_by_who_lives_there():
    documents = {"https://koeriers.example/gent/did.json": document(DID)}
    statement, kept = reading(signed(URL, DID), documents)
    assert kept["id"] == DID
    other = "did:web:koeriers.example:lille"
    documents["https://koeriers.example/lille/did.json"] = document(other)
    key_did = core.did_key(core.public_of(KEY))
    bare = {"address": URL, "did": DID} | STATED
    wrong = [
        {},
        signed(URL, other),  # a neighbour on the same host
        signed(URL, "did:web:elsewhere.example:gent"),
        signed(URL.replace("gent", "lille"), DID),  # copied from another address
        signed(URL, DID, format="x"),
        signed(URL, DID, platform={"name": 7}),
        statement | {"speed": {"within_seconds": 1}},  # changed after it was signed
        bare,
        core.sign(bare, key=KEY, method=core.did_key_method(core.public_of(KEY)), at=AT),
        core.sign(bare | {"did": key_did}, key=KEY, method=core.did_key_method(core.public_of(KEY)), at=AT),
        signed(URL, DID, note="\0"),
        signed(URL, DID, note="x" * MOST_BYTES),
    ]
    for each in wrong:
        with pytest.raises(StatementDoesNotFit):
            reading(each, documents)


@contextmanager
def serving(answers: dict[str, tuple[int, bytes]]):
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            status, body = answers.get(self.path, (404, b""))
            self.send_response(status)
            self.send_header("Location", "/elsewhere")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format, *args):
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def test_a_platform_on_the_internet_is_read_with_every_care(house, settings, monkeypatch):
    answers: dict[str, tuple[int, bytes]] = {}
    with serving(answers) as port:
        url = f"http://127.0.0.1:{port}/statement.json"
        for way in (OverTheInternet().fetch,):
            with pytest.raises(NotSent, match="does not begin with https"):
                way(url)
            with pytest.raises(NotSent, match="private network"):
                way(url.replace("http:", "https:"))
        settings.WEBHOOKS_PRIVATE = True
        # The document of a did:web stands behind https; this server has none.
        monkeypatch.setattr(core, "address_of", lambda did: f"http://127.0.0.1:{port}/.well-known/did.json")
        did = f"did:web:{HOST.format(port=port)}"
        answers["/.well-known/did.json"] = (200, json.dumps(document(did)).encode())
        for status, body in ((302, b"{}"), (500, b"{}"), (200, b"["), (200, b'{"x":"' + b"x" * MOST_BYTES + b'"}')):
            answers["/statement.json"] = (status, body)
            with pytest.raises((services.PlatformDoesNotFit, StatementDoesNotFit)):
                services.add_platform(coop=house.coop, address=url, by=None, at=AT)
        assert Platform.objects.count() == KnownIssuer.objects.count() == 0
        answers["/statement.json"] = (200, json.dumps(signed(url, did)).encode())
        row = services.add_platform(coop=house.coop, address=url, by=None, at=AT)
        assert KnownIssuer.objects.get().did == did  # what they sign can be checked here now
        [seen] = listed(house.coop, AT)
        assert seen.says == "PDF, VC 2.0"
        answers.clear()
        assert turn(AT + timedelta(days=8)) == 2  # its own key, and this one read again
        row.refresh_from_db()
        assert "answered 404" in row.problem
