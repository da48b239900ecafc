"""Who may take how many shares of which class."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from marke.common.money import format_money
from marke.common.refusal import Refused
from marke.parties.models import Membership, Party
from marke.rules.queries import Rulebook
from marke.shares import queries
from marke.shares.models import ShareClass

MOST_SHARES = 1_000_000
# Who may hold by which choice of the rule shares.holders.
HOLDERS = {"person": {Party.Kind.PERSON, Party.Kind.HOUSEHOLD}, "organisation": {Party.Kind.ORGANISATION}}


class TooFewShares(Refused):
    """The rule shares.minimum asks for more."""


class TooManyShares(Refused):
    """Nobody takes that many, or the rules set a limit."""


class NotForThem(Refused):
    """Whoever has left or was not admitted takes no shares; nor does whoever the class is not for."""


class ClassClosed(Refused):
    """No new shares of this class are issued."""


def check_may_ask(membership: Membership, share_class: ShareClass, shares: int, rules: Rulebook) -> None:
    """Raises: NotForThem, ClassClosed, TooFewShares, TooManyShares."""
    check_is_for(membership, share_class, rules)
    if share_class.closed_at is not None:
        raise ClassClosed(_("No new shares of the class “%(name)s” are issued any more.") % {"name": str(share_class)})
    least = 1 if queries.shares_of(membership, share_class) else rules.value("shares.minimum", share_class=share_class.code)
    if shares < least:
        raise TooFewShares(
            ngettext(
                "%(shares)s shares are too few. Take at least %(least)s share.",
                "%(shares)s shares are too few. Take at least %(least)s shares.",
                least,
            )
            % {"shares": shares, "least": least}
        )
    if shares > MOST_SHARES:
        raise TooManyShares(
            _("%(shares)s shares are too many for one request. Take at most %(most)s.") % {"shares": shares, "most": MOST_SHARES}
        )
    check_may_hold(membership, share_class, shares, rules.value("shares.price", share_class=share_class.code), rules)


def check_is_for(membership: Membership, share_class: ShareClass, rules: Rulebook) -> None:
    """Raises: NotForThem."""
    if membership.state not in (Membership.State.APPLIED, Membership.State.MEMBER):
        raise NotForThem(
            _("%(name)s is “%(state)s”. Members take shares, and those who have applied to be one.")
            % {"name": membership.party.name, "state": membership.get_state_display()}
        )
    if not is_for(membership, share_class, rules):
        raise NotForThem(
            _("Shares of the class “%(class)s” are not for %(name)s. Under Kinds of shares you see who they are for.")
            % {"class": str(share_class), "name": membership.party.name}
        )


def is_for(membership: Membership, share_class: ShareClass, rules: Rulebook) -> bool:
    """Whether this kind of member may hold this class."""
    if share_class.member_classes and membership.member_class not in share_class.member_classes:
        return False
    holders = rules.value("shares.holders", share_class=share_class.code)
    return holders not in HOLDERS or membership.party.kind in HOLDERS[holders]


def check_may_hold(membership: Membership, share_class: ShareClass, shares: int, price: int, rules: Rulebook) -> None:
    """Whether so many more shares, which cost `price` each, are within the limits, with what is held and asked for.

    Raises: TooManyShares.
    """
    code = share_class.code
    asked, asked_cost = queries.asked_for(share_class, membership)
    held = queries.shares_of(membership, share_class) + asked
    most = rules.value("shares.maximum", share_class=code)
    if held + shares > most:
        raise TooManyShares(
            _(
                "A member holds at most %(most)s shares of this class. %(name)s holds or has asked for %(held)s, so %(shares)s "
                "more are too many."
            )
            % {"name": membership.party.name, "held": held, "shares": shares, "most": most}
        )
    limit = rules.value("shares.maximum_held", share_class=code)
    if "amount" in limit or limit["part"] < 1:
        mine = queries.capital_of(share_class, membership) + asked_cost
        _check_capital(membership, share_class, limit, mine, shares * price)


def _check_capital(membership: Membership, share_class: ShareClass, limit: Mapping[str, Any], mine: int, more: int) -> None:
    """`mine`: what is held and asked for; `more`: what is to come, both in minor units. Raises: TooManyShares."""
    others = queries.capital_of(share_class) + queries.asked_for(share_class)[1] - mine
    own, part, currency = mine + more, limit.get("part", 1), membership.coop.currency
    bounds = [limit["amount"]] if "amount" in limit else []
    if part < 1 and others:  # whoever comes first holds everything for a while
        bounds.append((own + others) * part.numerator // part.denominator)
    if bounds and own > min(bounds):
        raise TooManyShares(
            _("%(name)s would hold %(own)s of this class. The rules allow %(most)s at most.")
            % {"name": membership.party.name, "own": format_money(own, currency), "most": format_money(min(bounds), currency)}
        )
