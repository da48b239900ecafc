"""An invoice leaves once, by an access point that can be changed, arrives, and is answered."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import timedelta

import pytest

from marke.common.sealing import seal
from marke.invoices.models import Invoice
from marke.invoices.services import credit_invoice
from marke.parties.models import Client, Coop, Membership, Party
from marke.sending import services
from marke.sending.clockwork import turn
from marke.sending.models import AccessKey, Answer, Connection, PartnerMessage, Transmission
from marke.sending.queries import needing_a_person
from marke.sending.services import transmitting
from marke.sending.services.connecting import CannotConnect, NoParticipant
from marke_core.einvoice.check import check
from marke_core.einvoice.model import Identifier
from marke_core.einvoice.response import ACCEPTED, PAID, Clarification, Response, write_response
from marke_core.einvoice.ubl import read_ubl
from tests.factories.invoices import DONE, issued
from tests.factories.parties import make_client
from tests.sending.conftest import Point

pytestmark = pytest.mark.django_db

Issue = Callable[..., Invoice]
US, THEM = "0208:0417497106", "0208:0999900348"
BEFORE, AFTER = DONE - timedelta(days=1), DONE + timedelta(minutes=1)


def connected(coop: Coop, kind: str = "partner", url: str = "", key: str = "") -> Connection:
    return services.open_connection(coop=coop, kind=kind, url=url, key=key, participant=US, by=None, at=BEFORE)


def by_http(coop: Coop, point: Point) -> Connection:
    """As `open_connection` makes it, with an address on this machine."""
    made = Connection.objects.create(coop=coop, kind="http", url=point.url, participant=US, opened_at=BEFORE)
    AccessKey.objects.create(coop=coop, connection=made, sealed=seal(b"k1"))
    return made


def answered(number: str, code: str, *reasons: Clarification) -> bytes:
    return write_response(
        Response(
            number="R1", issue_date=DONE.date(), sender=Identifier("0999900348", "0208"), sender_name="Gallery",
            receiver=Identifier("0417497106", "0208"), receiver_name="Velo", code=code, document=number, clarifications=reasons,
        )
    )  # fmt: skip


def test_what_is_issued_goes_out_signed_is_delivered_and_accepted(coop: Coop, issue: Issue) -> None:
    connected(coop)
    invoice = issue(1251, 1252)
    turn(AFTER)
    row = Transmission.objects.get()
    assert (row.state, row.recipient, row.attempts) == ("sent", THEM, 1) or row.state == "delivered"
    turn(AFTER + timedelta(minutes=20))
    row.refresh_from_db()
    assert (row.state, row.answers.get().code) == ("delivered", ACCEPTED)
    document = read_ubl(bytes(row.content)).document
    assert (document.number, document.totals.payable, document.totals.vat) == (invoice.number, invoice.gross, invoice.vat)
    assert needing_a_person(coop).count() == 0


def test_the_file_is_what_was_issued_and_keeps_the_rules(coop: Coop, issue: Issue) -> None:
    connected(coop)
    invoice = issue(102, 102, 102)
    credit_invoice(invoice=invoice, reason="Sent twice", by=None, at=DONE)
    services.prepare(AFTER)
    rows = list(Transmission.objects.order_by("id"))
    assert [row.state for row in rows] == ["waiting", "waiting"]
    for row in rows:
        assert check(bytes(row.content)).verdict == "valid"
    taken_back = read_ubl(bytes(rows[1].content)).document
    assert taken_back.type_code == "381"
    assert taken_back.totals.payable == invoice.gross
    assert taken_back.preceding[0].number == invoice.number


def test_who_is_not_on_the_network_gets_nothing_but_the_mail(coop: Coop, client_: Client, issue: Issue, gallery: Client) -> None:
    connected(coop)
    services.write_recipient(client=gallery, participant="", by=None, at=BEFORE)
    issue()
    assert services.prepare(AFTER) == 0
    services.write_recipient(client=gallery, participant=" 0088:7300010000001 ", by=None, at=AFTER)
    assert services.prepare(AFTER) == 1
    assert Transmission.objects.get().recipient == "0088:7300010000001"


def test_papers_of_clients_who_have_only_mail_hold_up_no_other(
    coop: Coop, worker: Membership, gallery: Client, issue: Issue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transmitting, "BATCH", 1)
    connected(coop)
    mail_only, unknown, person = (make_client(coop, name) for name in ("Shop", "Bar", "Ida"))
    for client, number in ((mail_only, "BE0999900348"), (unknown, "XX12")):
        Party.objects.filter(pk=client.party_id).update(kind="organisation", vat_number=number)
    services.write_recipient(client=mail_only, participant="", by=None, at=BEFORE)
    for client in (mail_only, unknown, person):
        issued(coop, client, worker, 1250)
    issue()
    assert [services.prepare(AFTER), services.prepare(AFTER)] == [1, 0]
    assert Transmission.objects.get(invoice__client=gallery)


def test_what_was_issued_before_stays_as_it_is(coop: Coop, issue: Issue) -> None:
    issue()
    services.open_connection(coop=coop, kind="partner", url="", key="", participant=US, by=None, at=AFTER)
    assert services.prepare(AFTER) == 0


def test_a_worker_that_comes_twice_sends_once(coop: Coop, issue: Issue) -> None:
    connected(coop)
    issue()
    assert [services.prepare(AFTER), services.prepare(AFTER)] == [1, 0]
    assert [services.deliver(AFTER), services.deliver(AFTER)] == [1, 0]
    assert PartnerMessage.objects.count() == 1


def test_a_lost_answer_does_not_send_it_again(coop: Coop, issue: Issue, point: Point) -> None:
    by_http(coop, point)
    issue()
    point.says_nothing = True
    services.prepare(AFTER)
    assert services.deliver(AFTER) == 0
    row = Transmission.objects.get()
    assert (row.state, row.transmission_id) == ("waiting", "")
    assert services.deliver(AFTER + timedelta(minutes=1)) == 1  # it finds out that it is there
    row.refresh_from_db()
    assert (row.state, row.transmission_id, len(point.got)) == ("sent", "m1", 1)
    assert point.keys == ["k1"]
    assert base64.b64decode(point.got[0]["fileContent"]) == bytes(row.content)
    assert (point.got[0]["sender"], point.got[0]["recipient"]) == (US, THEM)


def test_a_refusal_is_final_and_waits_for_a_person_who_sends_it_again(coop: Coop, issue: Issue, point: Point) -> None:
    by_http(coop, point)
    issue()
    point.status = 422
    services.prepare(AFTER)
    services.deliver(AFTER)
    row = Transmission.objects.get()
    assert (row.state, row.next_attempt_at) == ("failed", None)
    assert "no such recipient" in row.said
    assert needing_a_person(coop).count() == 1
    point.status = 200
    services.send_again(transmission=row, at=AFTER)
    services.deliver(AFTER)
    row.refresh_from_db()
    assert (row.state, row.said) == ("sent", "")
    with pytest.raises(services.NotAgain):
        services.send_again(transmission=row, at=AFTER)


def test_an_access_point_that_is_down_is_asked_again_later_and_later(coop: Coop, issue: Issue, point: Point) -> None:
    by_http(coop, point)
    issue()
    point.status = 503
    services.prepare(AFTER)
    at, waits = AFTER, []
    while (row := Transmission.objects.get()).next_attempt_at is not None:
        waits.append(row.next_attempt_at - at)
        at = row.next_attempt_at
        services.deliver(at)
    assert (row.state, row.attempts) == ("failed", 9)
    assert waits == sorted(waits)


def test_who_does_not_answer_is_not_asked_about_the_next_paper_in_the_same_turn(coop: Coop, issue: Issue, point: Point) -> None:
    by_http(coop, point)
    for price in (100, 200):
        issue(price)
    point.status = 503
    services.prepare(AFTER)
    services.deliver(AFTER)
    assert list(Transmission.objects.order_by("id").values_list("attempts", flat=True)) == [1, 0]
    point.status = 422  # about this paper it says something: the next one may go
    services.deliver(AFTER + timedelta(minutes=1))
    assert list(Transmission.objects.order_by("id").values_list("attempts", "state")) == [(2, "failed"), (1, "failed")]


def test_it_is_asked_what_came_in_every_quarter_of_an_hour_whether_it_answers_or_not(coop: Coop, point: Point) -> None:
    made = by_http(coop, point)
    for minute in range(16):
        services.collect(AFTER + timedelta(minutes=minute))
    assert point.looked == 2
    services.collect(AFTER + timedelta(minutes=15))  # another clock
    assert point.looked == 2
    Connection.objects.filter(pk=made.pk).update(url="http://127.0.0.1:9")
    assert services.collect(AFTER + timedelta(minutes=30)) == 0
    made.refresh_from_db()
    assert made.collected_at == AFTER + timedelta(minutes=30)


def test_a_key_that_cannot_be_read_stops_nothing_else(coop: Coop, issue: Issue, point: Point) -> None:
    made = by_http(coop, point)
    AccessKey.objects.filter(connection=made).update(sealed="of another house")
    issue()
    turn(AFTER)
    row = Transmission.objects.get()
    assert (row.state, point.got) == ("waiting", [])
    assert "connect it anew" in row.said


def test_what_was_refused_on_the_way_needs_a_person(coop: Coop, issue: Issue, point: Point) -> None:
    by_http(coop, point)
    issue()
    point.folder = "FAILED"
    services.prepare(AFTER)
    services.deliver(AFTER)
    assert services.follow(AFTER) == 1
    assert Transmission.objects.get().state == "refused"
    assert needing_a_person(coop).count() == 1


def test_answers_are_kept_once_and_in_the_order_in_which_they_may_be_said(coop: Coop, issue: Issue, point: Point) -> None:
    by_http(coop, point)
    number = issue().number
    services.prepare(AFTER)
    services.deliver(AFTER)
    said = [answered(number, PAID), answered(number, ACCEPTED), b"<html/>", answered("2026-9999", ACCEPTED)]
    point.inbox = [
        {"id": f"i{n}", "sender": THEM, "recipient": US, "documentType": "x", "fileContent": base64.b64encode(each).decode()}
        for n, each in enumerate([said[0], said[0], *said[1:]])
    ]
    point.inbox.append({**point.inbox[0], "id": "i9", "sender": "0208:0000000097"})  # somebody else speaks of our paper
    services.collect(AFTER)
    services.collect(AFTER + timedelta(minutes=15))
    assert [answer.code for answer in Answer.objects.all()] == [PAID]
    assert point.confirmed == ["i0", "i1", "i2"]  # what is not ours to read stays there


@pytest.mark.parametrize(
    ("kind", "url", "key"),
    [
        ("fax", "", ""),
        ("http", "https://ap.example/v1", ""),
        ("http", "http://ap.example", "k"),
        ("http", "https://[", "k"),
        ("http", "", "k"),
    ],
)
def test_an_access_point_has_an_address_and_a_key(coop: Coop, kind: str, url: str, key: str) -> None:
    with pytest.raises(CannotConnect):
        services.open_connection(coop=coop, kind=kind, url=url, key=key, participant=US, by=None, at=BEFORE)
    assert not Connection.objects.exists()


def test_a_number_that_cannot_be_is_refused_and_the_old_connection_stays(coop: Coop) -> None:
    old = connected(coop)
    with pytest.raises(NoParticipant, match="0208:0417497107"):
        services.open_connection(coop=coop, kind="partner", url="", key="", participant="0208:0417497107", by=None, at=DONE)
    old.refresh_from_db()
    assert old.closed_at is None


def test_a_new_connection_closes_the_old_one_and_forgets_its_key(coop: Coop) -> None:
    old = services.open_connection(
        coop=coop, kind="http", url="https://ap.example/v1", key="secret", participant=US, by=None, at=BEFORE
    )
    connected(coop)
    old.refresh_from_db()
    assert old.closed_at is not None
    assert not AccessKey.objects.exists()


def test_a_second_click_connects_nothing_anew(coop: Coop) -> None:
    asked = {"coop": coop, "kind": "http", "url": "https://ap.example/v1", "participant": US, "by": None, "at": BEFORE}
    first = services.open_connection(key="secret", **asked)  # type: ignore[arg-type]
    assert services.open_connection(key="secret", **asked) == first  # type: ignore[arg-type]
    assert services.open_connection(key="another", **asked) != first  # type: ignore[arg-type]


def test_nothing_goes_into_a_private_network(coop: Coop, issue: Issue) -> None:
    services.open_connection(coop=coop, kind="http", url="https://127.0.0.1/v1", key="k", participant=US, by=None, at=BEFORE)
    issue()
    services.prepare(AFTER)
    services.deliver(AFTER)
    assert "private network" in Transmission.objects.get().said
