"""Somebody gives shares back, leaves, dies or is excluded: what is asked for, and what is not wanted any more."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from marke.common import clock
from marke.common.numbering import next_number
from marke.common.refusal import Refused
from marke.ledger.closed_days import written_day
from marke.parties import services as parties
from marke.parties.events import MemberLeft
from marke.parties.models import Membership, Party
from marke.payments import services as payments
from marke.rules.queries import Rulebook, rulebook
from marke.shares import queries
from marke.shares.exits import terms as exit_terms
from marke.shares.models import ExitMove, ShareClass, ShareEvent, ShareExit
from marke.shares.services.exit_effects import note_suspensions, take_effect
from marke.shares.services.register import enter
from marke_core import share_exit

Kind, State = ShareExit.Kind, ShareExit.State


class TooManyToGiveBack(Refused):
    """More shares than are held, or than are not asked back already."""


class TooFewWouldRemain(Refused):
    """A member keeps the least number of shares, or none."""


class NotInTheWindow(Refused):
    """The rule shares.exit_window names the months."""


class FounderStays(Refused):
    """The rule shares.exit_founder_year names the year."""


class NoShareholder(Refused):
    """Whoever has applied or was refused holds no shares."""


class EndedAlready(Refused):
    """The shares have ended; only their payment is left."""


class LeftTheCoop(Refused):
    """Who has left takes no shares back: they ask to be admitted again."""


@transaction.atomic
def ask_exit(
    *, membership: Membership, share_class: ShareClass, shares: int, once_key: str, by: Party | None, at: datetime
) -> ShareExit:
    """A member gives `shares` of a class back. The same `once_key` asks once.

    Raises: NoShareholder, TooManyToGiveBack, TooFewWouldRemain, NotInTheWindow, FounderStays.
    """
    coop = membership.coop
    number = next_number(ShareExit, coop)
    if (asked := ShareExit.objects.filter(coop=coop, once_key=once_key).first()) is not None:
        return asked
    membership = Membership.objects.select_related("coop", "party").get(pk=membership.pk)
    rules = rulebook(coop, at)
    kind = Kind.LEAVING if membership.state == Membership.State.LEFT else Kind.REQUEST
    check_exit(membership=membership, share_class=share_class, shares=shares, rules=rules, at=at)
    return _begin(number, membership, share_class, shares, kind, rules, once_key, by, at)


def check_exit(*, membership: Membership, share_class: ShareClass, shares: int, rules: Rulebook, at: datetime) -> None:
    """Raises: as `ask_exit`."""
    if membership.state not in (Membership.State.MEMBER, Membership.State.SUSPENDED, Membership.State.LEFT):
        raise NoShareholder(
            _("%(name)s is “%(state)s” and holds no shares to give back. A request for shares can be cancelled on its own page.")
            % {"name": membership.party.name, "state": membership.get_state_display()}
        )
    _check_number(membership, share_class, shares, rules)
    today = clock.local_date(at, membership.coop.timezone)
    terms = exit_terms.terms_of(rules, share_class)
    refused = share_exit.why_not(today, terms, exit_terms.founded_on(membership))
    if refused is not None:
        raise _not_yet(refused, terms)


def _check_number(membership: Membership, share_class: ShareClass, shares: int, rules: Rulebook) -> None:
    held = exit_terms.held_of(membership, share_class)
    free = queries.free_shares(membership, share_class)
    if not 0 < shares <= free:
        raise TooManyToGiveBack(
            _(
                "%(shares)s shares cannot be given back: you hold %(held)s, and %(free)s of them are neither asked back nor promised to somebody yet. "
                "Give a number from 1 to %(free)s."
            )
            % {"shares": shares, "held": held, "free": free}
            if free > 0
            else ngettext(
                "You hold %(held)s share of this kind, and it is asked back already. There is nothing more to give back.",
                "You hold %(held)s shares of this kind, and all of them are asked back already. There is nothing more to "
                "give back.",
                held,
            )
            % {"held": held}
        )
    least = rules.value("shares.minimum", share_class=share_class.code)
    stays = membership.state != Membership.State.LEFT
    if stays and 0 < free - shares < least:
        raise TooFewWouldRemain(
            _(
                "After giving back %(shares)s of %(free)s shares you would hold %(rest)s, and the rule “The least number of "
                "shares” asks for %(least)s. Give back at most %(most)s, or all of them."
            )
            % {"shares": shares, "free": free, "rest": free - shares, "least": least, "most": max(free - least, 0)}
        )


def _not_yet(refused: share_exit.NotYet, terms: share_exit.Terms) -> Refused:
    opens = {"day": written_day(refused.opens_on)}
    if refused.rule == "founder":
        return FounderStays(
            _(
                "The rule “How long founders stay” lets founders give shares back from the co-op's financial year number "
                "%(year)s on. You can ask from %(day)s."
            )
            % {**opens, "year": terms.founder_year}
        )
    return NotInTheWindow(
        ngettext(
            "The rule “When shares can be given back” names the first %(months)s month of the financial year. You can ask "
            "from %(day)s.",
            "The rule “When shares can be given back” names the first %(months)s months of the financial year. You can ask "
            "from %(day)s.",
            terms.window,
        )
        % {**opens, "months": terms.window}
    )


@transaction.atomic
def cancel_exit(*, exit: ShareExit, by: Party | None, at: datetime) -> ShareExit:
    """They want to keep the shares after all: possible until they have ended. Cancelling twice changes nothing.

    Raises: EndedAlready, LeftTheCoop.
    """
    payments.lock_coop(exit.coop_id)
    exit = ShareExit.objects.select_related("coop", "membership__party", "share_class").get(pk=exit.pk)
    if exit.moves.filter(state=State.CANCELLED).exists():
        return exit
    today = clock.local_date(at, exit.coop.timezone)
    if hasattr(exit, "price") or exit.effective_on < today or exit.moves.filter(state=State.PAID).exists():
        raise EndedAlready(
            _(
                "The %(shares)s shares of exit %(number)s ended on %(day)s, so it cannot be cancelled any more. New shares can be "
                "asked for under My shares."
            )
            % {"shares": exit.shares, "number": exit.number, "day": written_day(exit.effective_on)}
        )
    if exit.membership.state == Membership.State.LEFT:
        raise LeftTheCoop(
            _("%(name)s has left %(coop)s, and whoever is not a member holds no shares. Ask to be admitted again first.")
            % {"name": exit.membership.party.name, "coop": exit.coop.name}
        )
    _withdraw(exit, by, at)
    return exit


def _withdraw(exit: ShareExit, by: Party | None, at: datetime, note: str = "") -> None:
    ExitMove.objects.create(coop=exit.coop, exit=exit, state=State.CANCELLED, at=at, by=by, note=note)
    enter(
        kind=ShareEvent.Kind.REDEMPTION_WITHDRAWN,
        membership=exit.membership,
        share_class=exit.share_class,
        at=at,
        by=by,
    )


def exit_on_leaving(event: MemberLeft) -> None:
    """Left: all shares that are not asked back yet are given back, by the rules about when."""
    _end_all(event.membership, Kind.LEAVING, "", f"leaving:{event.at.isoformat()}", event.by, event.at)


@transaction.atomic
def end_membership(
    *, membership: Membership, kind: str, note: str = "", once_key: str, by: Party | None, at: datetime
) -> list[ShareExit]:
    """Somebody died or was excluded: the membership ends today, and all their shares with it, without window or notice.

    What they had asked for before and did not take effect yet is taken over. The same `once_key` does it once.

    Raises: NotHeard for an exclusion that no hearing came to.
    """
    kind = Kind(kind)
    assert kind in (Kind.DEATH, Kind.EXCLUSION)
    if kind == Kind.EXCLUSION:
        parties.check_heard(membership, Membership.State.LEFT)
    payments.lock_coop(membership.coop_id)
    done = list(ShareExit.objects.filter(coop=membership.coop, once_key__startswith=f"{once_key}:"))
    if done:
        return done
    for earlier in ShareExit.objects.filter(membership=membership, price=None).exclude(moves__state=State.CANCELLED):
        _withdraw(earlier, by, at, str(kind.label))
    ended = _end_all(membership, kind, note, once_key, by, at)
    if membership.state != Membership.State.LEFT:
        parties.leave(membership=membership, by=by, at=at, note=str(kind.label))
    return ended


def _end_all(membership: Membership, kind: str, note: str, key: str, by: Party | None, at: datetime) -> list[ShareExit]:
    coop, rules = membership.coop, rulebook(membership.coop, at)
    payments.lock_coop(coop.pk)
    asked = []
    held = ShareClass.objects.filter(coop=coop, events__membership=membership).distinct().order_by("position", "pk")
    for share_class in held:
        free = queries.free_shares(membership, share_class)
        if free > 0:
            number = next_number(ShareExit, coop)
            once_key = f"{key}:{membership.number}:{share_class.pk}"
            asked.append(_begin(number, membership, share_class, free, kind, rules, once_key, by, at, note))
    return asked


def _begin(
    number: int,
    membership: Membership,
    share_class: ShareClass,
    shares: int,
    kind: str,
    rules: Rulebook,
    once_key: str,
    by: Party | None,
    at: datetime,
    note: str = "",
) -> ShareExit:
    coop = membership.coop
    today: date = clock.local_date(at, coop.timezone)
    effective = exit_terms.schedule(rules=rules, share_class=share_class, membership=membership, kind=kind, today=today)
    exit = ShareExit.objects.create(
        coop=coop,
        number=number,
        kind=kind,
        membership=membership,
        share_class=share_class,
        shares=shares,
        asked_at=at,
        asked_on=today,
        effective_on=effective,
        note=" ".join(note.split())[:200],
        by=by,
        once_key=once_key,
    )
    ExitMove.objects.create(coop=coop, exit=exit, state=State.ASKED, at=at, by=by)
    enter(kind=ShareEvent.Kind.REDEMPTION_REQUESTED, membership=membership, share_class=share_class, at=at, by=by)
    if effective <= today:
        take_effect(exit=exit, by=by, at=at)
        note_suspensions(coop=coop, by=by, at=at)
    return exit
