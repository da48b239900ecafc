"""The books in open formats, read by somebody else's program."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from marke.ledger.chart import CODES, chart
from marke.ledger.exports import GENERAL_LEDGER_HEADER, beancount_text, general_ledger
from marke.ledger.models import Account
from marke.ledger.services import NewPosting, open_balances, post, reverse
from marke.parties.models import Coop, Membership
from tests.factories.ledger import DAY, account, book_job
from tests.factories.parties import T0, make_client, make_coop, make_member


@pytest.fixture
def books(coop: Coop, amina: Membership) -> Coop:
    """Every kind of account, four units, names that a format could stumble over."""
    bakery = make_client(coop, 'Bäckerei "Lund"; \\ ; 日本').party
    shares = account(coop, "shares", "share", amina.party)
    open_balances(
        coop=coop, key="opening:1:1", date=DAY, balances=[(account(coop, "bank"), 10_000), (shares, -3)], by=None, at=T0
    )
    reverse(transaction=book_job(coop, amina.party), key="job:1:1:reversed", date=DAY, by=None, at=T0)
    for number, kind in enumerate(Account.Kind.values, 2):
        unit = ("EUR", "hour", "kWh")[number % 3]
        party = bakery if kind == "receivable" else make_member(coop, f"M{number}").party if kind == "earnings" else None
        legs = [NewPosting(account(coop, kind, unit, party), 7, "x"), NewPosting(account(coop, "gift", unit), -7, "x")]
        if kind != "gift":
            post(coop=coop, kind="x", key=f"x:{number}:1", date=DAY, postings=legs, by=None, at=T0)
    return coop


def test_bean_check_accepts_the_beancount_export(books: Coop, tmp_path: Path):
    file = tmp_path / "velo.beancount"
    file.write_text("".join(beancount_text(books)))
    checker = Path(sys.executable).with_name("bean-check")
    checked = subprocess.run([checker, file], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stdout + checked.stderr) == (0, "")
    assert file.read_text().count(" * ") == 3 + len(Account.Kind.values) - 1


def test_bean_check_would_refuse_a_wrong_amount(books: Coop, tmp_path: Path):
    file = tmp_path / "wrong.beancount"
    file.write_text("".join(beancount_text(books)).replace("100.00 EUR", "100.01 EUR", 1))
    checker = Path(sys.executable).with_name("bean-check")
    assert subprocess.run([checker, file], capture_output=True, check=False).returncode != 0


def test_the_general_ledger_has_a_row_per_posting_and_balances_in_every_unit(books: Coop):
    rows = [dict(zip(GENERAL_LEDGER_HEADER, row, strict=True)) for row in general_ledger(books)]
    sums: dict[str, Decimal] = {}
    for row in rows:
        assert bool(row["debit"]) != bool(row["credit"])
        sums[row["currency"]] = sums.get(row["currency"], Decimal(0)) + Decimal(row["debit"] or 0) - Decimal(row["credit"] or 0)
    assert set(sums) == {"EUR", "hour", "kWh", "share"} and set(sums.values()) == {Decimal(0)}
    assert rows[0]["date"] == "2026-01-05" and rows[0]["account_code"] == "5500" and rows[0]["debit"] == "100.00"


def test_the_general_ledger_survives_a_round_through_csv(books: Coop):
    table = io.StringIO()
    csv.writer(table).writerows(general_ledger(books))
    table.seek(0)
    assert [tuple(row) for row in csv.reader(table)] == list(general_ledger(books))


def test_every_kind_has_a_code_of_its_own():
    assert set(CODES) == set(Account.Kind.values) and len(set(CODES.values())) == len(CODES)


def test_codes_name_the_member_or_client_and_stay_the_same(coop: Coop, amina: Membership):
    client = make_client(coop, "Bakery")
    accounts = {
        account(coop, "earnings", party=amina.party): "4890M0001",
        account(coop, "receivable", party=client.party): "4000C0001",
        account(coop, "earnings", "hour", amina.party): "4890M0001-HOUR",
        account(coop, "shares", party=client.party): "1010C0001",
        account(coop, "bank"): "5500",
    }
    entries = chart(coop, Account.objects.select_related("party"))
    assert {one: entries[one.pk].code for one in accounts} == accounts


def test_an_empty_book_exports_as_an_empty_book(db: None, tmp_path: Path):
    coop = make_coop("empty")
    file = tmp_path / "empty.beancount"
    file.write_text("".join(beancount_text(coop)))
    assert subprocess.run([Path(sys.executable).with_name("bean-check"), file], check=False).returncode == 0
    assert list(general_ledger(coop)) == []


def test_exports_take_the_same_number_of_queries_however_long_the_book(books: Coop, django_assert_max_num_queries):
    with django_assert_max_num_queries(8):
        list(general_ledger(books))
    with django_assert_max_num_queries(8):
        list(beancount_text(books))
