"""The common app speaks Dutch: no sentence is left out."""

from __future__ import annotations

from collections import defaultdict
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


def test_an_english_text_has_one_dutch_one_whichever_page_it_stands_on() -> None:
    """All apps share one catalogue: the first app that has a text decides. Two meanings need two texts."""
    found: defaultdict[object, dict[str, str]] = defaultdict(dict)
    for path in sorted(PO.parents[4].glob("*/locale/nl/LC_MESSAGES/django.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale="nl"):
                if isinstance(message.id, str) and message.id:
                    found[message.context, message.id][path.parents[3].name] = str(message.string)
    assert {text: apps for text, apps in found.items() if len(set(apps.values())) > 1} == {}
