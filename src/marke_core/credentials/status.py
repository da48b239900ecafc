"""Whether a credential was withdrawn: a list of bits for very many, so that asking does not tell about whom.

Source: Bitstring Status List 1.0 (W3C Recommendation, 15 May 2025).
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from marke_core.credentials.encoding import NotEncoded, base64url, unbase64url
from marke_core.credentials.flaws import Flaw, shown
from marke_core.credentials.moments import stamp
from marke_core.credentials.terms import BASE, CREDENTIAL, STATUS_ENTRY, STATUS_LIST, STATUS_LIST_CREDENTIAL

SMALLEST = 131_072  # places: fewer would tell too much about whom one asks
LARGEST = 8 * SMALLEST * 16  # places that are read: 2 MB once unpacked
LONGEST = LARGEST // 8 * 4 // 3 + 64  # letters of an encoded list: bits that do not pack take as much as they are
REVOCATION, SUSPENSION = "revocation", "suspension"
CODES = {REVOCATION: "revoked", SUSPENSION: "suspended"}

Document = Mapping[str, Any]


def encoded(places: Iterable[int], size: int = SMALLEST) -> str:
    """A list with these bits set, packed. Bit 0 is the leftmost one.

    Raises: ValueError for a size that is too small or no multiple of 8; IndexError for a place that is not in it.
    """
    if size < SMALLEST or size % 8:
        raise ValueError(f"a list has at least {SMALLEST} places, in whole bytes, not {size}")
    bits = bytearray(size // 8)
    for place in places:
        if place < 0:
            raise IndexError(place)
        bits[place >> 3] |= 0x80 >> (place & 7)
    return "u" + base64url(gzip.compress(bytes(bits), mtime=0))


def decoded(text: object) -> bytes | Flaw:
    """The bits of a list; never more than 2 MB, however small it was packed."""
    if not isinstance(text, str) or text[:1] != "u" or len(text) > LONGEST:
        return Flaw("status_list_bad", found="encodedList")
    unpack = zlib.decompressobj(wbits=31)
    try:
        bits = unpack.decompress(unbase64url(text[1:]), LARGEST // 8 + 1)
    except (NotEncoded, zlib.error):
        return Flaw("status_list_bad", found="encodedList")
    if len(bits) > LARGEST // 8 or len(bits) < SMALLEST // 8 or not unpack.eof or unpack.unused_data:
        return Flaw("status_list_bad", found=f"{len(bits)} B")
    return bits


def is_set(bits: bytes, place: int) -> bool:
    """Raises: IndexError when the place is not in the list."""
    if not 0 <= place < 8 * len(bits):
        raise IndexError(place)
    return bool(bits[place >> 3] & (0x80 >> (place & 7)))


def entry(list_url: str, place: int, purpose: str = REVOCATION) -> dict[str, Any]:
    """What stands in a credential as its credentialStatus."""
    return {
        "id": f"{list_url}#{place}",
        "type": STATUS_ENTRY,
        "statusPurpose": purpose,
        "statusListIndex": str(place),
        "statusListCredential": list_url,
    }


def list_credential(
    list_url: str, issuer: str, places: Iterable[int], *, at: datetime, purpose: str = REVOCATION, size: int = SMALLEST
) -> dict[str, Any]:
    """The list as a credential, still to be signed."""
    subject = {"id": f"{list_url}#list", "type": STATUS_LIST, "statusPurpose": purpose, "encodedList": encoded(places, size)}
    return {
        "@context": [BASE],
        "id": list_url,
        "type": [CREDENTIAL, STATUS_LIST_CREDENTIAL],
        "issuer": issuer,
        "validFrom": stamp(at),
        "credentialSubject": subject,
    }


def list_url_of(entry: Document) -> str | Flaw:
    """Where the list stands that tells of this entry."""
    if entry.get("type") not in (STATUS_ENTRY, [STATUS_ENTRY]) or entry.get("statusPurpose") not in CODES:
        return Flaw("status_unknown", found=shown(entry.get("type")))
    if entry.get("statusSize", 1) != 1:
        return Flaw("status_unknown", found=f"statusSize {shown(entry['statusSize'])}")
    url = entry.get("statusListCredential")
    return url if isinstance(url, str) else Flaw("status_unknown", found="statusListCredential")


def status_flaw(entry: Document, listed: Document, *, issuer: str) -> Flaw | None:
    """What the list says of the entry; None: it counts. The list's own signature was checked by whoever asks.

    `issuer`: of the credential; a list of somebody else tells nothing about it.
    """
    subject = listed.get("credentialSubject")
    if not isinstance(subject, Mapping) or STATUS_LIST not in (subject.get("type"), *_items(subject.get("type"))):
        return Flaw("status_list_bad", found="credentialSubject")
    if listed.get("id") not in (None, entry.get("statusListCredential")):
        return Flaw("status_other", str(entry.get("statusListCredential")), shown(listed.get("id")))
    if _id(listed.get("issuer")) != issuer:
        return Flaw("status_other", issuer, shown(_id(listed.get("issuer"))))
    if entry["statusPurpose"] not in (subject.get("statusPurpose"), *_items(subject.get("statusPurpose"))):
        return Flaw("status_other", entry["statusPurpose"], shown(subject.get("statusPurpose")))
    bits = decoded(subject.get("encodedList"))
    if isinstance(bits, Flaw):
        return bits
    place = entry.get("statusListIndex")
    if not isinstance(place, str) or not place.isascii() or not place.isdecimal() or len(place) > 12:
        return Flaw("status_range", found=shown(place))
    try:
        return Flaw(CODES[entry["statusPurpose"]]) if is_set(bits, int(place)) else None
    except IndexError:
        return Flaw("status_range", found=place)


def _items(value: object) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, list) else ()


def _id(value: object) -> Any:
    return value.get("id") if isinstance(value, Mapping) else value
