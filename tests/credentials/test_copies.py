"""A credential that somebody else shows, or that was made to be shown to somebody else, is a copy: refused, nothing kept."""

import json
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps

from marke.credentials import services
from marke.credentials.belonging import forget
from marke.credentials.copies import reports_of
from marke.credentials.identity import checked, did_of
from marke.credentials.models import Bearer, Brought
from marke.credentials.queries import brought_by
from marke.parties.events import PartyErased
from marke.parties.models import Coop, Membership
from marke.parties.services import admit_member, apply_for_membership, leave
from marke_core import credentials as core
from marke_core.credentials.proofs import sign, sign_with
from tests.credentials.test_work_history import AT, House
from tests.factories.credentials import ELSEWHERE, SIGNED_AT, THEM, foreign, their_document
from tests.factories.parties import make_coop, make_member
from tests.factories.processes import PROCESSES, at_once

ONE: dict[str, Any] = {
    "@context": ["https://www.w3.org/ns/credentials/v2"],
    "id": "urn:uuid:11111111-1111-4111-8111-111111111111",
    "type": ["VerifiableCredential"],
    "name": "Courier of the year",
    "issuer": {"id": THEM, "name": "Elsewhere"},
    "credentialSubject": {"name": "Wim"},
}
KEY = f"{THEM}#key-1"
pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    house = House()
    services.keep_issuer(coop=house.coop, content=their_document(), by=None, at=AT)
    return house


def signed(**options: Any) -> str:
    return json.dumps(sign(ONE, key=ELSEWHERE, method=KEY, at=SIGNED_AT, **options))


def token(**claims: Any) -> str:
    return core.sign_token(ONE | claims, key=ELSEWHERE, method=KEY)


def bring(member: Membership, content: str) -> Brought:
    return services.bring(membership=member, content=content, at=AT)


def elsewhere(name: str, slug: str = "moto") -> Membership:
    """A member of another co-op here, which has not kept the issuer's document."""
    return make_member(make_coop(slug), name)


def forged() -> str:
    """Whoever knows the number of a credential can write it into something of their own."""
    return json.dumps(sign(ONE, key=core.key_from(bytes(32)), method=KEY, at=SIGNED_AT))


def steps(member: Membership) -> list[dict[str, str]]:
    return [{step.name: step.state for step in report.steps} for report in reports_of(member, brought_by(member), at=AT)]


def admitted(member: Membership, coop: Coop) -> Membership:
    """Whoever has left is a member again, or is one of another co-op too."""
    party = member.party
    membership = apply_for_membership(coop=coop, party=party, engagement="self_employed", by=party, at=AT)
    return admit_member(membership=membership, by=None, at=AT)


def refused(member: Membership, content: str, match: str) -> None:
    before = list(Brought.objects.values()), list(Bearer.objects.values())
    with pytest.raises(services.CannotBeBrought, match=match):
        bring(member, content)
    assert (list(Brought.objects.values()), list(Bearer.objects.values())) == before


# Shown by somebody else


@pytest.mark.parametrize(
    "again",
    [
        signed(),
        json.dumps(json.loads(signed()), indent=4),
        json.dumps(sign(ONE, key=ELSEWHERE, method=KEY, at=SIGNED_AT + timedelta(days=1))),
        json.dumps(sign(ONE | {"name": "Another name"}, key=ELSEWHERE, method=KEY, at=SIGNED_AT)),
        token(),
        json.dumps(core.envelope(token())),
    ],
    ids=["the same", "other spaces", "another proof", "other words", "a token", "a token in an envelope"],
)
def test_what_one_shows_nobody_else_brings_in_whatever_form(house: House, again: str) -> None:
    bring(house.wim, signed())
    refused(house.officer, again, "shown here already by somebody else")
    assert not checked(again, reader=house.coop, at=AT).bad  # by itself nothing is wrong with it


def test_nobody_of_another_co_op_here_brings_it_either(house: House) -> None:
    bring(house.wim, signed())
    refused(elsewhere("Mia"), token(), "somebody else")


def test_the_refusal_says_nothing_about_the_other(house: House) -> None:
    bring(house.wim, signed())
    with pytest.raises(services.CannotBeBrought) as refusal:
        bring(house.officer, signed())
    assert not any(word in str(refusal.value) for word in ("Wim", "velo", house.coop.name, "Elsewhere", "2026"))


def test_without_an_id_it_is_known_by_what_it_says(house: House) -> None:
    bring(house.wim, foreign())
    document = json.loads(foreign())
    document["@context"].append("https://elsewhere.example/more")  # terms behind the signed ones change nothing
    refused(house.officer, json.dumps(document), "somebody else")
    bare = {name: value for name, value in document.items() if name != "proof"}
    refused(house.officer, core.sign_token(bare, key=ELSEWHERE, method=KEY), "somebody else")
    assert bring(house.officer, foreign(name="Courier of the month"))


def test_whoever_brought_it_brings_it_again_and_to_another_co_op_too(house: House) -> None:
    first = bring(house.wim, signed())
    assert bring(house.wim, signed()) == first
    there = admitted(house.wim, make_coop("moto"))
    assert bring(there, signed()).membership == there
    assert Bearer.objects.count() == 1


def test_who_leaves_still_bears_it_and_finds_it_when_they_come_back(house: House) -> None:
    first = bring(house.wim, signed())
    leave(membership=house.wim, by=house.wim.party, at=AT)
    refused(house.officer, signed(), "somebody else")
    assert bring(admitted(house.wim, house.coop), signed()) == first
    assert (Brought.objects.count(), Bearer.objects.count()) == (1, 1)


def test_what_is_put_away_everywhere_somebody_else_may_bring(house: House) -> None:
    there = admitted(house.wim, make_coop("moto"))
    first, second = bring(house.wim, signed()), bring(there, signed())
    services.put_away(brought=first)
    refused(house.officer, signed(), "somebody else")
    services.put_away(brought=second)
    assert Bearer.objects.count() == 0
    assert bring(house.officer, signed())


def test_of_whoever_is_forgotten_not_even_a_digest_stays(house: House) -> None:
    bring(house.wim, signed())
    forget(PartyErased(house.wim.party, AT))
    assert (Brought.objects.count(), Bearer.objects.count()) == (0, 0)
    assert bring(house.officer, signed())


def test_what_came_with_a_co_op_that_moved_here_is_known_too(house: House) -> None:
    bring(house.wim, signed())
    Bearer.objects.all().delete()  # it stays with the installation that the co-op came from
    refused(house.officer, signed(), "somebody else")
    Brought.objects.all().delete()
    Bearer.objects.create(fingerprint=core.fingerprint(ONE), party=house.wim.party)
    assert bring(house.officer, signed())
    assert Bearer.objects.get().party == house.officer.party


@pytest.mark.django_db(transaction=True)
def test_of_eight_who_bring_it_at_once_one_shows_it(house: House) -> None:
    members = [make_member(house.coop, f"Member {place}") for place in range(PROCESSES)]
    answers = at_once(lambda place: bring(members[place], signed()))
    assert answers == ["CannotBeBrought"] * (PROCESSES - 1) + ["done"]
    assert (Brought.objects.count(), Bearer.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_of_eight_co_ops_where_it_is_brought_at_once_one_shows_it(house: House) -> None:
    members = [elsewhere(f"Member {place}", f"coop-{place}") for place in range(PROCESSES)]
    for member in members:
        services.keep_issuer(coop=member.coop, content=their_document(), by=None, at=AT)
    answers = at_once(lambda place: bring(members[place], signed()))
    assert answers == ["CannotBeBrought"] * (PROCESSES - 1) + ["done"]
    assert (Brought.objects.count(), Bearer.objects.count()) == (1, 1)


# What nobody can check stands in nobody's way


def test_a_forged_one_does_not_lock_out_the_true_holder(house: House) -> None:
    mia = elsewhere("Mia")
    assert not bring(mia, forged()).proven
    assert Bearer.objects.count() == 0
    mine = bring(house.wim, signed())
    assert (mine.proven, Bearer.objects.get().party) == (True, house.wim.party)
    assert checked(mine.content, reader=house.coop, at=AT).good
    assert [step["signature"] for step in steps(mia)] == ["unknown"]
    assert all("bearer" not in step for step in steps(house.wim))


def test_after_a_proven_one_nobody_brings_one_that_cannot_be_checked(house: House) -> None:
    bring(house.wim, signed())
    mia = elsewhere("Mia")
    refused(mia, forged(), "somebody else")
    refused(mia, signed(), "somebody else")


def test_two_of_which_none_can_be_checked_are_both_kept_as_that(house: House) -> None:
    mia = elsewhere("Mia")
    wim = admitted(house.wim, mia.coop)
    assert {bring(mia, forged()).proven, bring(wim, signed()).proven} == {False}
    assert [step["signature"] for step in steps(mia) + steps(wim)] == ["unknown", "unknown"]
    assert Bearer.objects.count() == 0


def test_once_the_keys_are_known_the_forged_one_is_wrong_and_the_true_one_genuine(house: House) -> None:
    mia = elsewhere("Mia")
    wim = admitted(house.wim, mia.coop)
    bring(mia, forged())
    bring(wim, signed())
    services.keep_issuer(coop=mia.coop, content=their_document(), by=None, at=AT)
    assert [step["signature"] for step in steps(mia) + steps(wim)] == ["bad", "good"]
    assert "bearer" not in steps(wim)[0]
    refused(house.officer, signed(), "somebody else")  # though it was not proven when Wim brought it


def test_a_copy_that_could_not_be_checked_does_not_become_genuine_beside_the_first(house: House) -> None:
    mia = elsewhere("Mia")
    bring(mia, signed())
    bring(house.wim, signed())  # later, and proven
    services.keep_issuer(coop=mia.coop, content=their_document(), by=None, at=AT)
    assert [step.get("bearer") for step in steps(mia) + steps(house.wim)] == ["unknown", None]
    assert not reports_of(mia, brought_by(mia), at=AT)[0].good


def test_another_co_op_s_word_for_the_keys_locks_out_nobody(house: House) -> None:
    mia = elsewhere("Mia")
    own = core.web_document(THEM, [core.ListedKey("key-1", core.public_of(core.key_from(bytes(32))))])
    services.keep_issuer(coop=mia.coop, content=json.dumps(own), by=None, at=AT)
    assert bring(mia, forged()).proven
    assert bring(house.wim, signed()).proven
    refused(house.officer, signed(), "somebody else")


def test_what_was_proven_stays_protected_when_the_issuer_s_keys_are_others(house: House) -> None:
    bring(house.wim, signed())
    new = core.key_from(bytes([7] * 32))
    document = core.web_document(THEM, [core.ListedKey("key-2", core.public_of(new))])
    services.keep_issuer(coop=house.coop, content=json.dumps(document), by=None, at=AT)
    refused(house.officer, json.dumps(sign(ONE, key=new, method=f"{THEM}#key-2", at=SIGNED_AT)), "somebody else")


def test_who_puts_away_or_is_forgotten_leaves_what_could_not_be_checked_to_nobody(house: House) -> None:
    mia = elsewhere("Mia")
    bring(mia, forged())
    services.put_away(brought=bring(house.wim, signed()))
    assert (Brought.objects.count(), Bearer.objects.count()) == (1, 0)
    bring(house.wim, signed())
    forget(PartyErased(mia.party, AT))
    assert Bearer.objects.get().party == Brought.objects.get().membership.party == house.wim.party


# Brought before copies were recognised

know = import_module("marke.credentials.migrations.0004_a_credential_is_proven_by_its_bearer").know


def migrated() -> None:
    """The rows as they were before, without fingerprint, proof and bearer; and then the migration."""
    Bearer.objects.all().delete()
    Brought.objects.update(fingerprint="", proven=False)
    know(apps, None)


def test_what_was_brought_before_is_known_and_is_the_first_one_s_who_proves_it(house: House) -> None:
    mia = elsewhere("Mia")
    bring(mia, forged())
    rows = [
        services.bring(membership=house.wim, content=each, at=AT + timedelta(hours=1)) for each in (signed(), token(id="urn:x:2"))
    ]
    copy = services.bring(membership=house.officer, content=foreign(), at=AT + timedelta(hours=2))
    Brought.objects.filter(pk=copy.pk).update(content=json.dumps(core.envelope(token())))
    migrated()
    known = {row.pk: (row.fingerprint, row.proven) for row in Brought.objects.all()}
    assert [known[row.pk] for row in rows] == [(row.fingerprint, True) for row in rows]
    assert known[copy.pk] == (core.fingerprint(ONE), False)
    assert known[Brought.objects.get(membership=mia).pk] == (core.fingerprint(ONE), False)
    assert set(Bearer.objects.values_list("fingerprint", "party")) == {(row.fingerprint, house.wim.party_id) for row in rows}
    refused(make_member(house.coop, "Tom"), token(), "somebody else")


def test_what_a_co_op_here_signed_and_was_brought_before_is_known_too(house: House) -> None:
    house.work(2)
    there = admitted(house.wim, make_coop("moto"))
    kept = bring(there, house.issue().jwt)
    migrated()
    kept.refresh_from_db()
    assert kept.proven
    assert Bearer.objects.get().fingerprint == kept.fingerprint


@pytest.mark.parametrize("content", ["", "no credential", "a.b.c", "{}", '{"a": 1, "a": 2}', "[" * 500])
def test_what_was_kept_before_and_cannot_be_read_holds_up_nothing(house: House, content: str) -> None:
    other = bring(house.wim, token(id="urn:x:2"))
    Brought.objects.filter(pk=bring(house.officer, foreign()).pk).update(content=content)
    migrated()
    row = Brought.objects.get(membership=house.officer)
    assert not row.proven
    assert row.fingerprint == ("" if content != "{}" else core.fingerprint({}))
    assert Bearer.objects.get().fingerprint == other.fingerprint


# Made to be shown to somebody else


@pytest.mark.parametrize(
    "content",
    [
        signed(domain="elsewhere.example"),
        signed(domain="https://moto.example"),
        token(aud="did:web:elsewhere.example"),
        token(aud=["elsewhere.example", "moto.example"]),
        token(aud=7),
        json.dumps(core.envelope(token(aud="elsewhere.example"))),
        json.dumps(sign(ONE, key=core.key_from(bytes(32)), method="did:web:nobody.example#key-1", at=SIGNED_AT, domain="x")),
    ],
)
def test_what_was_made_for_another_place_is_refused(house: House, content: str) -> None:
    refused(house.wim, content, "made for another place")


def test_what_was_made_for_this_place_is_kept(house: House, settings: Any) -> None:
    for content in (signed(domain=did_of(house.coop)), signed(domain=settings.BASE_URL), token(aud=["x", did_of(house.coop)])):
        assert checked(bring(house.wim, content).content, reader=house.coop, at=AT).good
    refused(admitted(house.wim, make_coop("moto")), signed(domain=did_of(house.coop)), "another place")


def test_what_answers_a_question_is_refused_because_nothing_was_asked(house: House) -> None:
    refused(house.wim, signed(challenge="a1"), "another question")
    refused(house.wim, signed(challenge="a1", domain=did_of(house.coop)), "another question")


def test_of_several_proofs_none_may_be_for_somebody_else(house: House) -> None:
    document = json.loads(signed())
    document["proof"] = [document["proof"], json.loads(signed(domain="elsewhere.example"))["proof"]]
    refused(house.wim, json.dumps(document), "another place")
    document["proof"][1] = {"type": "DataIntegrityProof", "cryptosuite": "ecdsa-rdfc-2019", "domain": "elsewhere.example"}
    refused(house.wim, json.dumps(document), "another place")


# Over, and what is not taken at all


def test_a_proof_or_a_token_whose_time_is_over_is_refused(house: House) -> None:
    options = {
        "type": "DataIntegrityProof", "cryptosuite": "eddsa-jcs-2022", "verificationMethod": KEY, "proofPurpose": "assertionMethod",
        "created": "2026-01-05T00:00:00Z", "expires": "2026-06-15T09:00:00Z",
    }  # fmt: skip
    refused(house.wim, json.dumps(sign_with(ONE, options, key=ELSEWHERE)), "ended on")
    refused(house.wim, token(validUntil="2026-06-15T08:59:59Z"), "valid until")


@pytest.mark.parametrize("proven_for", ["", "127.0.0.1:8000"])
def test_a_presentation_is_not_taken_however_fresh(house: House, proven_for: str) -> None:
    """Nothing was asked, so whatever answers is an answer to somebody else."""
    holder, method = core.did_key(core.public_of(ELSEWHERE)), core.did_key_method(core.public_of(ELSEWHERE))
    presentation = {
        "@context": ["https://www.w3.org/ns/credentials/v2"], "type": ["VerifiablePresentation"], "holder": holder,
        "verifiableCredential": [json.loads(signed())],
    }  # fmt: skip
    for purpose in ("authentication", "assertionMethod"):
        shown = sign(presentation, key=ELSEWHERE, method=method, at=AT, purpose=purpose, domain=proven_for)
        refused(house.wim, json.dumps(shown), "VerifiableCredential")
    refused(house.wim, core.sign_token(presentation, key=ELSEWHERE, method=method), "VerifiableCredential")
