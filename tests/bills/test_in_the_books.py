"""What bills do to the VAT return, the accountant's folder and the explanations in the ledger."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime, timedelta

import pytest

from marke.bills.models import BillFile
from marke.common.explain import explainers
from marke.common.money import format_money
from marke.ledger.periods import parse_period
from marke.ledger.queries import balances
from marke.ledger.services import Account
from marke.parties.models import Coop, Membership
from marke.treasury.accountant import accountants_zip
from marke.treasury.month import open_items
from marke.treasury.services import hand_in_vat
from tests.factories.bills import approved, received
from tests.factories.parties import T0

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
NOW = T0 + timedelta(days=15)
APRIL = datetime(2026, 4, 2, 9, tzinfo=UTC)


def test_vat_on_bills_is_taken_off_once_in_the_period_in_which_they_were_approved(
    coop: Coop, tess: Membership, cora: Membership
) -> None:
    approved(received(coop, at=NOW), cora.party, NOW, deducted=2_000)
    approved(received(coop, at=NOW, number="C", net=1_000, credit=True), cora.party, NOW, deducted=210)
    item = next(each for each in open_items(coop, APRIL) if each.key == "vat")
    assert (item.is_open, item.amount) == (True, -1_790)
    period = parse_period("2026-q1")
    handed = hand_in_vat(coop=coop, period=period, deductible=300, once_key="vat", by=tess.party, at=APRIL)
    assert (handed.from_bills, handed.deductible, handed.due) == (1_790, 300, -2_090)
    assert sum(row.amount for row in balances(coop, kind=Account.Kind.VAT)) == 2_090
    again = hand_in_vat(coop=coop, period=period, deductible=0, once_key="better", by=tess.party, at=APRIL)
    assert again.due == -1_790 == -sum(row.amount for row in balances(coop, kind=Account.Kind.VAT))


def test_the_accountant_gets_every_file_as_it_came(coop: Coop, cora: Membership) -> None:
    approved(received(coop, at=NOW, number="F/17"), cora.party, NOW)
    with zipfile.ZipFile(io.BytesIO(accountants_zip(coop, parse_period("2026-01"), APRIL).read())) as archive:
        assert archive.read("bills/1-F_17-1.xml") == bytes(BillFile.objects.get().content)


def test_every_cent_of_a_bill_explains_itself(coop: Coop, cora: Membership) -> None:
    bill = approved(received(coop, at=NOW), cora.party, NOW, deducted=1_000)
    explainer = explainers.get(bill.transaction.basis.scheme)
    for posting in bill.transaction.postings.all():
        assert explainer.formula(posting.line)
        told = dict(
            explainer.values(posting.line, bill.transaction.facts, posting.amount, lambda amount: format_money(amount, "EUR"))
        )
        assert told["Without VAT"] == "€100.00" and told["VAT"] == "€21.00"
        assert posting.line == "bill_owed" or told["VAT taken off"] == "€10.00"
    assert {posting.line: posting.amount for posting in bill.transaction.postings.all()} == {
        "bill_cost": 11_100, "bill_vat": 1_000, "bill_owed": -12_100,
    }  # fmt: skip
