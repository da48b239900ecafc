"""What an accountant gets: figures that add up, an audit file that says the same, books for other programs."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
import zipfile
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from lxml import etree

from marke.invoices.services import credit_invoice
from marke.ledger.audit import audit_file
from marke.ledger.exports import general_ledger, hledger_text
from marke.ledger.models import Posting
from marke.ledger.periods import Period, parse_period
from marke.ledger.reports import by_kind, trial_balance
from marke.ledger.services import NewPosting, open_account, post
from marke.parties.models import Coop
from marke.payments.services import record_payment
from marke.treasury.accountant import accountants_zip, sheets_of
from marke.treasury.reports import balance_sheet, result_sheet, trial_sheet
from marke.treasury.sheets import Money
from marke_core.xaf import NAMESPACE
from tests.factories.invoices import DONE, issued
from tests.factories.parties import T0, make_client, make_coop
from tests.factories.rules import found
from tests.treasury.conftest import LATER, House

MARCH, YEAR = parse_period("2026-03"), parse_period("2026")


@pytest.fixture
def busy(house: House) -> House:
    """Work, an invoice and its credit note, another that is paid, hours besides euros, and strange names."""
    coop = house.coop
    first = issued(coop, house.client, house.worker, 10_000)
    credit_invoice(invoice=first, reason="wrong address", by=None, at=DONE + timedelta(days=1))
    odd = issued(coop, make_client(coop, 'Lund & "Søn" <b>; ('), house.worker, 3_333, at=DONE + timedelta(days=2))
    record_payment(
        coop=coop, request=odd.payment_request, amount=odd.gross, date=date(2026, 3, 9), once_key="p", by=None, at=LATER
    )
    hours = [
        NewPosting(open_account(coop=coop, kind=kind, unit="hour", at=T0), amount, "x")
        for kind, amount in (("earnings", -150), ("contribution", 150))
    ]
    post(coop=coop, kind="x", key="x:1:1", date=date(2026, 3, 9), postings=hours, by=None, at=LATER)
    return house


def audit(coop: Coop, period: Period) -> etree._Element:
    return etree.fromstring("".join(audit_file(coop, period, LATER.date())).encode())


def all_of(tree: etree._Element, path: str) -> list[str]:
    return [str(node.text) for node in tree.iterfind(path, {"": NAMESPACE})]


def test_the_trial_balance_is_what_was_posted(busy: House):
    rows = trial_balance(busy.coop, MARCH.since, MARCH.until)
    for row in rows:
        legs = Posting.objects.filter(account=row.account).values_list("amount", flat=True)
        assert (row.debit, row.credit) == (sum(n for n in legs if n > 0), -sum(n for n in legs if n < 0))
    assert {unit: sum(row.closing for row in rows if row.account.unit == unit) for unit in ("EUR", "hour")} == {
        "EUR": 0,
        "hour": 0,
    }
    later = trial_balance(busy.coop, date(2026, 4, 1), date(2026, 5, 1))
    assert [(row.opening, row.debit, row.credit) for row in later] == [(row.closing, 0, 0) for row in rows]
    assert sum(row.accounts for row in by_kind(rows)) == len(rows)


def test_the_balance_sheet_balances_and_the_result_is_what_was_kept(busy: House):
    sums = {row.cells[0]: row.cells[2] for row in balance_sheet(busy.coop, MARCH).rows if row.strong}
    have, owe, own = (cell.amount for cell in sums.values() if isinstance(cell, Money))
    assert have == owe + own
    result = result_sheet(busy.coop, MARCH)
    kept = result.total[2]
    own_rows = {row.cells[0]: row.cells[2] for row in balance_sheet(busy.coop, MARCH).rows}
    assert isinstance(kept, Money) and own_rows["Result not closed yet"] == kept
    trial = trial_sheet(busy.coop, MARCH).total
    assert trial[3] == trial[4] and trial[5] == Money(0, "EUR")


def test_an_empty_period_has_sheets_that_say_so(house: House):
    sheets = sheets_of(house.coop, MARCH)
    assert [sheet.key for sheet in sheets] == ["balance-sheet", "result", "trial-balance", "vat"]
    assert all(sheet.empty for sheet in sheets if not sheet.rows)
    assert [sheet.key for sheet in sheets_of(house.coop, YEAR)][-1] == "client-list"


def test_the_audit_file_says_what_the_ledger_says(busy: House):
    tree = audit(busy.coop, MARCH)
    rows = [row for row in trial_balance(busy.coop, MARCH.since, MARCH.until) if row.account.unit == "EUR"]
    said: dict[str, Decimal] = {}
    for line in tree.iterfind(".//trLine", {"": NAMESPACE}):
        code, amount, side = (str(line.findtext(f"{{{NAMESPACE}}}{name}")) for name in ("accID", "amnt", "amntTp"))
        said[code] = said.get(code, Decimal(0)) + Decimal(amount) * (1 if side == "D" else -1)
    assert said == {row.entry.code: Decimal(row.debit - row.credit).scaleb(-2) for row in rows}
    debit = Decimal(sum(row.debit for row in rows)).scaleb(-2)
    assert all_of(tree, ".//transactions/totalDebit") == all_of(tree, ".//transactions/totalCredit") == [f"{debit:f}"]


def test_its_accounts_relations_and_journals_are_named_once(busy: House):
    tree = audit(busy.coop, MARCH)
    accounts, relations = all_of(tree, ".//ledgerAccount/accID"), all_of(tree, ".//customerSupplier/custSupID")
    assert len(set(accounts)) == len(accounts) and len(set(relations)) == len(relations)
    assert set(all_of(tree, ".//trLine/accID")) <= set(accounts)
    assert set(all_of(tree, ".//trLine/custSupID")) <= set(relations)
    assert {"C0001", "C0002", "M0003"} <= set(relations)
    journals = tree.iterfind(".//journal", {"": NAMESPACE})
    assert [len(node.findall(f"{{{NAMESPACE}}}transaction")) for node in journals] == [3, 0, 1, 2]


def test_the_opening_of_april_is_the_end_of_march(busy: House):
    opening = audit(busy.coop, MARCH.after)
    rows = [row for row in trial_balance(busy.coop, MARCH.since, MARCH.until) if row.account.unit == "EUR" and row.closing]
    assert all_of(opening, ".//obLine/accID") == [row.entry.code for row in rows]
    assert all_of(opening, ".//openingBalance/totalDebit") == all_of(opening, ".//openingBalance/totalCredit")
    assert all_of(opening, ".//transactions/linesCount") == ["0"]


def test_a_year_has_twelve_periods_and_a_quarter_three(busy: House):
    assert all_of(audit(busy.coop, YEAR), ".//period/periodNumber") == [str(n) for n in range(1, 13)]
    assert all_of(audit(busy.coop, parse_period("2026-q1")), ".//period/periodNumber") == ["1", "2", "3"]


def test_the_general_ledger_of_a_period_has_what_is_dated_in_it(busy: House):
    assert len(list(general_ledger(busy.coop, MARCH.since, MARCH.until))) == Posting.objects.count()
    assert list(general_ledger(busy.coop, date(2026, 4, 1), date(2026, 5, 1))) == []


def test_everything_is_in_one_zip_and_beancount_accepts_its_part(busy: House, tmp_path: Path):
    with accountants_zip(busy.coop, MARCH, LATER) as file, zipfile.ZipFile(file) as archive:
        names = archive.namelist()
        archive.extractall(tmp_path)
    assert {
        "README.txt",
        "figures.pdf",
        "general-ledger.csv",
        "trial-balance.csv",
        "balance-sheet.csv",
        "vat.csv",
        "audit-file-2026-03.xaf",
        "ledger.beancount",
        "ledger.journal",
        "invoices/2026-0001.pdf",
    } <= set(names), names
    checker = Path(sys.executable).with_name("bean-check")
    checked = subprocess.run([checker, tmp_path / "ledger.beancount"], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stdout + checked.stderr) == (0, "")
    table = list(csv.DictReader(io.StringIO((tmp_path / "general-ledger.csv").read_text("utf-8-sig"))))
    sums: dict[str, Decimal] = {}
    for row in table:
        sums[row["currency"]] = sums.get(row["currency"], Decimal(0)) + Decimal(row["debit"] or 0) - Decimal(row["credit"] or 0)
    assert set(sums.values()) == {Decimal(0)}


def test_the_same_books_give_the_same_file(busy: House):
    assert accountants_zip(busy.coop, MARCH, LATER).read() == accountants_zip(busy.coop, MARCH, LATER).read()


def test_the_journal_for_hledger_balances_by_transaction_and_unit(busy: House):
    text = "".join(hledger_text(busy.coop))
    entries = [block for block in text.split("\n\n") if " * (" in block]
    assert len(entries) == 7
    for block in entries:
        sums: dict[str, Decimal] = {}
        for line in block.strip().splitlines()[1:]:
            _account, amount = line.strip().split("  ")
            number, unit = amount.split(" ")
            sums[unit] = sums.get(unit, Decimal(0)) + Decimal(number)
        assert set(sums.values()) == {Decimal(0)}, block


@pytest.mark.django_db
def test_a_currency_that_the_audit_file_cannot_hold_is_said_in_its_place():
    coop = make_coop("tunis", country="TN")
    found(coop)
    legs = [NewPosting(open_account(coop=coop, kind=kind, at=T0), n, "x") for kind, n in (("bank", 1_001), ("gift", -1_001))]
    post(coop=coop, kind="x", key="x:1:1", date=date(2026, 3, 9), postings=legs, by=None, at=LATER)
    with accountants_zip(coop, MARCH, LATER) as file, zipfile.ZipFile(file) as archive:
        assert "audit-file-not-possible.txt" in archive.namelist()
        assert b"more than two decimals" in archive.read("audit-file-not-possible.txt")
