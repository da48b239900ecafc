"""The kinds of work there are. Packs, which stand above, register theirs here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from marke.common.registry import Registry

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True)
class JobKind:
    kind: str
    label: str | _StrPromise
    # Something is fetched at one place and brought to another.
    needs_pickup: bool = False
    # The slug of the pack that brings it.
    pack: str = ""
    # Client and member agree on the price and settle it between them: each gets the other's telephone, nobody takes a fee.
    between_them: bool = False
    # Things, not people: several may be fetched and brought on one trip, where the rule allows it.
    together: bool = False


job_kinds: Registry[JobKind] = Registry("kind of job")


def kinds_of(pack: str) -> list[JobKind]:
    """The kinds of work of a co-op of this pack."""
    return [kind for kind in job_kinds if kind.pack in ("", pack)]


def between_them(kind: str) -> bool:
    """Whether client and member settle the price of such work between them."""
    return kind in job_kinds and job_kinds.get(kind).between_them


def pays_for_work(pack: str) -> bool:
    """Whether the price of any work passes through the books of a co-op of this pack."""
    kinds = kinds_of(pack)
    return not kinds or any(not kind.between_them for kind in kinds)


def label_of(kind: str) -> str:
    return str(job_kinds.get(kind).label) if kind in job_kinds else kind
