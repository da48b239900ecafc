"""Pictures are well-formed, hold the right numbers, and let nothing through."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from marke.common.charts import Lines, Series, bar_rows, ribbons, step_line

EVIL = '"><script>alert(1)</script><style>'
labels = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=12)
rows = st.lists(st.tuples(labels, st.integers(-(10**12), 10**12), labels), max_size=8)


def parse(svg: str) -> Any:
    return etree.fromstring(svg)


def check(svg: str) -> Any:
    """Well-formed, and nothing in it that the Content Security Policy would stop."""
    drawing = parse(svg)
    for element in drawing.iter():
        assert element.tag in ("svg", "g", "path", "rect", "title")
        assert not [name for name in element.attrib if name == "style" or name.startswith("on")]
    return drawing


@given(rows)
def test_every_drawing_is_well_formed_whatever_it_is_called(rows: list[tuple[str, int, str]]) -> None:
    for row in bar_rows(rows) + bar_rows(rows, of_total=True):
        check(row.svg)
    check(ribbons(rows))
    if rows:
        check(step_line(rows))


@given(st.lists(st.one_of(st.none(), st.integers(-(10**12), 10**12)), max_size=12), st.booleans())
def test_lines_are_drawn_inside_their_frame(values: list[int | None], dashed: bool) -> None:
    chart = Lines(labels=[str(n) for n in range(len(values))], series=[Series("was", values, dashed)], text=str)
    low, high = chart.scale()
    assert all(low <= value <= high for value in values if value is not None)
    assert len(chart.rows()) == len(values)
    assert len(check(chart.svg()).findall(".//{*}path[@class='dot']")) == sum(v is not None for v in values)


def test_what_a_mark_is_called_is_escaped() -> None:
    for svg in (
        bar_rows([(EVIL, 3, EVIL)])[0].svg,
        ribbons([(EVIL, 3, EVIL)]),
        step_line([(EVIL, 3, EVIL)]),
        Lines(labels=[EVIL], series=[Series(EVIL, [3])], text=lambda n: EVIL).svg(),
    ):
        assert "<script" not in svg and "<style" not in svg
        assert EVIL in "".join(check(svg).itertext())


def test_the_longest_bar_is_full_and_the_others_are_to_scale() -> None:
    widths = [parse(row.svg).find("{*}rect").get("width") for row in bar_rows([("a", 8, "8"), ("b", -2, "2"), ("c", 0, "0")])]
    assert widths == ["100", "25", "0"]


def test_bars_of_a_total_show_its_shares() -> None:
    assert [row.share for row in bar_rows([("a", 78, ""), ("b", 22, "")], of_total=True)] == ["78%", "22%"]


def test_ribbons_are_to_scale_and_never_cross() -> None:
    drawing = check(ribbons([("Couriers", 78, "€78"), ("Insurance", 22, "€22")]))
    assert [title.text for title in drawing.iter("{*}title")] == ["Couriers: €78", "Insurance: €22"]
    assert len(drawing.findall(".//{*}path[@class='ribbon']")) == 2


def test_the_scale_of_lines_is_round() -> None:
    chart = Lines(labels=["a"], series=[Series("x", [58_300])], text=str)
    assert chart.ticks() == ["60000", "30000", "0"]


@pytest.mark.parametrize("values", [[0, 0], [-5, 3], [-5, -3], [Fraction(1, 3)], []])
def test_lines_below_and_at_zero_have_a_scale_too(values: list[Any]) -> None:
    low, high = Lines(labels=["a"] * len(values), series=[Series("x", values)]).scale()
    assert low < high and low <= 0 <= high
