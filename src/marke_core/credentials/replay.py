"""What tells a copy: which credential it is, in whatever form it comes, and for whom it was made to be shown.

Source: Verifiable Credential Data Integrity 1.0, § 2.1 (domain, challenge); RFC 7519, § 4.1.3 (aud).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from hashlib import sha256
from typing import Any

from marke_core.credentials.canonical import canonical
from marke_core.credentials.flaws import Flaw, shown

Document = Mapping[str, Any]

# What stands around the statement: the signature, the terms (more may be added behind those that were signed), and the
# claims of a token.
_AROUND = {"proof", "@context", "iss", "jti", "sub", "nbf", "exp", "iat", "aud"}


def fingerprint(credential: Document) -> str:
    """The same for one credential in every form: made of who issued it and its id; without an id, of all that it says.

    Raises: NotCanonical for what `read_json` would not have let in.
    """
    issuer = credential.get("issuer")
    name = issuer.get("id") if isinstance(issuer, Mapping) else issuer
    if credential.get("id"):
        return sha256(canonical([name, credential["id"]])).hexdigest()
    said = {field: value for field, value in credential.items() if field not in _AROUND}
    return sha256(canonical(said)).hexdigest()


def audience_flaws(credential: Document, ours: Collection[str]) -> list[Flaw] | None:
    """Why it was not made to be shown to us, whose names are `ours` and who asked no question; None where it names nobody."""
    given = credential.get("proof")
    proofs = [each for each in (given if isinstance(given, list) else [given]) if isinstance(each, Mapping)]
    asked = [proof for proof in proofs if proof.get("challenge") is not None]
    named = [proof["domain"] for proof in proofs if proof.get("domain") is not None]
    named += [credential["aud"]] if credential.get("aud") is not None else []
    if not asked and not named:
        return None
    others = [each for each in named if not _meets(each, ours)]
    return [Flaw("replayed_domain", found=shown(each)) for each in others] + [Flaw("replayed_challenge") for _ in asked]


def _meets(named: object, ours: Collection[str]) -> bool:
    return any(isinstance(each, str) and each in ours for each in (named if isinstance(named, list) else [named]))
