"""A credential checked in all that can be checked, each step with what it found; what was not checked is said too.

Nothing is fetched: `resolve` gives the document of whoever signed, `fetch_status` a status list, from what is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from marke_core.credentials import tokens
from marke_core.credentials.badges import badge_flaws, is_badge
from marke_core.credentials.canonical import read_json
from marke_core.credentials.dids import Resolve
from marke_core.credentials.flaws import Flaw, shown
from marke_core.credentials.moments import moment
from marke_core.credentials.proofs import ASSERTION, AUTHENTICATION, Signed, check
from marke_core.credentials.replay import audience_flaws
from marke_core.credentials.status import list_url_of, status_flaw
from marke_core.credentials.structure import credential_flaws, presentation_flaws
from marke_core.credentials.terms import ENVELOPED

GOOD, BAD, UNKNOWN = "good", "bad", "unknown"
STEPS = ("read", "shape", "badge", "signature", "issuer", "audience", "period", "status", "bearer")

Document = Mapping[str, Any]
FetchStatus = Callable[[str], "str | Document | None"]

# What could not be checked is another thing than what was checked and is wrong.
_NOT_CHECKED = {"suite_unknown", "proof_chain", "key_unread", "status_unread", "status_unknown"}


@dataclass(frozen=True, slots=True)
class Step:
    """`name` of STEPS; `state`: GOOD, BAD or UNKNOWN, which is: not checked."""

    name: str
    state: str
    flaws: tuple[Flaw, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """`credential`: what it says, also when it is not believed; None when it could not be read."""

    credential: dict[str, Any] | None
    steps: tuple[Step, ...]
    signed: tuple[Signed, ...] = field(default=())

    @property
    def good(self) -> bool:
        """Everything was checked and is as it should be."""
        return all(step.state == GOOD for step in self.steps)

    @property
    def bad(self) -> bool:
        """Something was checked and is not as it should be."""
        return any(step.state == BAD for step in self.steps)

    @property
    def proven(self) -> bool:
        """Whoever it says it is from signed it, and that was checked; whether it counts today is another question."""
        fits = {step.name for step in self.steps if step.state == GOOD}
        return {"signature", "issuer"} <= fits

    def beside_an_earlier_one(self) -> Report:
        """The same, where somebody else showed it first: whose it is was not checked."""
        return replace(self, steps=(*self.steps, Step("bearer", UNKNOWN, (Flaw("shown_by_other"),))))

    @property
    def flaws(self) -> list[Flaw]:
        return [flaw for step in self.steps for flaw in step.flaws]


def verify(
    given: str | bytes | Document,
    *,
    resolve: Resolve,
    fetch_status: FetchStatus,
    at: datetime,
    ours: Collection[str] | None = None,
) -> Report:
    """A credential as text (JSON or a signed token) or as an object, checked in all steps.

    `ours`: the names of whoever it is shown to, in case it says for whom it was made; None: nobody in particular.
    """
    opened = _opened(given, resolve, at)
    if isinstance(opened, Flaw):
        return Report(None, (Step("read", BAD, (opened,)),))
    credential, outcomes = opened
    steps = [Step("read", GOOD), _step("shape", credential_flaws(credential))]
    if is_badge(credential):
        steps.append(_step("badge", badge_flaws(credential)))
    signed = tuple(each for each in outcomes if isinstance(each, Signed))
    steps.append(_signature(outcomes))
    steps.append(_issuer(credential, signed))
    if ours is not None and (copied := audience_flaws(credential, ours)) is not None:
        steps.append(_step("audience", copied))
    steps.append(_period(credential, at))
    if credential.get("credentialStatus"):
        steps.append(_status(credential, resolve, fetch_status, at))
    return Report(credential, tuple(steps), signed)


def _opened(given: str | bytes | Document, resolve: Resolve, at: datetime) -> tuple[dict[str, Any], list[Signed | Flaw]] | Flaw:
    if isinstance(given, (str, bytes)):
        text = given if isinstance(given, str) else given.decode("utf-8", errors="replace")
        text = text.removeprefix("\ufeff").strip()
        if tokens.looks_like_token(text):
            return _of_token(text, resolve, at)
        document = read_json(text)
        if isinstance(document, Flaw):
            return document
    else:
        document = dict(given)
    if ENVELOPED in _items(document.get("type")):
        name = str(document.get("id"))
        if not name.startswith(tokens.ENVELOPE):
            return Flaw("not_a_data_url", "id")
        return _of_token(name.removeprefix(tokens.ENVELOPE), resolve, at)
    return document, check(document, resolve=resolve, at=at)


def _of_token(text: str, resolve: Resolve, at: datetime) -> tuple[dict[str, Any], list[Signed | Flaw]] | Flaw:
    opened = tokens.open_token(text, resolve=resolve, at=at)
    return opened if isinstance(opened, Flaw) else (opened.credential, [opened.signed])


def _items(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _step(name: str, flaws: list[Flaw]) -> Step:
    state = GOOD if not flaws else UNKNOWN if all(flaw.code in _NOT_CHECKED for flaw in flaws) else BAD
    return Step(name, state, tuple(flaws))


def _signature(outcomes: list[Signed | Flaw]) -> Step:
    """One signature that fits is enough, unless another was checked and does not fit."""
    flaws = [each for each in outcomes if isinstance(each, Flaw)]
    wrong = [flaw for flaw in flaws if flaw.code not in _NOT_CHECKED]
    if not wrong and len(flaws) < len(outcomes):
        return Step("signature", GOOD, tuple(flaws))
    return _step("signature", wrong or flaws)


def issuer_of(credential: Document) -> str:
    issuer = credential.get("issuer")
    found = issuer.get("id") if isinstance(issuer, Mapping) else issuer
    return found if isinstance(found, str) else ""


def _issuer(credential: Document, signed: tuple[Signed, ...]) -> Step:
    """Whoever signed is whoever the credential says it is from."""
    issuer = issuer_of(credential)
    if not signed:
        return Step("issuer", UNKNOWN)
    if any(each.did == issuer for each in signed):
        return Step("issuer", GOOD)
    return Step("issuer", BAD, (Flaw("issuer_other", shown(issuer), signed[0].did),))


def _period(credential: Document, at: datetime) -> Step:
    begins, ends = (moment(credential.get(field)) for field in ("validFrom", "validUntil"))
    if begins is not None and at < begins:
        return Step("period", BAD, (Flaw("not_yet", found=shown(credential["validFrom"])),))
    if ends is not None and at > ends:
        return Step("period", BAD, (Flaw("expired", found=shown(credential["validUntil"])),))
    return Step("period", GOOD)


def _status(credential: Document, resolve: Resolve, fetch_status: FetchStatus, at: datetime) -> Step:
    flaws = []
    for entry in _items(credential["credentialStatus"]):
        flaw = _of_entry(entry, issuer_of(credential), resolve, fetch_status, at)
        flaws += [flaw] if flaw else []
    return _step("status", flaws)


def _of_entry(entry: object, issuer: str, resolve: Resolve, fetch_status: FetchStatus, at: datetime) -> Flaw | None:
    if not isinstance(entry, Mapping):
        return Flaw("status_unknown", found=shown(entry))
    url = list_url_of(entry)
    if isinstance(url, Flaw):
        return url
    listed = fetch_status(url)
    if listed is None:
        return Flaw("status_unread", found=shown(url))
    opened = _opened(listed, resolve, at)
    if isinstance(opened, Flaw):
        return Flaw("status_list_bad", found=str(opened))
    document, outcomes = opened
    steps = [_signature(outcomes), _issuer(document, tuple(each for each in outcomes if isinstance(each, Signed)))]
    steps += [_period(document, at), _step("shape", credential_flaws(document))]
    wrong = next((step for step in steps if step.state != GOOD), None)
    if wrong is not None:
        return Flaw("status_list_bad", found=str(wrong.flaws[0]) if wrong.flaws else wrong.name)
    return status_flaw(entry, document, issuer=issuer)


def verify_presentation(
    document: Document, *, resolve: Resolve, fetch_status: FetchStatus, at: datetime, challenge: str, domain: str
) -> tuple[list[Flaw], list[Report]]:
    """Somebody shows credentials in answer to a question: what is wrong with the showing, and each credential's report.

    `challenge` and `domain`: what was asked, and by whom; what answers something else is a copy.
    """
    flaws = presentation_flaws(document)
    outcomes = check(document, resolve=resolve, at=at, purpose=AUTHENTICATION, challenge=challenge, domain=domain)
    signature = _signature(outcomes)
    flaws += [] if signature.state == GOOD else signature.flaws
    holder = document.get("holder")
    name = holder.get("id") if isinstance(holder, Mapping) else holder
    signed = [each for each in outcomes if isinstance(each, Signed)]
    if signed and name is not None and name not in [each.did for each in signed]:
        flaws.append(Flaw("issuer_other", shown(name), signed[0].did))
    credentials = [each for each in _items(document.get("verifiableCredential") or []) if isinstance(each, Mapping)]
    return flaws, [verify(each, resolve=resolve, fetch_status=fetch_status, at=at) for each in credentials]


__all__ = ["ASSERTION", "BAD", "GOOD", "STEPS", "UNKNOWN", "Report", "Step", "issuer_of", "verify", "verify_presentation"]
