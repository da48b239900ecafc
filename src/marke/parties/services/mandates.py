"""Offices are given for a term and laid down or withdrawn before it, with a reason."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marke.common import events
from marke.common.refusal import Refused
from marke.parties.events import MandateEnded, MandateGiven
from marke.parties.models import Circle, Coop, Mandate, Membership, Party


class TermIsEmpty(Refused):
    pass


class HolderIsNoMember(Refused):
    pass


class AlreadyHoldsOffice(Refused):
    pass


class MandateIsOver(Refused):
    pass


def give_mandate(
    *,
    coop: Coop,
    membership: Membership,
    office: str,
    starts_on: date,
    ends_on: date,
    by: Party | None,
    at: datetime,
    reason: str,
    circle: Circle | None = None,
) -> Mandate:
    """`ends_on` is the first day without it. Raises: TermIsEmpty, HolderIsNoMember, AlreadyHoldsOffice."""
    label = Mandate.Office(office).label
    if ends_on <= starts_on:
        raise TermIsEmpty(
            _("A term from %(start)s to %(end)s is empty. Let it end after it starts.")
            % {"start": starts_on.isoformat(), "end": ends_on.isoformat()}
        )
    with transaction.atomic():
        holder = Membership.objects.select_for_update().get(pk=membership.pk)
        if holder.coop_id != coop.pk or holder.state != Membership.State.MEMBER:
            raise HolderIsNoMember(
                _("%(name)s is not a member of %(coop)s now. Only a member can hold an office.")
                % {"name": membership.party.name, "coop": coop.name}
            )
        overlapping = Mandate.objects.filter(
            membership=holder, office=office, circle=circle, ended_at=None, starts_on__lt=ends_on, ends_on__gt=starts_on
        ).first()
        if overlapping is not None:
            raise AlreadyHoldsOffice(
                _("%(name)s is already %(office)s until %(end)s. Let the new term start then.")
                % {"name": membership.party.name, "office": str(label).lower(), "end": overlapping.ends_on.isoformat()}
            )
        mandate = Mandate.objects.create(
            coop=coop,
            membership=holder,
            office=office,
            circle=circle,
            starts_on=starts_on,
            ends_on=ends_on,
            given_at=at,
            given_by=by,
            reason=reason,
        )
        events.announce(MandateGiven(mandate=mandate, by=by, at=at))
        return mandate


def end_mandate(*, mandate: Mandate, by: Party | None, at: datetime, reason: str) -> Mandate:
    """Lays down (by the holder) or withdraws (by others) an office before its term. Raises: MandateIsOver."""
    with transaction.atomic():
        locked = Mandate.objects.select_for_update().get(pk=mandate.pk)
        if locked.ended_at is not None:
            raise MandateIsOver(_("This mandate already ended on %(day)s.") % {"day": locked.ended_at.date().isoformat()})
        mandate.ended_at = at
        mandate.ended_by = by
        mandate.end_reason = reason
        mandate.save(update_fields=["ended_at", "ended_by", "end_reason"])
        events.announce(MandateEnded(mandate=mandate, by=by, at=at))
        return mandate
