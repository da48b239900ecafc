"""Who may take how many shares of which class."""

from __future__ import annotations

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
    code, currency = share_class.code, membership.coop.currency
    asked = queries.asked_for(share_class)
    mine = asked.get(membership.pk, (0, 0))
    held = queries.shares_of(membership, share_class) + mine[0]
    most = rules.value("shares.maximum", share_class=code)
    words = {"name": membership.party.name, "class": str(share_class), "held": held, "shares": shares, "most": most}
    if held + shares > most:
        raise TooManyShares(
            _(
                "A member holds at most %(most)s shares of this class. %(name)s holds or has asked for %(held)s, so %(shares)s "
                "more are too many."
            )
            % words
        )
    limit = rules.value("shares.maximum_held", share_class=code)
    capital = queries.capital_by_member(share_class)
    own = capital.get(membership.pk, 0) + mine[1] + shares * price
    others = sum(capital.values()) + sum(amount for _shares, amount in asked.values())
    others -= capital.get(membership.pk, 0) + mine[1]
    bounds = [limit["amount"]] if "amount" in limit else []
    part = limit.get("part", 1)
    if part < 1 and others:
        bounds.append((own + others) * part.numerator // part.denominator)
    if bounds and own > min(bounds):
        raise TooManyShares(
            _("%(name)s would hold %(own)s of this class. The rules allow %(most)s at most.")
            % {"name": membership.party.name, "own": format_money(own, currency), "most": format_money(min(bounds), currency)}
        )
