"""The agreement: our rules as numbered sentences, as a text to agree to and as a paper to print.

Fine print that stands as every co-op begins with it is named by its section: nine people can read what they agree to.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import typst
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from marke.parties.models import Coop
from marke.rules.models import Attestation, Decision
from marke.rules.paragraphs import Paragraph, first_and_rest, own_and_common, read_rules
from marke.rules.queries import attestations, founding_of
from marke.rules.registry import in_order, is_common
from marke.rules.sentences import sentence, write_day
from marke_core.rulebook import Clause, Json

TEMPLATE = Path(__file__).parent / "typst" / "agreement.typ"


def agreement_text(coop: Coop, values: Mapping[str, Json]) -> str:
    """The rules named in `values` (JSON by key), one numbered sentence each, in the active language."""
    lines: list[str] = []
    common: Counter[str] = Counter()
    for number, rule in enumerate([rule for rule in in_order() if rule.key in values], 1):
        if is_common(rule, values[rule.key], coop.pack):
            common[str(rule.section)] += 1
        else:
            lines.append(f"{number}. {sentence(rule, rule.type.load(values[rule.key]), coop)}")
    return "\n".join([*lines, *([common_line(list(common.items()))] if common else [])])


def common_line(sections: Sequence[tuple[str, int]]) -> str:
    """ "… Shares (16), Raising capital (6)": where the rest stands; "" when there is none."""
    if not sections:
        return ""
    named = ", ".join(f"{title} ({count})" for title, count in sections)
    return _(
        "Until we change them, the sentences hold with which every co-op here begins; they stand in full in Our rules: %(sections)s."
    ) % {"sections": named}


def sentences_in_force(coop: Coop, at: datetime) -> list[str]:
    """What a co-op has agreed, as it is in force at that moment, the first seven first; and where the rest stands."""
    own, common = own_and_common(read_rules(coop, at), coop)
    return [*(plain_sentence(paragraph, coop) for paragraph in own), *filter(None, [common_line(common)])]


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
    own, common = own_and_common(read_rules(coop, at), coop)
    first, rest = first_and_rest(own)
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
        "common": common_line(common),
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
