"""Who plans: makes shifts, repeats a week, publishes, changes, takes back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from marke.common.numbering import next_number
from marke.common.refusal import Refused
from marke.parties.models import Coop, Party
from marke.slots import mails
from marke.slots.conditions import Span, on_other_day, week_of
from marke.slots.doubts import doubts_about
from marke.slots.models import Attendance, Shift, SignUp
from marke.slots.queries import shifts_between
from marke.slots.services.locking import alone, fresh
from marke.slots.services.signing_up import AgainstTheLimits, end_sign_up, move_up

MOST_WEEKS = 26
MOST_SHIFTS = 300


class CannotPlan(Refused):
    """The shift cannot be like that."""


@dataclass(frozen=True)
class Plan:
    """What a shift is."""

    title: str
    span: Span
    places: int = 1
    place: str = ""
    note: str = ""
    skills: tuple[str, ...] = ()


@dataclass(frozen=True)
class Repeated:
    """`left_out`: who is not on a shift as last time, and why, as sentences."""

    made: list[Shift]
    left_out: list[str]


def plan_shift(*, coop: Coop, plan: Plan, once_key: str = "", by: Party | None, at: datetime) -> Shift:
    """A shift that nobody but who plans sees yet. The same form sent twice makes one."""
    with alone(coop):
        found = Shift.objects.filter(coop=coop, once_key=once_key).first() if once_key else None
        if found is not None:
            return found
        return Shift.objects.create(
            coop=coop, number=next_number(Shift, coop), title=plan.title, place=plan.place, note=plan.note,
            starts_at=plan.span.starts_at, ends_at=plan.span.ends_at, places=plan.places, skills=list(plan.skills),
            planned_at=at, planned_by=by, changed_at=at, once_key=once_key,
        )  # fmt: skip


def repeat_week(*, coop: Coop, day: date, weeks: int, people: bool = False, by: Party | None, at: datetime) -> Repeated:
    """The shifts of the week of `day`, at the same times on the clock, in each of the following weeks; not published.

    What is there already is left alone. people: with whoever is on them, but not who cannot. Raises: CannotPlan.
    """
    week = week_of(day, coop.timezone)
    shifts = list(shifts_between(coop, week.starts_at, week.ends_at, planned=True))
    return repeat_shifts(coop=coop, shifts=shifts, weeks=weeks, people=people, by=by, at=at)


def repeat_shifts(
    *, coop: Coop, shifts: Sequence[Shift], weeks: int, people: bool = False, by: Party | None, at: datetime
) -> Repeated:
    """As `repeat_week`, for some shifts."""
    if not 1 <= weeks <= MOST_WEEKS or len(shifts) > MOST_SHIFTS:
        raise CannotPlan(
            _("Repeat a week of at most %(shifts)s shifts for 1 to %(weeks)s weeks.")
            % {"shifts": MOST_SHIFTS, "weeks": MOST_WEEKS}
        )
    with alone(coop):
        origins = {shift.pk: shift.origin_id or shift.pk for shift in shifts}
        known = set(Shift.objects.filter(coop=coop, origin__in=origins.values()).values_list("origin", "starts_at"))
        known |= {(shift.pk, shift.starts_at) for shift in Shift.objects.filter(pk__in=origins.values())}
        number = next_number(Shift, coop)
        copies: list[tuple[Shift, Shift]] = []
        for week in range(1, weeks + 1):
            for shift in shifts:
                span = on_other_day(Span(shift.starts_at, shift.ends_at), 7 * week, coop.timezone)
                if (origins[shift.pk], span.starts_at) not in known:
                    copies.append((shift, _copy(shift, span, number + len(copies), origins[shift.pk], by, at)))
        made = Shift.objects.bulk_create([copy for _shift, copy in copies])
        left_out = _with_people(copies, by, at) if people else []
        return Repeated(made, left_out)


def _copy(shift: Shift, span: Span, number: int, origin: int, by: Party | None, at: datetime) -> Shift:
    return Shift(
        coop=shift.coop, number=number, title=shift.title, place=shift.place, note=shift.note, places=shift.places,
        skills=shift.skills, starts_at=span.starts_at, ends_at=span.ends_at, origin_id=origin, planned_at=at, planned_by=by,
        changed_at=at,
    )  # fmt: skip


def _with_people(copies: Iterable[tuple[Shift, Shift]], by: Party | None, at: datetime) -> list[str]:
    """Puts whoever is on a shift on its copy, where nothing forbids it."""
    left_out = []
    for shift, copy in copies:
        on = list(SignUp.objects.filter(shift=shift, ended_at=None, place__isnull=False).select_related("membership__party"))
        doubts = doubts_about(copy, [row.membership for row in on], at)
        for row in on:
            against = [doubt.sentence for doubt in doubts[row.membership_id] if doubt.forbids or doubt.kind == "off"]
            if row.membership.state != row.membership.State.MEMBER:
                against = [_("Is no member now.")]
            if against:
                left_out.append(f"{row.membership.party.name}: {' '.join(against)}")
                continue
            SignUp.objects.create(
                coop=copy.coop, shift=copy, membership=row.membership, starts_at=copy.starts_at, ends_at=copy.ends_at,
                place=row.place, since=at, by=by,
            )  # fmt: skip
    return left_out


def publish_week(*, coop: Coop, day: date, by: Party | None, at: datetime) -> int:
    """Everything planned in the week of `day` can be seen and signed up for; who is on it already is told. Returns how many."""
    week = week_of(day, coop.timezone)
    with alone(coop):
        shifts = [shift for shift in shifts_between(coop, week.starts_at, week.ends_at, planned=True) if not shift.published_at]
        Shift.objects.filter(pk__in=[shift.pk for shift in shifts]).update(published_at=at, published_by=by, changed_at=at)
        on = SignUp.objects.filter(shift__in=shifts, ended_at=None, place__isnull=False, ends_at__gt=at)
        mails.published(list(on.select_related("membership__party", "membership__coop", "shift").order_by("starts_at")), at)
        return len(shifts)


def change_shift(*, shift: Shift, plan: Plan, by: Party | None, at: datetime) -> Shift:
    """Who is on it stays on it, and is told when the time or the place is another. Who waits moves up where there is more room.

    Raises: CannotPlan when more are on it than are to be; AgainstTheLimits when somebody on it has another shift then.
    """
    with alone(shift.coop):
        shift = fresh(shift)
        if shift.cancelled_at is not None or shift.ends_at <= at:
            raise CannotPlan(_("“%(title)s” is over or was cancelled. Plan another.") % {"title": shift.title})
        before = (shift.starts_at, shift.ends_at, shift.place)
        on = list(SignUp.objects.filter(shift=shift, ended_at=None).select_related("membership__party"))
        _check_room(plan, [row for row in on if row.place is not None])
        shift.title, shift.place, shift.note, shift.places = plan.title, plan.place, plan.note, plan.places
        shift.starts_at, shift.ends_at, shift.skills = plan.span.starts_at, plan.span.ends_at, list(plan.skills)
        shift.changed_at = at
        shift.save()
        _move_people(shift, on, at)
        if shift.is_published and before != (shift.starts_at, shift.ends_at, shift.place):
            mails.changed(shift, on, at)
        move_up(shift, at)
        return shift


def _check_room(plan: Plan, on: Sequence[SignUp]) -> None:
    if len(on) > plan.places:
        told = {"on": len(on), "title": plan.title}
        raise CannotPlan(
            ngettext(
                "%(on)s member is on “%(title)s”. Take somebody off first, or plan more places.",
                "%(on)s members are on “%(title)s”. Take somebody off first, or plan more places.",
                len(on),
            )
            % told
        )


def _move_people(shift: Shift, on: Sequence[SignUp], at: datetime) -> None:
    """To the shift's new times and to the first of its places."""
    doubts = doubts_about(shift, [row.membership for row in on], at)
    number = 0
    for row in sorted(on, key=lambda row: row.place or 0):
        if row.place is not None:
            clash = next((doubt.sentence for doubt in doubts[row.membership_id] if doubt.kind == "clash"), "")
            if clash:
                raise AgainstTheLimits(f"{row.membership.party.name}: {clash}")
            number += 1
            row.place = number
        row.starts_at, row.ends_at = shift.starts_at, shift.ends_at
        row.save(update_fields=["place", "starts_at", "ends_at"])


def cancel_shift(*, shift: Shift, reason: str = "", by: Party | None, at: datetime) -> None:
    """It does not take place, and everybody on it is told. What was never published just goes. Raises: CannotPlan."""
    with alone(shift.coop):
        shift = fresh(shift)
        if shift.cancelled_at is not None:
            return
        if shift.published_at is None:
            _pass_on_origin(shift)
            shift.delete()
            return
        if shift.ends_at <= at or Attendance.objects.filter(sign_up__shift=shift).exists():
            raise CannotPlan(
                _("“%(title)s” has been worked, and that stays. Correct its hours, or change its end.") % {"title": shift.title}
            )
        shift.cancelled_at, shift.cancelled_by, shift.cancel_reason, shift.changed_at = at, by, reason.strip()[:500], at
        shift.save()
        on = list(SignUp.objects.filter(shift=shift, ended_at=None).select_related("membership__party"))
        for row in on:
            end_sign_up(sign_up=row, by=by, at=at)
        mails.cancelled(shift, on, at)


def _pass_on_origin(shift: Shift) -> None:
    """The first of its copies stands in for it, so that repeating them doubles nothing."""
    copies = Shift.objects.filter(coop=shift.coop, origin=shift).order_by("starts_at", "id")
    first = copies.first()
    if first is not None:
        copies.exclude(pk=first.pk).update(origin=first)
        Shift.objects.filter(pk=first.pk).update(origin=None)
