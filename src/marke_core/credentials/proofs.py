"""A signature inside the credential: Data Integrity with Ed25519 over canonical JSON.

Source: Verifiable Credential Data Integrity 1.0; Data Integrity EdDSA Cryptosuites 1.0, § 3.3 eddsa-jcs-2022.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from marke_core.credentials.canonical import NotCanonical, canonical
from marke_core.credentials.dids import Resolve, did_of, key_for
from marke_core.credentials.encoding import NotEncoded, base58, unbase58
from marke_core.credentials.flaws import Flaw, shown
from marke_core.credentials.moments import moment, stamp

SUITE = "eddsa-jcs-2022"
ASSERTION, AUTHENTICATION = "assertionMethod", "authentication"

Document = Mapping[str, Any]


class Signed(NamedTuple):
    """A signature that fits. `method`: the key's name; `did`: whose it is."""

    method: str
    did: str
    created: datetime | None


@lru_cache(maxsize=1024)
def public_key(key: bytes) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(key)


def sign(
    document: Document,
    *,
    key: Ed25519PrivateKey,
    method: str,
    at: datetime,
    purpose: str = ASSERTION,
    challenge: str = "",
    domain: str = "",
) -> dict[str, Any]:
    """The document with its proof. `method`: the name of the key in the signer's document.

    Raises: NotCanonical; ValueError when the document carries a proof already.
    """
    if "proof" in document:
        raise ValueError("this document is signed already")
    options = {
        "type": "DataIntegrityProof",
        "cryptosuite": SUITE,
        "created": stamp(at),
        "verificationMethod": method,
        "proofPurpose": purpose,
    }
    if challenge:
        options["challenge"] = challenge
    if domain:
        options["domain"] = domain
    return sign_with(document, options, key=key)


def sign_with(document: Document, options: Document, *, key: Ed25519PrivateKey) -> dict[str, Any]:
    """The document with a proof of these options; the terms for which it is made are written into it, as the suite says."""
    proof = dict(options)
    if "@context" in document:
        proof["@context"] = document["@context"]
    bare = dict(document)
    proof["proofValue"] = "z" + base58(key.sign(_digest(bare, proof)))
    bare["proof"] = proof
    return bare


def _digest(document: Document, options: Document) -> bytes:
    return sha256(canonical(options)).digest() + sha256(canonical(document)).digest()


def check(
    document: Document,
    *,
    resolve: Resolve,
    at: datetime,
    purpose: str = ASSERTION,
    challenge: str = "",
    domain: str = "",
) -> list[Signed | Flaw]:
    """What each signature in the document comes to. `challenge` and `domain`: what was asked for, if anything was.

    Nothing of it says that whoever signed is whoever the document says it is from.
    """
    proofs = document.get("proof")
    if proofs is None or proofs == []:
        return [Flaw("unsigned")]
    bare = dict(document)
    del bare["proof"]
    found: list[Signed | Flaw] = []
    for proof in proofs if isinstance(proofs, list) else [proofs]:
        if isinstance(proof, dict):
            found.append(_checked(bare, proof, resolve, at, purpose, challenge, domain))
        else:
            found.append(Flaw("proof_bad", "proof", shown(proof)))
    return found


def _checked(
    bare: dict[str, Any], proof: dict[str, Any], resolve: Resolve, at: datetime, purpose: str, challenge: str, domain: str
) -> Signed | Flaw:
    if proof.get("type") != "DataIntegrityProof" or proof.get("cryptosuite") != SUITE:
        return Flaw("suite_unknown", found=shown(proof.get("cryptosuite") or proof.get("type")))
    created = moment(proof["created"]) if "created" in proof else None
    flaw = _unfit(bare, proof, at, created, purpose, challenge, domain)
    if flaw is not None:
        return flaw
    method = proof["verificationMethod"]
    key = key_for(method, resolve=resolve, purpose=purpose, at=at)
    if isinstance(key, Flaw):
        return key
    return _fits(bare, proof, key) or Signed(method, str(did_of(method)), created)


def _unfit(
    bare: Document, proof: Document, at: datetime, created: datetime | None, purpose: str, challenge: str, domain: str
) -> Flaw | None:
    """Why the signature need not even be computed."""
    if not isinstance(proof.get("verificationMethod"), str):
        return Flaw("proof_bad", "verificationMethod", shown(proof.get("verificationMethod")))
    if "previousProof" in proof:
        return Flaw("proof_chain")
    if proof.get("proofPurpose") != purpose:
        return Flaw("purpose", purpose, shown(proof.get("proofPurpose")))
    if "created" in proof:
        if created is None:
            return Flaw("proof_bad", "created", shown(proof["created"]))
        if created > at:
            return Flaw("proof_early", found=proof["created"])
    if "expires" in proof:
        ends = moment(proof["expires"])
        if ends is None or ends <= at:
            return Flaw("proof_expired", found=shown(proof["expires"]))
    if challenge and proof.get("challenge") != challenge:
        return Flaw("replayed_challenge")
    if domain and domain not in (proof["domain"] if isinstance(proof.get("domain"), list) else [proof.get("domain")]):
        return Flaw("replayed_domain")
    return None if _for_these_terms(bare, proof) else Flaw("proof_context")


def _for_these_terms(bare: Document, proof: Document) -> bool:
    """The document's terms begin with those for which the proof was made, in the same order."""
    if "@context" not in proof:
        return True
    made_for, has = proof["@context"], bare.get("@context")
    made_for = made_for if isinstance(made_for, list) else [made_for]
    has = has if isinstance(has, list) else [has]
    return bool(has[: len(made_for)] == made_for)


def _fits(bare: dict[str, Any], proof: dict[str, Any], key: bytes) -> Flaw | None:
    options = dict(proof)
    value = options.pop("proofValue", None)
    if not isinstance(value, str) or value[:1] != "z" or len(value) > 100:
        return Flaw("proof_bad", "proofValue", shown(value))
    if "@context" in options and options["@context"] != bare.get("@context"):
        bare = bare | {"@context": options["@context"]}
    try:
        signature = unbase58(value[1:])
        public_key(key).verify(signature, _digest(bare, options))
    except NotEncoded:
        return Flaw("proof_bad", "proofValue", shown(value))
    except NotCanonical as error:
        return Flaw("not_canonical", found=shown(str(error)))
    except (InvalidSignature, ValueError):
        return Flaw("forged")
    return None
