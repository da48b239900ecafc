"""The audit file: what it says adds up, also when names are strange."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from marke_core.xaf import (
    NAMESPACE,
    Company,
    Entry,
    File,
    Journal,
    LedgerAccount,
    Line,
    NotExpressible,
    Period,
    Relation,
    Totals,
    TotalsDisagree,
    audit_file,
)

DAY = date(2026, 1, 5)
SALES, MEMORIAL = Journal("sales", "Sales", "S"), Journal("memorial", "All else", "M")
# The order in which the published format has what stands in a company.
ORDER = [
    "companyIdent",
    "companyName",
    "taxRegistrationCountry",
    "taxRegIdent",
    "streetAddress",
    "customersSuppliers",
    "generalLedger",
    "periods",
    "openingBalance",
    "transactions",
]


def made(
    entries: list[Entry], *, totals: Totals | None = None, digits: int = 2, name: str = "Velo & <Co>", **more: object
) -> File:
    lines = [line.amount for entry in entries for line in entry.lines]
    counted = Totals(len(lines), sum(n for n in lines if n > 0), -sum(n for n in lines if n < 0))
    fields = {
        "company": Company("0123456749", name, "BE", "BE0123456749", "Rue du Midi 1", "1000", "Brussel"),
        "currency": "EUR",
        "digits": digits,
        "first": date(2026, 1, 1),
        "last": date(2026, 1, 31),
        "made_on": date(2026, 2, 2),
        "software": "Marke",
        "version": "1",
        "accounts": [LedgerAccount("5500", "Bank", "B"), LedgerAccount("7000", "Contribution", "P")],
        "relations": [Relation("C0001", "Bakery", "C", "BE", "BE0123456749"), Relation("M0001", "Amina", "S")],
        "periods": [Period(1, "January", date(2026, 1, 1), date(2026, 1, 31))],
        "opening": [("5500", 1000), ("7000", -1000), ("4000", 0)],
        "journals": [SALES, MEMORIAL],
        "entries": lambda journal: entries if journal == SALES else [],
        "totals": totals or counted,
    }
    return File(**(fields | more))  # type: ignore[arg-type]


def entry(number: int, *amounts: int, text: str = "Invoice 1") -> Entry:
    return Entry(number, DAY, 1, text, "invoice:1:1", [Line("5500", amount, relation="C0001") for amount in amounts])


def read(file: File) -> etree._Element:
    return etree.fromstring("".join(audit_file(file)).encode())


def found(tree: etree._Element, path: str) -> list[str]:
    return [str(node.text) for node in tree.iterfind(path, {"": NAMESPACE})]


def test_a_transaction_stands_in_its_journal_with_debit_and_credit():
    tree = read(made([entry(1, 1250, -1250)]))
    assert found(tree, ".//trLine/amnt") == ["12.50", "12.50"]
    assert found(tree, ".//trLine/amntTp") == ["D", "C"]
    assert found(tree, ".//trLine/custSupID") == ["C0001", "C0001"]
    assert found(tree, ".//journal/jrnTp") == ["S", "M"]
    assert found(tree, ".//transactions/totalDebit") == found(tree, ".//transactions/totalCredit") == ["12.50"]


def test_the_parts_stand_in_the_order_of_the_format():
    company = read(made([entry(1, 5, -5)])).find(f"{{{NAMESPACE}}}company")
    assert company is not None
    assert [etree.QName(node).localname for node in company] == ORDER


def test_books_without_an_account_have_no_general_ledger():
    tree = read(made([], accounts=[], opening=[]))
    assert tree.find(f".//{{{NAMESPACE}}}generalLedger") is None and found(tree, ".//transactions/linesCount") == ["0"]


def test_the_opening_balance_leaves_out_what_is_nothing_and_adds_up():
    tree = read(made([]))
    assert found(tree, ".//openingBalance/linesCount") == ["2"]
    assert found(tree, ".//openingBalance/totalDebit") == found(tree, ".//openingBalance/totalCredit") == ["10.00"]


def test_names_are_only_ever_text():
    tree = read(made([entry(1, 1, -1, text="a\x00b ]]> & <transaction>\n\ttwo")]))
    assert found(tree, ".//companyName") == ["Velo & <Co>"]
    assert found(tree, ".//transaction/desc") == ["ab ]]> & <transaction> two"]


def test_totals_that_the_lines_do_not_reach_are_refused():
    with pytest.raises(TotalsDisagree):
        read(made([entry(1, 1250, -1250)], totals=Totals(2, 1250, 1249)))


def test_a_currency_without_and_one_with_three_decimals():
    assert found(read(made([entry(1, 1250, -1250)], digits=0)), ".//trLine/amnt")[0] == "1250"
    assert found(read(made([entry(1, 1250, -1250)], digits=3)), ".//trLine/amnt")[0] == "1.25"
    with pytest.raises(NotExpressible, match="more than two decimals"):
        read(made([entry(1, 1251, -1251)], digits=3))


def test_what_the_format_cannot_hold_is_refused():
    with pytest.raises(NotExpressible, match="36 characters"):
        read(made([], accounts=[LedgerAccount("4" * 36, "x", "B")]))
    with pytest.raises(NotExpressible, match="more than 20 digits"):
        read(made([entry(1, 10**21, -(10**21))]))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.lists(st.integers(-(10**15), 10**15).filter(bool), min_size=1, max_size=6), max_size=8),
    st.text(max_size=80),
)
def test_whatever_is_booked_the_file_is_read_again_and_adds_up(amounts, words):
    entries = [entry(n, *legs, -sum(legs) or 1, text=words) for n, legs in enumerate(amounts, start=1)]
    tree = read(made(entries, name=words))
    sums = {"D": 0, "C": 0}
    for side, amount in zip(found(tree, ".//trLine/amntTp"), found(tree, ".//trLine/amnt"), strict=True):
        sums[side] += int(amount.replace(".", ""))
    totals = [int(found(tree, f".//transactions/{name}")[0].replace(".", "")) for name in ("totalDebit", "totalCredit")]
    assert [sums["D"], sums["C"]] == totals
