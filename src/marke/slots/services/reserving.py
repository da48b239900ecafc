"""Rooms, desks, vans and tools: each is had by one member at a time."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from marke.common.numbering import next_number
from marke.common.refusal import NotAllowed, Refused
from marke.parties.models import Coop, Membership, Party
from marke.rules.queries import rulebook
from marke.rules.sentences import write_duration
from marke.slots.conditions import Span
from marke.slots.doubts import words_of
from marke.slots.models import Reservation, Thing
from marke.slots.services.locking import alone


class CannotReserve(Refused):
    """Taken, over, too far ahead or too long."""


class SomebodyElses(NotAllowed):
    """Who reserved it or who plans takes it back."""


class NameIsTaken(Refused):
    """Two things would have the same name."""


def add_thing(*, coop: Coop, name: str, kind: str, note: str = "", by: Party | None, at: datetime) -> Thing:
    """Raises: NameIsTaken."""
    with alone(coop):
        if Thing.objects.filter(coop=coop, name=name, ended_at=None).exists():
            raise NameIsTaken(_("There is a “%(name)s” already. Give each its own name.") % {"name": name})
        return Thing.objects.create(
            coop=coop, number=next_number(Thing, coop), name=name, kind=Thing.Kind(kind), note=note, added_at=at
        )


def end_thing(*, thing: Thing, by: Party | None, at: datetime) -> None:
    """It is not there any more; what is reserved of it from now on goes as well."""
    with alone(thing.coop):
        Thing.objects.filter(pk=thing.pk, ended_at=None).update(ended_at=at)
        Reservation.objects.filter(thing=thing, cancelled_at=None, starts_at__gt=at).update(cancelled_at=at, cancelled_by=by)


def reserve(
    *, thing: Thing, membership: Membership, span: Span, purpose: str = "", once_key: str = "", by: Party | None, at: datetime
) -> Reservation:
    """Raises: CannotReserve."""
    with alone(thing.coop):
        found = Reservation.objects.filter(coop=thing.coop, once_key=once_key).first() if once_key else None
        if found is not None:
            return found
        _check_span(thing, membership, span, at)
        taken = Reservation.objects.filter(
            Q(starts_at__lt=span.ends_at, ends_at__gt=span.starts_at), thing=thing, cancelled_at=None
        ).select_related("membership__party")
        if (other := taken.first()) is not None:
            told = {
                "thing": thing.name, "name": other.membership.party.name,
                "span": words_of(Span(other.starts_at, other.ends_at), thing.coop.timezone),
            }  # fmt: skip
            raise CannotReserve(_("%(name)s has “%(thing)s” then: %(span)s. Choose another time.") % told)
        return Reservation.objects.create(
            coop=thing.coop, number=next_number(Reservation, thing.coop), thing=thing, membership=membership,
            starts_at=span.starts_at, ends_at=span.ends_at, purpose=purpose, made_at=at, made_by=by, once_key=once_key,
        )  # fmt: skip


def _check_span(thing: Thing, membership: Membership, span: Span, at: datetime) -> None:
    rules = rulebook(thing.coop, at)
    if membership.coop_id != thing.coop_id or membership.state != Membership.State.MEMBER:
        raise CannotReserve(_("What we share is for members of %(coop)s.") % {"coop": thing.coop.name})
    if Thing.objects.filter(pk=thing.pk, ended_at=None).first() is None:
        raise CannotReserve(_("“%(thing)s” is not there any more.") % {"thing": thing.name})
    if not at - timedelta(hours=1) <= span.starts_at < span.ends_at:
        raise CannotReserve(_("Choose a time that is not over, and an end after the beginning."))
    ahead: int = rules.value("slots.reserve_ahead")
    if span.starts_at > at + timedelta(days=ahead):
        raise CannotReserve(_("The rule lets you reserve %(days)s days ahead.") % {"days": ahead})
    longest: timedelta = rules.value("slots.reserve_longest")
    if span.length > longest:
        raise CannotReserve(_("The rule lets you reserve for %(longest)s at most.") % {"longest": write_duration(longest)})


def cancel_reservation(
    *, reservation: Reservation, membership: Membership, planner: bool, by: Party | None, at: datetime
) -> None:
    """Somebody else can have it. What is over stays. Raises: SomebodyElses, CannotReserve."""
    with alone(reservation.coop):
        if reservation.membership_id != membership.pk and not planner:
            raise SomebodyElses(_("Only who reserved it and the coordinator can take it back."))
        found = Reservation.objects.get(pk=reservation.pk)
        if found.cancelled_at is not None:
            return
        if found.ends_at <= at:
            raise CannotReserve(_("It is over."))
        found.cancelled_at, found.cancelled_by = at, by
        found.save(update_fields=["cancelled_at", "cancelled_by"])
