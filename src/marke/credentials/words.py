"""What the steps of a check are called, and the reasons of the core in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from marke_core.credentials import Flaw, Report, Step
from marke_core.credentials.verifying import BAD, GOOD, UNKNOWN

STEPS: Mapping[str, Any] = {
    "read": _("It can be read"),
    "shape": _("It has the shape of a credential"),
    "badge": _("It has the shape of an Open Badge"),
    "signature": _("The signature fits: nothing was changed since"),
    "issuer": _("Whoever signed it is whoever it says it is from"),
    "audience": _("It was made to be shown here"),
    "period": _("It counts today"),
    "status": _("It was not withdrawn"),
    "bearer": _("Nobody else here showed it first"),
}
STATES: Mapping[str, tuple[str, Any]] = {
    GOOD: ("good", _("checked")),
    BAD: ("bad", _("wrong")),
    UNKNOWN: ("warn", _("not checked")),
}
# The sentences of marke_core.credentials.flaws.
FLAWS: Mapping[str, Any] = {
    "too_long": _("This is {found} bytes long, and {where} is the most that is read."),
    "not_json": _("This cannot be read as JSON or as a signed token: {found}"),
    "said_twice": _("{found} is said twice in the same place, so nobody can tell which one counts."),
    "too_deep": _("This is nested too deeply to be a credential."),
    "not_an_object": _("This is not a credential: it is not an object with fields."),
    "not_canonical": _("This cannot be written in one certain way, so no signature can stand on it: {found}"),
    "context_missing": _("{where} must be a list that begins with https://www.w3.org/ns/credentials/v2."),
    "context_bad": _("{where} names {found}, which is neither an address nor a list of terms."),
    "term_redefined": _("{where} gives {found} another meaning than the one everybody knows."),
    "type_missing": _("{where} must say what kind of thing this is."),
    "type_needed": _("{where} must contain {found}."),
    "type_unknown": _("{where} names {found}, and nothing says what that is."),
    "missing": _("{where} is missing."),
    "not_one": _("{where} must be one value, not {found}."),
    "not_a_url": _("{where} must be an address such as https://… or did:…, not {found}."),
    "not_a_moment": _("{where} must be a moment with its time zone, such as 2026-01-31T09:00:00Z, not {found}."),
    "ends_before": _("validUntil {found} lies before validFrom."),
    "subject_empty": _("{where} says nothing about anybody."),
    "not_words": _("{where} must be words, or words with their language and nothing else."),
    "not_an_object_at": _("{where} must be an object with fields."),
    "digest_missing": _("{where} must carry a digest of what it names."),
    "named_twice": _("{where} names {found} twice."),
    "not_a_data_url": _("{where} must be a data: address that holds a signed credential."),
    "badge_missing": _("An Open Badge must have {where}."),
    "badge_kind": _("{where} of an Open Badge must be {found}."),
    "unsigned": _("This is not signed."),
    "suite_unknown": _("The signature is of the kind {found}, which is not checked here."),
    "proof_bad": _("The signature cannot be read: {where} is {found}."),
    "proof_chain": _("The signature builds on another signature, which is not checked here."),
    "proof_context": _("The signature was made for other terms than those that stand in the credential."),
    "purpose": _("The signature was made for another purpose: {found} instead of {where}."),
    "forged": _("The signature does not fit: something was changed after it was signed, or somebody else signed it."),
    "proof_expired": _("The signature ended on {found}."),
    "proof_early": _("The signature is dated {found}, which has not come yet."),
    "replayed_challenge": _("This answers another question than the one that was asked, so it may have been copied."),
    "replayed_domain": _("This was made for another place than this one, so it may have been copied."),
    "shown_by_other": _("Somebody else here shows this too and was first, so one of the two may be a copy."),
    "token_bad": _("The signed token cannot be read: {found}"),
    "token_claims": _("The token says {where} is {found}, and the credential in it says something else."),
    "key_unread": _("Nothing is known here of {found}, so its signature cannot be checked. Fetch its document, or upload it."),
    "key_missing": _("{where} does not list the key {found}."),
    "key_not_for_this": _("{where} does not let the key {found} sign such statements."),
    "key_revoked": _("{where} withdrew the key {found}."),
    "key_bad": _("The key {found} is not an Ed25519 key."),
    "did_bad": _("{found} is not an identifier that can be read here."),
    "issuer_other": _("It says it is from {where}, but it is signed by {found}."),
    "not_yet": _("It is valid from {found}."),
    "expired": _("It was valid until {found}."),
    "status_unread": _("Whether it was withdrawn is told by {found}, which was not asked."),
    "status_unknown": _("Whether it was withdrawn is told in a way that is not read here: {found}."),
    "status_list_bad": _("The list that tells whether it was withdrawn cannot be used: {found}"),
    "status_other": _("The list that tells whether it was withdrawn is of {found}, not of {where}."),
    "status_range": _("Place {found} does not stand in the list that tells whether it was withdrawn."),
    "revoked": _("It was withdrawn by whoever issued it."),
    "suspended": _("It is suspended by whoever issued it."),
}


def words_of(flaw: Flaw) -> str:
    """The reason, in the reader's language."""
    return str(FLAWS[flaw.code]).format(where=flaw.where, found=flaw.found)


def steps_of(report: Report) -> list[dict[str, Any]]:
    """Each step of a check as a page shows it."""
    return [_step(step) for step in report.steps]


def _step(step: Step) -> dict[str, Any]:
    tone, state = STATES[step.state]
    return {"words": STEPS[step.name], "tone": tone, "state": state, "flaws": [words_of(flaw) for flaw in step.flaws]}


def verdict_of(report: Report) -> tuple[str, Any]:
    """The tone and the sentence above it all."""
    if report.good:
        return "good", _("This is genuine. Everything about it was checked.")
    if report.bad:
        return "bad", _("Do not rely on this. Something about it is wrong.")
    return "warn", _("Nothing about this is wrong, but not everything could be checked here.")
