"""Who is on a shift: by their own wish, by the hand of whoever plans, or because somebody left and they waited longest."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from marke.common.refusal import Refused
from marke.parties.models import Membership, Party
from marke.rules.queries import rulebook
from marke.rules.sentences import write_duration
from marke.slots import mails
from marke.slots.doubts import doubts_about
from marke.slots.models import Attendance, Handover, Shift, SignUp
from marke.slots.services.locking import alone, fresh


class CannotSignUp(Refused):
    """The shift is not there to be signed up for, or not for this member."""


class AgainstTheLimits(Refused):
    """Another shift then, too little rest, too many hours."""


class TooLateToLeave(Refused):
    """Others count on it by now."""


def sign_up(*, shift: Shift, membership: Membership, by: Party | None, at: datetime, planned: bool = False) -> SignUp:
    """A place on the shift, or where all are taken a place in the wait. Doing it twice changes nothing; whoever waits gets
    the place that has become free.

    planned: whoever plans does it, for a member who said yes; also before the shift is published.
    Raises: CannotSignUp, AgainstTheLimits.
    """
    with alone(shift.coop):
        shift = fresh(shift)
        check_can_sign_up(shift, membership, at, planned=planned)
        found = SignUp.objects.filter(shift=shift, membership=membership, ended_at=None).first()
        if found is not None and found.place is not None:
            return found
        check_limits(shift, membership, at)
        if found is None:
            found = SignUp(
                coop=shift.coop, shift=shift, membership=membership, starts_at=shift.starts_at, ends_at=shift.ends_at,
                since=at, by=by,
            )  # fmt: skip
        elif free_place(shift):
            found.moved_up_at = at
        found.place = free_place(shift)
        found.save()
        if planned and shift.is_published:
            mails.put_on(found, at)
        return found


def check_can_sign_up(shift: Shift, membership: Membership, at: datetime, *, planned: bool = False) -> None:
    """Raises: CannotSignUp."""
    if membership.coop_id != shift.coop_id or membership.state != Membership.State.MEMBER:
        raise CannotSignUp(_("Shifts are for members of %(coop)s.") % {"coop": shift.coop.name})
    if shift.cancelled_at is not None:
        raise CannotSignUp(_("“%(title)s” was cancelled.") % {"title": shift.title})
    if shift.published_at is None and not planned:
        raise CannotSignUp(_("“%(title)s” is not published yet.") % {"title": shift.title})
    if shift.ends_at <= at:
        raise CannotSignUp(_("“%(title)s” is over.") % {"title": shift.title})


def check_limits(shift: Shift, membership: Membership, at: datetime, *, without: tuple[int, ...] = ()) -> None:
    """Raises: AgainstTheLimits."""
    doubts = doubts_about(shift, [membership], at, without=without)[membership.pk]
    forbidding = [doubt.sentence for doubt in doubts if doubt.forbids]
    if forbidding:
        words = {"name": membership.party.name, "title": shift.title, "why": " ".join(forbidding)}
        raise AgainstTheLimits(_("%(name)s cannot be on “%(title)s”. %(why)s") % words)


def free_place(shift: Shift) -> int | None:
    """The lowest number that nobody has."""
    taken = set(SignUp.objects.filter(shift=shift, ended_at=None, place__isnull=False).values_list("place", flat=True))
    return next((number for number in range(1, shift.places + 1) if number not in taken), None)


def leave_shift(*, shift: Shift, membership: Membership, by: Party | None, at: datetime, planned: bool = False) -> None:
    """Gives the place back, or ends the wait; who waits longest moves up. Whoever is not on it stays so.

    planned: whoever plans takes the member off, and they are told. Raises: TooLateToLeave.
    """
    with alone(shift.coop):
        shift = fresh(shift)
        found = SignUp.objects.filter(shift=shift, membership=membership, ended_at=None).first()
        if found is None:
            return
        _check_not_worked(found, at)
        if found.place is not None and not planned:
            _check_in_time(shift, at)
        end_sign_up(sign_up=found, by=by, at=at)
        if planned and shift.is_published:
            mails.taken_off(found, at)
        move_up(shift, at)


def _check_not_worked(sign_up: SignUp, at: datetime) -> None:
    """What was worked stays. Raises: TooLateToLeave."""
    if sign_up.ends_at <= at or Attendance.objects.filter(sign_up=sign_up).exists():
        raise TooLateToLeave(_("The shift has been worked. Whoever plans can correct its hours."))


def _check_in_time(shift: Shift, at: datetime) -> None:
    notice = rulebook(shift.coop, at).value("slots.leave_until")
    if at > shift.starts_at - notice:
        raise TooLateToLeave(
            _("A shift can be left until %(notice)s before it begins. Look for a stand-in, or call whoever plans.")
            % {"notice": write_duration(notice)}
        )


def end_sign_up(*, sign_up: SignUp, by: Party | None, at: datetime) -> None:
    """Within `alone`. What was asked about the place is over as well."""
    sign_up.ended_at, sign_up.ended_by = at, by
    sign_up.save(update_fields=["ended_at", "ended_by"])
    asked = Handover.objects.filter(given=sign_up, state=Handover.State.OPEN) | Handover.objects.filter(
        in_return=sign_up, state=Handover.State.OPEN
    )
    asked.update(state=Handover.State.WITHDRAWN, answered_at=at, answered_by=by)


def move_up(shift: Shift, at: datetime) -> None:
    """Within `alone`. Who waits gets what is free, the longest wait first; short before it begins they are only told.

    Whom the limits forbid it by now is passed over and goes on waiting.
    """
    waiting = list(SignUp.objects.filter(shift=shift, ended_at=None, place=None).select_related("membership__party"))
    if not waiting or not shift.is_published or at >= shift.starts_at:
        return
    by_itself = at <= shift.starts_at - rulebook(shift.coop, at).value("slots.move_up_until")
    doubts = doubts_about(shift, [row.membership for row in waiting], at)
    for row in sorted(waiting, key=lambda row: (row.since, row.pk)):
        free = free_place(shift)
        if free is None:
            return
        if any(doubt.forbids for doubt in doubts[row.membership_id]):
            continue
        row.shift = shift
        if not by_itself:
            mails.place_is_free(row, at)
            continue
        row.place, row.moved_up_at = free, at
        row.save(update_fields=["place", "moved_up_at"])
        mails.moved_up(row, at)
