"""What feedback asks of those with a mandate."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from marke.common.asks import Ask, Task
from marke.feedback.models import Feedback
from marke.feedback.queries import contested
from marke.jobs.permissions import DECIDING
from marke.parties.models import Coop


def of_offices(coop: Coop, offices: frozenset[str], at: datetime) -> Sequence[Task]:
    if offices.isdisjoint(DECIDING):
        return []
    return [Task(_words(row.feedback), reverse("feedback:one", args=[coop.slug, row.feedback_id])) for row in contested(coop)[:5]]


def _words(said: Feedback) -> str:
    if said.job is not None:
        return _("A client contests that their words are hidden: job %(number)d") % {"number": said.job.number}
    assert said.order is not None
    return _("A client contests that their words are hidden: order %(number)d") % {"number": said.order.number}


ASK = Ask("feedback", of_offices=of_offices)
