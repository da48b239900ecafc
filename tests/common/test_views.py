"""Lists in parts, and tables that leave the house."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from marke.common.csv_files import csv_cell
from marke.common.views import csv_response, page_of


@pytest.mark.parametrize("asked", ["0", "-1", "999", "abc", "", "1e9", "２"])
def test_a_page_that_is_not_there_gives_the_nearest(asked: str) -> None:
    page = page_of(RequestFactory().get("/", {"page": asked}), range(60))
    assert len(page.object_list) > 0


@pytest.mark.parametrize("text", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_spreadsheet_takes_no_cell_for_a_formula(text: str) -> None:
    assert csv_cell(text) == "'" + text


@pytest.mark.parametrize("cell", ["-12.50", "−12,50", "+3", "Amina", 5, Decimal("-1.5"), "2026-03-03"])
def test_numbers_and_words_stay_as_they_are(cell: object) -> None:
    assert csv_cell(cell) == cell


@given(st.lists(st.text(st.characters(blacklist_categories=["Cs", "Cc"])), min_size=1, max_size=5))
def test_a_csv_is_read_back_as_it_was_written(cells: list[str]) -> None:
    response = csv_response("members of Velo.csv", ["a"] * len(cells), [cells])
    assert response["Content-Disposition"] == 'attachment; filename="members-of-Velo.csv"'
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert [cell.removeprefix("'") for cell in rows[1]] == [cell.removeprefix("'") for cell in cells]
