"""Whether a document has the shape of a credential or presentation of the W3C data model 2.0.

Signatures say nothing of it: a signed document can still be no credential. Nothing is fetched.
Source: Verifiable Credentials Data Model 2.0 (W3C Recommendation, 15 May 2025), § 4.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from marke_core.credentials.flaws import Flaw, shown
from marke_core.credentials.moments import moment
from marke_core.credentials.terms import BASE, BASE_TYPES, CREDENTIAL, ENVELOPED, PRESENTATION, PROTECTED

Document = Mapping[str, Any]

# A scheme, a colon, and no blank, control or bracket: what RFC 3986 refuses at first sight.
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s\x00-\x20<>\"{}|\\^`\x7f]+")
_WORDS = {"@value", "@language", "@direction"}
# Who may stand there without an id, and who must have one.
_TYPED = {"credentialStatus": False, "credentialSchema": True, "evidence": False, "refreshService": False, "termsOfUse": False}


def is_url(value: object) -> bool:
    return isinstance(value, str) and len(value) <= 100_000 and bool(_URL.fullmatch(value))


def credential_flaws(document: Document) -> list[Flaw]:
    """Everything that keeps it from being a credential; empty when it is one."""
    return [
        *_head(document, CREDENTIAL),
        *_identified(document, "issuer", needed=True),
        *_words(document, ""),
        *(_words(document["issuer"], "issuer.") if isinstance(document.get("issuer"), dict) else ()),
        *_subjects(document),
        *_period(document),
        *_others(document),
        *_related(document),
    ]


def presentation_flaws(document: Document) -> list[Flaw]:
    """Everything that keeps it from being a presentation, and what is wrong with the credentials in it."""
    found = [*_head(document, PRESENTATION), *_identified(document, "holder", needed=False), *_others(document)]
    for place, each in enumerate(_many(document.get("verifiableCredential"))):
        where = f"verifiableCredential {place + 1}"
        if not isinstance(each, dict):
            found.append(Flaw("not_an_object_at", where))
        elif ENVELOPED in _many(each.get("type")) or str(each.get("id")).startswith("data:"):
            found += _enveloped(each, where)
        else:
            found += [Flaw(flaw.code, f"{where}: {flaw.where}", flaw.found) for flaw in credential_flaws(each)]
    return found


def _many(value: object) -> list[Any]:
    return [] if value is None else value if isinstance(value, list) else [value]


def _head(document: Document, kind: str) -> Iterator[Flaw]:
    """@context, id and type."""
    yield from _context(document)
    if "id" in document and not is_url(document["id"]):
        yield Flaw("not_a_url", "id", shown(document["id"]))
    types = _many(document.get("type"))
    if not types:
        yield Flaw("type_missing", "type")
        return
    if kind not in types:
        yield Flaw("type_needed", "type", kind)
    yield from _types(document, "type", types)


def _context(document: Document) -> Iterator[Flaw]:
    given = document.get("@context")
    if not isinstance(given, list) or not given or given[0] != BASE:
        yield Flaw("context_missing", "@context")
        return
    guarded: set[str] = set(PROTECTED)
    for each in given[1:]:
        if isinstance(each, dict):
            for term in each:
                if term in guarded:
                    yield Flaw("term_redefined", "@context", shown(term))
            guarded |= _guarded(each)
        elif not is_url(each):
            yield Flaw("context_bad", "@context", shown(each))


def _guarded(terms: Document) -> set[str]:
    """Terms that nobody who comes later may give another meaning."""
    everything = terms.get("@protected") is True
    return {
        term
        for term, meaning in terms.items()
        if not term.startswith("@")
        and (meaning.get("@protected", everything) if isinstance(meaning, dict) else everything) is True
    }


def _types(document: Document, where: str, types: list[Any]) -> Iterator[Flaw]:
    for each in types:
        if (
            not isinstance(each, str)
            or not each
            or (not is_url(each) and each not in BASE_TYPES and not _defined(document.get("@context"), each))
        ):
            yield Flaw("type_unknown", where, shown(each))


def _defined(contexts: object, term: str) -> bool:
    """Whether a context tells what the term is; those that only name an address are believed to."""
    for each in reversed(contexts if isinstance(contexts, list) else []):
        if isinstance(each, dict):
            if term in each:
                meaning = each[term]
                return is_url(meaning.get("@id") if isinstance(meaning, dict) else meaning)
            if "@vocab" in each and is_url(each["@vocab"]):
                return True
        elif each != BASE and is_url(each):
            return True
    return False


def _identified(document: Document, field: str, *, needed: bool) -> Iterator[Flaw]:
    """A party: an address, or an object with one as its id."""
    if field not in document:
        if needed:
            yield Flaw("missing", field)
        return
    value = document[field]
    if isinstance(value, list):
        yield Flaw("not_one", field, shown(value))
    elif isinstance(value, dict):
        if not is_url(value.get("id")):
            yield Flaw("not_a_url", f"{field}.id", shown(value.get("id")))
    elif not is_url(value):
        yield Flaw("not_a_url", field, shown(value))


def _words(document: Document, where: str) -> Iterator[Flaw]:
    """name and description: words, or words with their language, in one or more languages."""
    for field in ("name", "description"):
        for each in _many(document.get(field)):
            language = isinstance(each, dict) and isinstance(each.get("@value"), str) and set(each) <= _WORDS
            if not isinstance(each, str) and not language:
                yield Flaw("not_words", f"{where}{field}")


def _subjects(document: Document) -> Iterator[Flaw]:
    subjects = _many(document.get("credentialSubject"))
    if not subjects:
        yield Flaw("missing", "credentialSubject")
    for place, each in enumerate(subjects):
        where = f"credentialSubject {place + 1}" if len(subjects) > 1 else "credentialSubject"
        if not isinstance(each, dict):
            yield Flaw("not_an_object_at", where)
        elif not each:
            yield Flaw("subject_empty", where)
        elif "id" in each and not is_url(each["id"]):
            yield Flaw("not_a_url", f"{where}.id", shown(each["id"]))


def _period(document: Document) -> Iterator[Flaw]:
    moments = {field: moment(document[field]) for field in ("validFrom", "validUntil") if field in document}
    for field, at in moments.items():
        if at is None:
            yield Flaw("not_a_moment", field, shown(document[field]))
    begins, ends = moments.get("validFrom"), moments.get("validUntil")
    if begins is not None and ends is not None and ends < begins:
        yield Flaw("ends_before", found=shown(document["validUntil"]))


def _others(document: Document) -> Iterator[Flaw]:
    """Everything that must say what kind of thing it is."""
    for field, id_needed in _TYPED.items():
        if field in document and not _many(document[field]):
            yield Flaw("not_an_object_at", field)
        for each in _many(document.get(field)):
            yield from _typed(document, field, each, id_needed)
    for each in _many(document.get("proof")):
        if not isinstance(each, dict):
            yield Flaw("not_an_object_at", "proof")
        elif not isinstance(each.get("type"), str):
            yield Flaw("type_missing", "proof")


def _typed(document: Document, field: str, value: object, id_needed: bool) -> Iterator[Flaw]:
    if not isinstance(value, dict):
        yield Flaw("not_an_object_at", field)
        return
    types = _many(value.get("type"))
    if not types:
        yield Flaw("type_missing", field)
    yield from _types(document, f"{field}.type", types)
    if "id" in value and not is_url(value["id"]):
        yield Flaw("not_a_url", f"{field}.id", shown(value["id"]))
    if "id" not in value and id_needed:
        yield Flaw("missing", f"{field}.id")


def _related(document: Document) -> Iterator[Flaw]:
    seen: set[str] = set()
    for each in _many(document.get("relatedResource")):
        if not isinstance(each, dict):
            yield Flaw("not_an_object_at", "relatedResource")
            continue
        name = each.get("id")
        if not is_url(name):
            yield Flaw("not_a_url", "relatedResource.id", shown(name))
        elif name in seen:
            yield Flaw("named_twice", "relatedResource", shown(name))
        seen.add(str(name))
        if not isinstance(each.get("digestSRI"), str) and not isinstance(each.get("digestMultibase"), str):
            yield Flaw("digest_missing", "relatedResource")


def _enveloped(each: Document, where: str) -> Iterator[Flaw]:
    contexts = _many(each.get("@context"))
    if not contexts or contexts[0] != BASE:
        yield Flaw("context_missing", f"{where}: @context")
    if ENVELOPED not in _many(each.get("type")):
        yield Flaw("type_needed", f"{where}: type", ENVELOPED)
    name = each.get("id")
    if not isinstance(name, str) or not name.startswith("data:") or "," not in name:
        yield Flaw("not_a_data_url", f"{where}: id")
