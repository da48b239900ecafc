"""A signature around the credential: a signed token (JWS) with Ed25519 whose payload is the credential.

Source: Securing Verifiable Credentials using JOSE and COSE; RFC 7515; RFC 8037; RFC 9864 (the name Ed25519).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from marke_core.credentials.canonical import LONGEST, read_json
from marke_core.credentials.dids import Resolve, did_of, key_for
from marke_core.credentials.encoding import NotEncoded, base64url, unbase64url
from marke_core.credentials.flaws import Flaw, shown
from marke_core.credentials.moments import moment
from marke_core.credentials.proofs import ASSERTION, Signed, public_key

MEDIA_TYPE = "vc+jwt"
ENVELOPE = f"data:application/{MEDIA_TYPE},"
ALGORITHMS = ("EdDSA", "Ed25519")
_TOKEN = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*", re.ASCII)

Document = Mapping[str, Any]


class Opened(NamedTuple):
    """The credential in a token, and what its signature comes to."""

    credential: dict[str, Any]
    signed: Signed | Flaw


def looks_like_token(text: str) -> bool:
    return bool(_TOKEN.fullmatch(text))


def sign_token(credential: Document, *, key: Ed25519PrivateKey, method: str) -> str:
    """`method`: the name of the key in the signer's document. The registered claims are those that Open Badges asks for."""
    payload = {**_claims(credential), **credential}
    header = {"alg": "EdDSA", "cty": "vc", "kid": method, "typ": MEDIA_TYPE}
    signed = f"{_part(header)}.{_part(payload)}"
    return f"{signed}.{base64url(key.sign(signed.encode()))}"


def _part(value: Document) -> str:
    return base64url(json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode())


def _claims(credential: Document) -> dict[str, Any]:
    """iss, jti, sub, nbf and exp, where the credential says them."""
    found: dict[str, Any] = {"iss": _id(credential.get("issuer")), "jti": credential.get("id")}
    subject = credential.get("credentialSubject")
    if isinstance(subject, Mapping):
        found["sub"] = subject.get("id")
    for claim, field in (("nbf", "validFrom"), ("exp", "validUntil")):
        at = moment(credential.get(field))
        found[claim] = int(at.timestamp()) if at else None
    return {claim: value for claim, value in found.items() if value is not None}


def _id(value: object) -> Any:
    return value.get("id") if isinstance(value, Mapping) else value


def envelope(token: str) -> dict[str, Any]:
    """The token as an object, for presentations and for programs that take only JSON."""
    return {
        "@context": "https://www.w3.org/ns/credentials/v2",
        "id": ENVELOPE + token,
        "type": "EnvelopedVerifiableCredential",
    }


def open_token(token: str, *, resolve: Resolve, at: datetime) -> Opened | Flaw:
    """The credential in it, also when the signature does not fit: what it says may be shown as unproved."""
    if len(token) > LONGEST * 4 // 3:
        return Flaw("too_long", str(LONGEST), str(len(token)))
    if not looks_like_token(token):
        return Flaw("token_bad", found="it does not have three parts")
    parts = token.split(".")
    try:
        header, payload = (read_json(unbase64url(part)) for part in parts[:2])
        signature = unbase64url(parts[2])
    except NotEncoded as error:
        return Flaw("token_bad", found=str(error))
    if isinstance(header, Flaw):
        return header
    if isinstance(payload, Flaw):
        return payload
    return Opened(payload, _signed(header, payload, f"{parts[0]}.{parts[1]}".encode(), signature, resolve, at))


def _signed(
    header: Document, payload: Document, signed: bytes, signature: bytes, resolve: Resolve, at: datetime
) -> Signed | Flaw:
    if header.get("alg") not in ALGORITHMS:
        return Flaw("suite_unknown", found=shown(header.get("alg")))
    if "crit" in header or header.get("b64", True) is not True:
        return Flaw("token_bad", found="it asks for an extension that is not known here")
    if header.get("typ", MEDIA_TYPE) not in (MEDIA_TYPE, "vc-ld+jwt", "JWT", f"application/{MEDIA_TYPE}"):
        return Flaw("token_bad", found=f"its typ is {shown(header['typ'])}")
    method = _method(header, payload)
    key = key_for(method, resolve=resolve, purpose=ASSERTION, at=at)
    if isinstance(key, Flaw):
        return key
    try:
        public_key(key).verify(signature, signed)
    except (InvalidSignature, ValueError):
        return Flaw("forged")
    return _claim_flaw(payload, at) or Signed(method, str(did_of(method)), None)


def _method(header: Document, payload: Document) -> str:
    """`kid` in full, or as the part after # of whoever issued it."""
    kid = header.get("kid")
    if not isinstance(kid, str):
        return shown(kid)
    return f"{_id(payload.get('issuer'))}{kid}" if kid.startswith("#") else kid


def _claim_flaw(payload: Document, at: datetime) -> Flaw | None:
    """The token's own claims must say what the credential says."""
    if "vc" in payload or "vp" in payload:
        return Flaw("token_bad", found="it holds a credential of the older kind, under vc")
    expected = _claims(payload)
    for claim in ("iss", "jti", "sub"):
        if claim in payload and payload[claim] != expected.get(claim):
            return Flaw("token_claims", claim, shown(payload[claim]))
    for claim, code in (("nbf", "not_yet"), ("exp", "expired")):
        value = payload.get(claim)
        if value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < 253_402_300_800:
            return Flaw("token_claims", claim, shown(value))
        moment_of = datetime.fromtimestamp(value, UTC)
        if (code == "not_yet" and at < moment_of) or (code == "expired" and at >= moment_of):
            return Flaw(code, found=moment_of.date().isoformat())
    return None
