"""The letters about shifts: short, each with the shift, its hours and where to answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from marke.common.mail import write_mail
from marke.parties.models import Coop, Membership
from marke.slots.conditions import Span
from marke.slots.doubts import words_of
from marke.slots.models import Handover, Shift, SignUp


def put_on(sign_up: SignUp, at: datetime) -> None:
    """Whoever plans wrote them down."""
    with translation.override(sign_up.membership.party.language):
        said = _("You are written down for a shift. If that was not agreed, say so or leave it:")
        _write(sign_up.membership, _("You are on a shift"), [said, *_lines(sign_up.shift)], at)


def taken_off(sign_up: SignUp, at: datetime) -> None:
    with translation.override(sign_up.membership.party.language):
        _write(sign_up.membership, _("You are not on this shift any more"), _lines(sign_up.shift), at)


def moved_up(sign_up: SignUp, at: datetime) -> None:
    with translation.override(sign_up.membership.party.language):
        said = _("A place became free, and you waited longest: it is yours.")
        _write(sign_up.membership, _("You are on the shift now"), [said, *_lines(sign_up.shift)], at)


def place_is_free(sign_up: SignUp, at: datetime) -> None:
    with translation.override(sign_up.membership.party.language):
        said = _("Somebody left, shortly before it begins. Whoever takes the place first has it:")
        _write(sign_up.membership, _("A place is free"), [said, *_lines(sign_up.shift)], at)


def published(on: Iterable[SignUp], at: datetime) -> None:
    """One letter to each who is on a shift of the week that was published, with all of theirs."""
    for _pk, rows in groupby(sorted(on, key=lambda row: (row.membership_id, row.starts_at)), key=lambda row: row.membership_id):
        mine = list(rows)
        member = mine[0].membership
        with translation.override(member.party.language):
            lines = [_("These shifts are published, and you are on them:"), ""]
            lines += [f"{_span(row.shift, member.coop)}  {row.shift.title}" for row in mine]
            _write(member, _("Your shifts"), [*lines, "", _url(member.coop, "slots:mine")], at)


def changed(shift: Shift, on: Sequence[SignUp], at: datetime) -> None:
    for row in on:
        with translation.override(row.membership.party.language):
            said = _("The hours or the place have changed. If you cannot now, leave it or look for a stand-in.")
            _write(row.membership, _("A shift has changed"), [said, *_lines(shift)], at, shift.coop)


def cancelled(shift: Shift, on: Sequence[SignUp], at: datetime) -> None:
    for row in on:
        with translation.override(row.membership.party.language):
            reason = [shift.cancel_reason] if shift.cancel_reason else []
            _write(row.membership, _("A shift was cancelled"), [*_lines(shift), *reason], at, shift.coop)


def asked(handover: Handover, at: datetime) -> None:
    """To whom somebody asks to swap or to stand in."""
    to, given = handover.to, handover.given
    assert to is not None
    with translation.override(to.party.language):
        lines = [_("%(name)s asks you to take this shift:") % {"name": given.membership.party.name}, *_lines(given.shift)]
        if handover.in_return is not None:
            lines += [_("In return they take yours:"), _span(handover.in_return.shift, given.coop)]
        _write(to, _("Will you take a shift?"), [*lines, "", _("Saying no costs nothing.")], at, given.coop)


def handed_over(handover: Handover, by: Membership, at: datetime) -> None:
    given = handover.given
    with translation.override(given.membership.party.language):
        said = _("%(name)s takes this shift:") % {"name": by.party.name}
        lines = [said, *_lines(given.shift)]
        if handover.in_return is not None:
            lines += [_("You have theirs instead:"), _span(handover.in_return.shift, given.coop)]
        _write(given.membership, _("Your shift is taken over"), lines, at, given.coop)


def declined(handover: Handover, by: Membership, at: datetime) -> None:
    given = handover.given
    with translation.override(given.membership.party.language):
        lines = [_("%(name)s cannot take this shift; you are still on it:") % {"name": by.party.name}, *_lines(given.shift)]
        _write(given.membership, _("You are still on the shift"), lines, at, given.coop)


def _lines(shift: Shift) -> list[str]:
    place = [shift.place] if shift.place else []
    return ["", shift.title, _span(shift, shift.coop), *place, "", _url(shift.coop, "slots:shift", shift.number)]


def _span(shift: Shift, coop: Coop) -> str:
    return words_of(Span(shift.starts_at, shift.ends_at), coop.timezone)


def _url(coop: Coop, name: str, *args: object) -> str:
    return settings.BASE_URL + reverse(name, args=[coop.slug, *args])


def _write(member: Membership, subject: str, lines: Sequence[str], at: datetime, coop: Coop | None = None) -> None:
    if member.party.email:
        name = (coop or member.coop).name
        write_mail(to=member.party.email, subject=f"{name}: {subject}", text="\n".join([*lines, ""]), at=at)
