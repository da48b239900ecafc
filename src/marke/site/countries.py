"""What a country brings: its name, its money, its clock. From the CLDR (babel) and the time zone database (tzdata)."""

from dataclasses import dataclass
from functools import cache
from importlib import resources

from babel import Locale
from babel.numbers import get_territory_currencies

from marke.common.refusal import Refused


class UnknownCountry(Refused):
    """There is no country with this code."""


@dataclass(frozen=True)
class Country:
    code: str  # ISO 3166-1 alpha-2
    currency: str  # ISO 4217
    timezone: str  # the zone in which most of its people live, as the database orders them


@cache
def _zones() -> dict[str, str]:
    """The first zone of each country in zone.tab, which lists the most populous first."""
    zones: dict[str, str] = {}
    table = resources.files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    for line in table.splitlines():
        if line and not line.startswith("#"):
            code, _, zone = line.split("\t")[:3]
            zones.setdefault(code, zone)
    return zones


# zone.tab goes from east to west in these; the zone in which most people live is another.
MOST_PEOPLE = {
    "AU": "Australia/Sydney", "BR": "America/Sao_Paulo", "CA": "America/Toronto", "CD": "Africa/Kinshasa",
    "CL": "America/Santiago", "CN": "Asia/Shanghai", "EC": "America/Guayaquil", "ES": "Europe/Madrid",
    "ID": "Asia/Jakarta", "KZ": "Asia/Almaty", "MN": "Asia/Ulaanbaatar", "MX": "America/Mexico_City",
    "NZ": "Pacific/Auckland", "PT": "Europe/Lisbon", "RU": "Europe/Moscow", "UA": "Europe/Kyiv",
    "US": "America/New_York", "AR": "America/Argentina/Buenos_Aires",
}  # fmt: skip


@cache
def country(code: str) -> Country:
    """Raises: UnknownCountry when there is no such country, or it has no money of its own or time zone."""
    currencies = get_territory_currencies(code) if code.isascii() and len(code) == 2 and code.isupper() else []
    zone = MOST_PEOPLE.get(code) or _zones().get(code)
    if not currencies or not zone:
        raise UnknownCountry(f"There is no country with the code “{code}”. Give two capital letters, for example BE, NL or BR.")
    return Country(code, currencies[0], zone)


@cache
def country_choices(language: str) -> list[tuple[str, str]]:
    """(code, name in this language), by name; only countries that have money and a time zone."""
    names = Locale.parse(language, sep="-").territories
    known = [(code, names[code]) for code in _zones() if code in names and get_territory_currencies(code)]
    return sorted(known, key=lambda pair: pair[1])
