"""A case as it is now, and its next step."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from marke.common.refusal import Refused
from marke.hearings.conditions import State, may_move
from marke.hearings.models import Case, CaseStep
from marke.parties.models import Party


class MoveRefused(Refused):
    """A case cannot go from where it is to where somebody wants it."""


class WordsMissing(Refused):
    """What is said about somebody, or decided, is said in words."""


def locked(case: Case) -> Case:
    rows = Case.objects.select_for_update(of=("self",))
    return rows.select_related("coop", "membership__party", "membership__coop", "opened_by", "speaker__party").get(pk=case.pk)


def move(case: Case, to: str) -> None:
    """Raises: MoveRefused."""
    if not may_move(case.state, to):
        raise MoveRefused(
            _("Case %(number)d is “%(state)s” and cannot become “%(to)s”.")
            % {"number": case.number, "state": case.get_state_display(), "to": State(to).label}
        )
    case.state = to


def step(case: Case, kind: str, *, by: Party | None, at: datetime, text: str = "") -> CaseStep:
    return CaseStep.objects.create(coop=case.coop, case=case, kind=kind, at=at, by=by, text=text)


def in_words(text: str, most: int = 5_000) -> str:
    """Raises: WordsMissing."""
    text = text.replace("\x00", "").strip()[:most]
    if not text:
        raise WordsMissing(_("Nothing is written here. Say in your own words why: it stays with the case."))
    return text
