"""The yearly report on automated decisions about work: what decided, by which rules, how often contested, with what outcome.

Source: Directive (EU) 2024/2831, articles 9 to 11. Everything is counted by the database, however large the co-op is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marke.common.clock import local_midnight
from marke.common.explain import RuleLine
from marke.jobs.models import Agreement, Asking, Contest, Offer, Trip
from marke.jobs.rulebook import MATCHING
from marke.jobs.splits import rule_line
from marke.parties.hooks import yearly_counts
from marke.parties.models import Coop
from marke.rules.models import RuleValue

# The rules that have a say in who is asked.
KEYS = (
    "jobs.matching", "jobs.fallback", "jobs.answer_time", "jobs.stage_size", "jobs.stage_gap", "jobs.asked_together",
    "jobs.lacking", "jobs.carries", "jobs.contest_time", "places.detour", "places.speed", "places.position_fresh",
    "dispatch.fairness", "dispatch.smoothing", "dispatch.horizon", "dispatch.interval", "dispatch.notice",
    "dispatch.latest_start", "dispatch.trip_jobs", "dispatch.trip_wait", "dispatch.trip_near", "dispatch.trip_stop",
)  # fmt: skip
BY_HUMAN = "by_hand"
USED = (
    gettext_lazy("where a job begins and ends, when, and how long it takes"),
    gettext_lazy("where a member is, only of who shares it: live, after their last job of the day, or their home base"),
    gettext_lazy("since when a member has been without a job, or when they last had a turn"),
    gettext_lazy("what a member earned so far this week, where the price of fairness is in force"),
    gettext_lazy("who is on a shift then, and the hours clocked this week, where shifts are published"),
    gettext_lazy("which jobs begin at the same place, and how much a member carries, where jobs share a trip"),
    gettext_lazy("what a job needs, who has other work then, who was suspended after a hearing, and who blocked whom"),
)
NEVER_USED = (
    gettext_lazy("how often somebody declined or did not answer: no count of it is kept"),
    gettext_lazy("what clients said about a member"),
    gettext_lazy("health, beliefs, private conversations, or anything guessed about a person"),
)


@dataclass(frozen=True)
class ModeRow:
    """One way in which somebody was found: how often, and what became of the offers. `automated`: a rule did it alone."""

    mode: str
    words: str
    automated: bool
    decisions: int
    offers: int
    given: int
    accepted: int
    declined: int
    unanswered: int
    taken: int


@dataclass(frozen=True)
class ContestRow:
    """`outcome`: a member of Contest.Outcome, or "" while it waits."""

    about: str
    outcome: str
    words: str
    count: int


@dataclass(frozen=True)
class Report:
    coop: Coop
    year: int
    modes: list[ModeRow]
    # Of these decisions, those about several jobs at once: how often, and about how many jobs.
    trips: int
    jobs_on_trips: int
    contests: list[ContestRow]
    answered_late: int
    days_to_answer: int | None
    agreed: int
    withdrew: int
    rules: list[tuple[datetime, RuleLine]]
    # Restrictions, suspensions and exclusions: always by humans.
    standing: list[tuple[str, int]]

    @property
    def automated(self) -> int:
        return sum(row.decisions for row in self.modes if row.automated)

    @property
    def by_humans(self) -> int:
        return sum(row.decisions for row in self.modes if not row.automated)

    @property
    def contested(self) -> int:
        return sum(row.count for row in self.contests)


def report(coop: Coop, year: int) -> Report:
    """The report of a calendar year in the co-op's time zone, in a constant number of queries."""
    begins, ends = (local_midnight(date(each, 1, 1), coop.timezone) for each in (year, year + 1))
    contests = Contest.objects.filter(coop=coop, at__gte=begins, at__lt=ends)
    answered = contests.filter(answered_at__isnull=False)
    trips = Trip.objects.filter(coop=coop, made_at__gte=begins, made_at__lt=ends, rule_value__isnull=False)
    taken = ExpressionWrapper(F("answered_at") - F("at"), output_field=DurationField())
    average = answered.order_by().aggregate(average=Avg(taken))["average"]
    words = dict(
        Agreement.objects.filter(coop=coop, at__gte=begins, at__lt=ends).order_by().values_list("given").annotate(Count("id"))
    )
    return Report(
        coop=coop,
        year=year,
        modes=_modes(coop, begins, ends),
        trips=trips.count(),
        jobs_on_trips=Offer.objects.filter(trip__in=trips, made_at=F("trip__made_at")).count(),
        contests=_contests(contests.values_list("about", "outcome").order_by("about", "outcome").annotate(Count("id"))),
        answered_late=answered.filter(answered_at__gt=F("due_at")).count(),
        days_to_answer=round(average.total_seconds() / 86400) if average is not None else None,
        agreed=words.get(True, 0),
        withdrew=words.get(False, 0),
        rules=_rules(coop, begins, ends),
        standing=[row for each in yearly_counts for row in each.count(coop, begins, ends)],
    )


def _modes(coop: Coop, begins: datetime, ends: datetime) -> list[ModeRow]:
    askings = Asking.objects.filter(coop=coop, made_at__gte=begins, made_at__lt=ends)
    decisions = dict(askings.order_by().values_list("mode").annotate(Count("id")))
    offers = Offer.objects.filter(coop=coop, asking__made_at__gte=begins, asking__made_at__lt=ends).order_by()
    counted = {
        mode: counts
        for mode, *counts in offers.values_list("asking__mode").annotate(
            all_offers=Count("id"),
            were_given=Count("id", filter=Q(given=True)),
            said_yes=Count("id", filter=Q(given=False, state=Offer.State.ACCEPTED)),
            said_no=Count("id", filter=Q(state=Offer.State.DECLINED)),
            said_nothing=Count("id", filter=Q(state=Offer.State.EXPIRED)),
            were_second=Count("id", filter=Q(state=Offer.State.TAKEN)),
        )
    }
    return [
        ModeRow(mode, str(words), mode != BY_HUMAN, decisions[mode], *counted.get(mode, [0] * 6))
        for mode, words in MATCHING.items()
        if mode in decisions
    ]


def _contests(rows: Iterable[tuple[str, str, int]]) -> list[ContestRow]:
    return [
        ContestRow(
            str(Contest.About(about).label), outcome, str(Contest.Outcome(outcome).label) if outcome else _("Not answered yet"), n
        )
        for about, outcome, n in rows
    ]


def _rules(coop: Coop, begins: datetime, ends: datetime) -> list[tuple[datetime, RuleLine]]:
    """Each value that was in force for a part of the year, and the decision that set it."""
    values = RuleValue.objects.filter(coop=coop, key__in=KEYS, replaced_at=None, valid_from__lt=ends)
    found: dict[tuple[str, str], list[RuleValue]] = {}
    for value in values.select_related("decision").order_by("key", "scope", "valid_from", "id"):
        scope = found.setdefault((value.key, value.scope), [])
        if value.valid_from <= begins:
            scope.clear()
        scope.append(value)
    order = {key: place for place, key in enumerate(KEYS)}
    kept = (value for scope in found.values() for value in scope)
    rows = sorted(kept, key=lambda v: (v.decision.number, v.valid_from, order[v.key], v.scope))
    return [(value.valid_from, rule_line(coop, value)) for value in rows]


HEADER = ("what", "name", "automated", "count", "offers", "given", "accepted", "declined", "unanswered", "taken_by_colleague")


def csv_rows(shown: Report) -> Iterator[tuple[object, ...]]:
    """The report as a table, one thing counted in a row."""
    for mode in shown.modes:
        yield (
            "decision", mode.mode, int(mode.automated), mode.decisions, mode.offers, mode.given, mode.accepted, mode.declined,
            mode.unanswered, mode.taken,
        )  # fmt: skip
    empty = ("",) * 6
    yield ("trip", _("several jobs offered or given as one"), 1, shown.trips, shown.jobs_on_trips, *empty[1:])
    for row in shown.contests:
        yield ("contest", f"{row.about}: {row.words}", "", row.count, *empty)
    yield ("contest", _("answered after it was due"), "", shown.answered_late, *empty)
    yield ("agreement", _("agreed to be given work"), "", shown.agreed, *empty)
    yield ("agreement", _("took that back"), "", shown.withdrew, *empty)
    for words, count in shown.standing:
        yield ("hearing", words, 0, count, *empty)
    for since, rule in shown.rules:
        yield ("rule", rule.sentence, "", since.date().isoformat(), *empty)
