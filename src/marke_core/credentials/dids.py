"""Who signs: did:key, which is the key itself, and did:web, whose document stands at an address.

Nothing is fetched here: whoever asks passes in a function from an identifier to its document, kept or fetched.
Source: DID Core 1.0; Controlled Identifiers 1.0; did:key and did:web method specifications of the W3C Credentials
Community Group.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from marke_core.credentials.encoding import NotEncoded, base64url, multikey, of_multikey, unbase64url
from marke_core.credentials.flaws import Flaw, shown
from marke_core.credentials.moments import moment, stamp

Document = Mapping[str, Any]
Resolve = Callable[[str], "Document | None"]

_DID = re.compile(r"did:[a-z0-9]+:[A-Za-z0-9._:%-]*[A-Za-z0-9._%-]", re.ASCII)
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?", re.ASCII)
_LABEL = re.compile(r"[A-Za-z0-9._-]+", re.ASCII)


class ListedKey(NamedTuple):
    """A key of a did:web document. `fragment`: its name after the #; a revoked key signs nothing that counts any more."""

    fragment: str
    public: bytes
    revoked: datetime | None = None


def did_key(public: bytes) -> str:
    return f"did:key:{multikey(public)}"


def did_key_method(public: bytes) -> str:
    """The name by which a proof calls the key of a did:key."""
    return f"did:key:{multikey(public)}#{multikey(public)}"


@lru_cache(maxsize=1024)
def _of_did_key(did: str) -> Document:
    """Raises: NotEncoded."""
    key = did.removeprefix("did:key:")
    of_multikey(key)
    method = {"id": f"{did}#{key}", "type": "Multikey", "controller": did, "publicKeyMultibase": key}
    return {"id": did, "verificationMethod": [method], "assertionMethod": [method["id"]], "authentication": [method["id"]]}


def did_web(host: str, *path: str) -> str:
    """`did_web("co-op.example:8443", "velo")` is did:web:co-op.example%3A8443:velo.

    Raises: ValueError when it names no plain host and path.
    """
    did = ":".join(["did:web", host.lower().replace(":", "%3A"), *path])
    if address_of(did) is None:
        raise ValueError(f"{host!r} and {path!r} are not a host and a path that a did:web can name")
    return did


def address_of(did: str) -> str | None:
    """Where the document of a did:web stands; None when it is not one, or names no plain host and path."""
    if not did.startswith("did:web:") or len(did) > 500:
        return None
    host, *path = did.removeprefix("did:web:").split(":")
    host = re.sub("%3a", ":", host, count=1, flags=re.IGNORECASE)
    if not _HOST.fullmatch(host) or any(not _LABEL.fullmatch(part) or part in (".", "..") for part in path):
        return None
    return f"https://{host}/{'/'.join(path) if path else '.well-known'}/did.json"


def web_document(did: str, keys: Sequence[ListedKey], services: Sequence[Document] = ()) -> dict[str, Any]:
    """The document of a did:web: each key as a Multikey, for proofs in the credential, and as a JWK, for signed tokens."""
    methods: list[dict[str, Any]] = []
    for key in keys:
        common = {"controller": did} | ({"revoked": stamp(key.revoked)} if key.revoked else {})
        methods.append(
            {"id": f"{did}#{key.fragment}", "type": "Multikey"} | common | {"publicKeyMultibase": multikey(key.public)}
        )
        jwk = {"kty": "OKP", "crv": "Ed25519", "x": base64url(key.public)}
        methods.append({"id": f"{did}#{key.fragment}-jwk", "type": "JsonWebKey"} | common | {"publicKeyJwk": jwk})
    contexts = ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1", "https://w3id.org/security/jwk/v1"]
    document = {
        "@context": contexts,
        "id": did,
        "verificationMethod": methods,
        "assertionMethod": [method["id"] for method in methods if "revoked" not in method],
    }
    return document | ({"service": [dict(each) for each in services]} if services else {})


def document_flaws(document: Document, did: str) -> list[Flaw]:
    """What is wrong with a document that says it is that of `did`."""
    found = [Flaw("issuer_other", did, shown(document.get("id")))] if document.get("id") != did else []
    if not isinstance(document.get("verificationMethod"), list) or not document["verificationMethod"]:
        found.append(Flaw("missing", "verificationMethod"))
    return found


@lru_cache(maxsize=1024)
def did_of(method: str) -> str | None:
    """The identifier in front of a # of a method's name."""
    did, hash_, fragment = method.partition("#")
    return did if hash_ and fragment and len(did) <= 500 and _DID.fullmatch(did) else None


def key_for(method: str, *, resolve: Resolve, purpose: str, at: datetime) -> bytes | Flaw:
    """The public key that a proof names, if whoever it belongs to lets it sign for this purpose at that moment."""
    did = did_of(method)
    if did is None:
        return Flaw("did_bad", found=shown(method))
    try:
        document = _of_did_key(did) if did.startswith("did:key:") else resolve(did)
    except NotEncoded:
        return Flaw("did_bad", found=shown(did))
    if document is None:
        return Flaw("key_unread", found=did)
    if document.get("id") != did:
        return Flaw("issuer_other", did, shown(document.get("id")))
    return _listed(document, did, method, purpose, at)


def _listed(document: Document, did: str, method: str, purpose: str, at: datetime) -> bytes | Flaw:
    allowed = document.get(purpose)
    found = _named(document.get("verificationMethod"), did, method) or _named(allowed, did, method)
    if found is None:
        return Flaw("key_missing", did, shown(method))
    # A withdrawn key stands in the document without leave to sign; that it was withdrawn is the better reason.
    for word in ("revoked", "expires"):
        if word in found:
            ended = moment(found[word])
            if ended is None or ended <= at:
                return Flaw("key_revoked", did, shown(method))
    if found.get("controller", did) != did or not _allows(allowed, did, method):
        return Flaw("key_not_for_this", did, shown(method))
    return _public(found, method)


def _named(methods: object, did: str, method: str) -> Document | None:
    short = method[len(did) :]
    for each in methods if isinstance(methods, list) else ():
        if isinstance(each, dict) and each.get("id") in (method, short):
            return each
    return None


def _allows(allowed: object, did: str, method: str) -> bool:
    """By its name, or written out in the place of its name."""
    names = (method, method[len(did) :])
    return isinstance(allowed, list) and any((each.get("id") if isinstance(each, dict) else each) in names for each in allowed)


def _public(method: Document, name: str) -> bytes | Flaw:
    jwk = method.get("publicKeyJwk")
    try:
        if isinstance(jwk, dict):
            if (jwk.get("kty"), jwk.get("crv")) != ("OKP", "Ed25519"):
                return Flaw("key_bad", found=shown(name))
            key = unbase64url(str(jwk.get("x")))
        else:
            key = of_multikey(str(method.get("publicKeyMultibase")))
    except NotEncoded:
        return Flaw("key_bad", found=shown(name))
    return key if len(key) == 32 else Flaw("key_bad", found=shown(name))
