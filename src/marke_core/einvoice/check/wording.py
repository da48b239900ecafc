"""Every text of which a message of the check can be made: so that a catalogue of translations can be complete."""

from __future__ import annotations

from marke_core.einvoice.check.texts import NO_SUM, TEXTS
from marke_core.einvoice.check.words import OF_ALLOWANCES, PARTIES, WORDS


def wording() -> frozenset[str]:
    """The sentences, and the words for fields that stand in them."""
    return frozenset({NO_SUM, *TEXTS.values(), *WORDS.values(), *PARTIES.values(), *OF_ALLOWANCES.values()})
