"""What a list says, and what in it does not add up."""

from datetime import date

import pytest

from marke.intake.columns import guess
from marke.intake.understanding import FAULTY, NEW, PRESENT, TOTAL, Known, Understanding, understand

HEADER = ["Name", "Mail", "Phone", "Member since", "Engagement", "Shares", "Paid", "Balance"]


def said(
    *rows: list[str], price: int | None = 5000, country: str = "BE", header: list[str] = HEADER, **known: frozenset[str]
) -> Understanding:
    facts = Known(
        currency="EUR",
        country=country,
        today=date(2026, 3, 1),
        price=price,
        emails=known.get("emails", frozenset()),
        names=known.get("names", frozenset()),
        names_without_email=known.get("names_without_email", frozenset()),
    )
    return understand(header, [row + [""] * (len(header) - len(row)) for row in rows], guess(header), 2, facts)


def test_a_good_row_is_understood() -> None:
    understood = said(["Amina", "Amina@Example.org", "0470/12.34.56", "1/3/2025", "Zelfstandige", "2", "€ 100,00", "48.50"])
    (row,) = understood.rows
    assert (row.status, row.line, row.name, row.email, row.phone) == (NEW, 2, "Amina", "amina@example.org", "0470123456")
    assert (row.joined, row.engagement, row.shares, row.share_amount, row.balance) == (
        date(2025, 3, 1),
        "self_employed",
        2,
        10000,
        4850,
    )
    assert understood.adds_up


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (["", "a@example.org"], "There is no name"),
        (["Amina", "a.example.org"], "“a.example.org” is not a mail address"),
        (["Amina", "", "call me"], "“call me” is not a telephone number"),
        (["Amina", "", "", "yesterday"], "“yesterday” is not a date"),
        (["Amina", "", "", "2030-01-01"], "lies outside 1900 to today"),
        (["Amina", "", "", "", "boss"], "“boss” is no way of working"),
        (["Amina", "", "", "", "", "two"], "“two” is not a number of shares"),
        (["Amina", "", "", "", "", "-1"], "“-1” is not a number of shares"),
        (["Amina", "", "", "", "", "99999999999"], "is not a number of shares"),
        (["Amina", "", "", "", "", "", "", "a lot"], "a lot"),
        (["Amina", "", "", "", "", "", "", "9" * 40], "9999"),
        (["Amina", "", "", "", "", "2", "90"], "2 shares of €50.00 are €100.00, but €90.00 was paid"),
        (["Amina", "", "", "", "", "", "70"], "€70.00 does not say how many shares"),
        (["Amina", "", "", "", "", "", "-50"], "Less than nothing"),
        (["=HYPERLINK(1)"], "is not a name"),
        (["<script>alert(1)</script>"], "is not a name"),
        (["A" * 121], "longer than 120 characters"),
    ],
)  # fmt: skip
def test_what_does_not_add_up_is_named_with_its_value(row: list[str], says: str) -> None:
    understood = said(row)
    assert [r.status for r in understood.rows] == [FAULTY]
    assert any(says in problem for problem in understood.rows[0].problems), understood.rows[0].problems
    assert not understood.adds_up


def test_of_shares_and_what_was_paid_one_follows_from_the_other() -> None:
    rows = said(["A", "", "", "", "", "2"], ["B", "", "", "", "", "", "150"]).rows
    assert [(row.shares, row.share_amount) for row in rows] == [(2, 10000), (3, 15000)]


def test_without_a_price_what_was_paid_must_be_said() -> None:
    rows = said(["A", "", "", "", "", "2"], ["B", "", "", "", "", "2", "80"], price=None).rows
    assert [row.status for row in rows] == [FAULTY, NEW]


def test_a_member_may_owe_the_coop() -> None:
    assert said(["Amina", "", "", "", "", "", "", "-12,50"]).rows[0].balance == -1250


def test_the_same_mail_address_twice_is_doubled() -> None:
    rows = said(["Amina", "a@example.org"], ["Amina K", "A@example.org"]).rows
    assert [row.status for row in rows] == [NEW, FAULTY]
    assert "stands in line 2 too" in rows[1].problems[0]


def test_the_same_name_with_different_addresses_are_two_people() -> None:
    assert said(["Jan", "jan1@example.org"], ["Jan", "jan2@example.org"]).adds_up
    assert not said(["Jan"], ["jan"]).adds_up


def test_who_belongs_already_is_left_out() -> None:
    rows = said(["Amina", "a@example.org"], ["BO"], emails=frozenset({"a@example.org"}), names=frozenset({"bo"})).rows
    assert [row.status for row in rows] == [PRESENT, PRESENT]


def test_a_row_of_totals_must_be_the_sum_of_the_rows() -> None:
    rows = [["Amina", "", "", "", "", "2", "100", "10"], ["Bo", "", "", "", "", "1", "50", "5"]]
    good = said(*rows, ["Totaal", "", "", "", "", "3", "150", "15"])
    assert good.adds_up
    assert [row.status for row in good.rows] == [NEW, NEW, TOTAL]
    bad = said(*rows, ["", "", "", "", "", "3", "150", "16"])
    assert bad.problems == ["Line 4 says €16.00 in all (still to be paid), but the rows above it make €15.00."]


def test_a_list_without_names_is_not_understood() -> None:
    assert said(["x"], header=["Colour"]).problems == ["No column holds the names. Say below which one does."]


def test_columns_that_are_not_understood_are_named() -> None:
    understood = said(["Amina", "", "", "", "", "", "", "", "red"], header=[*HEADER, "Colour"])
    assert understood.notes == ["This column is not understood and is left out: Colour."]
    assert understood.adds_up


def test_american_dates_are_read_as_written_there() -> None:
    assert said(["Amina", "", "", "3/1/2025"], country="US").rows[0].joined == date(2025, 3, 1)
    assert said(["Amina", "", "", "3/1/2025"]).rows[0].joined == date(2025, 1, 3)
