"""When a member can work, and when they are away. They say so themselves."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from marke.common.clock import local_date
from marke.common.refusal import Refused
from marke.parties.models import Membership
from marke.slots.models import Availability, DaysOff

LONGEST = timedelta(days=366)
MOST = 50


class DaysDoNotFit(Refused):
    """They are over, too long, or too many."""


def say_available(*, membership: Membership, times: Mapping[int, tuple[time, time]]) -> None:
    """Weekday → from when to when; a day that is missing is a day on which they cannot. No days at all: always."""
    with transaction.atomic():
        Membership.objects.select_for_update(no_key=True).get(pk=membership.pk)
        Availability.objects.filter(membership=membership).delete()
        Availability.objects.bulk_create(
            Availability(coop=membership.coop, membership=membership, weekday=weekday, begins=begins, ends=ends)
            for weekday, (begins, ends) in sorted(times.items())
        )


def say_away(*, membership: Membership, since: date, until: date, at: datetime) -> DaysOff:
    """From `since` up to but without `until`. Saying it twice changes nothing. Raises: DaysDoNotFit."""
    today = local_date(at, membership.coop.timezone)
    if not since < until or until <= today or until - since > LONGEST or since > today + 3 * LONGEST:
        raise DaysDoNotFit(_("Days off end after they begin, are not over yet, and last a year at most."))
    with transaction.atomic():
        Membership.objects.select_for_update(no_key=True).get(pk=membership.pk)
        if DaysOff.objects.filter(membership=membership, until__gt=today).count() >= MOST:
            raise DaysDoNotFit(_("You have said %(most)s times that you are away. Take some of it back first.") % {"most": MOST})
        row, _made = DaysOff.objects.get_or_create(
            membership=membership, since=since, until=until, defaults={"coop": membership.coop, "said_at": at}
        )
        return row


def take_back_days(*, membership: Membership, pk: int) -> None:
    """They are there after all."""
    DaysOff.objects.filter(membership=membership, pk=pk).delete()
