"""Whoever asks gets everything that every app keeps about them, and nothing about others."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from typing import Any

import pytest

from marke.parties.hooks import my_data
from marke.parties.models import Party
from marke.parties.my_data import my_data_archive
from tests.factories.parties import T0
from tests.factories.scenes import Scene, make_scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return make_scene()


def data_of(party: Party) -> dict[str, list[dict[str, Any]]]:
    with zipfile.ZipFile(io.BytesIO(my_data_archive(party, T0))) as archive:
        return {name[:-5]: json.loads(archive.read(name)) for name in archive.namelist() if name.endswith(".json")}


def test_a_member_gets_their_work_shares_and_pay(scene: Scene) -> None:
    data = data_of(scene.worker.party)
    worked = {row["job"]: row for row in data["jobs_worked"]}
    assert worked[scene.settled.number]["price"] == 1499
    assert worked[scene.settled.number]["state"] == "settled"
    assert {row["answer"] for row in data["offers"]} == {"accepted"}
    assert [row["text"] for row in data["contests"]] == ["and the hill?"]
    assert sum(row["shares"] for row in data["share_register"]) == 2 - 1 + 3  # asked for, given back, and of the issue
    assert [row["shares"] for row in data["share_requests"]] == [2, 3]
    shares, issue, loan = 10_000, 15_000, 50_000
    asked = [(row["amount"], row["paid"]) for row in data["payment_requests"]]
    assert asked == [(shares, shares), (issue, issue), (loan, loan)]
    assert [row["amount"] for row in data["payments"]] == [shares, issue, loan]
    paid = {row["for"].partition(" ")[0]: row["pay_run"] for row in data["pay"]}
    assert paid == {"pay": scene.pay_run.number, "share_exit": scene.pay_run.number}
    assert [row["iban"] for row in data["bank_accounts"]] == ["BE68539007547034"]
    assert data["ballots"] and data["comments"] and data["postings"]
    assert data["invoices"] == []


def test_where_clients_live_is_not_data_about_who_worked_there(scene: Scene) -> None:
    with zipfile.ZipFile(io.BytesIO(my_data_archive(scene.worker.party, T0))) as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist()).decode()
    assert scene.settled.place not in everything
    assert scene.client.party.name not in everything
    assert scene.treasurer.party.name not in everything


def test_a_client_gets_their_bookings_and_invoices(scene: Scene) -> None:
    data = data_of(scene.client.party)
    assert scene.settled.place in {row["place"] for row in data["jobs_booked"]}
    assert scene.invoice.number in {row["invoice"] for row in data["invoices"]}
    assert {row["invoice"] for row in data["invoice_lines"]} == {row["invoice"] for row in data["invoices"]}
    assert sum(row["gross"] for row in data["invoices"]) > 0
    assert data["jobs_worked"] == data["pay"] == []


def test_who_has_nothing_to_do_with_it_gets_empty_tables(scene: Scene) -> None:
    data = data_of(make_scene("rosa").treasurer.party)
    assert data["jobs_worked"] == data["jobs_booked"] == data["invoices"] == []
    assert {row["co-op"] for row in data["memberships"]} == {"Rosa"}


def test_a_table_has_the_same_columns_in_every_row_and_opens_in_a_spreadsheet(scene: Scene) -> None:
    for party in (scene.worker.party, scene.client.party, scene.coordinator.party, scene.applicant.party):
        for table in my_data:
            assert len({tuple(row) for row in table.rows(party)}) <= 1, table.kind
    with zipfile.ZipFile(io.BytesIO(my_data_archive(scene.worker.party, T0))) as archive:
        rows = list(csv.reader(io.StringIO(archive.read("offers.csv").decode("utf-8-sig"))))
    assert rows[0][:2] == ["co-op", "job"]
