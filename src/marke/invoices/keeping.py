"""What would stay with an own business of an amount that it invoiced today: asked, not booked."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from django.utils.translation import gettext as _

from marke.activities import facts
from marke.activities.models import Activity, Entry
from marke.activities.services.booking import new_entry, reckon
from marke.activities.services.choosing import standing
from marke.common.explain import Explanation
from marke.common.money import format_money
from marke.ledger.explaining import rule_lines
from marke.rules.queries import Rulebook
from marke_core.schemes.activity import CONTRIBUTION, RESERVE


class Keeping(NamedTuple):
    """Minor units; together the amount."""

    share: int
    given: int
    reserve: int
    why: Explanation


def keeping(activity: Activity, net: int, day: date, at: datetime) -> Keeping | None:
    """None for nothing or less, of which nothing is kept."""
    if net <= 0:
        return None
    entry = standing(new_entry(activity, Entry.Kind.INVOICE, day=day, at=at, by=None, invoiced=net))
    rules, member_class = reckon(entry)
    return Keeping(entry.share, entry.given, entry.reserve, _why(entry, rules, member_class))


def _why(entry: Entry, rules: Rulebook, member_class: str) -> Explanation:
    coop = entry.coop
    followed = rules.uids(CONTRIBUTION, *([RESERVE] if entry.reserve else []), **facts.scope_of(member_class))
    values = [
        (_("Invoiced, without VAT"), format_money(entry.invoiced, coop.currency)),
        (_("Contribution"), format_money(entry.given, coop.currency)),
    ]
    if entry.reserve:
        values.append((_("Into the reserve"), format_money(entry.reserve, coop.currency)))
    return Explanation(
        formula=_("what was invoiced, less the contribution, the reserve and expenses"),
        values=tuple(values),
        rules=tuple(rule_lines(coop, followed.values()).values()),
    )
