"""How a sector says it: a driver and her rides, a cleaner and her visits. The rest of the program speaks of members and jobs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from marke.common.registry import Registry

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True)
class SectorWords:
    """Whole phrases, because languages bend their nouns. `kind` is the slug of the pack.

    jobs: over everything that is to be done · your_worker: to a client, whoever comes · workers: those who do the work ·
    book: what a client is invited to
    """

    kind: str
    jobs: str | _StrPromise
    your_worker: str | _StrPromise
    workers: str | _StrPromise
    book: str | _StrPromise


sector_words: Registry[SectorWords] = Registry("words of a sector")
_PLAIN = SectorWords("", _("Jobs"), _("Who"), _("Members who work"), _("What would you like to book?"))


def words_of(pack: str) -> SectorWords:
    return sector_words.get(pack) if pack in sector_words else _PLAIN
