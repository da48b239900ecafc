"""Which class a member's new shares are of, and how many more they may hold: for very many members at once."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from marke.parties.models import Coop, Membership
from marke.rules.queries import Rulebook
from marke.shares import queries
from marke.shares.models import ORDINARY, ShareClass
from marke.shares.services.classes import ordinary_class
from marke.shares.services.eligibility import is_for


class Rooms:
    """The limits of `check_may_hold`, answered with a number instead of a refusal. Reads everything once, and counts along."""

    def __init__(self, coop: Coop, rules: Rulebook, at: datetime) -> None:
        ordinary_class(coop, at)
        self.rules = rules
        self.open = [each for each in queries.classes(coop) if each.closed_at is None]
        self._held = queries.held_by_member(coop)
        self._asked = queries.asked_by_member(coop)
        self._capital: dict[int, int] = defaultdict(int)
        for found in (self._held, self._asked):
            for (_member, share_class), (_shares, capital) in found.items():
                self._capital[share_class] += capital

    def class_for(self, membership: Membership) -> ShareClass | None:
        """The first open class for this member's own kind, or the ordinary one. None where neither is for them."""
        if membership.state != Membership.State.MEMBER:
            return None
        own = [each for each in self.open if membership.member_class in each.member_classes]
        rest = [each for each in self.open if each.code == ORDINARY]
        return next((each for each in (*own, *rest) if is_for(membership, each, self.rules)), None)

    def price(self, share_class: ShareClass) -> int:
        return int(self.rules.value("shares.price", share_class=share_class.code))

    def fit(self, membership: Membership, share_class: ShareClass, shares: int) -> int:
        """How many of so many more shares this member may hold; 0 where the first ones would be too few."""
        scope = {"share_class": share_class.code}
        key, price = (membership.pk, share_class.pk), self.price(share_class)
        (held, capital), (asked, cost) = self._held.get(key, (0, 0)), self._asked.get(key, (0, 0))
        shares = min(shares, self.rules.value("shares.maximum", **scope) - held - asked)
        limit, own = self.rules.value("shares.maximum_held", **scope), capital + cost
        bounds = [limit["amount"]] if "amount" in limit else []
        part, others = limit.get("part", 1), self._capital[share_class.pk] - own
        if part < 1 and others:  # own is at most this part of own and others together
            bounds.append(others * part.numerator // (part.denominator - part.numerator))
        shares = max(min([shares, *((bound - own) // price for bound in bounds)]), 0)
        return shares if held or shares >= self.rules.value("shares.minimum", **scope) else 0

    def take(self, membership: Membership, share_class: ShareClass, shares: int) -> None:
        """They were issued: they count from here on."""
        key, capital = (membership.pk, share_class.pk), shares * self.price(share_class)
        before = self._held.get(key, (0, 0))
        self._held[key] = (before[0] + shares, before[1] + capital)
        self._capital[share_class.pk] += capital
