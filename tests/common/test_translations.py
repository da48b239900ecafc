"""The common app speaks Dutch: no sentence is left out."""

from __future__ import annotations

from pathlib import Path

from babel.messages.catalog import Message
from babel.messages.pofile import read_po

import marke.common

PO = Path(marke.common.__file__).parent / "locale/nl/LC_MESSAGES/django.po"


def texts_of(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else [str(text) for text in message.string or [""]]


def test_every_sentence_has_its_dutch() -> None:
    with PO.open("rb") as file:
        catalog = read_po(file, locale="nl")
    left = [message.id for message in catalog if message.id and not all(texts_of(message))]
    assert not left


def test_what_is_filled_in_is_the_same_in_both_languages() -> None:
    with PO.open("rb") as file:
        catalog = read_po(file, locale="nl")
    for message in catalog:
        if message.id and message.python_format:
            assert not list(message.check()), message.id
