"""Credentials: one certain form of JSON, signatures in and around it, who signs, and all of it together."""

import base64
import json
import struct
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marke_core import credentials as c
from marke_core.credentials import encoding, moments, tokens
from marke_core.credentials.canonical import canonical, number, read_json
from marke_core.credentials.proofs import check, sign, sign_with

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
KEY = c.key_from(bytes(range(32)))
OTHER = c.key_from(bytes(range(1, 33)))
DID = c.did_web("co-op.example", "velo")
METHOD = f"{DID}#key-1"


def nothing(_: str) -> None:
    return None


def documents(*keys: c.ListedKey):
    return {DID: c.web_document(DID, keys or [c.ListedKey("key-1", c.public_of(KEY))])}.get


def credential(**more):
    return {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": "urn:uuid:11111111-1111-4111-8111-111111111111",
        "type": ["VerifiableCredential"],
        "issuer": DID,
        "validFrom": "2026-01-01T00:00:00Z",
        "credentialSubject": {"id": "urn:uuid:2", "jobs": 12, "name": "Zoë"},
    } | more


def signed(**more):
    return sign(credential(**more), key=KEY, method=METHOD, at=AT)


def verified(given, *, resolve=None, fetch_status=nothing, at=AT):
    return c.verify(given, resolve=resolve or documents(), fetch_status=fetch_status, at=at)


def codes(report):
    return {flaw.code for flaw in report.flaws}


# One certain form


@pytest.mark.parametrize(
    ("bits", "text"),
    [
        ("0000000000000000", "0"),
        ("8000000000000000", "0"),
        ("0000000000000001", "5e-324"),
        ("8000000000000001", "-5e-324"),
        ("7fefffffffffffff", "1.7976931348623157e+308"),
        ("4340000000000000", "9007199254740992"),
        ("44b52d02c7e14af5", "9.999999999999997e+22"),
        ("44b52d02c7e14af6", "1e+23"),
        ("44b52d02c7e14af7", "1.0000000000000001e+23"),
        ("444b1ae4d6e2ef4e", "999999999999999700000"),
        ("444b1ae4d6e2ef50", "1e+21"),
        ("3eb0c6f7a0b5ed8c", "9.999999999999997e-7"),
        ("3eb0c6f7a0b5ed8d", "0.000001"),
        ("41b3de4355555553", "333333333.3333332"),
        ("becbf647612f3696", "-0.0000033333333333333333"),
        ("43143ff3c1cb0959", "1424953923781206.2"),
    ],
)
def test_numbers_are_written_as_rfc_8785_lists_them(bits, text):
    [value] = struct.unpack(">d", bytes.fromhex(bits))
    assert number(value) == text


def test_names_are_sorted_by_utf_16_as_rfc_8785_shows():
    names = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    found = json.loads(canonical(dict.fromkeys(names, 0)))
    assert list(found) == ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]


def test_control_letters_are_escaped_in_the_short_form_or_with_small_hexadecimals():
    assert canonical('\b\t\n\f\r"\\\x1f\x7f/€') == '"\\b\\t\\n\\f\\r\\"\\\\\\u001f\x7f/€"'.encode()


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_reads_back_as_itself(value):
    assert float(number(value)) == value


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(VALUES)
def test_what_was_written_is_read_and_written_again_the_same(value):
    written = canonical(value)
    assert canonical(json.loads(written)) == written


@given(VALUES)
def test_the_short_way_and_the_long_way_write_the_same(value):
    from marke_core.credentials.canonical import _written

    assert "".join(_written(value, 0)).encode() == canonical(value)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 2**53 + 1, 10**400, "\ud800", {1: 2}, {"a": {1, 2}}, b"x"])
def test_what_has_no_certain_form_is_refused(value):
    with pytest.raises(c.NotCanonical):
        canonical(value)


def test_what_holds_itself_is_refused():
    value: list = []
    value.append(value)
    with pytest.raises(c.NotCanonical):
        canonical(value)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('{"a":1,"a":2}', "said_twice"),
        ('{"a":NaN}', "not_json"),
        ('{"a":' + "9" * 5000 + "}", "not_json"),
        ("[1]", "not_an_object"),
        ('{"a":' * 100 + "1" + "}" * 100, "too_deep"),
        ("[" * 200_000, "too_deep"),
        ('{"a":"\\ud800"}', "not_canonical"),
        (b'{"a":"\xff"}', "not_json"),
        ('"' + "a" * 1_000_001 + '"', "too_long"),
        ("", "not_json"),
    ],
)
def test_json_is_read_with_suspicion(text, code):
    found = read_json(text)
    assert isinstance(found, c.Flaw)
    assert found.code == code
    assert str(found)


@given(st.binary(max_size=80))
def test_base58_and_base64url_give_back_what_went_in(data):
    assert encoding.unbase58(encoding.base58(data)) == data
    assert encoding.unbase64url(encoding.base64url(data)) == data


@pytest.mark.parametrize("text", ["0", "l", "z6Mk é"])
def test_other_letters_are_no_base58(text):
    with pytest.raises(encoding.NotEncoded):
        encoding.unbase58(text)


@pytest.mark.parametrize("text", ["YQ==", "YR", "Y", "a+b/", "é"])
def test_one_text_for_the_same_bytes(text):
    with pytest.raises(encoding.NotEncoded):
        encoding.unbase64url(text)


@pytest.mark.parametrize("text", ["2026-02-30T00:00:00Z", "2026-02-01", "2026-02-01T00:00:00", "Sat 25 Feb 2023", 12, None])
def test_what_is_no_moment(text):
    assert moments.moment(text) is None


# The vectors of the W3C


@pytest.fixture
def vectors(shared_data):
    return shared_data / "credentials" / "vc-di-eddsa" / "TestVectors"


@pytest.mark.needs_data
def test_the_vector_of_eddsa_jcs_2022_is_reproduced_byte_for_byte(vectors):
    folder = vectors / "eddsa-jcs-2022"
    document = json.loads((vectors / "unsigned.json").read_text())
    options = json.loads((folder / "proofConfigJCS.json").read_text())
    pair = json.loads((vectors / "keyPair.json").read_text())
    key = c.key_from(encoding.of_secret_multikey(pair["privateKeyMultibase"]))
    assert encoding.multikey(c.public_of(key)) == pair["publicKeyMultibase"]
    assert canonical(document) == (folder / "canonDocJCS.txt").read_bytes()
    assert canonical(options) == (folder / "proofCanonJCS.txt").read_bytes()
    expected = json.loads((folder / "signedJCS.json").read_text())
    bare = {name: value for name, value in options.items() if name != "@context"}
    assert sign_with(document, bare, key=key) == expected
    assert expected["proof"]["proofValue"] == (folder / "sigBTC58JCS.txt").read_text().strip()
    [outcome] = check(expected, resolve=nothing, at=AT)
    assert isinstance(outcome, c.Signed)


@pytest.mark.needs_data
def test_the_vector_with_a_letter_changed_is_refused(vectors):
    document = json.loads((vectors / "eddsa-jcs-2022" / "signedJCS.json").read_text())
    document["credentialSubject"]["alumniOf"] += "!"
    assert check(document, resolve=nothing, at=AT) == [c.Flaw("forged")]


# Signatures


def test_what_is_signed_fits_and_says_for_which_terms():
    document = signed()
    assert document["proof"]["@context"] == document["@context"]
    report = verified(document)
    assert report.good
    assert [step.name for step in report.steps] == ["read", "shape", "signature", "issuer", "period"]
    assert report.signed[0].did == DID


def test_a_signature_needs_no_terms():
    document: dict[str, Any] = {"hello": "world"}
    [outcome] = check(sign(document, key=KEY, method=c.did_key_method(c.public_of(KEY)), at=AT), resolve=nothing, at=AT)
    assert isinstance(outcome, c.Signed)


def test_a_document_is_signed_once():
    with pytest.raises(ValueError, match="already"):
        sign(signed(), key=KEY, method=METHOD, at=AT)


def _set(document, path, value):
    *way, last = path.split(".")
    place = document
    for name in way:
        place = place[name]
    place[last] = value


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("credentialSubject.jobs", 13, "forged"),
        ("validUntil", "2027-01-01T00:00:00Z", "forged"),
        ("issuer", "did:web:other.example", "forged"),
        ("proof.created", "2026-02-28T00:00:00Z", "forged"),
        ("proof.created", "2026-03-02T00:00:00Z", "proof_early"),
        ("proof.created", "yesterday", "proof_bad"),
        ("proof.expires", "2026-02-28T00:00:00Z", "proof_expired"),
        ("proof.proofPurpose", "authentication", "purpose"),
        ("proof.cryptosuite", "eddsa-rdfc-2022", "suite_unknown"),
        ("proof.previousProof", "urn:uuid:1", "proof_chain"),
        ("proof.proofValue", "z" + "1" * 90, "forged"),
        ("proof.proofValue", "u123", "proof_bad"),
        ("proof.proofValue", "z0", "proof_bad"),
        ("proof.proofValue", None, "proof_bad"),
        ("proof.verificationMethod", f"{DID}#key-2", "key_missing"),
        ("proof.verificationMethod", "did:web:elsewhere.example#key-1", "key_unread"),
        ("proof.verificationMethod", "did:key:z6Mk#z6Mk", "did_bad"),
        ("proof.verificationMethod", "key-1", "did_bad"),
        ("proof.verificationMethod", 7, "proof_bad"),
        ("proof.@context", ["https://elsewhere.example"], "proof_context"),
        ("proof", "yes", "proof_bad"),
        ("proof", [], "unsigned"),
    ],
)
def test_what_was_changed_is_not_believed_and_the_reason_is_told(path, value, code):
    document = json.loads(json.dumps(signed()))
    _set(document, path, value)
    report = verified(document)
    assert not report.good
    assert code in codes(report)
    assert all(str(flaw) for flaw in report.flaws)


def test_what_is_not_signed_is_not_believed():
    assert codes(verified(credential())) == {"unsigned"}


def test_somebody_elses_signature_is_no_signature_of_the_issuer():
    forged = sign(credential(), key=OTHER, method=c.did_key_method(c.public_of(OTHER)), at=AT)
    report = verified(forged)
    assert report.bad
    assert codes(report) == {"issuer_other"}


def test_beside_a_signature_that_fits_another_kind_is_said_to_be_unchecked():
    document = signed()
    document["proof"] = [document["proof"], {"type": "DataIntegrityProof", "cryptosuite": "ecdsa-jcs-2019"}]
    report = verified(document)
    assert report.good
    assert codes(report) == {"suite_unknown"}


def test_beside_a_signature_that_fits_none_may_be_wrong():
    document = signed()
    document["proof"] = [document["proof"], document["proof"] | {"proofValue": "z" + "1" * 64}]
    assert verified(document).bad


def test_an_answer_to_another_question_is_a_copy():
    presentation: dict[str, Any] = {"@context": ["https://www.w3.org/ns/credentials/v2"], "type": ["VerifiablePresentation"]}
    holder = c.did_key(c.public_of(OTHER))
    presentation |= {"holder": holder, "verifiableCredential": [signed()]}
    shown = sign(
        presentation,
        key=OTHER,
        method=c.did_key_method(c.public_of(OTHER)),
        at=AT,
        purpose="authentication",
        challenge="a1",
        domain="velo",
    )

    def told(**asked):
        flaws, reports = c.verify_presentation(
            shown, resolve=documents(), fetch_status=nothing, at=AT, **({"challenge": "a1", "domain": "velo"} | asked)
        )
        return {flaw.code for flaw in flaws}, [report.good for report in reports]

    assert told() == (set(), [True])
    assert told(challenge="a2") == ({"replayed_challenge"}, [True])
    assert told(domain="moto") == ({"replayed_domain"}, [True])


def test_a_credential_is_the_same_one_in_every_form_and_another_one_by_another_issuer_or_id():
    one = c.fingerprint(credential())
    assert c.fingerprint(signed()) == c.fingerprint(header_and_payload(token())[1]) == one
    assert c.fingerprint(credential(issuer={"id": DID, "name": "Velo"}, name="Other words")) == one
    assert len({one, c.fingerprint(credential(id="urn:uuid:3")), c.fingerprint(credential(issuer="did:web:moto.example"))}) == 3


def test_without_an_id_a_credential_is_known_by_what_it_says():
    nameless = {field: value for field, value in credential().items() if field != "id"}
    one = c.fingerprint(nameless)
    around = {"@context": [], "proof": {}, "iss": DID, "nbf": 1, "exp": 2, "aud": "velo"}
    assert c.fingerprint(nameless | around) == one != c.fingerprint(nameless | {"name": "Courier"})


def test_whoever_has_no_name_is_not_asked_for_whom_it_was_made():
    made_for_moto = sign(credential(), key=KEY, method=METHOD, at=AT, domain="moto")
    assert verified(made_for_moto).good
    for ours, state in ((["velo"], c.verifying.BAD), (["velo", "moto"], c.verifying.GOOD)):
        report = c.verify(made_for_moto, resolve=documents(), fetch_status=nothing, at=AT, ours=ours)
        assert [step.state for step in report.steps if step.name == "audience"] == [state]
    assert c.audience_flaws(credential(), ["velo"]) is None


# Who signs


@pytest.mark.parametrize(
    ("did", "address"),
    [
        ("did:web:co-op.example", "https://co-op.example/.well-known/did.json"),
        ("did:web:co-op.example:velo", "https://co-op.example/velo/did.json"),
        ("did:web:localhost%3A8000:velo", "https://localhost:8000/velo/did.json"),
        ("did:web:co-op.example:..", None),
        ("did:web:co-op.example:a%2Fb", None),
        ("did:web:user%40co-op.example", None),
        ("did:web:", None),
        ("did:key:z6Mk", None),
    ],
)
def test_where_the_document_of_a_did_web_stands(did, address):
    assert c.address_of(did) == address


def test_a_did_web_is_made_of_a_host_and_a_path():
    assert c.did_web("Localhost:8000", "velo") == "did:web:localhost%3A8000:velo"
    assert c.address_of(c.did_web("localhost:8000", "velo")) == "https://localhost:8000/velo/did.json"
    for host, path in (("co-op.example/x", "velo"), ("co-op.example", ".."), ("", "velo"), ("co-op.example", "a b")):
        with pytest.raises(ValueError, match="did:web"):
            c.did_web(host, path)


def test_a_document_tells_its_keys_in_both_forms_and_is_whole():
    document = documents()(DID)
    assert c.document_flaws(document, DID) == []
    assert [each["type"] for each in document["verificationMethod"]] == ["Multikey", "JsonWebKey"]
    assert {flaw.code for flaw in c.document_flaws(document, "did:web:other")} == {"issuer_other"}


def test_an_old_key_still_counts_and_a_withdrawn_one_does_not():
    new = c.ListedKey("key-2", c.public_of(OTHER))
    old = c.ListedKey("key-1", c.public_of(KEY))
    assert verified(signed(), resolve=documents(old, new)).good
    withdrawn = old._replace(revoked=AT - timedelta(days=1))
    assert codes(verified(signed(), resolve=documents(withdrawn, new))) == {"key_revoked"}


def test_a_key_that_may_not_assert_does_not_count():
    document = documents()(DID) | {"assertionMethod": []}
    assert codes(verified(signed(), resolve={DID: document}.get)) == {"key_not_for_this"}
    foreign = json.loads(json.dumps(documents()(DID)).replace(f'"controller": "{DID}"', '"controller": "did:web:other"'))
    assert codes(verified(signed(), resolve={DID: foreign}.get)) == {"key_not_for_this"}


def test_a_document_of_somebody_else_does_not_count():
    document = documents()(DID) | {"id": "did:web:other"}
    assert codes(verified(signed(), resolve={DID: document}.get)) == {"issuer_other"}


def test_a_key_of_another_kind_does_not_count():
    for bad in ({"publicKeyMultibase": "zQ3sh"}, {"publicKeyJwk": {"kty": "EC", "crv": "P-256"}}, {}):
        method = {"id": METHOD, "type": "Multikey", "controller": DID} | bad
        document = {"id": DID, "verificationMethod": [method], "assertionMethod": [METHOD]}
        assert codes(verified(signed(), resolve={DID: document}.get)) == {"key_bad"}


# Signed tokens


def token(**more):
    return c.sign_token(credential(**more), key=KEY, method=f"{METHOD}-jwk")


def header_and_payload(text):
    return [json.loads(encoding.unbase64url(part)) for part in text.split(".")[:2]]


def resigned(header, payload, key=KEY):
    parts = ".".join(encoding.base64url(json.dumps(part).encode()) for part in (header, payload))
    return f"{parts}.{encoding.base64url(key.sign(parts.encode()))}"


def test_a_token_is_verified_alone_and_in_its_envelope():
    assert verified(token()).good
    assert verified(c.envelope(token())).good
    header, payload = header_and_payload(token())
    assert header == {"alg": "EdDSA", "cty": "vc", "kid": f"{METHOD}-jwk", "typ": "vc+jwt"}
    assert payload["iss"] == DID
    assert payload["nbf"] == 1_767_225_600


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ({"alg": "none"}, "suite_unknown"),
        ({"alg": "HS256"}, "suite_unknown"),
        ({"alg": "RS256"}, "suite_unknown"),
        ({"crit": ["b64"]}, "token_bad"),
        ({"b64": False}, "token_bad"),
        ({"typ": "kb+jwt"}, "token_bad"),
        ({"kid": None}, "did_bad"),
        ({"kid": "did:web:elsewhere.example#1"}, "key_unread"),
    ],
)
def test_a_token_with_another_header_is_not_believed(header, code):
    mine, payload = header_and_payload(token())
    report = verified(resigned(mine | header, payload))
    assert not report.good
    assert code in codes(report)


@pytest.mark.parametrize(
    ("claims", "code"),
    [
        ({"iss": "did:web:other.example"}, "token_claims"),
        ({"jti": "urn:uuid:3"}, "token_claims"),
        ({"exp": 1_767_225_601}, "expired"),
        ({"nbf": 1_900_000_000}, "not_yet"),
        ({"nbf": "soon"}, "token_claims"),
        ({"exp": True}, "token_claims"),
        ({"exp": 1e300}, "token_claims"),
        ({"vc": {}}, "token_bad"),
    ],
)
def test_the_claims_of_a_token_must_say_what_the_credential_says(claims, code):
    header, payload = header_and_payload(token())
    assert code in codes(verified(resigned(header, payload | claims)))


def test_a_token_that_was_changed_or_signed_by_another_is_forged():
    header, payload = header_and_payload(token())
    assert codes(verified(resigned(header, payload, OTHER))) == {"forged"}
    head, body, signature = token().split(".")
    changed = encoding.base64url(encoding.unbase64url(body).replace(b"12", b"13"))
    assert codes(verified(f"{head}.{changed}.{signature}")) == {"forged"}
    assert codes(verified(f"{head}.{body}.")) == {"forged"}


@pytest.mark.parametrize("text", ["a.b.c", "e30.e30.e30", "..", "x" * 2_000_000, "\ufeff {}", "null"])
def test_no_token_and_no_credential_is_told_apart_in_words(text):
    report = verified(text)
    assert report.bad or not report.good
    assert report.flaws


def test_a_key_may_be_named_by_what_stands_after_the_hash():
    header, payload = header_and_payload(token())
    assert verified(resigned(header | {"kid": "#key-1"}, payload)).good


# Time, status, all of it


@pytest.mark.parametrize(
    ("more", "code"),
    [({"validFrom": "2026-04-01T00:00:00Z"}, "not_yet"), ({"validUntil": "2026-02-01T00:00:00Z"}, "expired")],
)
def test_before_and_after_its_time_it_does_not_count(more, code):
    report = verified(signed(**more))
    assert report.bad
    assert codes(report) == {code}
    assert code in codes(verified(token(**more)))


LIST = "https://co-op.example/velo/credentials/status/1"


def listed(*places, did=DID, key=KEY, method=METHOD, **more):
    return sign(c.list_credential(LIST, did, places, at=AT, **more), key=key, method=method, at=AT)


def test_a_list_tells_whether_it_was_withdrawn():
    document = signed(credentialStatus=c.entry(LIST, 4711))
    assert verified(document, fetch_status={LIST: listed()}.get).good
    assert verified(document, fetch_status={LIST: listed(4710, 4712)}.get).good
    report = verified(document, fetch_status={LIST: listed(4711)}.get)
    assert report.bad
    assert codes(report) == {"revoked"}
    asleep = signed(credentialStatus=c.entry(LIST, 4711, "suspension"))
    assert codes(verified(asleep, fetch_status={LIST: listed(4711, purpose="suspension")}.get)) == {"suspended"}


def test_a_list_that_was_not_asked_is_said_to_be_unchecked():
    report = verified(signed(credentialStatus=c.entry(LIST, 4711)))
    assert not report.good
    assert not report.bad
    assert codes(report) == {"status_unread"}


def test_a_list_of_somebody_else_tells_nothing():
    document = signed(credentialStatus=c.entry(LIST, 4711))
    did = c.did_key(c.public_of(OTHER))
    foreign = listed(did=did, key=OTHER, method=c.did_key_method(c.public_of(OTHER)))
    assert codes(verified(document, fetch_status={LIST: foreign}.get)) == {"status_other"}
    unsigned = c.list_credential(LIST, DID, [], at=AT)
    assert codes(verified(document, fetch_status={LIST: unsigned}.get)) == {"status_list_bad"}
    assert codes(verified(document, fetch_status={LIST: listed(purpose="suspension")}.get)) == {"status_other"}


@pytest.mark.parametrize("place", ["131072", "-1", "1e3", "", 7, "9" * 40, "٣"])
def test_a_place_that_is_not_in_the_list_tells_nothing(place):
    document = signed(credentialStatus=c.entry(LIST, 0) | {"statusListIndex": place})
    assert codes(verified(document, fetch_status={LIST: listed()}.get)) == {"status_range"}


@pytest.mark.parametrize("more", [{"type": "StatusList2021Entry"}, {"statusPurpose": "message"}, {"statusSize": 2}])
def test_a_status_of_another_kind_is_said_to_be_unchecked(more):
    context = ["https://www.w3.org/ns/credentials/v2", "https://w3id.org/vc/status-list/2021/v1"]
    document = signed(**{"@context": context}, credentialStatus=c.entry(LIST, 0) | more)
    report = verified(document, fetch_status={LIST: listed()}.get)
    assert not report.bad
    assert codes(report) == {"status_unknown"}


def test_a_reason_stands_for_every_flaw_and_every_flaw_has_a_use():
    from pathlib import Path

    import marke_core.credentials as package

    source = "".join(path.read_text() for path in Path(package.__file__).parent.glob("*.py") if path.name != "flaws.py")
    assert [code for code in c.SENTENCES if f'"{code}"' not in source] == []
    assert str(c.Flaw("expired", found="2026-02-01")) == "It was valid until 2026-02-01."


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_whatever_is_pasted_gets_an_answer(data):
    report = verified(data)
    assert not report.good


@given(
    st.dictionaries(
        st.sampled_from(
            [
                "@context",
                "id",
                "type",
                "issuer",
                "proof",
                "credentialSubject",
                "credentialStatus",
                "validFrom",
                "evidence",
                "relatedResource",
            ]
        ),
        VALUES,
    )
)
def test_whatever_stands_in_the_fields_gets_an_answer(fields):
    report = verified(signed() | fields)
    assert report.steps
    assert base64.b64encode(str(report.flaws).encode())


def test_tokens_are_known_by_their_letters():
    assert tokens.looks_like_token(token())
    assert not tokens.looks_like_token(json.dumps(credential()))
