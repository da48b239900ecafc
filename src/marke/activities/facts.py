"""What happened to activities as columns, and the rules in force for each."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import numpy as np

from marke.activities.models import Activity, Entry
from marke.parties.models import Membership
from marke.rules.queries import Rulebook
from marke_core.schemes import Column, Facts
from marke_core.schemes.activity import COLUMNS, RULES


def member_class_of(activity: Activity) -> str:
    """The class of the member whose it is; "" for a team's, which follows what holds for all."""
    if activity.party_id is None:
        return ""
    found = Membership.objects.filter(coop=activity.coop_id, party=activity.party_id).values_list("member_class", flat=True)
    return found.first() or ""


def scope_of(member_class: str) -> dict[str, str]:
    return {"member_class": member_class} if member_class else {}


def one(entry: Entry, rules: Rulebook, member_class: str) -> Facts:
    """The batch of one that holds only this entry, whose result is not there yet."""
    return Facts(
        party=np.array([entry.activity.party_id or 0], dtype=np.int64),
        columns={name: np.array([int(getattr(entry, name))], dtype=np.int64) for name in COLUMNS},
        rules={key: _pair(rules.value(key, **scope_of(member_class))) for key in RULES},
    )


def _pair(value: Fraction | int) -> tuple[Column, Column]:
    ratio = Fraction(value)
    return np.array([ratio.numerator], dtype=np.int64), np.array([ratio.denominator], dtype=np.int64)


def rule_values(rules: Rulebook, member_class: str) -> Mapping[str, str]:
    """What the basis of a posting names."""
    return rules.uids(*RULES, **scope_of(member_class))
