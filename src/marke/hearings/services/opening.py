"""Asking for a hearing, and telling the member: what they are said to have done, and until when they can answer."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marke.common.numbering import next_number
from marke.common.refusal import NotAllowed, Refused
from marke.hearings import mails
from marke.hearings.conditions import ENDED, OFFICERS, State
from marke.hearings.models import Case, CaseStep, Signature
from marke.hearings.permissions import check_member_now, holds_any
from marke.hearings.services.moves import in_words, locked, move, step
from marke.hearings.services.suspending import end_suspension_of
from marke.parties.models import Membership, Party
from marke.rules.queries import rulebook

Kind = CaseStep.Kind
OPENERS = ("coordinator", "secretary")


class MayNotOpen(NotAllowed):
    """By the rule, somebody else opens a hearing."""


class NotAboutThem(Refused):
    """A hearing is about a member, not about oneself, and one at a time."""


class NothingBroken(Refused):
    """A notice names the rule, or what was agreed."""


@transaction.atomic
def open_case(
    *,
    membership: Membership,
    rule_key: str = "",
    agreed: str = "",
    grounds: str,
    once_key: str,
    by: Party,
    at: datetime,
) -> Case:
    """An officer's notice goes out at once; members' when enough of them have signed. The same `once_key` opens once.

    Raises: OnlyMembersAct, MayNotOpen, NotAboutThem, NothingBroken, WordsMissing.
    """
    coop = membership.coop
    number = next_number(Case, coop)
    if (opened := Case.objects.filter(coop=coop, once_key=once_key).first()) is not None:
        return opened
    own = check_member_now(coop, by)
    is_officer = holds_any(own, OPENERS, at)
    rules = rulebook(coop, at)
    if not is_officer and rules.value("hearings.opened_by") == OFFICERS:
        raise MayNotOpen(_("Here a hearing is opened by the coordinator or the secretary. Tell one of them what happened."))
    _check_about(membership, own)
    agreed = " ".join(agreed.split())[:200]
    if not rule_key and not agreed:
        raise NothingBroken(_("Choose which of our rules is said to be broken, or write what was agreed."))
    case = Case.objects.create(
        coop=coop, number=number, membership=membership, opened_by=by, opened_at=at, state=State.SIGNING,
        rule_key=rule_key, agreed=agreed, once_key=once_key,
    )  # fmt: skip
    step(case, Kind.OPENED, by=by, at=at, text=in_words(grounds))
    Signature.objects.create(coop=coop, case=case, membership=own, at=at)
    if is_officer or rules.value("hearings.least_members") <= 1:
        _give_notice(case, at)
    return case


def _check_about(membership: Membership, own: Membership) -> None:
    if membership.pk == own.pk:
        raise NotAboutThem(_("A hearing is not about yourself."))
    if membership.state not in (Membership.State.MEMBER, Membership.State.SUSPENDED):
        raise NotAboutThem(
            _("%(name)s is “%(state)s”: a hearing is about a member.")
            % {"name": membership.party.name, "state": membership.get_state_display()}
        )
    running = Case.objects.filter(membership=membership).exclude(state__in=ENDED).first()
    if running is not None:
        raise NotAboutThem(
            _("Case %(number)d about %(name)s is still open. What happened since belongs there.")
            % {"number": running.number, "name": membership.party.name}
        )


def _give_notice(case: Case, at: datetime) -> None:
    move(case, State.OPEN)
    case.notice_at = at
    case.statement_until = at + rulebook(case.coop, at).value("hearings.statement_days")
    case.save(update_fields=["state", "notice_at", "statement_until"])
    step(case, Kind.NOTICE, by=None, at=at)
    mails.notice(case, at)


@transaction.atomic
def sign_case(*, case: Case, by: Party, at: datetime) -> Case:
    """One more member asks for the hearing; with enough of them the member is told. Signing twice signs once.

    Raises: OnlyMembersAct, NotAboutThem, MoveRefused.
    """
    case = locked(case)
    own = check_member_now(case.coop, by)
    if own.pk == case.membership_id:
        raise NotAboutThem(_("A hearing is not about yourself."))
    if Signature.objects.filter(case=case, membership=own).exists():
        return case
    if case.state != State.SIGNING:
        move(case, State.SIGNING)
    Signature.objects.create(coop=case.coop, case=case, membership=own, at=at)
    step(case, Kind.SIGNED, by=by, at=at)
    if case.signatures.count() >= rulebook(case.coop, at).value("hearings.least_members"):
        _give_notice(case, at)
    return case


@transaction.atomic
def withdraw_case(*, case: Case, reason: str, by: Party, at: datetime) -> Case:
    """Who opened it takes it back before anything is decided. A second click changes nothing. Raises: MayNotOpen, MoveRefused."""
    case = locked(case)
    if case.state == State.WITHDRAWN:
        return case
    if case.opened_by_id != by.pk:
        raise MayNotOpen(_("Case %(number)d was opened by %(name)s, who alone can take it back.")
                         % {"number": case.number, "name": case.opened_by.name})  # fmt: skip
    if case.state not in (State.SIGNING, State.OPEN):
        move(case, State.OPEN)
    _withdraw(case, in_words(reason), by, at)
    return case


def drop_case(*, case: Case, reason: str, at: datetime) -> Case:
    """Nothing is left to decide, because the member has gone. Inside the caller's transaction."""
    case = locked(case)
    if case.state not in ENDED:
        _withdraw(case, reason, None, at)
    return case


def _withdraw(case: Case, reason: str, by: Party | None, at: datetime) -> None:
    was_told = case.notice_at is not None
    move(case, State.WITHDRAWN)
    case.save(update_fields=["state"])
    step(case, Kind.WITHDRAWN, by=by, at=at, text=reason)
    end_suspension_of(case, by=by, at=at)
    if was_told and by is not None:
        mails.withdrawn(case, reason, at)
