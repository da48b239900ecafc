"""A call for help reaches humans at once: by letter, and on their first page, until one of them has closed it."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from marke.common.refusal import NotAllowed, Refused
from marke.jobs.conditions import AT_WORK
from marke.jobs.models import Job
from marke.jobs.services.disputes import checked_text
from marke.parties.models import Membership, Party
from marke.rules.queries import rulebook
from marke.safety import mails
from marke.safety.models import Alarm, AlarmSeen, EmergencyContact, LoneWork
from marke.safety.queries import on_duty

Kind = Alarm.Kind


class AlarmIsClosed(Refused):
    """A human has closed it already."""


class TooLateToUndo(Refused):
    """Others may be on their way: one of them closes it."""


class NotYours(NotAllowed):
    """Nobody takes back or closes what another has to."""


def not_safe(*, membership: Membership, at: datetime) -> Alarm:
    """One tap, nothing asked. A second tap is the same call. It reaches everybody who holds the office that the rule names."""
    with transaction.atomic():
        Membership.objects.select_for_update().get(pk=membership.pk)
        return _ring(membership, Kind.NOT_SAFE, _job_now(membership), at)


def ring_missed(*, work: LoneWork, at: datetime) -> Alarm | None:
    """Nothing was heard for longer than the rules allow. None when a word came, the work is over, or it rings already."""
    with transaction.atomic():
        row = LoneWork.objects.select_for_update(of=("self",)).select_related("job__coop", "membership__party").get(pk=work.pk)
        if row.ended_at is not None or at < row.due_at + rulebook(row.coop, at).value("safety.missed_after"):
            return None
        if row.job.state != Job.State.UNDER_WAY:  # called off, or disputed: nobody works on it
            row.ended_at = at
            row.save(update_fields=["ended_at"])
            return None
        if Alarm.objects.filter(membership=row.membership, kind=Kind.MISSED, undone_at=None, closed_at=None).exists():
            return None
        if Alarm.objects.filter(job=row.job, kind=Kind.MISSED, raised_at__gte=row.due_at).exists():  # closed by a human
            return None
        return _ring(row.membership, Kind.MISSED, row.job, at)


def undo_alarm(*, alarm: Alarm, membership: Membership, at: datetime) -> Alarm:
    """The member's own thumb slipped. Whoever was called is told. A second tap changes nothing.

    Raises: NotYours, TooLateToUndo, AlarmIsClosed.
    """
    with transaction.atomic():
        row = _locked(alarm)
        if row.membership_id != membership.pk:
            raise NotYours(_("Only whoever called can take it back."))
        if row.undone_at is not None:
            return row
        _check_rings(row)
        if at >= row.raised_at + rulebook(row.coop, at).value("safety.undo_within"):
            raise TooLateToUndo(_("Somebody may be on their way to you. Tell them that all is well; they close it."))
        row.undone_at = at
        row.save(update_fields=["undone_at"])
        mails.taken_back(row, on_duty(row.coop, at), at)
        return row


def seen_by(*, alarm: Alarm, membership: Membership, at: datetime) -> AlarmSeen:
    """Somebody on duty answers the call: everybody sees who, and when. A second tap changes nothing."""
    with transaction.atomic():
        row = _locked(alarm)
        _check_rings(row)
        seen, _made = AlarmSeen.objects.get_or_create(alarm=row, membership=membership, defaults={"coop": row.coop, "at": at})
        return seen


def close_alarm(*, alarm: Alarm, note: str, by: Party, at: datetime) -> Alarm:
    """A human writes down how it ended. The same words again change nothing.

    Raises: ReasonNeeded, NotYours when it is one's own call, AlarmIsClosed.
    """
    note = checked_text(note)
    with transaction.atomic():
        row = _locked(alarm)
        if row.membership.party_id == by.pk:
            raise NotYours(_("You called yourself. Somebody else who is on duty speaks with you and closes it."))
        if row.closed_at is not None and row.note == note:
            return row
        _check_rings(row)
        row.closed_at, row.closed_by, row.note = at, by, note
        row.save(update_fields=["closed_at", "closed_by", "note"])
        return row


def tell_contacts(*, alarm: Alarm, at: datetime) -> bool:
    """Nobody has answered for longer than the rule allows: the person whom the member named is written to, once."""
    with transaction.atomic():
        row = _locked(alarm)
        waited = row.raised_at + rulebook(row.coop, at).value("safety.contact_after")
        if not row.rings or row.contact_told_at is not None or at < waited or row.seen.exists():
            return False
        contact = EmergencyContact.objects.filter(membership=row.membership).first()
        if contact is None or not contact.email:
            return False
        row.contact_told_at = at
        row.save(update_fields=["contact_told_at"])
        mails.to_contact(row, contact, at)
        return True


def _ring(membership: Membership, kind: str, job: Job | None, at: datetime) -> Alarm:
    ringing = Alarm.objects.filter(membership=membership, kind=kind, undone_at=None, closed_at=None).first()
    if ringing is not None:
        return ringing
    try:
        with transaction.atomic():
            alarm = Alarm.objects.create(coop=membership.coop, membership=membership, job=job, kind=kind, raised_at=at)
    except IntegrityError:  # two taps at the same moment
        return Alarm.objects.get(membership=membership, kind=kind, undone_at=None, closed_at=None)
    mails.called(alarm, on_duty(membership.coop, at), at)
    return alarm


def _job_now(membership: Membership) -> Job | None:
    """What the member is at: under way first, else what comes next."""
    mine = Job.objects.filter(coop=membership.coop, worker=membership, state__in=AT_WORK)
    return mine.filter(state=Job.State.UNDER_WAY).order_by("-started_at").first() or mine.order_by("starts_at").first()


def _locked(alarm: Alarm) -> Alarm:
    rows = Alarm.objects.select_for_update(of=("self",)).select_related("coop", "membership__party", "membership__coop", "job")
    return rows.get(pk=alarm.pk)


def _check_rings(alarm: Alarm) -> None:
    if not alarm.rings:
        raise AlarmIsClosed(_("This call is over already: it was closed or taken back."))
