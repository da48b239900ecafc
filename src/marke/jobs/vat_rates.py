"""Standard rates of VAT, so that a new service starts with a sensible one. Every service can have another.

Rates of the EU: European Commission, "VAT rates applied in the Member States" (Taxes in Europe Database). Others: the
tax authority of the country. Kept in thousandths: 255 is 25.5 %. A rate that changes gets a further row; none is changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class StandardRate:
    country: str  # ISO 3166-1 alpha-2
    permille: int
    since: date
    source: str


EU = "European Commission, Taxes in Europe Database"

STANDARD_RATES = (
    StandardRate("AT", 200, date(1984, 1, 1), EU),
    StandardRate("BE", 210, date(1996, 1, 1), EU),
    StandardRate("BG", 200, date(1999, 1, 1), EU),
    StandardRate("CY", 190, date(2014, 1, 13), EU),
    StandardRate("CZ", 210, date(2013, 1, 1), EU),
    StandardRate("DE", 190, date(2021, 1, 1), EU),
    StandardRate("DK", 250, date(1992, 1, 1), EU),
    StandardRate("EE", 220, date(2024, 1, 1), EU),
    StandardRate("EE", 240, date(2025, 7, 1), EU),
    StandardRate("ES", 210, date(2012, 9, 1), EU),
    StandardRate("FI", 240, date(2013, 1, 1), EU),
    StandardRate("FI", 255, date(2024, 9, 1), EU),
    StandardRate("FR", 200, date(2014, 1, 1), EU),
    StandardRate("GR", 240, date(2016, 6, 1), EU),
    StandardRate("HR", 250, date(2012, 3, 1), EU),
    StandardRate("HU", 270, date(2012, 1, 1), EU),
    StandardRate("IE", 230, date(2021, 3, 1), EU),
    StandardRate("IT", 220, date(2013, 10, 1), EU),
    StandardRate("LT", 210, date(2009, 9, 1), EU),
    StandardRate("LU", 170, date(2024, 1, 1), EU),
    StandardRate("LV", 210, date(2012, 7, 1), EU),
    StandardRate("MT", 180, date(2004, 1, 1), EU),
    StandardRate("NL", 210, date(2012, 10, 1), EU),
    StandardRate("PL", 230, date(2011, 1, 1), EU),
    StandardRate("PT", 230, date(2011, 1, 1), EU),
    StandardRate("RO", 190, date(2017, 1, 1), EU),
    StandardRate("RO", 210, date(2025, 8, 1), EU),
    StandardRate("SE", 250, date(1990, 7, 1), EU),
    StandardRate("SI", 220, date(2013, 7, 1), EU),
    StandardRate("SK", 200, date(2011, 1, 1), EU),
    StandardRate("SK", 230, date(2025, 1, 1), EU),
    StandardRate("CH", 81, date(2024, 1, 1), "Federal Tax Administration FTA"),
    StandardRate("GB", 200, date(2011, 1, 4), "HM Revenue & Customs"),
    StandardRate("IS", 240, date(2015, 1, 1), "Skatturinn"),
    StandardRate("NO", 250, date(2005, 1, 1), "Skatteetaten"),
)


UNION = frozenset(
    ["AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"]
)  # fmt: skip
# Beside the standard rate, in thousandths, highest first.
REDUCED = {
    "AT": (130, 100), "BE": (120, 60), "DE": (70,), "ES": (100, 40), "FR": (100, 55), "GB": (50,), "IE": (135, 90),
    "IT": (100, 50, 40), "LU": (140, 80, 30), "NL": (90,), "PT": (130, 60),
}  # fmt: skip


def standard_rate(country: str, on: date) -> int | None:
    """The standard rate in thousandths on that day, or None where the table does not say."""
    known = [rate for rate in STANDARD_RATES if rate.country == country and rate.since <= on]
    return max(known, key=lambda rate: rate.since).permille if known else None


def rates_of(country: str, on: date) -> tuple[int, ...]:
    """The standard rate and the lower ones, in thousandths, highest first; none where the table does not say."""
    standard = standard_rate(country, on)
    return ((standard,) if standard else ()) + REDUCED.get(country, ())
