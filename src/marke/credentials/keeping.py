"""Who keeps to the agreement: what a platform states beside what was seen of it here."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from marke.credentials.agreement import FORMATS, Speed, speed_of
from marke.credentials.models import AskedElsewhere, Brought, Platform
from marke.credentials.reading import Stated, stated
from marke.parties.models import Coop

KEEPS, SILENT, NOT_READ, SLOW = "keeps", "silent", "not_read", "slow"
VERDICTS: Mapping[str, tuple[str, Any]] = {
    KEEPS: ("good", _("keeps to it")),
    SILENT: ("", _("nothing came from there yet")),
    NOT_READ: ("warn", _("its statement cannot be read")),
    SLOW: ("warn", _("slower than it says")),
}


@dataclass(frozen=True)
class Seen:
    """formats: each that is stated or came, its short name, whether it is stated, and how many of it came."""

    platform: Platform
    stated: Stated
    formats: Sequence[tuple[str, bool, int]]
    speed: Speed
    verdict: str

    @property
    def says(self) -> str:
        return ", ".join(label for label, said, _came in self.formats if said)

    @property
    def came(self) -> Sequence[tuple[str, bool, int]]:
        return [each for each in self.formats if each[2]]

    @property
    def tone(self) -> str:
        return VERDICTS[self.verdict][0]

    @property
    def words(self) -> Any:
        return VERDICTS[self.verdict][1]


def verdict_of(problem: str, within: timedelta | None, speed: Speed, came: int) -> str:
    """By the worst that was seen: whether it can be read, then how fast it was, then whether anything came."""
    if problem:
        return NOT_READ
    if within is not None and speed.longest is not None and speed.longest > within:
        return SLOW
    return KEEPS if came else SILENT


def listed(coop: Coop, at: datetime) -> list[Seen]:
    """The platforms that the co-op lists; as many queries for one as for a hundred."""
    platforms = list(Platform.objects.filter(coop=coop, ended_at=None).select_related("added_by"))
    came, asked = _came(coop, platforms), _asked(coop, platforms)
    return [_seen(each, came[each.did], asked[each.pk], at) for each in platforms]


def _came(coop: Coop, platforms: Sequence[Platform]) -> defaultdict[str, Counter[str]]:
    rows = Brought.objects.filter(coop=coop, issuer__in=[each.did for each in platforms]).order_by()
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for issuer, form, number in rows.values("issuer", "form").annotate(n=Count("id")).values_list("issuer", "form", "n"):
        found[issuer][form] = number
    return found


def _asked(coop: Coop, platforms: Sequence[Platform]) -> defaultdict[int, list[AskedElsewhere]]:
    found: defaultdict[int, list[AskedElsewhere]] = defaultdict(list)
    for row in AskedElsewhere.objects.filter(coop=coop, platform__in=platforms):
        found[row.platform_id].append(row)
    return found


def _seen(platform: Platform, came: Counter[str], asked: Sequence[AskedElsewhere], at: datetime) -> Seen:
    said = stated(platform.statement)
    delays = [row.came_at - row.asked_at for row in asked if row.came_at is not None]
    speed = speed_of(delays, 0, [at - row.asked_at for row in asked if row.came_at is None])
    formats = [
        (label, each in said.formats, came[each])
        for each, (_media, _label, label) in FORMATS.items()
        if each in said.formats or came[each]
    ]
    return Seen(platform, said, formats, speed, verdict_of(platform.problem, said.within, speed, came.total()))
