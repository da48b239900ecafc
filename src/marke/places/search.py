"""Addresses as somebody types them: by what the co-op knows, and by a search of the operator's where one is set up.

An address is where somebody lives. Whoever types sees their own earlier addresses and those that are public, never a
neighbour's; whether the co-op knows a stranger's address does not show either.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from http.client import HTTPException
from typing import Any, Protocol
from urllib.error import URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import urlopen

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from marke.parties.models import Client, Coop
from marke.places.models import Address, AddressWord
from marke_core.matching import Place

MOST = 6  # suggestions
LEAST_TYPED = 2  # characters
MOST_WORDS = 12
LONGEST_WORD = 64  # bytes
PATIENCE = 1.5  # seconds; somebody is typing
LONGEST_ANSWER = 200_000  # bytes
# Letters that are no accented form of another, as people without them on their keyboard write them.
PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"})
# Written without spaces: every sign is a word.
SIGNS = re.compile(r"[぀-ヿ㐀-鿿豈-﫿가-힯]|[^\s぀-ヿ㐀-鿿豈-﫿가-힯]+")


@dataclass(frozen=True)
class Asking:
    """Who types. `client`: signed in · `chain`: follows the link of a booking · `coordinates`: sees every booking anyway."""

    client: Client | None = None
    chain: str = ""
    coordinates: bool = False


@dataclass(frozen=True)
class Found:
    text: str
    point: Place | None


class AddressSearch(Protocol):
    """The seam for a provider of addresses."""

    def suggest(self, coop: Coop, text: str, asking: Asking) -> list[Found]:
        """What somebody may mean who typed so far, the likeliest first. Raises: SearchSilent."""
        ...

    def locate(self, coop: Coop, text: str, asking: Asking) -> Place | None:
        """Where a whole address is. None when it is not known. Raises: SearchSilent."""
        ...


class SearchSilent(Exception):
    """The search gave no answer: too late, not there, or nothing that can be one."""


class KnownAddresses:
    """What the co-op knows: the addresses of earlier bookings, as far as whoever asks may see them. One query each."""

    def suggest(self, coop: Coop, text: str, asking: Asking) -> list[Found]:
        newest = matching(coop, text, asking).order_by("-used_at", "-pk")[: 4 * MOST]
        return _once((row.folded, Found(row.text, point_of(row))) for row in newest)

    def locate(self, coop: Coop, text: str, asking: Asking) -> Place | None:
        row = _placed(visible(coop, asking), text)
        return point_of(row) if row else None


@dataclass(frozen=True)
class HttpSearch:
    """A search over HTTP that answers like Photon (GeoJSON) or Nominatim (a list). `address` goes up to the question mark.

    Source: Photon's API (features with properties name, street, housenumber, postcode, city); Nominatim's /search, format jsonv2.
    """

    address: str
    patience: float = PATIENCE

    def suggest(self, coop: Coop, text: str, asking: Asking) -> list[Found]:
        sign = "&" if urlsplit(self.address).query else "?"
        asked = urlencode({"q": text[:200], "limit": MOST, "format": "jsonv2"})
        try:
            with urlopen(f"{self.address}{sign}{asked}", timeout=self.patience) as answer:  # noqa: S310 the operator gave the address
                told = json.loads(answer.read(LONGEST_ANSWER))
            return _once((fold(found.text), found) for found in _read(told))
        except (URLError, HTTPException, OSError, ValueError, LookupError, TypeError, AttributeError) as error:
            raise SearchSilent(f"{urlsplit(self.address).netloc}: {error}") from error

    def locate(self, coop: Coop, text: str, asking: Asking) -> Place | None:
        found = self.suggest(coop, text, asking)
        return found[0].point if found else None


def searches() -> list[AddressSearch]:
    """What the co-op knows comes first; nothing leaves the house unless the operator has set up where to ask."""
    outside = [HttpSearch(settings.ADDRESS_SEARCH)] if settings.ADDRESS_SEARCH else []
    return [KnownAddresses(), *outside]


def suggest(coop: Coop, text: str, asking: Asking) -> list[Found]:
    """Up to MOST addresses; a search that is silent is left out, because plain text is taken as well."""
    if len(fold(text)) < LEAST_TYPED:
        return []
    found: list[Found] = []
    for search in searches():
        if len(found) < MOST:
            found += _asked(lambda search=search: search.suggest(coop, text, asking)) or []
    return _once((fold(one.text), one) for one in found)


def locate(coop: Coop, text: str, asking: Asking) -> Place | None:
    """Where an address is, if whoever asks may know it, or the operator's search does."""
    if not fold(text):
        return None
    places = (_asked(lambda search=search: search.locate(coop, text, asking)) for search in searches())
    return next((place for place in places if place), None)


def known_point(coop: Coop, text: str) -> Place | None:
    """Where an address is by the co-op's whole memory: for who is nearest, never for what somebody is shown."""
    row = _placed(Address.objects.filter(coop=coop), text)
    return point_of(row) if row else None


def remember(*, coop: Coop, client: Client, chain: str, places: Sequence[tuple[str, Place | None]], at: datetime) -> None:
    """Keeps the addresses of a booking for whoever made it."""
    with transaction.atomic():
        for text, point in places:
            if fold(text):
                _keep(coop, client, chain, " ".join(text.split())[:200], point, at)


def remember_many(*, coop: Coop, given: Iterable[tuple[int, str, Place | None]], at: datetime) -> None:
    """`remember` for a year of bookings at once: (id of the client, address, where it is). What is known already stays as it is."""
    wanted = {(client, fold(text)): (text, point) for client, text, point in given if fold(text)}
    known = set(Address.objects.filter(coop=coop, chain="").values_list("client", "folded"))
    rows = [
        Address(
            coop=coop, client_id=client, chain="", folded=folded, text=" ".join(text.split())[:200], used_at=at,
            lat_e7=point.lat if point else None, lon_e7=point.lon if point else None,
        )
        for (client, folded), (text, point) in wanted.items()
        if (client, folded) not in known
    ]  # fmt: skip
    made = Address.objects.bulk_create(rows, batch_size=500)
    AddressWord.objects.bulk_create(
        (AddressWord(coop=coop, address=row, word=word) for row in made for word in words(row.text)), batch_size=2_000
    )


def _keep(coop: Coop, client: Client, chain: str, text: str, point: Place | None, at: datetime) -> None:
    placed = {"lat_e7": point.lat, "lon_e7": point.lon} if point else {}
    row, created = Address.objects.update_or_create(
        coop=coop, client=client, chain=chain, folded=fold(text),
        defaults={"used_at": at, "text": text, **placed}, create_defaults={"used_at": at, "text": text, **placed},
    )  # fmt: skip
    if created:
        AddressWord.objects.bulk_create(AddressWord(coop=coop, address=row, word=word) for word in words(text))


def matching(coop: Coop, text: str, asking: Asking) -> QuerySet[Address]:
    """The addresses that whoever asks may see and in which a word begins with each word of the text."""
    rows = visible(coop, asking)
    for word in words(text)[:5]:
        begins = AddressWord.objects.filter(coop=coop, word__gte=word, word__lt=word + b"\xff")
        rows = rows.filter(pk__in=begins.values("address"))
    return rows


def visible(coop: Coop, asking: Asking) -> QuerySet[Address]:
    """The addresses that whoever asks may see."""
    rows = Address.objects.filter(coop=coop)
    if asking.coordinates:
        return rows
    may = Q(public=True)
    if asking.client is not None:
        may |= Q(client=asking.client, chain="")
    if asking.chain:
        may |= Q(chain=asking.chain)
    return rows.filter(may)


def point_of(row: Address) -> Place | None:
    return None if row.lat_e7 is None or row.lon_e7 is None else Place(row.lat_e7, row.lon_e7)


def fold(text: str) -> str:
    """Without accents, case, punctuation and double spaces: “Çankırı Str. 5” and “cankiri str 5” are the same."""
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text[:200]).casefold().translate(PLAIN))
    kept = "".join(char if char.isalnum() else " " for char in decomposed if not unicodedata.combining(char))
    return " ".join(unicodedata.normalize("NFC", kept).split())[:400]


def words(text: str) -> list[bytes]:
    """The words of an address, each once, as they are kept."""
    found = (word.encode()[:LONGEST_WORD] for word in SIGNS.findall(fold(text)))
    return list(dict.fromkeys(found))[:MOST_WORDS]


def _placed(rows: QuerySet[Address], text: str) -> Address | None:
    return rows.filter(folded=fold(text), lat_e7__isnull=False).order_by("-used_at", "-pk").first()


def _asked(ask: Any) -> Any:
    try:
        return ask()
    except SearchSilent:
        return None


def _once(found: Iterable[tuple[str, Found]]) -> list[Found]:
    """Each address once, as it came first."""
    kept: dict[str, Found] = {}
    for folded, one in found:
        kept.setdefault(folded, one)
    return list(kept.values())[:MOST]


def _read(told: Any) -> Iterator[Found]:
    if isinstance(told, dict):
        for feature in told["features"][:MOST]:
            lon, lat = feature["geometry"]["coordinates"][:2]
            yield Found(_line(feature["properties"]), _place(lat, lon))
    else:
        for row in told[:MOST]:
            yield Found(str(row["display_name"])[:200], _place(row["lat"], row["lon"]))


def _line(told: dict[str, Any]) -> str:
    """Street and number, postcode and town; a name before it where the place has one."""
    street = " ".join(str(told[key]) for key in ("street", "housenumber") if told.get(key))
    town = " ".join(str(told[key]) for key in ("postcode", "city") if told.get(key))
    parts = dict.fromkeys(part for part in (str(told.get("name") or ""), street, town) if part)
    return ", ".join(parts)[:200]


def _place(lat: Any, lon: Any) -> Place:
    lat_e7, lon_e7 = round(float(lat) * 10**7), round(float(lon) * 10**7)
    if not (-90 * 10**7 <= lat_e7 <= 90 * 10**7 and -180 * 10**7 <= lon_e7 <= 180 * 10**7):
        raise ValueError(f"{lat}, {lon} is nowhere on earth")
    return Place(lat_e7, lon_e7)
