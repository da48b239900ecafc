"""The letters of a hearing, in the language of whoever gets them. Written in the transaction that causes them."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from marke.common import clock
from marke.common.mail import write_mail
from marke.hearings.models import Case, CaseStep
from marke.hearings.words import broken, outcome_words
from marke.parties.models import Party, Representation
from marke.rules.sentences import write_day


def notice(case: Case, at: datetime) -> None:
    """What somebody is said to have done, by which rule, and until when they can answer."""
    grounds = case.steps.get(kind=CaseStep.Kind.OPENED).text
    assert case.statement_until is not None
    for person in _people(case, at):
        with override(person.language):
            _write(
                case,
                person,
                _("%(coop)s: a hearing about you, case %(number)d"),
                _("What is said to be broken: %(what)s") % {"what": broken(case)},
                grounds,
                _("Nothing is decided. You can answer until %(day)s, and name somebody who speaks for you.")
                % {"day": write_day(case.statement_until, case.coop)},
                at=at,
            )


def suspended_meanwhile(case: Case, until: datetime, grounds: str, at: datetime) -> None:
    for person in _people(case, at):
        with override(person.language):
            _write(
                case,
                person,
                _("%(coop)s: you are suspended meanwhile, case %(number)d"),
                _("Your membership rests until %(day)s at the latest. Nothing is decided by that. The reason:")
                % {"day": write_day(until, case.coop)},
                grounds,
                _("What you have earned is paid as always, and you can still answer in your case."),
                at=at,
            )


def decided(case: Case, reasons: str, at: datetime) -> None:
    """The written reasons, with how to appeal."""
    for person in _people(case, at):
        with override(person.language):
            appeal = (
                _("You can appeal until %(day)s. Until then, and until an appeal is decided, nothing takes effect.")
                % {"day": write_day(case.appeal_until, case.coop)}
                if case.appeal_until
                else _("The case is over.")
            )
            _write(case, person, _("%(coop)s: case %(number)d is decided"), outcome_words(case), reasons, appeal, at=at)


def answered(case: Case, reasons: str, at: datetime) -> None:
    for person in _people(case, at):
        with override(person.language):
            outcome = (
                _("The decision stands: %(outcome)s.") % {"outcome": outcome_words(case)}
                if case.upheld
                else _("The decision is set aside: nothing follows.")
            )
            _write(case, person, _("%(coop)s: your appeal in case %(number)d is decided"), outcome, reasons, at=at)


def withdrawn(case: Case, reason: str, at: datetime) -> None:
    for person in _people(case, at):
        with override(person.language):
            _write(case, person, _("%(coop)s: case %(number)d was taken back"), reason, at=at)


def _people(case: Case, at: datetime) -> list[Party]:
    """The member; who acts for an organisation; who speaks for the member."""
    party = case.membership.party
    people = [party]
    if party.kind != Party.Kind.PERSON:
        on = clock.local_date(at, case.coop.timezone)
        acting = Representation.objects.filter(Q(ends_on=None) | Q(ends_on__gt=on), party=party, starts_on__lte=on)
        people += [row.person for row in acting.select_related("person").order_by("id")]
    if case.speaker is not None:
        people.append(case.speaker.party)
    return [person for person in people if person.email and person.erased_at is None]


def _write(case: Case, person: Party, subject: str, *parts: str, at: datetime) -> None:
    link = settings.BASE_URL + reverse("hearings:case", args=[case.coop.slug, case.number])
    text = "\n\n".join([*parts, _("Your case:") + " " + link, ""])
    write_mail(to=person.email, subject=subject % {"coop": case.coop.name, "number": case.number}, text=text, at=at)
