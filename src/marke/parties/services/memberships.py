"""How a membership comes about, rests and ends."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marke.common import events
from marke.common.numbering import next_number
from marke.common.refusal import Refused
from marke.parties.conditions import may_move
from marke.parties.events import MemberAdmitted, MemberApplied, MemberLeft, MemberRefused, MemberSuspended
from marke.parties.hooks import grounds
from marke.parties.models import CircleMembership, Coop, Mandate, Membership, MembershipEvent, Party
from marke.parties.queries import contact_is_hidden

State = Membership.State


class AlreadyBelongs(Refused):
    pass


class MoveNotAllowed(Refused):
    pass


class NotHeard(Refused):
    """Nobody loses their place without having been told why and heard."""


def apply_for_membership(
    *,
    coop: Coop,
    party: Party,
    member_class: str = "worker",
    engagement: str = Membership.Engagement.SELF_EMPLOYED,
    motivation: str = "",
    join_key: str = "",
    by: Party | None,
    at: datetime,
) -> Membership:
    """Whoever left or was refused earlier asks again under the same number.

    Raises: AlreadyBelongs when the party is a member or has already applied.
    """
    with transaction.atomic():
        number = next_number(Membership, coop)  # locks the co-op, so nobody applies twice at the same moment
        membership = Membership.objects.select_for_update().filter(coop=coop, party=party).first()
        if membership is None:
            membership = Membership(coop=coop, party=party, number=number)
        elif not may_move(membership.state, State.APPLIED):
            raise AlreadyBelongs(
                _("%(name)s already belongs to %(coop)s (number %(number)d: %(state)s).")
                % {
                    "name": party.name,
                    "coop": coop.name,
                    "number": membership.number,
                    "state": membership.get_state_display().lower(),
                }
            )
        membership.state = State.APPLIED
        membership.member_class = member_class
        membership.engagement = engagement
        membership.motivation = motivation
        membership.join_key = join_key
        membership.applied_at = at
        membership.admitted_at = membership.left_at = None
        membership.save()
        _record(membership, by=by, at=at, note="")
        events.announce(MemberApplied(membership=membership, by=by, at=at))
        return membership


def admit_member(*, membership: Membership, by: Party | None, at: datetime, note: str = "") -> Membership:
    """Raises: MoveNotAllowed unless the party has applied."""
    with transaction.atomic():
        _move(membership, State.MEMBER, by=by, at=at, note=note, only_from=State.APPLIED)
        events.announce(MemberAdmitted(membership=membership, by=by, at=at))
        return membership


def refuse_member(*, membership: Membership, by: Party | None, at: datetime, note: str = "") -> Membership:
    """Raises: MoveNotAllowed unless the party has applied."""
    with transaction.atomic():
        _move(membership, State.REFUSED, by=by, at=at, note=note)
        events.announce(MemberRefused(membership=membership, by=by, at=at, note=note))
        return membership


def check_heard(membership: Membership, to: str) -> None:
    """Whether something above this app allows that the membership rests (SUSPENDED) or is ended by others (LEFT).

    Raises: NotHeard.
    """
    if not any(ground.covers(membership, to) for ground in grounds):
        raise NotHeard(
            _("Nobody is suspended or excluded without a hearing, and %(name)s has had none that says so. Open one first.")
            % {"name": membership.party.name}
        )


def suspend(*, membership: Membership, by: Party | None, at: datetime, note: str) -> Membership:
    """The membership rests: its holder may look, not act. Raises: NotHeard, MoveNotAllowed unless a member."""
    with transaction.atomic():
        check_heard(membership, State.SUSPENDED)
        _move(membership, State.SUSPENDED, by=by, at=at, note=note)
        events.announce(MemberSuspended(membership=membership, by=by, at=at, note=note))
        return membership


def reinstate(*, membership: Membership, by: Party | None, at: datetime, note: str = "") -> Membership:
    """Ends a suspension. Raises: MoveNotAllowed unless suspended."""
    with transaction.atomic():
        return _move(membership, State.MEMBER, by=by, at=at, note=note, only_from=State.SUSPENDED)


def leave(*, membership: Membership, by: Party | None, at: datetime, note: str = "") -> Membership:
    """By their own wish, or because they died. Ends a membership, its offices and its place in circles; or withdraws an
    application.

    Raises: MoveNotAllowed when there is nothing to leave, and whatever a higher app says stands in the way.
    """
    with transaction.atomic():
        was = _locked(membership).state
        _move(membership, State.LEFT, by=by, at=at, note=note)
        Mandate.objects.filter(membership=membership, ended_at=None).update(
            ended_at=at, ended_by=by, end_reason=_("left the co-op")
        )
        CircleMembership.objects.filter(membership=membership).delete()
        events.announce(MemberLeft(membership=membership, was=was, by=by, at=at))
        return membership


def exclude(*, membership: Membership, by: Party | None, at: datetime, note: str) -> Membership:
    """Ends a membership against its holder's wish. Raises: NotHeard, and as `leave`."""
    with transaction.atomic():
        check_heard(membership, State.LEFT)
        return leave(membership=membership, by=by, at=at, note=note)


def describe_membership(
    *,
    membership: Membership,
    engagement: str | None = None,
    home: tuple[int, int] | None = None,
    forget_home: bool = False,
    by: Party | None,
    at: datetime,
) -> Membership:
    """How somebody works, and where they start from if they share it: `home` is (latitude, longitude) times 1e7."""
    with transaction.atomic():
        if engagement is not None:
            membership.engagement = Membership.Engagement(engagement)
        if home is not None or forget_home:
            membership.home_lat_e7, membership.home_lon_e7 = home or (None, None)
        membership.save(update_fields=["engagement", "home_lat_e7", "home_lon_e7"])
        return membership


def share_contact(*, membership: Membership, by: Party, at: datetime) -> Membership:
    """Who came by a list says that officers here may see how to reach them. Saying it twice changes nothing."""
    with transaction.atomic():
        _locked(membership)
        if contact_is_hidden(membership) and by.pk == membership.party_id:
            _record(membership, by=by, at=at, note=_("shares telephone number and address"))
        return membership


def _locked(membership: Membership) -> Membership:
    # "No key": whoever holds the co-op's row may still write rows that refer to this member, and does not wait for us in a circle.
    return Membership.objects.select_for_update(no_key=True).get(pk=membership.pk)


def _move(
    membership: Membership, to: str, *, by: Party | None, at: datetime, note: str, only_from: str | None = None
) -> Membership:
    present = _locked(membership).state
    if not may_move(present, to) or (only_from is not None and present != only_from):
        raise MoveNotAllowed(
            _("%(name)s is “%(state)s” and so cannot become “%(to)s”.")
            % {"name": membership.party.name, "state": State(present).label, "to": State(to).label}
        )
    membership.state = to
    if to == State.MEMBER and present == State.APPLIED:
        membership.admitted_at = at
    if to == State.LEFT:
        membership.left_at = at
        # Where somebody lives is kept only as long as work is given by it.
        membership.home_lat_e7 = membership.home_lon_e7 = None
    membership.save(update_fields=["state", "admitted_at", "left_at", "home_lat_e7", "home_lon_e7"])
    _record(membership, by=by, at=at, note=note)
    return membership


def _record(membership: Membership, *, by: Party | None, at: datetime, note: str) -> None:
    MembershipEvent.objects.create(
        coop_id=membership.coop_id, membership=membership, state=membership.state, at=at, by=by, note=note
    )
