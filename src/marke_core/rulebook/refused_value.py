"""What is said of a value that a rule cannot have."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction


def translatable(text: str) -> str:
    """Marks a sentence for the translators; it is translated where it is shown."""
    return text


class BadValue(ValueError):
    """A value that this rule cannot have. The sentence names the value and the remedy.

    `template` and `values` are kept apart, so that the sentence can be told in another language.
    """

    def __init__(self, template: str, **values: object) -> None:
        self.template = template
        self.values = values
        super().__init__(self.sentence())

    def sentence(self, translate: Callable[[str], str] = str, show: Callable[[object], str] | None = None) -> str:
        shown = {name: (show or plain)(value) for name, value in self.values.items()}
        return translate(self.template).format(**shown)


def plain(value: object) -> str:
    if isinstance(value, Fraction):
        return f"{Decimal(100 * value.numerator) / Decimal(value.denominator):.10g} %"
    text = str(value)
    return text if len(text) <= 80 else f"{text[:77]}…"
