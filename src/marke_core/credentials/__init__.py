"""Credentials: what somebody did, signed so that anybody can check it without asking. Pure: no clock, nothing fetched.

- `canonical`: JSON in one certain form (RFC 8785), and JSON read with suspicion
- `proofs`: a signature inside the credential (Data Integrity, eddsa-jcs-2022) · `tokens`: one around it (JWS)
- `dids`: who signs, did:key and did:web · `keys`, `encoding`: Ed25519 keys as bytes and as text
- `structure`: the W3C data model 2.0 · `badges`: Open Badges 3.0, a work history · `status`: withdrawn or not
- `replay`: which one it is in whatever form, and for whom it was made
- `verifying`: all of it together, each step with what it found · `flaws`: the reasons, in plain words
"""

from __future__ import annotations

from marke_core.credentials.badges import Result, WorkHistory, badge_flaws, work_history_badge
from marke_core.credentials.canonical import NotCanonical, canonical, read_json
from marke_core.credentials.dids import ListedKey, address_of, did_key, did_key_method, did_web, document_flaws, web_document
from marke_core.credentials.flaws import SENTENCES, Flaw
from marke_core.credentials.keys import key_from, public_of, seed_of
from marke_core.credentials.proofs import Signed, check, sign, sign_with
from marke_core.credentials.replay import audience_flaws, fingerprint
from marke_core.credentials.status import entry, list_credential, status_flaw
from marke_core.credentials.structure import credential_flaws, presentation_flaws
from marke_core.credentials.tokens import envelope, open_token, sign_token
from marke_core.credentials.verifying import Report, Step, verify, verify_presentation

__all__ = [
    "SENTENCES",
    "Flaw",
    "ListedKey",
    "NotCanonical",
    "Report",
    "Result",
    "Signed",
    "Step",
    "WorkHistory",
    "address_of",
    "audience_flaws",
    "badge_flaws",
    "canonical",
    "check",
    "credential_flaws",
    "did_key",
    "did_key_method",
    "did_web",
    "document_flaws",
    "entry",
    "envelope",
    "fingerprint",
    "key_from",
    "list_credential",
    "open_token",
    "presentation_flaws",
    "public_of",
    "read_json",
    "seed_of",
    "sign",
    "sign_token",
    "sign_with",
    "status_flaw",
    "verify",
    "verify_presentation",
    "web_document",
    "work_history_badge",
]
