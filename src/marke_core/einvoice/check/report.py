"""What a check hands back: a verdict, and per fault the rule, the field and what to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal, NamedTuple

from marke_core.einvoice.check.codes import Codes

if TYPE_CHECKING:
    from marke_core.einvoice.check.inspection import Inspection

Flag = Literal["fatal", "warning"]
Verdict = Literal["valid", "invalid"]


class Words(str):
    """A value that is words, and translated too. In it may stand values that come before it."""

    __slots__ = ()


class Message(NamedTuple):
    """A sentence with its values: `template`, and each value that is Words, is what a catalogue translates.

    All that can stand there is known: `wording` has it, so that a catalogue can be complete.
    """

    template: str
    values: Mapping[str, str]

    def __str__(self) -> str:
        return self.said(str)

    def said(self, translate: Callable[[str], str]) -> str:
        """The sentence in the language of `translate`."""
        values: dict[str, str] = {}
        for name, value in self.values.items():
            values[name] = translate(value).format_map(values) if isinstance(value, Words) else value
        sentence = translate(self.template).format_map(values)
        return sentence[:1].upper() + sentence[1:]


class Finding(NamedTuple):
    """A rule that a document breaks.

    `field` names what a person would mend, as the model has it: `buyer.endpoint`, `lines[2].quantity` (lines count from 0).
    `path` is the place in the XML. A `fatal` finding makes the document invalid, a `warning` does not.
    """

    rule: str
    flag: Flag
    field: str
    path: str
    message: Message


@dataclass(frozen=True)
class RuleSet:
    """An edition of the rules. Its key is what callers keep with an invoice."""

    key: str
    name: str
    version: str
    published: date
    parts: tuple[Callable[[Inspection], None], ...]
    codes: Codes
    without: frozenset[str] = frozenset()  # rules that this edition does not have yet
    renamed: Mapping[str, str] | None = None  # rules that it knows by another name
    customization: str = ""  # what BT-24 begins with
    profile: Callable[[str], str] = str  # from BT-23 to the number of the process, or to nothing

    def __repr__(self) -> str:
        return f"<RuleSet {self.key}>"


class Report(NamedTuple):
    rules: RuleSet
    verdict: Verdict
    findings: tuple[Finding, ...]

    @property
    def valid(self) -> bool:
        return self.verdict == "valid"

    @property
    def fatal(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.flag == "fatal")

    @property
    def warnings(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.flag == "warning")
