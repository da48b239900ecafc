"""What nobody in their right mind would fill in, and everything that has ever broken a form."""

from __future__ import annotations

from typing import Final

SCRIPT: Final = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>"

# A value of the wrong kind, for whatever field it stands in.
VALUES: Final[dict[str, str]] = {
    "nothing": "",
    "spaces": " \t\u00a0\u3000 ",
    "zero": "0",
    "negative": "-1",
    "a small fraction": "0.0000001",
    "an exponent": "1e999999999",
    "not a number": "NaN",
    "infinity": "-Infinity",
    "beyond 64 bits": "9223372036854775808",
    "beyond 32 bits": "4294967296",
    "10^30": "1" + "0" * 30,
    "400 digits": "9" * 400,
    "5000 digits": "9" * 5000,
    "money with 30 digits": "1" + "0" * 30 + ".00",
    "the last day": "9999-12-31",
    "the first day": "0001-01-01",
    "the last moment": "9999-12-31T23:59",
    "the first moment": "0001-01-01T00:00",
    "no such day": "2026-02-30",
    "an hour that does not exist": "2030-03-31T02:30",
    "Arabic digits": "١٢٫٥٠",
    "Arabic digits alone": "١٢٣",
    "a superscript": "²",
    "Chinese": "合作社一二三",
    "right to left": "\u202eexe.gpj\u2066 שלום",
    "combining": "Z\u0335\u0321\u0322a\u0300\u0301\u0302" * 20,
    "emoji": "👩\u200d👩\u200d👧 🏴\u200d☠️",
    "NUL": "a\x00b",
    "control": "\x01\x1b[2J\x7f\ufeff\ufffe",
    "lines": "a\r\nBcc: thief@example.org\r\n\r\nhello",
    "a script": SCRIPT,
    "SQL": "'; DROP TABLE parties_coop; --",
    "a template": "{{ 7|add:'7' }}{% include 'x' %}{0.__class__} %(x)s %s ${7*7}",
    "a path": "../../../../etc/passwd\\..\\..",
    "a formula": '=HYPERLINK("http://example.org";1+1)',
    "typst": '#read("/etc/passwd") $x^2$ *_`\\ @you <label> #panic("x")',
    "JSON": '{"$ne": null, "__proto__": {}}',
    "a list": "[1, 2",
    "a megabyte": "x" * 2**20,
    "a megabyte of lines": "x\n" * 2**19,
}

# The handful that finds most; the others run with --all.
COMMON: Final = (
    "nothing", "negative", "an exponent", "NUL", "10^30", "5000 digits", "the last day", "the first day",
    "the last moment", "a superscript", "lines", "a script", "a template", "typst",
)  # fmt: skip

# Bytes that are no UTF-8: a lone surrogate, half a letter, an overlong slash.
NOT_UTF8: Final = (b"\xed\xa0\x80", b"\xc3", b"\xc0\xaf", b"\xff\xfe")

# Whatever any page reads from its address: page, search, filters, days.
PARAMETERS: Final = (
    "page", "q", "state", "kind", "show", "period", "on", "key", "effect", "member", "membership", "office", "request",
    "again", "format", "value", "next", "tab", "since", "until", "from", "all", "reason",
    "circle", "km", "minutes", "items", "kg", "day", "hour", "begins", "ends",
    "place", "pickup", "stop", "riders", "tells", "said",
)  # fmt: skip
