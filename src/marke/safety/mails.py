"""The letters about safety: short, and without what others need not know."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from marke.common.mail import write_mail
from marke.parties.models import Coop, Membership
from marke.safety.emergency import emergency_number
from marke.safety.models import Alarm, EmergencyContact


def called(alarm: Alarm, to: Sequence[Membership], at: datetime) -> None:
    """To everybody on duty but the member: go and look, now."""
    person = alarm.membership.party
    for holder in _others(alarm, to):
        with _language(holder.party.language):
            what = _("%(name)s is not safe") if alarm.kind == Alarm.Kind.NOT_SAFE else _("Nothing was heard of %(name)s")
            lines = [
                what % {"name": person.name} + ".",
                "",
                _("%(moment)s. Call them now, and say on the page that you do:")
                % {"moment": _clock(alarm.coop, alarm.raised_at)},
                _url("safety:alarm", alarm.coop, alarm.pk),
                "",
            ]
            if person.phone:
                lines.append(_("Telephone: %(phone)s") % {"phone": person.phone})
            if alarm.job is not None:
                lines.append(_("Job %(number)s, %(place)s") % {"number": alarm.job.number, "place": alarm.job.place})
            lines.append(_("In danger of life: %(number)s") % {"number": emergency_number(alarm.coop.country)})
            _write(holder.party.email, _("%(coop)s: a call for help") % {"coop": alarm.coop.name}, lines, at)


def taken_back(alarm: Alarm, to: Sequence[Membership], at: datetime) -> None:
    for holder in _others(alarm, to):
        with _language(holder.party.language):
            said = _("%(name)s took it back: it was a slip of the thumb.") % {"name": alarm.membership.party.name}
            _write(holder.party.email, _("%(coop)s: the call for help was taken back") % {"coop": alarm.coop.name}, [said], at)


def to_contact(alarm: Alarm, contact: EmergencyContact, at: datetime) -> None:
    """To whom the member named. Their first name, that we look for them, and how to reach us; nothing of their work."""
    coop, first = alarm.coop, alarm.membership.party.name.split(" ")[0]
    with _language(contact.language):
        lines = [
            _("You are named as the person to tell when something may be wrong with %(name)s.") % {"name": first},
            _("They called for help, or we expected a word from them, at %(moment)s, and we have not reached them.")
            % {"moment": _clock(coop, alarm.raised_at)},
            _("Please try to reach them, and tell us what you know."),
            "",
            *([_("Telephone: %(phone)s") % {"phone": coop.phone}] if coop.phone else []),
            *([_("E-mail: %(email)s") % {"email": coop.email}] if coop.email else []),
            _("In danger of life: %(number)s") % {"number": emergency_number(coop.country)},
        ]
        _write(contact.email, _("%(coop)s looks for somebody you know") % {"coop": coop.name}, lines, at)


def _others(alarm: Alarm, to: Sequence[Membership]) -> list[Membership]:
    return [holder for holder in to if holder.pk != alarm.membership_id]


def _clock(coop: Coop, moment: datetime) -> str:
    return moment.astimezone(ZoneInfo(coop.timezone)).strftime("%H:%M")


def _url(name: str, coop: Coop, *args: object) -> str:
    return settings.BASE_URL + reverse(name, args=[coop.slug, *args])


@contextmanager
def _language(code: str) -> Iterator[None]:
    with translation.override(code):
        yield


def _write(email: str, subject: str, lines: Sequence[str], at: datetime) -> None:
    if email:
        write_mail(to=email, subject=subject, text="\n".join([*lines, ""]), at=at)
