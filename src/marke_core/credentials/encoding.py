"""How keys, signatures and lists travel as text: base58btc, base64url, multikeys.

Source: Controlled Identifiers 1.0, § 2.4 Multibase and § 2.2.2 Multikey; RFC 4648 § 5.
"""

from __future__ import annotations

import base64
import binascii
from functools import lru_cache

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
ED25519_PUBLIC = b"\xed\x01"
ED25519_SECRET = b"\x80\x26"

_PAIRS = [first + second for first in ALPHABET for second in ALPHABET]
_WRONG = 255
_VALUES = bytes(ALPHABET.find(chr(code)) % 256 for code in range(256))  # not found is -1, so _WRONG
_CHUNK = 10  # digits that fit a machine word, so that long integers are divided seldom
_BASE = 58**_CHUNK
_LONGEST = 128
_EVERY_OTHER = [
    sum(((1 << bits) - 1) << place for place in range(0, 8 * _LONGEST, 2 * bits)) for bits in (8, 16, 32, 64, 128, 256, 512)
]


class NotEncoded(ValueError):
    """These letters are not what they should be."""


def base58(data: bytes) -> str:
    number, found, pairs = int.from_bytes(data), [], _PAIRS
    while number:
        number, chunk = divmod(number, _BASE)
        high, low = chunk // 11316496, chunk % 11316496  # the lower four digits
        top, middle = high // 11316496, high % 11316496
        found.append(pairs[top] + pairs[middle // 3364] + pairs[middle % 3364] + pairs[low // 3364] + pairs[low % 3364])
    found.reverse()
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + "".join(found).lstrip("1")


def unbase58(text: str) -> bytes:
    """All digits at once: neighbours are joined two by two, then these, and so on, in one long integer.

    Raises: NotEncoded when a letter is none of the alphabet, or there are more than 128.
    """
    values = text.encode("ascii", errors="replace").translate(_VALUES)
    if _WRONG in values or len(values) > _LONGEST:
        raise NotEncoded("these are not letters of base58")
    number, bits, base = int.from_bytes(values), 8, 58
    for mask in _EVERY_OTHER:
        number = (number >> bits & mask) * base + (number & mask)
        bits, base = bits * 2, base * base
    zeros = len(text) - len(text.lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8)


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unbase64url(text: str) -> bytes:
    """Raises: NotEncoded for padding, other letters, or bits that say nothing: one text for the same bytes."""
    try:
        found = base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (UnicodeEncodeError, binascii.Error, ValueError):
        raise NotEncoded("this is no base64url") from None
    if base64url(found) != text:
        raise NotEncoded("this is no base64url without padding")
    return found


def multikey(public: bytes) -> str:
    """An Ed25519 public key as `z6Mk…`."""
    return "z" + base58(ED25519_PUBLIC + public)


@lru_cache(maxsize=1024)
def of_multikey(text: str) -> bytes:
    """Raises: NotEncoded when it is not an Ed25519 public key in base58btc."""
    return _keyed(text, ED25519_PUBLIC)


def of_secret_multikey(text: str) -> bytes:
    """Raises: NotEncoded when it is not an Ed25519 secret key (its 32-byte seed) in base58btc."""
    return _keyed(text, ED25519_SECRET)


def _keyed(text: str, begins: bytes) -> bytes:
    if len(text) > 64 or text[:1] != "z":
        raise NotEncoded("a key is written as z and base58")
    found = unbase58(text[1:])
    if found[:2] != begins or len(found) != 34:
        raise NotEncoded("this is no Ed25519 key")
    return found[2:]
