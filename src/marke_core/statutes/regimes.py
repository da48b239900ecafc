"""All regimes by their codes, and the figures of several of them together on a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from marke_core.statutes import belgium, france, iberia_and_italy, models, netherlands, united_kingdom, united_states
from marke_core.statutes.figures import Figure, Kind, Regime


class UnknownRegime(LookupError):
    """There is no legal form, recognition or model of this code."""


REGIMES: dict[str, Regime] = {
    each.code: each
    for each in (
        models.INFORMAL,
        *belgium.REGIMES,
        *netherlands.REGIMES,
        *france.REGIMES,
        *united_kingdom.REGIMES,
        *united_states.REGIMES,
        *iberia_and_italy.REGIMES,
        *models.REGIMES,
    )
}


def regime(code: str) -> Regime:
    """Raises: UnknownRegime."""
    try:
        return REGIMES[code]
    except KeyError:
        raise UnknownRegime(f"There is no legal form '{code}'; known are: {', '.join(REGIMES)}") from None


def fitting(form: str) -> list[Regime]:
    """What can be had on top of this form: its recognitions, and every model."""
    return [each for each in REGIMES.values() if each.kind is Kind.MODEL or form in each.fits]


def figures_of(codes: Iterable[str], day: date | None = None) -> list[tuple[Regime, Figure]]:
    """The figures of these regimes and of those that they stand on, the general before the special.

    With a day, only those that hold then. Where two regimes state the same key, the later one is meant.
    """
    found: dict[str, tuple[Regime, Figure]] = {}
    for each in _expanded(codes):
        for figure in each.figures:
            if day is None or figure.holds_on(day):
                found[figure.key if day is not None else f"{figure.key}@{figure.since}"] = (each, figure)
    return list(found.values())


def _expanded(codes: Iterable[str]) -> list[Regime]:
    seen: dict[str, Regime] = {}
    for code in codes:
        one = regime(code)
        for each in (*_expanded(one.stands_on), one):
            seen.setdefault(each.code, each)
    return list(seen.values())
