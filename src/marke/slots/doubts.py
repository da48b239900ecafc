"""What speaks against somebody being on a shift: some of it forbids, some of it is to be known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from marke.common.clock import local_date
from marke.common.days import day_in_words
from marke.parties.models import Membership
from marke.rules.queries import Rulebook, rulebook
from marke.rules.sentences import write_duration
from marke.slots.conditions import DAY, WEEK, Span, TooFull, average_too_high, is_covered, too_little_rest
from marke.slots.models import Availability, DaysOff, Shift, SignUp
from marke.slots.skills import held_skills


@dataclass(frozen=True)
class Doubt:
    kind: str
    sentence: str
    forbids: bool = False


@dataclass(frozen=True)
class _Known:
    """What is known of some members around a shift."""

    busy: dict[int, list[Span]]
    off: set[int]
    away: dict[int, set[date]]
    available: dict[int, list[tuple[int, time, time]]]
    skills: dict[int, set[str]]


def doubts_about(
    shift: Shift, memberships: Sequence[Membership], at: datetime, *, without: Collection[int] = ()
) -> dict[int, list[Doubt]]:
    """Membership id → what speaks against it, by the rules in force at `at`. A constant number of queries.

    without: ids of sign-ups that are given up in return.
    """
    rules = rulebook(shift.coop, at)
    known = _read(shift, memberships, rules, at, without)
    return {membership.pk: list(_doubts(shift, membership, known, rules)) for membership in memberships}


def _read(shift: Shift, memberships: Sequence[Membership], rules: Rulebook, at: datetime, without: Collection[int]) -> _Known:
    weeks = max((_weeks(rules, each.member_class) for each in memberships), default=1)
    first, last = shift.starts_at - weeks * WEEK - DAY, shift.ends_at + weeks * WEEK + DAY
    ids = [membership.pk for membership in memberships]
    on = SignUp.objects.filter(membership__in=ids, ended_at=None, place__isnull=False, ends_at__gt=first, starts_at__lt=last)
    busy: dict[int, list[Span]] = defaultdict(list)
    for member, starts_at, ends_at in (
        on.exclude(shift=shift).exclude(pk__in=without).order_by().values_list("membership", "starts_at", "ends_at")
    ):
        busy[member].append(Span(starts_at, ends_at))
    days = _days_of(shift)
    off, away = _away(ids, days, local_date(first, shift.coop.timezone), local_date(last, shift.coop.timezone))
    available: dict[int, list[tuple[int, time, time]]] = defaultdict(list)
    for row in Availability.objects.filter(membership__in=ids):
        available[row.membership_id].append((row.weekday, row.begins, row.ends))
    skills = held_skills(shift.coop, memberships, at) if shift.skills else {}
    return _Known(busy, off, away, available, skills)


def _away(ids: Sequence[int], days: tuple[date, date], first: date, last: date) -> tuple[set[int], dict[int, set[date]]]:
    """Who is away on any of the days, and on which days around them each is. One query."""
    off: set[int] = set()
    away: dict[int, set[date]] = defaultdict(set)
    rows = DaysOff.objects.filter(membership__in=ids, since__lte=last, until__gt=first)
    for member, since, until in rows.order_by().values_list("membership", "since", "until"):
        if since <= days[-1] and until > days[0]:
            off.add(member)
        begins, ends = max(since, first), min(until, last + DAY)
        away[member].update(begins + number * DAY for number in range((ends - begins).days))
    return off, away


def _weeks(rules: Rulebook, member_class: str) -> int:
    weeks: int = rules.value("slots.week_over", member_class=member_class)
    return weeks


def _days_of(shift: Shift) -> tuple[date, date]:
    """The first and the last day of which it takes a part."""
    timezone = shift.coop.timezone
    return local_date(shift.starts_at, timezone), local_date(shift.ends_at - timedelta(seconds=1), timezone)


def _doubts(shift: Shift, membership: Membership, known: _Known, rules: Rulebook) -> Iterable[Doubt]:
    span, busy = Span(shift.starts_at, shift.ends_at), known.busy.get(membership.pk, [])
    timezone = shift.coop.timezone
    clash = next((each for each in busy if each.meets(span)), None)
    if clash is not None:
        yield Doubt("clash", _("On another shift then, %(span)s.") % {"span": words_of(clash, timezone)}, forbids=True)
    else:
        yield from _limits(span, busy, known.away.get(membership.pk, set()), membership, timezone, rules)
    if membership.pk in known.off:
        yield Doubt("off", _("Has said to be away then."))
    if not is_covered(span, known.available.get(membership.pk, []), timezone):
        yield Doubt("not_available", _("Has not said to be available then."))
    missing = [name for name in shift.skills if name not in known.skills.get(membership.pk, set())]
    if missing:
        yield Doubt("lacks", _("Lacks what the shift asks for: %(names)s.") % {"names": ", ".join(missing)})


def _limits(
    span: Span, busy: Sequence[Span], away: Collection[date], membership: Membership, timezone: str, rules: Rulebook
) -> Iterable[Doubt]:
    member_class = membership.member_class
    forbids = rules.value("slots.limits", member_class=member_class) == "forbid"
    rest: timedelta = rules.value("slots.rest", member_class=member_class)
    work_day = too_little_rest(span, busy, rest)
    if work_day is not None:
        told = {"span": words_of(work_day, timezone), "rest": write_duration(rest)}
        yield Doubt("rest", _("Work from %(span)s leaves less than %(rest)s of rest in one piece.") % told, forbids)
    most = timedelta(hours=rules.value("slots.week", member_class=member_class))
    weeks, came = _weeks(rules, member_class), membership.admitted_at or membership.applied_at
    full = average_too_high(span, busy, most, weeks, timezone, away=away, since=local_date(came, timezone))
    if full is not None:
        yield Doubt("week", _too_full(full, weeks, most), forbids)


def _too_full(full: TooFull, weeks: int, most: timedelta) -> str:
    told = {"hours": _in_hours(full.work), "most": most // timedelta(hours=1), "weeks": weeks}
    if weeks == 1:
        return _("That makes %(hours)s hours in one week; the rule allows %(most)s.") % told
    return _("That makes %(hours)s hours a week, on average over %(weeks)s weeks; the rule allows %(most)s.") % told


def _in_hours(length: timedelta) -> str:
    """49, or 49:30."""
    hours, minutes = divmod(-(-length // timedelta(minutes=1)), 60)
    return f"{hours}:{minutes:02}" if minutes else str(hours)


def words_of(span: Span, timezone: str) -> str:
    """Mon 23 Nov 08:00 – 12:00; with the second day where it is another."""
    starts, ends = (moment.astimezone(ZoneInfo(timezone)) for moment in (span.starts_at, span.ends_at))
    last = f"{ends:%H:%M}" if starts.date() == ends.date() else _day_and_time(ends)
    return f"{_day_and_time(starts)} – {last}"


def _day_and_time(local: datetime) -> str:
    return f"{day_in_words(local.date(), 'EEE d MMM')} {local:%H:%M}"
