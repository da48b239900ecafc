"""What waits for somebody in office: a form was adopted, and nobody has recorded its deed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from marke.common.asks import Ask, Task
from marke.parties.models import Coop
from marke.statutes.permissions import RECORDERS
from marke.statutes.queries import awaiting_deed
from marke.statutes.sentences import label_of
from marke_core.statutes import regime


def _of_offices(coop: Any, offices: frozenset[str], at: datetime) -> Sequence[Task]:
    assert isinstance(coop, Coop)
    if offices.isdisjoint(RECORDERS):
        return []
    waiting = awaiting_deed(coop)
    if waiting is None:
        return []
    sentence = _("“%(form)s” is adopted and awaits its deed. When it is drawn up, record its date and number.")
    return [Task(sentence % {"form": label_of(regime(waiting.regime))}, reverse("statutes:deed", args=[coop.slug]))]


ASK = Ask("deed", of_offices=_of_offices)
