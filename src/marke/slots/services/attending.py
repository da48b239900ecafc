"""The hours that were worked: clocked by the member, corrected by who plans, and it is kept who did so."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from marke.common.refusal import Refused
from marke.parties.models import Party
from marke.rules.queries import rulebook
from marke.rules.sentences import write_duration
from marke.slots.models import Attendance, AttendanceChange, SignUp
from marke.slots.services.locking import alone

# Nobody is on a shift for longer than this.
LONGEST = timedelta(hours=36)


class CannotClock(Refused):
    """Too early, too late, or not their shift."""


class HoursDoNotFit(Refused):
    """The correction is not about this shift."""


def clock_in(*, sign_up: SignUp, at: datetime) -> Attendance:
    """The member is there. A second tap changes nothing. Raises: CannotClock."""
    with alone(sign_up.coop):
        found = _on(sign_up)
        here = Attendance.objects.filter(sign_up=found).first()
        if here is not None:
            return here
        early = rulebook(found.coop, at).value("slots.clock_in")
        if not found.starts_at - early <= at < found.ends_at:
            raise CannotClock(
                _(
                    "You can clock in from %(early)s before the shift begins until it ends. Whoever plans can write down your hours."
                )
                % {"early": write_duration(early)}
            )
        return Attendance.objects.create(coop=found.coop, sign_up=found, membership=found.membership, came_at=at)


def clock_out(*, sign_up: SignUp, at: datetime) -> Attendance:
    """The member goes. A second tap changes nothing. Raises: CannotClock."""
    with alone(sign_up.coop):
        here = Attendance.objects.filter(sign_up=sign_up).first()
        if here is None:
            raise CannotClock(_("You have not clocked in. Whoever plans can write down your hours."))
        if here.went_at is None:
            if at - here.came_at > LONGEST:
                raise CannotClock(_("That is too long ago. Whoever plans can write down your hours."))
            here.went_at = max(at, here.came_at)
            here.save(update_fields=["went_at"])
        return here


def _on(sign_up: SignUp) -> SignUp:
    found = SignUp.objects.select_related("shift", "coop", "membership").get(pk=sign_up.pk)
    if found.ended_at is not None or found.place is None or not found.shift.is_published:
        raise CannotClock(_("You are not on this shift."))
    return found


def correct_hours(
    *, sign_up: SignUp, came_at: datetime, went_at: datetime, reason: str, by: Party | None, at: datetime
) -> Attendance:
    """What whoever plans knows better; the same moment twice means that nobody was there. What is right already stays.

    Raises: HoursDoNotFit, CannotClock.
    """
    with alone(sign_up.coop):
        found = _on(sign_up)
        fits = found.starts_at - LONGEST <= came_at <= went_at <= min(at, found.ends_at + LONGEST)
        if not fits or went_at - came_at > LONGEST:
            raise HoursDoNotFit(_("Going comes after coming, both around the shift and not after now."))
        here = Attendance.objects.filter(sign_up=found).first()
        before = (here.came_at, here.went_at) if here else (None, None)
        if here is not None and before == (came_at, went_at):
            return here
        if here is None:
            here = Attendance(coop=found.coop, sign_up=found, membership=found.membership)
        here.came_at, here.went_at = came_at, went_at
        here.save()
        AttendanceChange.objects.create(
            coop=found.coop,
            attendance=here,
            came_before=before[0],
            went_before=before[1],
            at=at,
            by=by,
            reason=reason.strip()[:200],
        )
        return here
