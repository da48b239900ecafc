"""An activity begins."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marke.activities.models import Activity
from marke.activities.rulebook import NOBODY, TEAMS
from marke.common.numbering import next_number
from marke.common.refusal import Refused
from marke.parties.models import Circle, Coop, Membership, Party
from marke.rules.queries import rulebook


class NoActivities(Refused):
    """The rules open this to nobody, or to members only, or not to this one."""


class NameMissing(Refused):
    """An activity without a name."""


class ActivityClosed(Refused):
    """The activity has ended."""


@transaction.atomic
def open_activity(
    *,
    coop: Coop,
    name: str,
    member: Membership | None = None,
    circle: Circle | None = None,
    once_key: str,
    by: Party | None,
    at: datetime,
) -> Activity:
    """A member's own business, or a circle's as a team. The same key opens one. Raises: NoActivities, NameMissing."""
    name = " ".join(name.split())[:80]
    check_may_open(coop, member, circle, at)
    if not name:
        raise NameMissing(_("Give the business a name, so that you know it among others."))
    number = next_number(Activity, coop)
    if found := Activity.objects.filter(coop=coop, once_key=once_key).first():
        return found
    return Activity.objects.create(
        coop=coop,
        number=number,
        name=name,
        party=member.party if member else None,
        circle=circle,
        opened_at=at,
        opened_by=by,
        once_key=once_key,
    )


def check_may_open(coop: Coop, member: Membership | None, circle: Circle | None, at: datetime) -> None:
    """Raises: NoActivities."""
    open_to = rulebook(coop, at).value("activities.open_to")
    if open_to == NOBODY or (circle is not None and open_to != TEAMS):
        raise NoActivities(_("The rule “Own business” does not allow this. Any member can propose to change it."))
    if member is not None and member.state != Membership.State.MEMBER:
        raise NoActivities(_("Only members run a business inside the co-op. Ask to be admitted first."))
    if circle is not None and circle.closed_at is not None:
        raise NoActivities(_("The circle %(name)s is closed. Choose another.") % {"name": circle.name})


def check_open(activity: Activity) -> None:
    """Raises: ActivityClosed."""
    if not activity.is_open:
        raise ActivityClosed(
            _("The business %(number)s %(name)s is closed. Open another one.")
            % {"number": activity.number, "name": activity.name}
        )
