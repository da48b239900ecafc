"""Shares that go to another member, to the co-op, to an heir, or become shares of another class."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marke.common.numbering import next_number
from marke.common.refusal import Refused
from marke.parties.events import MemberAdmitted, MemberLeft
from marke.parties.models import Membership, Party
from marke.payments import services as payments
from marke.rules.queries import Rulebook, rulebook
from marke.shares import queries
from marke.shares.models import ShareClass, ShareTransfer, TransferMove
from marke.shares.rulebook import MEMBERS, NONE
from marke.shares.services.carrying_out import RULES, carry_out, check_parts, check_room
from marke.shares.services.eligibility import NotForThem, check_is_for
from marke.shares.transfer_states import MOVES

Reason, State = ShareTransfer.Reason, ShareTransfer.State


class NotTransferable(Refused):
    """The rules say that these shares stay where they are."""


class TransferDecided(Refused):
    """It has been carried out, refused or withdrawn, or waits for somebody else first."""


class OwnTransfer(Refused):
    """Nobody consents to a transfer of their own."""


class ReasonMissing(Refused):
    """A refusal says why."""


@transaction.atomic
def ask_transfer(
    *,
    giver: Membership,
    receiver: Membership | None,
    share_class: ShareClass,
    shares: int,
    reason: str,
    once_key: str,
    by: Party | None,
    at: datetime,
    to_class: ShareClass | None = None,
) -> ShareTransfer:
    """Asks for `shares` to go from `giver` to `receiver` (nobody: to the co-op), or into `to_class`. Once per `once_key`.

    What needs nobody's agreement or consent is done at once. Raises: NotTransferable, NotForThem, TooManyShares; what
    `check_parts` raises. Then nothing has happened.
    """
    coop = giver.coop
    payments.lock_coop(coop.pk)
    if (made := ShareTransfer.objects.filter(coop=coop, once_key=once_key).first()) is not None:
        return made
    transfer = try_transfer(
        giver=giver,
        receiver=receiver,
        share_class=share_class,
        shares=shares,
        reason=reason,
        once_key=once_key,
        by=by,
        at=at,
        to_class=to_class,
    )
    transfer.number = next_number(ShareTransfer, coop)
    transfer.save(force_insert=True)
    _move(transfer, State.ASKED, by, at)
    if transfer.reason in (Reason.CONVERSION, Reason.GIFT_TO_COOP):
        _move(transfer, State.AGREED, by, at)
        _do_if_free(transfer, rulebook(coop, at), by, at)
    return transfer


def try_transfer(
    *,
    giver: Membership,
    receiver: Membership | None,
    share_class: ShareClass,
    shares: int,
    reason: str,
    once_key: str,
    by: Party | None,
    at: datetime,
    to_class: ShareClass | None = None,
) -> ShareTransfer:
    """What would be asked for, not written: for a page to check it. Raises as `ask_transfer`."""
    transfer = ShareTransfer(
        coop=giver.coop,
        reason=Reason(reason),
        giver=giver,
        receiver=giver if reason == Reason.CONVERSION else receiver,
        share_class=share_class,
        to_class=to_class or share_class,
        shares=shares,
        created_at=at,
        created_by=by,
        once_key=once_key,
    )
    check_transfer(transfer, rulebook(giver.coop, at))
    return transfer


def check_transfer(transfer: ShareTransfer, rules: Rulebook) -> None:
    """Whether it could be carried out now, as the rules are. Raises: as `ask_transfer`."""
    giver, receiver, reason = transfer.giver, transfer.receiver, transfer.reason
    _check_goes_somewhere(transfer)
    if reason in RULES and rules.value(RULES[Reason(reason)], share_class=transfer.share_class.code) == NONE:
        raise NotTransferable(
            _("The rules say that shares of the class “%(class)s” stay as they are. Propose a change if they should not.")
            % {"class": str(transfer.share_class)}
        )
    may_give = {Membership.State.MEMBER}
    if reason in (Reason.GIFT_TO_COOP, Reason.INHERITANCE):
        may_give |= {Membership.State.LEFT, Membership.State.SUSPENDED}
    if giver.state not in may_give:
        raise NotTransferable(
            _("%(name)s is “%(state)s”, and passes no shares on.")
            % {"name": giver.party.name, "state": giver.get_state_display()}
        )
    if receiver is not None:
        check_is_for(receiver, transfer.to_class, rules)
        if receiver.state != Membership.State.MEMBER and reason != Reason.INHERITANCE:
            raise NotForThem(_("%(name)s is not a member yet. Shares go to members.") % {"name": receiver.party.name})
    parts = check_parts(transfer, rules)
    check_room(transfer, parts, rules)


def _check_goes_somewhere(transfer: ShareTransfer) -> None:
    if transfer.reason == Reason.CONVERSION:
        if transfer.share_class == transfer.to_class:
            raise NotTransferable(_("These shares are of that class already. Choose another one."))
    elif transfer.reason != Reason.GIFT_TO_COOP and transfer.receiver in (None, transfer.giver):
        raise NotTransferable(_("Shares go to somebody else. Choose who takes them."))
    if transfer.receiver is not None and transfer.receiver.coop_id != transfer.coop_id:
        raise NotTransferable(_("Shares go to somebody else. Choose who takes them."))


@transaction.atomic
def agree_transfer(*, transfer: ShareTransfer, by: Party | None, at: datetime) -> ShareTransfer:
    """Whoever takes the shares over agrees; without a rule that asks for consent it is done. Agreeing twice agrees once.

    Raises: TransferDecided; what `ask_transfer` raises when it cannot be done any more.
    """
    transfer = _lock(transfer)
    if state_of(transfer) in (State.AGREED, State.DONE):
        return transfer
    _check_move(transfer, State.AGREED)
    _move(transfer, State.AGREED, by, at)
    _do_if_free(transfer, rulebook(transfer.coop, at), by, at)
    return transfer


@transaction.atomic
def consent_transfer(*, transfer: ShareTransfer, by: Party | None, at: datetime) -> ShareTransfer:
    """A mandated person consents, and it is done. Consenting twice consents once.

    Raises: OwnTransfer, TransferDecided; what `ask_transfer` raises when it cannot be done any more.
    """
    transfer = _lock(transfer)
    if state_of(transfer) == State.DONE:
        return transfer
    _check_move(transfer, State.DONE)
    check_not_own(transfer=transfer, by=by)
    rules = rulebook(transfer.coop, at)
    check_transfer(transfer, rules)
    if transfer.receiver is not None and transfer.receiver.state != Membership.State.MEMBER:
        raise NotForThem(
            _("%(name)s is not a member yet; the shares go over by themselves on admission.")
            % {"name": transfer.receiver.party.name}
        )
    _do(transfer, rules, by, at)
    return transfer


@transaction.atomic
def refuse_transfer(*, transfer: ShareTransfer, note: str, by: Party | None, at: datetime) -> ShareTransfer:
    """Consent or agreement is refused, with the reason. Raises: ReasonMissing, TransferDecided."""
    transfer = _lock(transfer)
    if state_of(transfer) == State.REFUSED:
        return transfer
    _check_move(transfer, State.REFUSED)
    if not note.strip():
        raise ReasonMissing(_("Say why: whoever is refused may know the reason."))
    _move(transfer, State.REFUSED, by, at, note)
    return transfer


@transaction.atomic
def withdraw_transfer(*, transfer: ShareTransfer, by: Party | None, at: datetime, note: str = "") -> ShareTransfer:
    """It is not wanted any more. Withdrawing twice changes nothing. Raises: TransferDecided."""
    transfer = _lock(transfer)
    if state_of(transfer) == State.WITHDRAWN:
        return transfer
    _check_move(transfer, State.WITHDRAWN)
    _move(transfer, State.WITHDRAWN, by, at, note)
    return transfer


@transaction.atomic
def inherit(
    *, giver: Membership, heir: Membership, note: str, once_key: str, by: Party | None, at: datetime
) -> list[ShareTransfer]:
    """Everything that `giver` held goes to an heir: at once to a member, on admission to an applicant. Once per key.

    `note`: by which paper it is known. Raises: ReasonMissing, OwnTransfer, NotTransferable, NotForThem, TooManyShares.
    """
    coop = giver.coop
    payments.lock_coop(coop.pk)
    made = list(ShareTransfer.objects.filter(coop=coop, once_key__startswith=f"{once_key}."))
    if made:
        return made
    if not note.strip():
        raise ReasonMissing(_("Write by which paper the heir is known, such as a deed of inheritance and its date."))
    if by is not None and heir.party_id == by.pk:
        raise OwnTransfer(_("Nobody brings an inheritance to themselves. Ask another person in office."))
    holdings = queries.holdings_by_class(coop, membership=giver)
    if not holdings:
        raise NotTransferable(_("%(name)s holds no shares.") % {"name": giver.party.name})
    for place, held in enumerate(holdings, 1):
        assert held.share_class is not None
        transfer = ask_transfer(
            giver=giver,
            receiver=heir,
            share_class=held.share_class,
            shares=held.shares,
            reason=Reason.INHERITANCE,
            once_key=f"{once_key}.{place}",
            by=by,
            at=at,
        )
        _move(transfer, State.AGREED, by, at, note)
        _do_if_free(transfer, rulebook(coop, at), by, at)
        made.append(transfer)
    return made


@transaction.atomic
def inherit_on_admission(event: MemberAdmitted) -> None:
    """An heir has become a member: what waited for that is carried out."""
    waiting = ShareTransfer.objects.filter(receiver=event.membership, reason=Reason.INHERITANCE)
    for transfer in waiting.order_by("number"):
        if state_of(transfer) == State.AGREED:
            transfer = _lock(transfer)
            _do_if_free(transfer, rulebook(transfer.coop, event.at), event.by, event.at)


def withdraw_on_leaving(event: MemberLeft) -> None:
    """Who leaves gives nothing on and takes nothing over any more."""
    mine = queries.open_transfers(event.membership.coop, event.membership)
    for transfer in mine:
        if transfer.reason != Reason.INHERITANCE or transfer.receiver_id == event.membership.pk:
            withdraw_transfer(transfer=transfer, by=event.by, at=event.at)


def check_not_own(*, transfer: ShareTransfer, by: Party | None) -> None:
    """Raises: OwnTransfer."""
    own = {transfer.giver.party_id, transfer.receiver.party_id if transfer.receiver else None}
    if by is not None and by.pk in own:
        raise OwnTransfer(_("Nobody consents to a transfer of their own. Ask another person in office."))


def _do_if_free(transfer: ShareTransfer, rules: Rulebook, by: Party | None, at: datetime) -> None:
    """Does what needs no consent, or has it; what waits for an admission waits on."""
    rule = RULES.get(Reason(transfer.reason))
    if rule is not None and rules.value(rule, share_class=transfer.share_class.code) != MEMBERS:
        return
    if transfer.receiver is not None and transfer.receiver.state != Membership.State.MEMBER:
        return
    check_transfer(transfer, rules)
    _do(transfer, rules, by, at)


def _do(transfer: ShareTransfer, rules: Rulebook, by: Party | None, at: datetime) -> None:
    carry_out(transfer=transfer, rules=rules, by=by, at=at)
    _move(transfer, State.DONE, by, at)


def state_of(transfer: ShareTransfer) -> str:
    return TransferMove.objects.filter(transfer=transfer).latest("id").state


def _lock(transfer: ShareTransfer) -> ShareTransfer:
    payments.lock_coop(transfer.coop_id)
    return queries.transfers(transfer.coop).get(pk=transfer.pk)


def _check_move(transfer: ShareTransfer, to: str) -> None:
    state = ShareTransfer.State(state_of(transfer))
    if to not in MOVES[state]:
        raise TransferDecided(
            _("Transfer %(number)s is “%(state)s”, so this is not possible any more, or not yet.")
            % {"number": transfer.number, "state": state.label}
        )


def _move(transfer: ShareTransfer, state: str, by: Party | None, at: datetime, note: str = "") -> None:
    TransferMove.objects.create(
        coop_id=transfer.coop_id, transfer=transfer, state=state, at=at, by=by, note=" ".join(note.split())[:300]
    )
