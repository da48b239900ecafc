"""What a credential must look like, Open Badges, and lists of what was withdrawn."""

import gzip
import json
import tracemalloc
from datetime import UTC, datetime, timedelta

import pytest

from marke_core import credentials as c
from marke_core.credentials import encoding, status

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
ISSUER = "did:web:co-op.example:velo"


# The W3C's documents. Its programs put an issuer and days into them before they are judged; so do we.


def _as_judged(document):
    document = json.loads(
        json.dumps(document).replace("FUTURE DATE", "4026-01-01T00:00:00Z").replace("PAST DATE", "2020-01-01T00:00:00Z")
    )
    if "VerifiablePresentation" in document.get("type", []) or "verifiableCredential" in document or "holder" in document:
        return document
    issuer = document.get("issuer", ISSUER)
    return document | {"issuer": {"id": ISSUER} | issuer if isinstance(issuer, dict) else issuer}


def _judged(path):
    document = json.loads(path.read_text())
    if path.name.startswith("presentation"):
        return c.presentation_flaws(document)
    if path.name == "credential-no-issuer-fail.json":
        return c.credential_flaws(document)
    return c.credential_flaws(_as_judged(document))


@pytest.fixture
def inputs(shared_data):
    return sorted((shared_data / "credentials" / "vc-dm2-inputs" / "tests" / "input").rglob("*.json"))


@pytest.mark.needs_data
def test_every_document_of_the_w3c_that_must_fail_is_rejected_with_a_reason(inputs):
    bad = [path for path in inputs if path.stem.endswith(("-fail", "-fail-or-inject"))]
    judged = {path.name: _judged(path) for path in bad}
    assert len(bad) == 52
    assert [name for name, flaws in judged.items() if not flaws] == []
    assert all(str(flaw) for flaws in judged.values() for flaw in flaws)


@pytest.mark.needs_data
def test_every_document_of_the_w3c_that_must_pass_is_accepted(inputs):
    good = [path for path in inputs if path.stem.endswith("-ok")]
    assert len(good) > 60
    assert {path.name: [str(flaw) for flaw in flaws] for path in good if (flaws := _judged(path))} == {}


@pytest.mark.needs_data
def test_a_wrong_document_is_rejected_for_one_reason_and_not_by_chance(inputs):
    """Apart from those that lack several things, a document that must fail has one flaw."""
    many = {path.name: len(found) for path in inputs if "-fail" in path.stem and len(found := _judged(path)) > 1}
    assert set(many) <= {"credential-no-issuer-fail.json", "presentation-enveloped-vc-missing-type-fail.json"}


def credential(**more):
    return {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiableCredential"],
        "issuer": ISSUER,
        "credentialSubject": {"id": "did:example:subject"},
    } | more


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"@context": "https://www.w3.org/ns/credentials/v2"}, "context_missing"),
        ({"@context": ["https://www.w3.org/2018/credentials/v1"]}, "context_missing"),
        ({"@context": ["https://www.w3.org/ns/credentials/v2", {"issuer": "https://x.example/#y"}]}, "term_redefined"),
        ({"type": []}, "type_missing"),
        ({"type": ["VerifiableCredential", 7]}, "type_unknown"),
        ({"issuer": ["did:web:a", "did:web:b"]}, "not_one"),
        ({"credentialSubject": []}, "missing"),
        ({"credentialSubject": "did:example:subject"}, "not_an_object_at"),
        ({"validFrom": "2026-01-01"}, "not_a_moment"),
        ({"evidence": []}, "not_an_object_at"),
        ({"proof": {}}, "type_missing"),
        ({"name": 7}, "not_words"),
        ({"relatedResource": {"id": "https://x.example/a"}}, "digest_missing"),
        ({"relatedResource": [{"id": "https://x.example/a", "digestSRI": "sha256-x"}] * 2}, "named_twice"),
    ],
)
def test_what_keeps_it_from_being_a_credential(more, code):
    assert c.credential_flaws(credential()) == []
    assert [flaw.code for flaw in c.credential_flaws(credential(**more))] == [code]


# Open Badges


def history():
    return c.WorkHistory(
        id="urn:uuid:11111111-1111-4111-8111-111111111111",
        subject="urn:uuid:22222222-2222-4222-8222-222222222222",
        holder="Amina Haddad",
        issuer=ISSUER,
        issuer_name="Velo",
        issuer_url="https://co-op.example/velo/",
        achievement="https://co-op.example/velo/credentials/work",
        name="Work history at Velo",
        description="What was done from 1 January 2025 to 1 January 2026, as the co-op's books have it.",
        criteria="Counted are jobs that were confirmed.",
        begins=AT - timedelta(days=365),
        ends=AT,
        results=[c.Result("jobs", "Jobs", "812"), c.Result("hours", "Hours", "604.5")],
        history={"jobs": 812},
    )


def test_a_work_history_is_an_open_badge_and_a_credential():
    badge = c.work_history_badge(history(), at=AT, until=AT + timedelta(days=365), status=c.entry("https://x.example/1", 7))
    assert c.credential_flaws(badge) == []
    assert c.badge_flaws(badge) == []
    assert badge["credentialSubject"]["result"][0]["value"] == "812"
    assert "validUntil" not in c.work_history_badge(history(), at=AT)


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("id", "badge_missing"),
        ("credentialSubject", "badge_missing"),
        ("credentialSubject.achievement", "badge_missing"),
        ("credentialSubject.achievement.name", "badge_missing"),
        ("credentialSubject.achievement.criteria", "badge_missing"),
        ("credentialSubject.achievement.type", "badge_kind"),
        ("credentialSubject.type", "badge_kind"),
        ("issuer.type", "badge_kind"),
    ],
)
def test_what_an_open_badge_lacks(path, code):
    badge = c.work_history_badge(history(), at=AT)
    *way, last = path.split(".")
    place = badge
    for name in way:
        place = place[name]
    del place[last]
    assert [flaw.code for flaw in c.badge_flaws(badge)] == [code]


@pytest.mark.needs_data
def test_the_badges_of_the_specification_are_badges(shared_data):
    text = (shared_data / "credentials/ob3/ob_v3p0/examples/basicOpenBadgeCredential.html").read_text()
    badge = json.loads(text[text.index("{") : text.rindex("}") + 1])
    assert c.badge_flaws(badge) == []


# Lists of what was withdrawn


def test_a_list_reads_back_the_first_bit_on_the_left():
    bits = status.decoded(status.encoded([0, 9, 131_071]))
    assert isinstance(bits, bytes)
    assert (bits[0], bits[1], bits[-1], len(bits)) == (0x80, 0x40, 0x01, 16_384)
    assert [place for place in range(131_072) if status.is_set(bits, place)] == [0, 9, 131_071]


def test_the_same_list_is_the_same_text():
    assert status.encoded([5]) == status.encoded([5])


@pytest.mark.parametrize(
    ("places", "size", "error"), [([0], 8, ValueError), ([131_072], 131_072, IndexError), ([-1], 131_072, IndexError)]
)
def test_a_list_is_large_enough_not_to_tell_about_whom_one_asks(places, size, error):
    with pytest.raises(error):
        status.encoded(places, size)


def _packed(data):
    return "u" + encoding.base64url(gzip.compress(data))


@pytest.mark.parametrize(
    "text",
    [
        _packed(b"\0" * 100),
        _packed(b"\0" * 16_384)[:-8],
        _packed(b"\0" * 16_384) + "AAAA",
        "u" + encoding.base64url(b"not packed"),
        _packed(b"\0" * 16_384)[1:],
        "u" * 10_000_000,
        None,
        7,
    ],
)
def test_what_is_no_list_is_refused(text):
    found = status.decoded(text)
    assert isinstance(found, c.Flaw)
    assert found.code == "status_list_bad"


def test_a_bomb_is_never_unpacked():
    bomb = _packed(b"\0" * 40_000_000)
    tracemalloc.start()
    found = status.decoded(bomb)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert isinstance(found, c.Flaw)
    assert peak < 10_000_000
