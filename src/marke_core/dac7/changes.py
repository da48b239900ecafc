"""What a correction has to say: only what would be read otherwise than before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from marke_core.dac7.model import Seller
from marke_core.dac7.writing import seller_xml


@dataclass(frozen=True, slots=True)
class Changes:
    """Keys of sellers, each in the order in which they came."""

    new: tuple[str, ...]
    corrected: tuple[str, ...]
    deleted: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.new or self.corrected or self.deleted)


def changes(before: Mapping[str, Seller], now: Mapping[str, Seller], *, currency: str, digits: int) -> Changes:
    """Compared is what stands in the file, so that a cent that is rounded away corrects nothing."""

    def said(seller: Seller) -> bytes:
        return seller_xml(seller, currency, digits)

    return Changes(
        new=tuple(key for key in now if key not in before),
        corrected=tuple(key for key in now if key in before and said(now[key]) != said(before[key])),
        deleted=tuple(key for key in before if key not in now),
    )
