"""The member's side: who speaks for them, what they say, and that they appeal."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marke.common.photos import Picture
from marke.common.refusal import NotAllowed, Refused
from marke.hearings.conditions import State, may_appeal
from marke.hearings.models import Case, CaseStep, StatementPhoto
from marke.hearings.permissions import speaks_for
from marke.hearings.services.moves import in_words, locked, move, step
from marke.parties.models import Membership, Party
from marke.rules.sentences import write_day

Kind = CaseStep.Kind


class NotTheirCase(NotAllowed):
    """Only the member, or who speaks for them."""


class TooLate(Refused):
    """The time for it has passed."""


class CannotSpeak(Refused):
    """Who opened a case does not speak for the member it is about."""


def _check_speaks(case: Case, by: Party, at: datetime) -> None:
    if not speaks_for(case, by, at):
        raise NotTheirCase(_("Case %(number)d is somebody else's: only they, or who speaks for them, can do this.")
                           % {"number": case.number})  # fmt: skip


@transaction.atomic
def name_speaker(*, case: Case, speaker: Membership | None, name: str = "", by: Party, at: datetime) -> Case:
    """A member of the co-op, or somebody else by name; neither takes it back. Doing it twice changes nothing.

    Raises: NotTheirCase, TooLate, CannotSpeak.
    """
    case = locked(case)
    _check_speaks(case, by, at)
    if case.state not in (State.OPEN, State.DECIDED, State.APPEALED):
        raise TooLate(_("Case %(number)d is over.") % {"number": case.number})
    if speaker is not None and (speaker.party_id == case.opened_by_id or speaker.pk == case.membership_id):
        raise CannotSpeak(_("%(name)s cannot speak for you in this case. Choose somebody else.") % {"name": speaker.party.name})
    name = "" if speaker else " ".join(name.split())[:120]
    if (case.speaker, case.speaker_name) == (speaker, name):
        return case
    case.speaker, case.speaker_name = speaker, name
    case.save(update_fields=["speaker", "speaker_name"])
    step(case, Kind.SPEAKER, by=by, at=at, text=speaker.party.name if speaker else case.speaker_name)
    return case


@transaction.atomic
def give_statement(*, case: Case, text: str, picture: Picture | None = None, by: Party, at: datetime) -> CaseStep:
    """What the member says to it, and shows; as often as they want until it is decided. The same words twice are said once.

    Raises: NotTheirCase, TooLate, WordsMissing.
    """
    case, text = locked(case), in_words(text, 10_000)
    _check_speaks(case, by, at)
    if (said := case.steps.filter(kind=Kind.STATEMENT, text=text).first()) is not None:
        return said
    if case.state != State.OPEN:
        raise TooLate(_("Case %(number)d is “%(state)s”: a statement comes before the decision.")
                      % {"number": case.number, "state": case.get_state_display()})  # fmt: skip
    said = step(case, Kind.STATEMENT, by=by, at=at, text=text)
    if picture is not None:
        StatementPhoto.objects.create(
            coop=case.coop, case=case, step=said, content=picture.content, width=picture.width, height=picture.height, at=at
        )
    return said


@transaction.atomic
def appeal(*, case: Case, text: str, by: Party, at: datetime) -> Case:
    """Nothing takes effect until the appeal is decided. A second click changes nothing.

    Raises: NotTheirCase, TooLate, WordsMissing, MoveRefused.
    """
    case = locked(case)
    _check_speaks(case, by, at)
    if case.state == State.APPEALED:
        return case
    if case.state == State.DECIDED and not may_appeal(case, at):
        assert case.appeal_until is not None
        raise TooLate(_("The time to appeal ended on %(day)s.") % {"day": write_day(case.appeal_until, case.coop)})
    move(case, State.APPEALED)
    case.appealed_at = at
    case.save(update_fields=["state", "appealed_at"])
    step(case, Kind.APPEALED, by=by, at=at, text=in_words(text))
    return case
