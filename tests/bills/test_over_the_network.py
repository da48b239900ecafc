"""Bills that come in through the access point, and what their suppliers are told."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from marke.bills import services
from marke.bills.models import Bill, BillAnswer, BillFile, Letter
from marke.parties.models import Coop, Membership
from marke.sending.clockwork import turn
from marke.sending.models import PartnerMessage
from marke.sending.partner import Partner
from marke.sending.services import open_connection
from marke_core.einvoice.response import read_response
from tests.factories.bills import approved, ubl
from tests.factories.parties import T0

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
NOW = T0 + timedelta(days=15)
THEM, HERE = "0208:0428759497", "0208:0417497106"


def hour(n: int) -> datetime:
    return NOW + timedelta(hours=n)


def told() -> list[tuple[str, str, list[str]]]:
    """What the supplier has heard: code, number of the bill, reasons."""
    sent = PartnerMessage.objects.filter(sender=THEM, taken_at__isnull=False).order_by("pk")
    heard = [read_response(bytes(row.content)) for row in sent if b"ApplicationResponse" in bytes(row.content)]
    return [(each.code, each.document, [reason.code for reason in each.clarifications]) for each in heard]


def test_a_bill_comes_in_and_its_supplier_is_told_what_becomes_of_it(coop: Coop, tess: Membership, cora: Membership) -> None:
    connection = open_connection(coop=coop, kind="partner", url="", key="", participant=HERE, by=tess.party, at=NOW)
    content = ubl()
    Partner(connection).bring(THEM, content)
    Partner(connection).bring(THEM, ubl("F-2", net=500))
    turn(NOW)
    first, second = Bill.objects.order_by("number")
    assert (first.source, first.sender, first.state, first.entered_by) == ("network", THEM, "waiting", None)
    assert BillFile.objects.get(bill=first).size > 1000

    services.ask_about_bill(bill=second, reason="PRI", text="It was 4.00.", by=tess.party, at=NOW)
    turn(hour(1))
    services.go_on_with_bill(bill=second, by=tess.party, at=NOW)
    services.refuse_bill(bill=second, reason="PRI", text="It was 4.00.", by=tess.party, at=NOW)
    approved(first, tess.party, NOW)
    turn(hour(2))
    services.record_bill_payment(bill=first, amount=12_100, date=date(2026, 1, 20), once_key="paid", by=tess.party, at=NOW)
    turn(hour(3))
    turn(hour(4))
    assert told() == [("UQ", "F-2", ["PRI"]), ("RE", "F-2", ["PRI"]), ("AP", "F-2026-17", []), ("PD", "F-2026-17", [])]
    assert not BillAnswer.objects.filter(sent_at=None).exists()


def test_what_is_no_bill_stays_at_the_access_point_and_why_is_told_once(coop: Coop, tess: Membership) -> None:
    connection = open_connection(coop=coop, kind="partner", url="", key="", participant=HERE, by=tess.party, at=NOW)
    Partner(connection).bring(THEM, b"<Invoice><a/></Invoice>")
    turn(NOW)
    turn(hour(1))
    assert not Bill.objects.exists()
    assert [letter.refused for letter in Letter.objects.all()] == [[["", "This XML is no e-invoice: neither UBL nor CII."]]]
    assert PartnerMessage.objects.filter(taken_at=None).count() == 1
