"""The agreement: all rules as numbered sentences, as a text to agree to and as a paper to print."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import typst
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from marke.parties.models import Coop
from marke.rules.models import Attestation, Decision
from marke.rules.paragraphs import Paragraph, first_and_rest, read_rules
from marke.rules.queries import attestations, founding_of
from marke.rules.registry import in_order
from marke.rules.sentences import sentence, write_day
from marke_core.rulebook import Clause, Json

TEMPLATE = Path(__file__).parent / "typst" / "agreement.typ"


def agreement_text(coop: Coop, values: Mapping[str, Json]) -> str:
    """The rules named in `values` (JSON by key), one numbered sentence each, in the active language."""
    chosen = [rule for rule in in_order() if rule.key in values]
    return "\n".join(
        f"{number}. {sentence(rule, rule.type.load(values[rule.key]), coop)}" for number, rule in enumerate(chosen, 1)
    )


def sentences_in_force(coop: Coop, at: datetime) -> list[str]:
    """Every rule that has a value at that moment as a sentence, the first seven first."""
    return [plain_sentence(paragraph, coop) for paragraph in read_rules(coop, at)]


def plain_sentence(paragraph: Paragraph, coop: Coop) -> str:
    return sentence(paragraph.rule, paragraph.reading.entry.typed, coop)


def agreed(coop: Coop) -> tuple[Decision | None, Sequence[Attestation]]:
    """The founding decision, and who has agreed to it, in order."""
    founding = founding_of(coop)
    return founding, list(attestations(founding)) if founding else []


def agreement_pdf(coop: Coop, at: datetime, *, with_names: bool) -> bytes:
    """The rules in force at `at` as a PDF, in the active language; with the names of who agreed for members only."""
    paper = _paper(coop, at, with_names=with_names)
    return bytes(typst.compile(TEMPLATE.read_bytes(), sys_inputs={"paper": json.dumps(paper)}))


def _paper(coop: Coop, at: datetime, *, with_names: bool) -> dict[str, Any]:
    """What the template prints: plain texts only, so that nothing that a person wrote is taken for markup."""
    paragraphs = read_rules(coop, at)
    first, rest = first_and_rest(paragraphs)
    founding, signers = agreed(coop)
    day = write_day(at, coop)
    return {
        "language": (get_language() or "en").split("-")[0],
        "title": _("Agreement of %(coop)s") % {"coop": coop.name},
        "lead": _("Our rules as they are in force on %(day)s.") % {"day": day},
        "sections": [
            {"title": title, "rules": [_row(paragraph, coop) for paragraph in group]}
            for title, group in [("", first), *((section.title, section.paragraphs) for section in rest)]
        ],
        "founding": _founding_line(founding, coop),
        "agreed_title": _("Agreed by"),
        "agreed": [[row.party.name, write_day(row.at, coop)] for row in signers] if with_names else [],
        "agreed_line": "" if with_names else _agreed_line(len(signers)),
        "page": _("Page"),
    }


def _row(paragraph: Paragraph, coop: Coop) -> dict[str, Any]:
    decision = paragraph.reading.entry.decision
    since = _("Since %(day)s, decision %(number)s")
    return {
        "number": paragraph.number,
        "sentence": plain_sentence(paragraph, coop),
        "clause": isinstance(paragraph.rule.type, Clause),
        "scoped": [
            _("For %(scope)s: %(value)s") % {"scope": reading.scope, "value": reading.text} for reading in paragraph.scoped
        ],
        "since": since % {"day": write_day(paragraph.reading.entry.valid_from, coop), "number": decision.number},
    }


def _founding_line(founding: Decision | None, coop: Coop) -> str:
    if founding is None:
        return ""
    return _("Founded on %(day)s by decision %(number)s, “%(title)s”.") % {
        "day": write_day(founding.taken_at, coop),
        "number": founding.number,
        "title": founding.title,
    }


def _agreed_line(count: int) -> str:
    return ngettext("%(n)s person has agreed to it.", "%(n)s people have agreed to it.", count) % {"n": count}
