"""Somebody else takes a place: a stand-in, or two members swap. Both have said yes."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from marke.common.refusal import Refused
from marke.parties.models import Membership, Party
from marke.slots import mails
from marke.slots.models import Handover, SignUp
from marke.slots.services.locking import alone
from marke.slots.services.signing_up import check_can_sign_up, check_limits, end_sign_up


class CannotHandOver(Refused):
    """The place is not theirs to give, or not ahead any more."""


class AskedIsOver(Refused):
    """Somebody was faster, it was taken back, or the shift has begun."""


def ask_handover(
    *, sign_up: SignUp, to: Membership | None = None, in_return: SignUp | None = None, by: Party | None, at: datetime
) -> Handover:
    """`to` is asked to stand in, or with `in_return`, a place of theirs, to swap; with neither, everybody is asked.

    Asking anew takes back what was asked before. Raises: CannotHandOver.
    """
    with alone(sign_up.coop):
        given = _ahead(sign_up, at)
        if in_return is not None:
            in_return = _ahead(in_return, at)
            if to is None or in_return.membership_id != to.pk:
                raise CannotHandOver(_("Swap with a shift of whom you ask."))
        if to is not None:
            _check_to(given, to, at)
        Handover.objects.filter(given=given, state=Handover.State.OPEN).update(
            state=Handover.State.WITHDRAWN, answered_at=at, answered_by=by
        )
        asked = Handover.objects.create(coop=given.coop, given=given, to=to, in_return=in_return, asked_at=at)
        if to is not None:
            mails.asked(asked, at)
        return asked


def _ahead(sign_up: SignUp, at: datetime) -> SignUp:
    found = SignUp.objects.filter(pk=sign_up.pk).select_related("shift__coop", "membership__party", "coop").get()
    if found.ended_at is not None or found.place is None or not found.shift.is_published or found.starts_at <= at:
        raise CannotHandOver(_("This place is not ahead any more, so nobody can take it over."))
    return found


def _check_to(given: SignUp, to: Membership, at: datetime) -> None:
    if to.pk == given.membership_id:
        raise CannotHandOver(_("Ask somebody else."))
    check_can_sign_up(given.shift, to, at)
    if SignUp.objects.filter(shift=given.shift, membership=to, ended_at=None, place__isnull=False).exists():
        raise CannotHandOver(_("%(name)s is on this shift already.") % {"name": to.party.name})


def accept_handover(*, handover: Handover, membership: Membership, by: Party | None, at: datetime) -> SignUp:
    """The place is theirs now, and where two swap, the other one is the asker's. Raises: AskedIsOver, CannotHandOver, CannotSignUp,
    AgainstTheLimits; then both keep what they had.
    """
    with alone(handover.coop):
        asked = _open(handover, at)
        if asked.to_id not in (None, membership.pk):
            raise CannotHandOver(_("Somebody else was asked."))
        given, back = _ahead(asked.given, at), asked.in_return
        _check_to(given, membership, at)
        check_limits(given.shift, membership, at, without=(back.pk,) if back else ())
        SignUp.objects.filter(shift=given.shift, membership=membership, ended_at=None).update(ended_at=at, ended_by=by)
        if back is not None:
            back = _ahead(back, at)
            _check_to(back, given.membership, at)
            check_limits(back.shift, given.membership, at, without=(given.pk,))
            SignUp.objects.filter(shift=back.shift, membership=given.membership, ended_at=None).update(ended_at=at, ended_by=by)
        asked.state, asked.answered_at, asked.answered_by = Handover.State.ACCEPTED, at, by
        asked.save(update_fields=["state", "answered_at", "answered_by"])
        for each in (given, back):
            if each is not None:
                end_sign_up(sign_up=each, by=by, at=at)
        taken = _pass_on(given, membership, by, at)
        if back is not None:
            _pass_on(back, given.membership, by, at)
        mails.handed_over(asked, membership, at)
        return taken


def _pass_on(place: SignUp, to: Membership, by: Party | None, at: datetime) -> SignUp:
    return SignUp.objects.create(
        coop=place.coop, shift=place.shift, membership=to, starts_at=place.starts_at, ends_at=place.ends_at, place=place.place,
        since=at, by=by, stands_in_for=place.membership,
    )  # fmt: skip


def _open(handover: Handover, at: datetime) -> Handover:
    found = Handover.objects.select_related("given", "in_return").get(pk=handover.pk)
    if found.state != Handover.State.OPEN or found.given.starts_at <= at:
        raise AskedIsOver(_("Somebody was faster, it was taken back, or the shift has begun."))
    return found


def decline_handover(*, handover: Handover, membership: Membership, by: Party | None, at: datetime) -> None:
    """Costs nothing. Whoever asked keeps the place and is told. Raises: AskedIsOver, CannotHandOver."""
    with alone(handover.coop):
        asked = _open(handover, at)
        if asked.to_id != membership.pk:
            raise CannotHandOver(_("Somebody else was asked."))
        asked.state, asked.answered_at, asked.answered_by = Handover.State.DECLINED, at, by
        asked.save(update_fields=["state", "answered_at", "answered_by"])
        mails.declined(asked, membership, at)


def withdraw_handover(*, handover: Handover, by: Party | None, at: datetime) -> None:
    """Whoever asked keeps the place. What is over stays as it is."""
    with alone(handover.coop):
        Handover.objects.filter(pk=handover.pk, state=Handover.State.OPEN).update(
            state=Handover.State.WITHDRAWN, answered_at=at, answered_by=by
        )
