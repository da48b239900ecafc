"""See before you vote, for dispatch: the co-op's own past weeks dealt again under another mode or price of fairness."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

import numpy as np
from babel.dates import format_date
from django.core.cache import cache
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from marke.common.facts import Figure, NothingToSimulate, Replayed, Replayer
from marke.common.money import MINUS, format_money, locale_of
from marke.dispatch.past import Past, past_weeks
from marke.jobs.kinds import kinds_of
from marke.jobs.rolling import weights_of
from marke.parties.models import Coop, Party
from marke.rules.queries import Rulebook, rulebook
from marke.rules.sentences import write_number
from marke_core.matching.equity import equity, per_hour
from marke_core.matching.weeks import MATCHER, Dealing, Dealt, Figures, as_it_was, deal_again, figures
from marke_core.rulebook import scope_parts

MODE = "jobs.matching"
TRIP_JOBS = "dispatch.trip_jobs"
KEYS = (MODE, "dispatch.fairness", "dispatch.smoothing", TRIP_JOBS, "dispatch.trip_wait")
# How each mode deals where nobody declines; a coordinator's choice and a board cannot be played.
ORDER = {"nearest": "nearest", "staged": "nearest", "longest_idle": "longest_idle", "rotation": "turn", "automatic": MATCHER}
LEAST_JOBS = 20
LOWEST_PART = 5  # a fifth
GROUPS = 5
KEPT_FOR = timedelta(days=1)
HOUR = 3_600


@dataclass(frozen=True)
class Proposed(Rulebook):
    """The rules in force, with one value exchanged."""

    key: str
    typed: Any

    def value(self, key: str, **scope: object) -> Any:
        return self.typed if key == self.key else super().value(key, **scope)


def replay_dispatch(coop: Coop, key: str, scope: str, typed: Any, viewer: Party | None, sees_pay: bool, at: datetime) -> Replayed:
    """Raises: NothingToSimulate."""
    rules = rulebook(coop, at)
    kinds = _kinds(coop, rules, key, scope)
    after = Proposed(rules.at, rules.timeline, key, typed)
    modes = {str(each.value(MODE, job_kind=kinds[0])) for each in (rules, after)}
    present, proposed = _dealing(rules, kinds), _dealing(after, kinds)
    if proposed is None:
        raise NothingToSimulate(
            _(
                "Past weeks cannot be dealt again this way: who takes which job would be up to people, and nobody knows whom they would have chosen."
            )
        )
    matched = any(each is not None and each.order == MATCHER for each in (present, proposed))
    together = matched and any(each.value(TRIP_JOBS) > 1 for each in (rules, after))
    past = past_weeks(coop, rules, kinds, "fixed" in modes, together, at)
    if past is None or len(past.weeks.jobs) < LEAST_JOBS:
        raise NothingToSimulate(
            _(
                "There is too little to look back at: of the last four whole weeks, %(n)s jobs are known that were done and are on the map; it takes %(least)s."
            )
            % {"n": len(past.weeks.jobs) if past else 0, "least": LEAST_JOBS}
        )
    runs = (as_it_was(past.weeks), _dealt(past, present) if present else None, _dealt(past, proposed))
    smallest = 0 if sees_pay else int(rules.value("dispatch.smallest_group"))
    return _told(past, runs, coop, viewer, smallest, matched)


def _kinds(coop: Coop, rules: Rulebook, key: str, scope: str) -> list[str]:
    """The kinds of work that follow the value. Raises: NothingToSimulate."""
    kinds = [kind.kind for kind in kinds_of(coop.pack)]
    if key == MODE:
        wanted = scope_parts(scope).get("job_kind")
        return [wanted] if wanted else [k for k in kinds if not rules.entry(MODE, job_kind=k).scope] or kinds
    found = [kind for kind in kinds if rules.value(MODE, job_kind=kind) == "automatic"]
    if not found:
        raise NothingToSimulate(
            _(
                "No work is left to the matcher now, so this value would change nothing. Propose first that the matcher deals out the work."
            )
        )
    return found


def _dealing(rules: Rulebook, kinds: Sequence[str]) -> Dealing | None:
    """How these rules deal; None where people do."""
    mode = str(rules.value(MODE, job_kind=kinds[0]))
    if mode == "fixed":
        mode = str(rules.value("jobs.fallback", job_kind=kinds[0]))
    if mode not in ORDER:
        return None
    if mode != "automatic":
        return Dealing(ORDER[mode])
    return Dealing(MATCHER, weights_of(rules, kinds), int(rules.value("dispatch.interval").total_seconds()))


def _dealt(past: Past, dealing: Dealing) -> Dealt:
    """The same question is asked by everybody who reads a proposal: its answer is kept for a day."""
    weeks = past.weeks
    asked = repr((weeks.jobs, weeks.shifts, weeks.mondays, weeks.travel, dealing))
    name = f"dispatch.replay:{hashlib.sha256(asked.encode()).hexdigest()}"
    found: Dealt | None = cache.get(name)
    if found is None:
        found = deal_again(weeks, dealing)
        cache.set(name, found, KEPT_FOR.total_seconds())
    return found


def _told(past: Past, runs: Sequence[Dealt | None], coop: Coop, viewer: Party | None, smallest: int, matched: bool) -> Replayed:
    played = [run for run in runs if run]
    told = [figures(past.weeks, run) for run in played]
    rates = [_rates(each) for each in told]
    people = len(past.weeks.workers)
    return Replayed(
        period=_period(past),
        columns=tuple(name for name, run in zip(_columns(), runs, strict=True) if run),
        coop=(*_pay(told, rates, coop, smallest), *_service(told, past)),
        least=_least(rates, coop, smallest),
        me=_me(past, told, rates, coop, viewer),
        least_hint=_("the %(size)s who earned least an hour, of %(people)s")
        % {"size": _lowest(people, smallest), "people": people},
        hidden=_hidden(people, smallest),
        groups=_groups(rates, smallest),
        notes=_notes(past, runs[1] is not None, matched),
    )


def _columns() -> tuple[str, ...]:
    return _("As it really was"), _("The rule in force, replayed"), _("The proposal, replayed")


def _rates(told: Figures) -> Any:
    return per_hour(earned=told.earned, logged=told.logged, units_per_hour=HOUR)


def _pay(told: Sequence[Figures], rates: Sequence[Any], coop: Coop, smallest: int) -> list[Figure]:
    """How pay per hour lies. An amount that parts the members is told where enough of them are on both of its sides."""
    people = len(rates[0])
    found = []
    spread = [equity(earned=each.earned, logged=each.logged, units_per_hour=HOUR) for each in told]
    if people // 2 >= smallest:
        found.append(_money(_("Pay an hour, in the middle"), [each.median for each in spread], coop, hint=_("half earn less")))
    if people // 10 >= smallest:
        found.append(_money(_("Pay an hour, near the bottom"), [each.p10 for each in spread], coop, hint=_("a tenth earn less")))
    if people >= smallest:
        found.append(
            Figure(
                _("How unequal pay an hour is"),
                tuple(each.gini for each in spread),
                tuple(write_number(Fraction(round(each.gini * 100), 100)) for each in spread),
                _("Gini; 0 is the same for all"),
            )
        )
    return found


def _money(label: str, values: Sequence[float], coop: Coop, step: int = 10, hint: str = "") -> Figure:
    """Rounded to ten cents, so that it is nobody's very own amount."""
    rounded = [round(value / step) * step for value in values]
    texts = tuple(format_money(value, coop.currency) for value in rounded)
    change = format_money(rounded[-1] - rounded[-2], coop.currency, sign=True)
    return Figure(label, tuple(map(float, rounded)), texts, hint, change)


def _service(told: Sequence[Figures], past: Past) -> list[Figure]:
    metres = [each.way * past.metres_per_second for each in told]
    return [
        _measured(
            _("From the time it was wanted for until done"), [each.waiting / 60 for each in told], _("%(n)s min"),
            _("the average of a job"),
        ),
        _measured(
            _("The way to a job and along it"), [each / 1000 for each in metres], _("%(n)s km"),
            _("the average of a job, reckoned"),
        ),
        Figure(
            _("Jobs for which nobody was found in time"),
            tuple(float(each.not_found) for each in told),
            tuple(str(each.not_found) for each in told),
            _("in a replay they stay with who really did them"),
        ),
    ]  # fmt: skip


def _measured(label: str, values: Sequence[float], text: str, hint: str) -> Figure:
    tenths = [round(value * 10) for value in values]
    change = tenths[-1] - tenths[-2]
    words = [text % {"n": write_number(Fraction(abs(value), 10))} for value in (*tenths, change)]
    sign = "+" if change > 0 else MINUS if change < 0 else ""
    return Figure(label, tuple(value / 10 for value in tenths), tuple(words[:-1]), hint, sign + words[-1])


def _lowest(people: int, smallest: int) -> int:
    return min(max(-(-people // LOWEST_PART), smallest), people)


def _least(rates: Sequence[Any], coop: Coop, smallest: int) -> tuple[Figure, ...]:
    """The same people in every column: those who really earned least. Nothing where they, or the others, are too few."""
    people = len(rates[0])
    size = _lowest(people, smallest)
    if people < smallest or 0 < people - size < smallest:
        return ()
    those = np.argsort(rates[0], kind="stable")[:size]
    return (_money(_("Pay an hour"), [float(each[those].mean()) for each in rates], coop),)


def _me(past: Past, told: Sequence[Figures], rates: Sequence[Any], coop: Coop, viewer: Party | None) -> tuple[Figure, ...]:
    mine = [number for number, member in past.members.items() if viewer is not None and member.party_id == viewer.pk]
    if not mine:
        return ()
    place = int(np.searchsorted(past.weeks.workers, mine[0]))
    hours = int(told[0].logged[place]) / HOUR
    earned = [float(each.earned[place]) for each in told]
    return (
        _money(_("Pay an hour"), [float(each[place]) for each in rates], coop, 1),
        _money(_("Pay in these weeks"), earned, coop, 1, _("%(n)s hours there") % {"n": write_number(Fraction(round(hours)))}),
    )


def _hidden(people: int, smallest: int) -> str:
    if people >= 2 * smallest:
        return ""
    return ngettext(
        "%(people)s member did these jobs. What fewer than %(least)s earn is not told, because one could work out what one of them earns.",
        "%(people)s members did these jobs. What fewer than %(least)s earn is not told, because one could work out what one of them earns.",
        people,
    ) % {"people": people, "least": smallest}


def _groups(rates: Sequence[Any], smallest: int) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """Pay an hour of those who earn least up to those who earn most, in groups that are large enough."""
    count = min(GROUPS, len(rates[0]) // max(smallest, 1))
    if count < 2:
        return ()
    parts = [np.array_split(np.sort(each), count) for each in rates]
    names = [_("Least"), *(str(n) for n in range(2, count)), _("Most")]
    return tuple(
        (name, tuple(round(float(split[place].mean()) / 10) * 10 for split in parts)) for place, name in enumerate(names)
    )


def _period(past: Past) -> str:
    locale = locale_of(get_language())
    last = past.ends_on - timedelta(days=1)
    return _("%(first)s to %(last)s") % {
        "first": format_date(past.starts_on, "d MMMM", locale), "last": format_date(last, "d MMMM y", locale)
    }  # fmt: skip


def _notes(past: Past, both: bool, matched: bool) -> tuple[str, ...]:
    jobs = {"jobs": len(past.weeks.jobs)}
    notes = [
        _("These are %(jobs)s jobs. Members were there from an hour before their first job of a day until an hour after the last, because nobody clocked their hours; the hours are the same in all columns.") % jobs
        if past.weeks.always_there
        else _("These are %(jobs)s jobs. Members were there as they clocked; who did not, from an hour before their first job of a day until an hour after the last. The hours are the same in all columns.") % jobs,
        _("Compare the two replays with each other. How far the rule in force, replayed, is from how it really was shows how far the replay is off.")
        if both
        else _("The rule in force leaves it to people who does which job, so it cannot be replayed; the replay is compared with how it really was."),
    ]  # fmt: skip
    if matched and past.weeks.always_there:
        notes.append(_("The matcher evens out what each has earned since Monday, whatever the hours."))
    if past.off_map:
        text = ngettext(
            "%(n)s job is left out: nobody knows where it was.",
            "%(n)s jobs are left out: nobody knows where they were.",
            past.off_map,
        )
        notes.append(text % {"n": past.off_map})
    if past.shortened:
        notes.append(_("There is so much work that four weeks would take too long to deal again; so these are fewer days."))
    return (
        *notes,
        _(
            "What it cannot know: people change what they do. Who would have said no, who would have come more or less often, where somebody was who shares no position, and clients whose job nobody did."
        ),
    )


REPLAYER = Replayer("dispatch", KEYS, replay_dispatch)
