"""Mails about votes: one to each person who may vote, in their own language."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from marke.common import clock
from marke.common.mail import write_mail
from marke.decisions.models import Proposal
from marke.parties.models import Membership, Party, Representation
from marke.rules.sentences import write_day


def tell_vote_opened(proposal: Proposal, entitled: Iterable[Membership], at: datetime) -> None:
    assert proposal.closes_at is not None
    for person in _voters(entitled, proposal, at):
        with override(person.language):
            day = write_day(proposal.closes_at, proposal.coop)
            write_mail(
                to=person.email,
                subject=_("Vote until %(day)s: %(title)s") % {"day": day, "title": proposal.title},
                text=_(
                    "%(name)s, %(coop)s votes on a proposal by %(author)s:\n\n%(title)s\n\n%(link)s\n\n"
                    "You can vote, and change your vote, until %(day)s or until everybody has voted."
                )
                % {**_words(proposal, person), "day": day},
                at=at,
            )


def tell_vote_closed(proposal: Proposal, at: datetime) -> None:
    entitled = [entry.membership for entry in proposal.roll.select_related("membership__party")]
    for person in _voters(entitled, proposal, at):
        with override(person.language):
            outcome = proposal.get_state_display()
            write_mail(
                to=person.email,
                subject=_("%(outcome)s: %(title)s") % {"outcome": outcome, "title": proposal.title},
                text=_("%(name)s, the vote of %(coop)s is over.\n\n%(title)s\n%(outcome)s.\n\nHow the votes fell: %(link)s")
                % {**_words(proposal, person), "outcome": outcome},
                at=at,
            )


def _voters(entitled: Iterable[Membership], proposal: Proposal, at: datetime) -> list[Party]:
    """Who casts these ballots and has a mail address: members themselves, and who acts for organisations. Each once."""
    parties = [membership.party for membership in entitled]
    people = [party for party in parties if party.kind == Party.Kind.PERSON]
    others = [party.pk for party in parties if party.kind != Party.Kind.PERSON]
    if others:
        on = clock.local_date(at, proposal.coop.timezone)
        acting = Representation.objects.filter(Q(ends_on=None) | Q(ends_on__gt=on), party__in=others, starts_on__lte=on)
        people += [row.person for row in acting.select_related("person").order_by("id")]
    once = {person.email.lower(): person for person in people if person.email and person.erased_at is None}
    return list(once.values())


def _words(proposal: Proposal, person: Party) -> dict[str, str]:
    path = reverse("decisions:proposal", args=[proposal.coop.slug, proposal.number])
    return {
        "name": person.name,
        "coop": proposal.coop.name,
        "author": proposal.author.name,
        "title": proposal.title,
        "link": f"{settings.BASE_URL}{path}",
    }
