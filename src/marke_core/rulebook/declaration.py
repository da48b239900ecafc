"""What a rule is, apart from the value it has at some co-op."""

from __future__ import annotations

from dataclasses import dataclass

from marke_core.rulebook.force import DIMENSIONS
from marke_core.rulebook.types import AnyType, Json, Text

MOST_DIMENSIONS = 2  # more would make "which value is in force?" a question nobody can answer by reading


@dataclass(frozen=True)
class Rule:
    """One rule that a co-op lives by.

    `default` is JSON. `sentence` has one place for the value: "The co-op keeps {value} of every job." Ranks 1 to 7 are
    the seven that stand first. `explains` says in a sentence or two what the rule does; `preview` is "money" when
    what-if can run the past again under another value. `fine_print`: as long as it has the value that every co-op begins
    with, papers to agree to name its section only.

    Raises: BadValue when the default does not fit the type; ValueError when the declaration itself is wrong.
    """

    key: str
    type: AnyType
    default: Json
    title: Text
    sentence: Text
    section: Text
    rank: int = 100
    varies_by: tuple[str, ...] = ()
    explains: Text = ""
    preview: str = "none"
    fine_print: bool = False

    def __post_init__(self) -> None:
        if len(self.varies_by) > MOST_DIMENSIONS or not set(self.varies_by) <= set(DIMENSIONS):
            raise ValueError(f"Rule {self.key} varies by {self.varies_by}: declare at most two of {DIMENSIONS}.")
        if self.preview not in ("money", "none"):
            raise ValueError(f"Rule {self.key} has preview {self.preview!r}: declare 'money' or 'none'.")
        self.type.load(self.default)

    @property
    def kind(self) -> str:
        return self.key
