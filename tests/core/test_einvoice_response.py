"""What a buyer answers to an invoice: written, read, and in the order in which it may be said."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from marke_core.einvoice.model import Identifier
from marke_core.einvoice.refused import BadEInvoice
from marke_core.einvoice.response import CODES, MOVES, Clarification, Response, may_follow, read_response, write_response

REJECTED = Response(
    number="R1", issue_date=date(2026, 11, 22), sender=Identifier("0123456749", "0208"), sender_name="Galerij <Noord> & Zoon",
    receiver=Identifier("0999900348", "0208"), receiver_name="Zeepbel", code="RE", document="2026-0007",
    effective_date=date(2026, 11, 23), clarifications=(Clarification("REF", text="No order number"), Clarification("NIN", "OPStatusAction")),
)  # fmt: skip


def test_what_is_written_is_read_back_whole() -> None:
    assert read_response(write_response(REJECTED)) == REJECTED
    bare = replace(REJECTED, code="AP", clarifications=(), effective_date=None)
    assert read_response(write_response(bare)) == bare


def test_a_rejection_owes_a_reason_and_a_code_has_to_exist() -> None:
    with pytest.raises(BadEInvoice, match="missing"):
        write_response(replace(REJECTED, clarifications=()))
    with pytest.raises(BadEInvoice, match="kind"):
        write_response(replace(REJECTED, code="OK"))
    with pytest.raises(BadEInvoice, match="kind"):
        read_response(write_response(REJECTED).replace(b">RE<", b">ZZ<"))


def test_nothing_is_said_after_a_rejection_or_a_payment_and_only_a_payment_after_an_acceptance() -> None:
    assert {code for code in CODES if may_follow("RE", code) or may_follow("PD", code)} == set()
    assert {code for code in CODES if may_follow("AP", code)} == {"PD"}
    assert set(MOVES) == CODES | {""}


@pytest.mark.parametrize(
    "hostile",
    [b"", b"<x/>", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', b"<ApplicationResponse/>", b"\xff\xfe\x00"],
)
def test_what_is_no_answer_is_refused(hostile: bytes) -> None:
    with pytest.raises(BadEInvoice):
        read_response(hostile)


@pytest.mark.needs_data
def test_every_official_answer_is_read(shared_data: Path) -> None:
    files = sorted((shared_data / "invoicing/peppol-2026.5/examples-invoice-response").glob("*.xml"))
    assert len(files) == 13
    for path in files:
        read = read_response(path.read_bytes())
        assert read.code in CODES
        assert read_response(write_response(read)) == read
