"""VAT on the sum of each rate, and numbers without gaps."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marke_core.einvoice import NetLine, Paper, VatGroup, series_faults, vat_breakdown
from marke_core.einvoice.vat import BadVat, vat_of

RATES = st.sampled_from([("S", 210), ("S", 60), ("S", 55), ("E", 0), ("Z", 0)])
LINES = st.lists(st.builds(lambda rate, net: NetLine(rate[0], rate[1], net), RATES, st.integers(-(10**9), 10**9)), max_size=30)


def test_vat_is_rounded_once_per_rate_half_up() -> None:
    lines = [NetLine("S", 210, 102)] * 3
    assert vat_breakdown(lines) == [VatGroup("S", 210, 306, 64)]
    assert vat_of(50, 210) == 11  # 10.5
    assert vat_of(-50, 210) == -11


@given(LINES)
def test_no_cent_of_the_net_is_lost_and_each_group_is_right_to_half_a_cent(lines: list[NetLine]) -> None:
    groups = vat_breakdown(lines)
    assert sum(group.base for group in groups) == sum(line.net for line in lines)
    for group in groups:
        assert abs(1000 * group.vat - group.base * group.permille) <= 500


@given(LINES)
def test_a_credit_note_mirrors_its_invoice_to_the_cent(lines: list[NetLine]) -> None:
    mirrored = vat_breakdown(line._replace(net=-line.net) for line in lines)
    assert [(group.base, group.vat) for group in mirrored] == [(-g.base, -g.vat) for g in vat_breakdown(lines)]


@pytest.mark.parametrize(
    "lines",
    [
        [NetLine("S", 0, 1)],
        [NetLine("E", 210, 1)],
        [NetLine("X", 0, 1)],
        [NetLine("S", -1, 1)],
        [NetLine("O", 0, 1), NetLine("E", 0, 1)],
    ],
)
def test_a_rate_that_does_not_go_with_its_category_is_refused(lines: list[NetLine]) -> None:
    with pytest.raises(BadVat):
        vat_breakdown(lines)


def paper(serial: int, **fields: object) -> Paper:
    line = NetLine("S", 210, 1000)
    given_ = {
        "number": f"2026-{serial:04d}", "serial": serial, "issue_date": date(2026, 1, 1) + timedelta(days=serial),
        "net": 1000, "vat": 210, "gross": 1210, "lines": (line,), "rates": (VatGroup("S", 210, 1000, 210),),
    }  # fmt: skip
    return Paper(**(given_ | fields))  # type: ignore[arg-type]


@given(st.integers(0, 30))
def test_a_series_without_a_gap_has_no_fault(count: int) -> None:
    assert not list(series_faults("2026-", count, [paper(serial) for serial in range(1, count + 1)]))


@given(st.integers(2, 20), st.data())
def test_a_gap_or_a_double_is_found_wherever_it_is(count: int, data: st.DataObject) -> None:
    papers = [paper(serial) for serial in range(1, count + 1)]
    place = data.draw(st.integers(0, count - 1))
    assert list(series_faults("2026-", count, papers[:place] + papers[place + 1 :]))
    assert list(series_faults("2026-", count, papers[: place + 1] + papers[place:]))


@pytest.mark.parametrize(
    "fields",
    [
        {"net": 999},
        {"vat": 211},
        {"gross": 1211},
        {"number": "2026-7"},
        {"rates": ()},
        {"lines": ()},
        {"issue_date": date(2020, 1, 1)},
    ],
)
def test_a_paper_that_was_changed_is_found(fields: dict[str, object]) -> None:
    assert list(series_faults("2026-", 2, [paper(1), paper(2, **fields)]))
