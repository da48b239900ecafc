"""What is wrong with a credential, as a value with a reason in plain words."""

from __future__ import annotations

from dataclasses import dataclass

SENTENCES = {
    # reading
    "too_long": "This is {found} bytes long, and {where} is the most that is read.",
    "not_json": "This cannot be read as JSON or as a signed token: {found}",
    "said_twice": "{found} is said twice in the same place, so nobody can tell which one counts.",
    "too_deep": "This is nested too deeply to be a credential.",
    "not_an_object": "This is not a credential: it is not an object with fields.",
    "not_canonical": "This cannot be written in one certain way, so no signature can stand on it: {found}",
    # structure
    "context_missing": "{where} must be a list that begins with https://www.w3.org/ns/credentials/v2.",
    "context_bad": "{where} names {found}, which is neither an address nor a list of terms.",
    "term_redefined": "{where} gives {found} another meaning than the one everybody knows.",
    "type_missing": "{where} must say what kind of thing this is.",
    "type_needed": "{where} must contain {found}.",
    "type_unknown": "{where} names {found}, and nothing says what that is.",
    "missing": "{where} is missing.",
    "not_one": "{where} must be one value, not {found}.",
    "not_a_url": "{where} must be an address such as https://… or did:…, not {found}.",
    "not_a_moment": "{where} must be a moment with its time zone, such as 2026-01-31T09:00:00Z, not {found}.",
    "ends_before": "validUntil {found} lies before validFrom.",
    "subject_empty": "{where} says nothing about anybody.",
    "not_words": "{where} must be words, or words with their language and nothing else.",
    "not_an_object_at": "{where} must be an object with fields.",
    "digest_missing": "{where} must carry a digest of what it names.",
    "named_twice": "{where} names {found} twice.",
    "not_a_data_url": "{where} must be a data: address that holds a signed credential.",
    # badges
    "badge_missing": "An Open Badge must have {where}.",
    "badge_kind": "{where} of an Open Badge must be {found}.",
    # proofs
    "unsigned": "This is not signed.",
    "suite_unknown": "The signature is of the kind {found}, which is not checked here.",
    "proof_bad": "The signature cannot be read: {where} is {found}.",
    "proof_chain": "The signature builds on another signature, which is not checked here.",
    "proof_context": "The signature was made for other terms than those that stand in the credential.",
    "purpose": "The signature was made for another purpose: {found} instead of {where}.",
    "forged": "The signature does not fit: something was changed after it was signed, or somebody else signed it.",
    "proof_expired": "The signature ended on {found}.",
    "proof_early": "The signature is dated {found}, which has not come yet.",
    "replayed_challenge": "This answers another question than the one that was asked, so it may have been copied.",
    "replayed_domain": "This was made for another place than this one, so it may have been copied.",
    "shown_by_other": "Somebody else here shows this too and was first, so one of the two may be a copy.",
    "token_bad": "The signed token cannot be read: {found}",
    "token_claims": "The token says {where} is {found}, and the credential in it says something else.",
    # who signed
    "key_unread": "Nothing is known here of {found}, so its signature cannot be checked. Fetch its document, or upload it.",
    "key_missing": "{where} does not list the key {found}.",
    "key_not_for_this": "{where} does not let the key {found} sign such statements.",
    "key_revoked": "{where} withdrew the key {found}.",
    "key_bad": "The key {found} is not an Ed25519 key.",
    "did_bad": "{found} is not an identifier that can be read here.",
    "issuer_other": "It says it is from {where}, but it is signed by {found}.",
    # time and status
    "not_yet": "It is valid from {found}.",
    "expired": "It was valid until {found}.",
    "status_unread": "Whether it was withdrawn is told by {found}, which was not asked.",
    "status_unknown": "Whether it was withdrawn is told in a way that is not read here: {found}.",
    "status_list_bad": "The list that tells whether it was withdrawn cannot be used: {found}",
    "status_other": "The list that tells whether it was withdrawn is of {found}, not of {where}.",
    "status_range": "Place {found} does not stand in the list that tells whether it was withdrawn.",
    "revoked": "It was withdrawn by whoever issued it.",
    "suspended": "It is suspended by whoever issued it.",
}


@dataclass(frozen=True, slots=True)
class Flaw:
    """`where`: the field or party it is about; `found`: what stood there, shortened."""

    code: str
    where: str = ""
    found: str = ""

    def __str__(self) -> str:
        return SENTENCES[self.code].format(where=self.where, found=self.found)


def shown(value: object) -> str:
    """A value as it may stand in a sentence."""
    text = value if isinstance(value, str) else type(value).__name__ if isinstance(value, (dict, list)) else repr(value)
    return text if len(text) <= 120 else text[:119] + "…"
