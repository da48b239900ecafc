"""Teams, chapters and working groups."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marke.common.refusal import Refused
from marke.parties.models import Circle, CircleMembership, Coop, Membership, Party


class CircleNameTaken(Refused):
    pass


class CircleIsClosed(Refused):
    pass


class CircleHasOpenCircles(Refused):
    pass


class NotInThisCoop(Refused):
    pass


def create_circle(
    *, coop: Coop, name: str, purpose: str = "", parent: Circle | None = None, by: Party | None, at: datetime
) -> Circle:
    """Raises: CircleNameTaken, CircleIsClosed (the parent), NotInThisCoop (the parent)."""
    name = name.strip()
    with transaction.atomic():
        Coop.objects.select_for_update(no_key=True).get(pk=coop.pk)
        if Circle.objects.filter(coop=coop, name__iexact=name).exists():
            raise CircleNameTaken(_("There is already a circle “%(name)s”. Choose another name.") % {"name": name})
        if parent is not None:
            if parent.coop_id != coop.pk:
                raise NotInThisCoop(_("That circle is not one of %(coop)s.") % {"coop": coop.name})
            _check_open(parent)
        return Circle.objects.create(coop=coop, name=name, purpose=purpose, parent=parent, created_at=at)


def join_circle(*, circle: Circle, membership: Membership, by: Party | None, at: datetime) -> CircleMembership:
    """Joining twice is joining once. Raises: CircleIsClosed, NotInThisCoop."""
    with transaction.atomic():
        locked = Circle.objects.select_for_update().get(pk=circle.pk)
        _check_open(locked)
        if membership.coop_id != locked.coop_id or membership.state != Membership.State.MEMBER:
            raise NotInThisCoop(
                _("Only members can join a circle, and %(name)s is not one now.") % {"name": membership.party.name}
            )
        place, _was_made = CircleMembership.objects.get_or_create(
            circle=locked, membership=membership, defaults={"coop_id": locked.coop_id, "joined_at": at}
        )
        return place


def leave_circle(*, circle: Circle, membership: Membership, by: Party | None, at: datetime) -> None:
    with transaction.atomic():
        CircleMembership.objects.filter(circle=circle, membership=membership).delete()


def close_circle(*, circle: Circle, by: Party | None, at: datetime) -> Circle:
    """Raises: CircleHasOpenCircles when circles within it are still open."""
    with transaction.atomic():
        locked = Circle.objects.select_for_update().get(pk=circle.pk)
        _check_open(locked)
        if inner := Circle.objects.filter(parent=locked, closed_at=None).first():
            raise CircleHasOpenCircles(
                _("“%(inner)s” is part of “%(name)s” and still open. Close it first.")
                % {"inner": inner.name, "name": locked.name}
            )
        circle.closed_at = at
        circle.save(update_fields=["closed_at"])
        return circle


def _check_open(circle: Circle) -> None:
    if circle.closed_at is not None:
        raise CircleIsClosed(_("The circle “%(name)s” is closed.") % {"name": circle.name})
