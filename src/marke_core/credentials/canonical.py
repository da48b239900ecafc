"""JSON in the one form on which a signature can stand, and JSON read with suspicion.

Source: RFC 8785 (JSON Canonicalization Scheme); RFC 7493 (I-JSON); ECMA-262, Number::toString.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from marke_core.credentials.flaws import Flaw, shown

SAFE = 2**53 - 1  # integers up to here have one double each
DEEPEST = 64
LONGEST = 1_000_000  # bytes of a credential that is read; a status list of 131,072 places is 22 kB at the worst

_string = json.JSONEncoder(ensure_ascii=False).encode
_BEYOND = (b"\xf0", b"\xf1", b"\xf2", b"\xf3", b"\xf4")  # with these begins in UTF-8 what lies beyond the basic plane


class NotCanonical(ValueError):
    """This value has no canonical form: it is no JSON, or a number that no double holds exactly."""


def canonical(value: object) -> bytes:
    """RFC 8785, in UTF-8.

    orjson with sorted names writes the same, unless there are fractions or large integers (other notation) or names
    beyond the basic plane (UTF-16 sorts them before U+E000). Where none of these is there, it is used, because it is
    seventy times faster; what else there is goes the long way.

    Raises: NotCanonical for what is no JSON, for NaN, for integers that no double holds, for lone surrogates.
    """
    try:
        if _is_plain(value):
            data = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
            if data.isascii() or not any(first in data for first in _BEYOND):
                return data
        return "".join(_written(value, 0)).encode()
    except NotCanonical:
        raise
    except (ValueError, TypeError, RecursionError) as error:
        raise NotCanonical(str(error)) from error


def _is_plain(value: object) -> bool:
    """Whether there are only objects with string keys, lists, strings, truth values, nulls and safe integers."""
    left: list[Any] = [value]
    for each in left:
        kind = type(each)
        if kind is str:
            continue
        if kind is dict:
            for key in each:
                if type(key) is not str:
                    return False
            left += each.values()
        elif kind is list:
            left += each
        elif kind is int:
            if not -SAFE <= each <= SAFE:
                return False
        elif kind is not bool and each is not None:
            return False
        if len(left) > LONGEST:
            raise NotCanonical("it holds itself, or too much")
    return True


def _written(value: object, depth: int) -> Iterable[str]:
    if depth > DEEPEST:
        raise NotCanonical("it is nested too deeply")
    if isinstance(value, Mapping):
        yield "{"
        for place, key in enumerate(sorted(value, key=_utf16)):
            yield ("," if place else "") + _string(key) + ":"
            yield from _written(value[key], depth + 1)
        yield "}"
    elif isinstance(value, (list, tuple)):
        yield "["
        for place, each in enumerate(value):
            yield "," if place else ""
            yield from _written(each, depth + 1)
        yield "]"
    elif value is None or isinstance(value, (str, bool)):
        yield _string(value)
    elif isinstance(value, (int, float)):
        yield number(value)
    else:
        raise NotCanonical(f"{type(value).__name__} is no JSON")


def _utf16(key: object) -> bytes:
    if not isinstance(key, str):
        raise NotCanonical(f"the name {shown(key)} is not a string")
    return key.encode("utf-16-be")


def number(value: int | float) -> str:
    """As ECMAScript writes it: the shortest digits that give the same double back, an exponent from 1e21 and below 1e-6.

    Raises: NotCanonical for what is infinite or no number, and for integers that no double holds.
    """
    if isinstance(value, int) and -SAFE <= value <= SAFE:
        return str(int(value))
    try:
        double = float(value)
    except OverflowError as error:
        raise NotCanonical(f"no double holds a number of {value.bit_length() if isinstance(value, int) else 0} bits") from error
    if double - double != 0:
        raise NotCanonical(f"{shown(value)} is no number")
    text = _as_ecmascript(double)
    if double != value and text != str(value):  # large integers lose their last digits, unless they were written so
        raise NotCanonical(f"no double holds {shown(value)}")
    return text


def _as_ecmascript(double: float) -> str:
    if double == 0:
        return "0"
    sign, text = ("-", repr(-double)) if double < 0 else ("", repr(double))
    digits, _, exponent = text.partition("e")
    whole, _, fraction = digits.partition(".")
    fraction = "" if fraction == "0" else fraction
    point = len(whole) + int(exponent or 0)  # where the point stands, counted from the first digit
    digits = whole + fraction
    bare = digits.lstrip("0")
    point -= len(digits) - len(bare)
    return sign + _placed(bare.rstrip("0"), point)


def _placed(digits: str, point: int) -> str:
    if len(digits) <= point <= 21:
        return digits + "0" * (point - len(digits))
    if 0 < point <= 21:
        return f"{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return "0." + "0" * -point + digits
    power = point - 1
    fraction = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{digits[0]}{fraction}e{'+' if power > 0 else '-'}{abs(power)}"


class _SaidTwice(ValueError):
    pass


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise _SaidTwice(next(name for name in names if names.count(name) > 1))
    return found


def _no_number(text: str) -> Any:
    raise ValueError(f"{text} is no number")


def read_json(text: str | bytes, *, longest: int = LONGEST) -> dict[str, Any] | Flaw:
    """An object, once it is certain what it says: UTF-8, no name twice, not too long, not too deep, canonicalisable."""
    size = len(text)
    if size > longest:
        return Flaw("too_long", str(longest), str(size))
    try:
        found = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
    except _SaidTwice as error:
        return Flaw("said_twice", found=shown(str(error)))
    except RecursionError:
        return Flaw("too_deep")
    except ValueError as error:  # also what is not UTF-8, and numbers of thousands of digits
        return Flaw("not_json", found=shown(str(error)))
    if not isinstance(found, dict):
        return Flaw("not_an_object")
    if _depth(found) > DEEPEST:
        return Flaw("too_deep")
    try:
        canonical(found)
    except NotCanonical as error:
        return Flaw("not_canonical", found=shown(str(error)))
    return found


def _depth(value: object) -> int:
    level, depth = [value], 0
    while level and depth <= DEEPEST:
        inner: list[Any] = []
        for each in level:
            inner += each.values() if isinstance(each, dict) else each if isinstance(each, list) else ()
        level, depth = inner, depth + 1
    return depth
