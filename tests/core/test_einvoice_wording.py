"""All that the check can say of a document is known beforehand, so that all of it can be said in another language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random

from marke_core.einvoice.check import RULE_SETS, Finding, check
from marke_core.einvoice.check.report import Message, Words
from marke_core.einvoice.check.wording import wording
from marke_core.einvoice.samples import random_document
from marke_core.einvoice.ubl import write_ubl

SEED = 20260921
FIELD = re.compile(r"<(cbc:\w+)([^>]*)>[^<]*</\1>")
WRONG = ("", "x", "0", "-3.123", "99", "DE")


def damaged(chance: Random) -> bytes:
    """An invoice with a few fields that are gone, moved or nonsense."""
    text = write_ubl(random_document(chance)).decode()
    fields = [match[0] for match in FIELD.finditer(text)]
    for _ in range(4):
        field = chance.choice(fields)
        tag, attributes = FIELD.fullmatch(field).groups()  # type: ignore[union-attr]
        other = chance.choice(
            ["", f"<{tag}{attributes}>{chance.choice(WRONG)}</{tag}>", field + chance.choice(fields), f"<{tag}/>"]
        )
        text = text.replace(field, other, 1)
    return text.encode()


def findings(count: int = 150) -> Iterator[Finding]:
    for number in range(count):
        content = damaged(Random(SEED + number))
        for rules in RULE_SETS:
            yield from check(content, rules).findings


def test_whatever_is_said_is_made_of_what_is_known() -> None:
    known = wording()
    found = list(findings())
    assert len({finding.rule for finding in found}) > 60
    for finding in found:
        words = {str(value) for value in finding.message.values.values() if isinstance(value, Words)}
        assert {finding.message.template, *words} <= known, finding


def test_every_sentence_can_be_filled_in() -> None:
    for finding in findings(60):
        assert not re.search(r"\{\w+\}", str(finding.message)), finding


def test_words_are_made_of_words_that_come_before_them() -> None:
    message = Message("Mend {field}.", {"line": "3", "what": Words("the rate"), "field": Words("{what} on line {line}")})
    dutch = {"Mend {field}.": "Verbeter {field}.", "the rate": "het tarief", "{what} on line {line}": "{what} op regel {line}"}
    assert str(message) == "Mend the rate on line 3."
    assert message.said(dutch.__getitem__) == "Verbeter het tarief op regel 3."


def test_what_a_document_says_is_never_a_place_to_fill_in() -> None:
    content = write_ubl(random_document(Random(SEED))).decode()
    number = re.search(r"<cbc:IssueDate>[^<]*<", content)
    assert number
    report = check(content.replace(number[0], "<cbc:IssueDate>{field} {0} %(x)s<").encode())
    said = [str(finding.message) for finding in report.findings if finding.rule == "UBL-DATE"]
    assert said and "“{field} {0} %(x)s” is no date, and the date of issue must be one" in said[0]
