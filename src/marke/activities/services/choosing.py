"""What of its own an activity brings to the scheme: the part that its member chose, and what it is exempt from."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction

from django.db import transaction
from django.utils.translation import gettext as _

from marke.activities.models import Activity, ChosenPart, Entry, Exemption
from marke.activities.services.opening import check_open
from marke.common.refusal import NotAllowed, Refused
from marke.parties.models import Party
from marke.rules.queries import rulebook
from marke_core.schemes.activity import CHOSEN_LEAST, CHOSEN_MOST, MILLION


class NothingToChoose(Refused):
    """The rules leave no choice, or not this one."""


class MayNotExempt(NotAllowed):
    """Only those who handle the money exempt, and never themselves."""


class NoReasonGiven(Refused):
    """An exemption is explained to whoever gives instead."""


def standing(entry: Entry) -> Entry:
    """Fills in what was chosen, and from what the activity is exempt, when the entry's rules hold."""
    entry.chosen = chosen_part(entry.activity, entry.at)
    held = Exemption.objects.filter(activity=entry.activity, since__lte=entry.date, until__gt=entry.date)
    exempt = set(held.values_list("of", flat=True))
    entry.pays = Exemption.From.ALL not in exempt
    entry.pays_fee = not exempt
    return entry


def chosen_part(activity: Activity, at: datetime) -> int:
    """In millionths; -1 where nothing was chosen."""
    found = ChosenPart.objects.filter(activity=activity, at__lte=at).last()
    return found.millionths if found else -1


@transaction.atomic
def choose_part(*, activity: Activity, part: Fraction | None, by: Party | None, at: datetime) -> ChosenPart:
    """From now on the activity gives this part of what it invoices; None: what holds for all. Raises: NothingToChoose."""
    check_open(activity)
    rules = rulebook(activity.coop, at)
    least, most = rules.value(CHOSEN_LEAST), rules.value(CHOSEN_MOST)
    if not most:
        raise NothingToChoose(_("Our rules leave no choice here. Any member can propose to change them."))
    if part is not None and not least <= part <= most:
        raise NothingToChoose(
            _("%(part)s %% is outside the bounds. Choose between %(least)s %% and %(most)s %%.")
            % {"part": f"{float(part * 100):g}", "least": f"{float(least * 100):g}", "most": f"{float(most * 100):g}"}
        )
    millionths = -1 if part is None else int(part * MILLION)
    Activity.objects.select_for_update().get(pk=activity.pk)
    last = ChosenPart.objects.filter(activity=activity).last()
    if last is not None and last.millionths == millionths:
        return last
    return ChosenPart.objects.create(coop=activity.coop, activity=activity, millionths=millionths, at=at, by=by)


def check_may_exempt(*, activity: Activity, is_officer: bool, by: Party | None) -> None:
    """Raises: MayNotExempt."""
    if not is_officer or by is None or by.pk == activity.party_id:
        raise MayNotExempt(_("The treasurer or coordinator exempts, and nobody their own business."))


@transaction.atomic
def exempt(*, activity: Activity, of: str, since: date, until: date, reason: str, by: Party | None, at: datetime) -> Exemption:
    """For a while the activity gives no fee, or nothing. Raises: NoReasonGiven; ActivityClosed."""
    check_open(activity)
    reason = " ".join(reason.split())[:300]
    if not reason:
        raise NoReasonGiven(_("Write why: the members give instead."))
    return Exemption.objects.create(
        coop=activity.coop, activity=activity, of=of, since=since, until=max(since, until), reason=reason, at=at, by=by
    )
