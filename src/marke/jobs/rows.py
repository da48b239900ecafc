"""Why me, why not me: the row that was kept when somebody was asked, in words, with nobody named who need not be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from marke.common.explain import RuleLine
from marke.jobs.costs import Part, parts_of, why_cost
from marke.jobs.exclusions import exclusions
from marke.jobs.matching import BY_DISTANCE
from marke.jobs.models import Asking, Job, Offer
from marke.jobs.splits import rule_line
from marke.jobs.trips import trip_sentence
from marke.rules.sentences import write_duration, write_number

WEIGHED = "cost"


@dataclass(frozen=True)
class Place:
    """One line of the row. `name` is shown to officers and to oneself only; so are earnings, in `parts`."""

    place: int
    name: str
    score: str
    out: str
    is_me: bool
    answer: str
    parts: list[Part]


@dataclass(frozen=True)
class KeptRow:
    """A row as a reader may see it. `sentence` says what it means for the reader."""

    asking: Asking
    offers: list[Offer]
    rules: list[RuleLine]
    sentence: str
    places: list[Place]
    heading: str
    more: str

    @property
    def weighed(self) -> bool:
        return any(place.parts for place in self.places)


def reasons() -> dict[str, str]:
    return {
        **{exclusion.kind: str(exclusion.words) for exclusion in exclusions},
        "no_position": _("shares no position, or the job has none"),
        "load": _("it is heavier than what you carry"),
        "shift_end": _("could not be there before the time they can work ends"),
        "window": _("could not be there in time"),
        "needed": _("was needed more for another job"),
    }


def reason_text(kind: str, *, mine: bool) -> str:
    """Why somebody was out. A reason that is nobody else's business is told to oneself only."""
    if not kind:
        return ""
    if not mine and kind in exclusions and exclusions.get(kind).hidden:
        return _("could not be asked")
    return reasons().get(kind, kind)


def score_text(score: int | None, unit: str) -> str:
    """1234 m → "1.2 km"; 95 min → "1 hour and 35 minutes"; a cost of 125 s → "2 minutes"."""
    if score is None:
        return _("not known")
    if unit == "m":
        if score < 1000:
            return _("%(n)s m") % {"n": score}
        return _("%(n)s km") % {"n": write_number(Fraction(round(score, -2), 1000))}
    if unit == WEIGHED:
        return _("%(n)s min") % {"n": write_number(Fraction(round(score / 6), 10))}
    return write_duration(timedelta(minutes=score))


def kept_rows(job: Job, offers: Sequence[Offer], *, me: int | None, names: dict[int, str] | None) -> list[KeptRow]:
    """One row each time that somebody was looked for. `me`: the reader's member number.

    `names`: member number → name, for officers; None hides who the others are.
    """
    together: dict[int, list[Offer]] = {}
    for offer in offers:
        together.setdefault(offer.asking_id, []).append(offer)
    return [_kept_row(job, row, me, names) for row in together.values()]


def _kept_row(job: Job, offers: list[Offer], me: int | None, names: dict[int, str] | None) -> KeptRow:
    asking = offers[0].asking
    answers = {offer.membership.number: str(Offer.State(offer.state).label) for offer in offers}
    places = [
        Place(
            place=index,
            name=_name(entry["member"], me, names, index),
            score=score_text(entry["score"], entry["unit"]),
            out=reason_text(
                entry["out"] or ("needed" if entry.get("needed") else ""), mine=entry["member"] == me or names is not None
            ),
            is_me=entry["member"] == me,
            answer=answers.get(entry["member"], ""),
            parts=parts_of(entry, job.coop.currency, with_earnings=entry["member"] == me or names is not None),
        )
        for index, entry in enumerate(asking.candidates, start=1)
    ]
    trip = offers[0].trip
    values = (asking.rule_value, asking.fairness_value, trip.rule_value if trip else None)
    rules = [rule_line(job.coop, value) for value in values if value]
    sentence = _sentence(offers, me, job.coop.currency)
    if trip is not None:
        sentence = f"{sentence} {trip_sentence(trip, job.number)}".strip()
    more = ngettext(
        "%(n)s member was further away than all of these.", "%(n)s members were further away than all of these.", asking.left_out
    )
    return KeptRow(
        asking, offers, rules, sentence, places, _heading(asking),
        more % {"n": asking.left_out} if asking.left_out else "",
    )  # fmt: skip


def _heading(asking: Asking) -> str:
    if any(entry["unit"] == WEIGHED for entry in asking.candidates):
        return _("Weighed")
    return _("Distance") if asking.mode in BY_DISTANCE else _("Without a job for")


def _name(member: int, me: int | None, names: dict[int, str] | None, index: int) -> str:
    if member == me:
        return _("You")
    if names is not None:
        return names.get(member, _("Member %(number)s") % {"number": member})
    return _("Colleague %(n)s") % {"n": index}


def _sentence(offers: list[Offer], me: int | None, currency: str) -> str:
    """What the row means for the reader, in a sentence or two."""
    asking = offers[0].asking
    mine = next((entry for entry in asking.candidates if entry["member"] == me), None)
    asked = {offer.membership.number for offer in offers}
    if me is not None and me in asked:
        return _why_me(asking, mine, len(offers), currency)
    if me is None:
        return ""
    if mine is None:
        if asking.left_out:
            return _("You were not asked: you were further away than all who stood in the row.")
        return _("You did not stand in this row: you were not yet a working member, or the client’s own member was asked.")
    if mine["out"]:
        return _("You were not asked: %(reason)s.") % {"reason": reason_text(mine["out"], mine=True)}
    return _why_not_me(asking, mine, asked)


def _why_not_me(asking: Asking, mine: dict[str, Any], asked: set[int]) -> str:
    if asking.mode == "by_hand":
        return _("The coordinator picked somebody by hand; no row decided it.")
    if asking.mode == "open_board":
        return _("It stood on the board for everybody; a colleague took it first.")
    last = [entry for entry in asking.candidates if entry["member"] in asked][-1:]
    other = score_text(last[0]["score"], last[0]["unit"]) if last else ""
    words = {
        "nearest": _("You were %(mine)s away; whoever was asked was nearer: %(other)s."),
        "staged": _("You were %(mine)s away; those who were asked were nearer: %(other)s at most."),
        "longest_idle": _("You had been without a job for %(mine)s; whoever was asked, for %(other)s."),
        "rotation": _("Your last turn was %(mine)s ago; the last turn of whoever was asked, %(other)s."),
        "automatic": _("Asking you would have cost %(mine)s of everybody’s time, all weighed; asking your colleague, %(other)s."),
    }
    return words[asking.mode] % {"mine": score_text(mine["score"], mine["unit"]), "other": other}


def _why_me(asking: Asking, mine: dict[str, Any] | None, together: int, currency: str) -> str:
    if asking.mode == "by_hand" or mine is None:
        return _("The coordinator picked you by hand.")
    if asking.mode == "open_board":
        return _("You took it from the board.")
    if asking.mode == "fixed":
        return _("The client asked for you, or you are the client’s own member.")
    if asking.mode == "automatic":
        return why_cost(mine, currency)
    mine_text = score_text(mine["score"], mine["unit"])
    if asking.mode == "staged":
        return ngettext(
            "You were near: %(mine)s. Only you were asked.",
            "You were near: %(mine)s. %(n)s were asked, the nearest a little earlier; the first to say yes has it.",
            together,
        ) % {"mine": mine_text, "n": together}
    words = {
        "nearest": _("You were nearest: %(mine)s."),
        "longest_idle": _("You had been longest without a job: %(mine)s."),
        "rotation": _("It was your turn: your last one was longest ago, %(mine)s."),
    }
    rest = [entry for entry in asking.candidates if not entry["out"] and entry["member"] != mine["member"]]
    sentence = words[asking.mode] % {"mine": mine_text}
    if not rest:
        return sentence + " " + _("Nobody else was free.")
    return sentence + " " + _("The next was %(next)s.") % {"next": score_text(rest[0]["score"], rest[0]["unit"])}


def asked_before(offers: Sequence[Offer]) -> str:
    """How many were asked already, for the coordinator's queue."""
    n = sum(offer.state in (Offer.State.DECLINED, Offer.State.EXPIRED) for offer in offers)
    return ngettext("%(n)s member was asked", "%(n)s members were asked", n) % {"n": n} if n else _("nobody was asked yet")


def place_of(offer: Offer, me: int) -> str:
    """Where somebody stood in one row, in a few words."""
    if offer.membership.number == me:
        return _("You were asked")
    for place, entry in enumerate(offer.candidates, start=1):
        if entry["member"] != me:
            continue
        if entry["out"]:
            return _("Not in the row: %(reason)s") % {"reason": reason_text(entry["out"], mine=True)}
        return _("Place %(place)s of %(all)s") % {"place": place, "all": sum(not other["out"] for other in offer.candidates)}
    return _("Not a working member then") if not offer.asking.left_out else _("Further away than all in the row")
