"""Everything about legal forms is said in Dutch too."""

from __future__ import annotations

from pathlib import Path

from babel.messages.pofile import read_po

import marke.statutes
from marke.statutes.core_texts import TEXTS
from marke.statutes.reference import reference_page
from marke_core.statutes import REGIMES
from marke_core.statutes.models import OUR_PAPERS

PO = Path(marke.statutes.__file__).parent / "locale/nl/LC_MESSAGES/django.po"


def test_every_word_of_the_regimes_can_be_translated() -> None:
    said = {each.label for each in REGIMES.values()}
    said |= {figure.doubt for each in REGIMES.values() for figure in each.figures if figure.doubt}
    assert set(TEXTS) == said | {OUR_PAPERS}


def test_every_sentence_has_its_dutch_with_the_same_places() -> None:
    with PO.open("rb") as file:
        catalog = read_po(file, locale="nl")
    for message in catalog:
        if message.id:
            texts = [message.string] if isinstance(message.string, str) else list(message.string or [""])
            assert all(texts), message.id
            if message.python_format:
                assert not list(message.check()), message.id


def test_the_dutch_names_every_text_that_the_regimes_bring() -> None:
    with PO.open("rb") as file:
        known = {message.id for message in read_po(file, locale="nl")}
    assert set(TEXTS) <= known


def test_the_reference_page_says_what_the_data_say() -> None:
    """When it does not: write what reference_page() gives into docs/reference/statutes.md."""
    page = Path(__file__).parents[2] / "docs" / "reference" / "statutes.md"
    assert page.read_text(encoding="utf-8") == reference_page()
