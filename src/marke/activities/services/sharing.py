"""A team shares what it has among its members' own activities."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marke.activities import queries
from marke.activities.models import Activity, Entry, Sharing
from marke.activities.services.booking import accounts, book, locked, new_entry
from marke.activities.services.opening import check_open
from marke.activities.splitting import CannotBeShared, Part, shared
from marke.common import clock
from marke.common.money import format_money
from marke.ledger.services import NewPosting
from marke.parties.models import Party


def preview(*, activity: Activity, total: int, key: str, weights: Sequence[tuple[int, int]], at: datetime) -> list[Part]:
    """What each would get. Raises: CannotBeShared, ActivityClosed."""
    check_open(activity)
    most = queries.due(activity, at)
    if activity.circle_id is None or not 0 < total <= most:
        raise CannotBeShared(
            _("%(total)s cannot be shared: the team has %(most)s that is free. Share up to that.")
            % {"total": format_money(total, activity.coop.currency), "most": format_money(most, activity.coop.currency)}
        )
    return shared(total, key, weights)


@transaction.atomic
def share(
    *,
    activity: Activity,
    total: int,
    key: str,
    weights: Sequence[tuple[int, int]],
    once_key: str,
    by: Party | None,
    at: datetime,
) -> Sharing:
    """Books it from the team's activity to the members' ones. The same key shares once. Raises: as `preview`."""
    activity = locked(activity)
    if found := Sharing.objects.filter(activity=activity, once_key=once_key).first():
        return found
    parts = preview(activity=activity, total=total, key=key, weights=weights, at=at)
    members = {member.number: member for member in queries.members_activities(activity)}
    if strangers := [part.number for part in parts if part.number not in members]:
        raise CannotBeShared(_("Business %(number)s is no open one of a member of this team.") % {"number": strangers[0]})
    last = Sharing.objects.filter(activity=activity).order_by("-number").values_list("number", flat=True).first() or 0
    made = Sharing.objects.create(
        coop=activity.coop, activity=activity, number=last + 1, total=total, key=key,
        weights=[[number, weight] for number, weight in weights], at=at, by=by, once_key=once_key,
    )  # fmt: skip
    for part in parts:
        if part.amount:
            _move(activity, members[part.number], part.amount, made, by, at)
    return made


def _move(team: Activity, member: Activity, amount: int, sharing: Sharing, by: Party | None, at: datetime) -> None:
    day = clock.local_date(at, team.coop.timezone)
    gives = new_entry(team, Entry.Kind.SHARED, day=day, at=at, by=by, sharing=sharing)
    gives.moved = gives.share = -amount
    gets = new_entry(locked(member), Entry.Kind.SHARED, day=day, at=at, by=by, sharing=sharing)
    gets.moved = gets.share = amount
    book(gives, [NewPosting(accounts(member, at)[0], -amount, "shared")])
    gets.date = gives.date
    gets.save(force_insert=True)
