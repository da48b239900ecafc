"""Why me, why not me: the row that was kept with an offer, in words, with nobody named who need not be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from marke.common.explain import RuleLine
from marke.jobs.models import Job, Offer
from marke.jobs.splits import rule_line
from marke.rules.sentences import write_duration, write_number


@dataclass(frozen=True)
class Place:
    """One line of the row. `name` is shown to officers and to oneself only."""

    place: int
    name: str
    score: str
    out: str
    is_me: bool
    asked: bool


@dataclass(frozen=True)
class KeptRow:
    """An offer's row as a reader may see it. `sentence` says what it means for the reader."""

    offer: Offer
    made_at: datetime
    rule: RuleLine | None
    sentence: str
    places: list[Place]


def reasons() -> dict[str, str]:
    return {
        "suspended": _("membership suspended"),
        "declined": _("declined this job, or did not answer"),
        "busy": _("had other work at that time"),
        "no_position": _("shares no position, or the job has none"),
    }


def score_text(score: int | None, unit: str) -> str:
    """1234 m → "1.2 km"; 95 min → "1 hour and 35 minutes"."""
    if score is None:
        return _("not known")
    if unit == "m":
        if score < 1000:
            return _("%(n)s m") % {"n": score}
        return _("%(n)s km") % {"n": write_number(Fraction(round(score, -2), 1000))}
    return write_duration(timedelta(minutes=score))


def kept_rows(job: Job, offers: Sequence[Offer], *, me: int | None, names: dict[int, str] | None) -> list[KeptRow]:
    """`me`: the reader's member number. `names`: member number → name, for officers; None hides who the others are."""
    return [_kept_row(job, offer, me, names) for offer in offers]


def _kept_row(job: Job, offer: Offer, me: int | None, names: dict[int, str] | None) -> KeptRow:
    asked = offer.membership.number
    places = [
        Place(
            place=index,
            name=_name(entry["member"], me, names, index),
            score=score_text(entry["score"], entry["unit"]),
            out=reasons().get(entry["out"], ""),
            is_me=entry["member"] == me,
            asked=entry["member"] == asked,
        )
        for index, entry in enumerate(offer.candidates, start=1)
    ]
    rule = rule_line(job.coop, offer.rule_value) if offer.rule_value else None
    return KeptRow(offer, offer.made_at, rule, _sentence(offer, me), places)


def _name(member: int, me: int | None, names: dict[int, str] | None, index: int) -> str:
    if member == me:
        return _("You")
    if names is not None:
        return names.get(member, _("Member %(number)s") % {"number": member})
    return _("Colleague %(n)s") % {"n": index}


def _sentence(offer: Offer, me: int | None) -> str:
    """What the row means for the reader, in a sentence or two."""
    mine = next((entry for entry in offer.candidates if entry["member"] == me), None)
    if me is not None and me == offer.membership.number:
        return _why_me(offer, mine)
    if mine is None:
        return _("You did not stand in this row: you were not yet a working member.") if me is not None else ""
    if mine["out"]:
        return _("You were not asked: %(reason)s.") % {"reason": reasons().get(mine["out"], mine["out"])}
    if offer.mode == "by_hand":
        return _("The coordinator picked somebody by hand; no row decided it.")
    before = [entry for entry in offer.candidates if entry["member"] == offer.membership.number]
    other = score_text(before[0]["score"], before[0]["unit"]) if before else ""
    words = {
        "nearest": _("You were %(mine)s away; whoever was asked was nearer: %(other)s."),
        "longest_idle": _("You had been without a job for %(mine)s; whoever was asked, for %(other)s."),
    }
    return words[offer.mode] % {"mine": score_text(mine["score"], mine["unit"]), "other": other}


def _why_me(offer: Offer, mine: dict[str, Any] | None) -> str:
    if offer.mode == "by_hand" or mine is None:
        return _("The coordinator picked you by hand.")
    mine_text = score_text(mine["score"], mine["unit"])
    rest = [entry for entry in offer.candidates if not entry["out"] and entry["member"] != mine["member"]]
    words = {
        "nearest": _("You were nearest: %(mine)s."),
        "longest_idle": _("You had been longest without a job: %(mine)s."),
    }
    sentence = words[offer.mode] % {"mine": mine_text}
    if not rest:
        return sentence + " " + _("Nobody else was free.")
    next_text = score_text(rest[0]["score"], rest[0]["unit"])
    return sentence + " " + _("The next was %(next)s.") % {"next": next_text}


def asked_before(offers: Sequence[Offer]) -> str:
    """How many were asked already, for the coordinator's queue."""
    n = sum(offer.state in (Offer.State.DECLINED, Offer.State.EXPIRED) for offer in offers)
    return ngettext("%(n)s member was asked", "%(n)s members were asked", n) % {"n": n} if n else _("nobody was asked yet")


def place_of(offer: Offer, me: int) -> str:
    """Where somebody stood in one row, in a few words."""
    for place, entry in enumerate(offer.candidates, start=1):
        if entry["member"] != me:
            continue
        if offer.membership.number == me:
            return _("You were asked")
        if entry["out"]:
            return _("Not in the row: %(reason)s") % {"reason": reasons().get(entry["out"], entry["out"])}
        return _("Place %(place)s of %(all)s") % {"place": place, "all": sum(not other["out"] for other in offer.candidates)}
    return _("Not a working member then")
