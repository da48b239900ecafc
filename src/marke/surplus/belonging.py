"""What the app about people asks of years: what somebody got of each."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from marke.parties.models import Party
from marke.surplus.models import MemberYear


def years(party: Party) -> Iterable[Mapping[str, Any]]:
    lines = MemberYear.objects.filter(membership__party=party).select_related("coop", "year__round").order_by("year_id")
    for line in lines:
        yield {
            "co-op": line.coop.name,
            "since": str(line.year.round.since),
            "until": str(line.year.round.until),
            "state": line.year.round.state,
            "paid": line.paid,
            "withheld": line.withheld,
            "kept": line.kept,
            "facts": json.loads(line.facts),
        }
