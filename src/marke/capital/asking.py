"""What a share issue asks of people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from marke.capital import queries
from marke.capital.conditions import State
from marke.common.asks import Ask, Task
from marke.common.money import format_money
from marke.parties.models import Coop, Membership
from marke.payments.permissions import MONEY_OFFICES
from marke.rounds.services import takes_wishes


def of_member(membership: Membership, at: datetime) -> Sequence[Task]:
    """To pay for what was subscribed, or to look whether to take part."""
    issue = queries.open_issue(membership.coop)
    if issue is None or issue.round.state not in (State.OPEN, State.CLOSED):
        return []
    taken = queries.subscription_of(issue, membership)
    url = reverse("capital:subscription", args=[membership.coop.slug, issue.number])
    if taken is not None and taken.standing:
        if not taken.left:
            return []
        words = _("Pay for your shares in “%(title)s”") % {"title": issue.round.title}
        return [Task(words, url, format_money(taken.left, membership.coop.currency), issue.round.closes_at)]
    if not takes_wishes(issue.round, at) or taken is not None:
        return []
    return [Task(_("Take part in “%(title)s”?") % {"title": issue.round.title}, url, until=issue.round.closes_at)]


def of_offices(coop: Coop, offices: frozenset[str], at: datetime) -> Sequence[Task]:
    if offices.isdisjoint(MONEY_OFFICES):
        return []
    issue = queries.open_issue(coop)
    if issue is None or issue.round.state == State.OPEN:
        return []
    words = {
        State.CLOSED: _("“%(title)s” is closed: see who gets how many shares"),
        State.FINAL: _("“%(title)s” is dealt: a second person releases it"),
        State.RELEASED: _("“%(title)s” is released: allot the shares"),
    }[State(issue.round.state)]
    url = reverse("capital:subscriptions", args=[coop.slug, issue.number])
    return [Task(words % {"title": issue.round.title}, url)]


ISSUES_ASK = Ask("share_issues", of_member=of_member, of_offices=of_offices)
