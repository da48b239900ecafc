"""What another platform states, read with suspicion: who signed it, for which address, in which formats, how fast, whom to ask."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from marke.common.refusal import Refused
from marke.credentials.agreement import FORMAT, FORMATS, VERSION
from marke.credentials.words import words_of
from marke_core import credentials as core
from marke_core.credentials.proofs import Document

MOST_BYTES = 100_000
LONGEST_WAIT = 3650 * 86_400


class StatementDoesNotFit(Refused):
    """What stands at the address is no statement of the agreement, or not that of whoever it says."""

    status = 422


@dataclass(frozen=True)
class Stated:
    """`page`: where a worker asks, "" where there is none; `mail`: whom to write to, "" where nobody."""

    did: str
    name: str
    country: str
    since: str
    formats: tuple[str, ...]
    within: timedelta | None
    page: str
    mail: str


def read(
    content: str | bytes, *, address: str, fetch: Callable[[str], bytes], at: datetime
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The statement that stands at `address`, and the document of whoever signed it, fetched from where its name leads.

    Raises: StatementDoesNotFit; whatever `fetch` raises.
    """
    statement = _object(content)
    if statement.get("format") != FORMAT or statement.get("version") != VERSION:
        raise StatementDoesNotFit(_("No statement of the agreement on work histories stands at this address."))
    did = statement.get("did")
    place = core.address_of(did) if isinstance(did, str) else None
    if place is None or not _below(address, place):
        raise StatementDoesNotFit(_("It says it is from %(did)s, which does not live at this address.") % {"did": str(did)[:200]})
    if statement.get("address") != address:
        raise StatementDoesNotFit(_("It was made for another address: %(url)s.") % {"url": str(statement.get("address"))[:200]})
    document = _object(fetch(place))
    if flaws := core.document_flaws(document, str(did)):
        raise StatementDoesNotFit(words_of(flaws[0]))
    _check_signed(statement, str(did), document, at)
    if not stated(statement).name:
        raise StatementDoesNotFit(_("It does not say what the platform is called."))
    return statement, document


def _check_signed(statement: Document, did: str, document: Document, at: datetime) -> None:
    for outcome in core.check(statement, resolve={did: document}.get, at=at):
        if isinstance(outcome, core.Flaw):
            raise StatementDoesNotFit(words_of(outcome))
        if outcome.did != did:
            raise StatementDoesNotFit(words_of(core.Flaw("issuer_other", did, outcome.did)))


def _object(content: str | bytes) -> dict[str, Any]:
    found = core.read_json(content, longest=MOST_BYTES)
    if isinstance(found, core.Flaw):
        raise StatementDoesNotFit(words_of(found))
    if "\\u0000" in json.dumps(found):  # no database keeps it
        raise StatementDoesNotFit(words_of(core.Flaw("not_json", found="NUL")))
    return found


def _below(address: str, document: str) -> bool:
    """Whether who has the document there has the address too: one host may be shared by many."""
    ours, theirs = urlsplit(address), urlsplit(document)
    folder = theirs.path.removesuffix("did.json").removesuffix(".well-known/")
    return ours.netloc.lower() == theirs.netloc and ours.path.startswith(folder)


def stated(statement: Mapping[str, Any]) -> Stated:
    """What of it is used here; whatever has another shape than it should counts as not said."""
    platform, speed, ask = (_part(statement, name) for name in ("platform", "speed", "ask"))
    since = _text(_part(statement, "joined").get("since"), 10)
    listed = _part(statement, "hands_out").get("formats")
    named = [each.get("format") for each in (listed if isinstance(listed, list) else [])[:20] if isinstance(each, dict)]
    return Stated(
        did=_text(statement.get("did"), 500),
        name=_text(platform.get("name"), 200),
        country=_text(platform.get("country"), 2),
        since=since,
        formats=tuple(each for each in FORMATS if each in named),
        within=_length(speed.get("within_seconds")),
        page=_page(ask.get("page"), _text(statement.get("address"), 500)),
        mail=_mail(platform.get("mail")),
    )


def _part(statement: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = statement.get(name)
    return found if isinstance(found, dict) else {}


def _text(value: object, longest: int) -> str:
    """In one line, without what cannot be seen."""
    return (
        "".join(letter for letter in " ".join(value.split()) if letter.isprintable())[:longest] if isinstance(value, str) else ""
    )


def _length(value: object) -> timedelta | None:
    return timedelta(seconds=value) if type(value) is int and 0 <= value <= LONGEST_WAIT else None


def _page(value: object, address: str) -> str:
    """Only at the host from which the statement came, and as safely."""
    page = value if isinstance(value, str) and len(value) <= 500 and value.isprintable() and " " not in value else ""
    try:
        theirs, ours = urlsplit(page), urlsplit(address)
    except ValueError:
        return ""
    return page if (theirs.scheme, theirs.netloc) == (ours.scheme, ours.netloc) else ""


def _mail(value: object) -> str:
    text = value.strip() if isinstance(value, str) else ""
    try:
        validate_email(text)
    except ValidationError:
        return ""
    return text if len(text) <= 254 and not set(text) & set('?&"<>%') else ""
