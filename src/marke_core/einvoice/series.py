"""Numbers without a gap or a double, on papers that add up (INV-PAPER-1)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from marke_core.einvoice.vat import BadVat, NetLine, VatGroup, vat_breakdown


class Paper(NamedTuple):
    """An issued invoice or credit note as it stands."""

    number: str
    serial: int
    issue_date: date
    net: int
    vat: int
    gross: int
    lines: tuple[NetLine, ...]
    rates: tuple[VatGroup, ...]


@dataclass(frozen=True)
class SeriesFault:
    number: str
    what: str


def series_faults(prefix: str, last: int, papers: Sequence[Paper]) -> Iterator[SeriesFault]:
    """INV-PAPER-1: what is wrong with a series whose counter stands at `last`; papers in order of their serial."""
    before: Paper | None = None
    for expected, paper in enumerate(papers, 1):
        if paper.serial != expected:
            yield SeriesFault(paper.number, f"place {expected} of the series {prefix!r} is taken by {paper.serial}")
        if paper.number != number_in_series(prefix, paper.serial):
            yield SeriesFault(paper.number, f"is not {number_in_series(prefix, paper.serial)}")
        if before is not None and paper.issue_date < before.issue_date:
            yield SeriesFault(paper.number, f"of {paper.issue_date} follows {before.number} of {before.issue_date}")
        yield from _faults_of_paper(paper)
        before = paper
    if len(papers) != last:
        yield SeriesFault(prefix, f"{last} numbers were given and {len(papers)} papers are there")


def number_in_series(prefix: str, serial: int) -> str:
    return f"{prefix}{serial:04d}"


def _faults_of_paper(paper: Paper) -> Iterator[SeriesFault]:
    if sum(line.net for line in paper.lines) != paper.net:
        yield SeriesFault(paper.number, f"net {paper.net}, its lines {sum(line.net for line in paper.lines)}")
    try:
        rates = tuple(vat_breakdown(paper.lines))
    except BadVat as error:
        yield SeriesFault(paper.number, str(error))
        return
    if sorted(rates) != sorted(paper.rates):
        yield SeriesFault(paper.number, f"VAT {sorted(paper.rates)}, by its lines {sorted(rates)}")
    if sum(rate.vat for rate in rates) != paper.vat or paper.net + paper.vat != paper.gross:
        yield SeriesFault(paper.number, f"{paper.net} and VAT {paper.vat} are not {paper.gross}")
