"""Bills by mail: the secret address, what is taken, what is told, a mailbox over IMAP and a folder."""

from __future__ import annotations

import imaplib
import mailbox
import re
import socketserver
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from marke.bills import services
from marke.bills.clockwork import _fetched, fetch
from marke.bills.letters import BadLetter, read_mail
from marke.bills.mailboxes import NoMailbox, open_mailbox
from marke.bills.models import Bill, Letter
from marke.common.models import Mail
from marke.parties.models import Coop, Membership
from tests.factories.bills import mail, pdf, ubl
from tests.factories.parties import T0

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
NOW = T0 + timedelta(days=15)
XML = ("bill.xml", "application/xml", ubl())


@pytest.fixture
def address(coop: Coop, tess: Membership) -> str:
    return f"bills+{services.open_address(coop=coop, by=tess.party, at=NOW).token}@bills.example"


def test_a_mail_becomes_a_bill_once_with_its_pdf_beside_it(coop: Coop, address: str) -> None:
    content = mail(f"Velo <{address}>", XML, ("bill.pdf", "application/pdf", pdf()))
    for _time in range(2):
        (letter,) = services.receive_mail(content=content, at=NOW)
        assert (letter.taken, letter.refused, letter.sender) == (1, [], "post@papier.example")
    bill = Bill.objects.get()
    assert (bill.source, bill.sender, bill.entered_by, bill.state) == ("mail", "post@papier.example", None, "waiting")
    assert [file.kind for file in bill.files.all()] == ["xml", "pdf"]
    assert not Mail.objects.exists()


def test_what_is_not_taken_is_told_with_the_reason(coop: Coop, address: str) -> None:
    services.receive_mail(content=mail(address, ("a.zip", "application/zip", b"PK\x03\x04")), at=NOW)
    services.receive_mail(content=mail(address), at=NOW)  # told today already
    services.receive_mail(content=mail(address, sender="list@x.example", Auto_Submitted="auto-replied"), at=NOW)
    assert [len(letter.refused) for letter in Letter.objects.all()] == [1, 1, 1]
    answer = Mail.objects.get()
    assert answer.to_address == "post@papier.example" and "a.zip: This is a packed file." in answer.text
    assert not Bill.objects.exists()


def test_an_address_that_was_closed_takes_nothing(coop: Coop, tess: Membership, address: str) -> None:
    token = address.removeprefix("bills+").partition("@")[0]
    made = services.open_address(coop=coop, instead=token, by=tess.party, at=NOW)
    assert services.open_address(coop=coop, instead=token, by=tess.party, at=NOW) == made  # a second click
    with pytest.raises(services.NoSuchAddress):
        services.receive_mail(content=mail(address, XML), at=NOW)
    assert not Letter.objects.exists() and not Bill.objects.exists()


def test_a_mail_that_was_made_to_harm_is_not_read() -> None:
    with pytest.raises(BadLetter):
        read_mail(b"x" * (25 * 2**20 + 1))
    deep = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(400))
    with pytest.raises(BadLetter):
        read_mail(b"From: a@b.example\n" + deep)
    assert read_mail(b"\0\xff\n\n\r").files == ()


def test_a_folder_that_the_mail_server_fills_is_read_once(coop: Coop, address: str, settings: Any, tmp_path: Path) -> None:
    box = mailbox.Maildir(str(tmp_path / "box"), create=True)
    for content in (mail(address, XML), mail("nobody@x.example", XML)):
        box.add(content)
    settings.BILLS_MAILBOX = f"maildir:{tmp_path / 'box'}"
    assert [fetch(NOW), fetch(NOW), fetch(NOW + timedelta(minutes=5))] == [1, 0, 0]
    assert Bill.objects.count() == 1 and len(box) == 2
    _fetched.clear()


class Server(socketserver.StreamRequestHandler):
    """As much of IMAP4rev1 (RFC 3501) as a mailbox of unread mails needs."""

    def handle(self) -> None:
        self.say("* OK ready")
        while line := self.rfile.readline().decode().strip():
            tag, command, *rest = line.split(" ", 2)
            getattr(self, command.lower(), self.other)(tag, rest[0] if rest else "")

    def say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())

    def other(self, tag: str, _rest: str) -> None:
        self.say("* CAPABILITY IMAP4rev1\r\n* 0 EXISTS")
        self.say(f"{tag} OK done")

    def login(self, tag: str, rest: str) -> None:
        self.say(f"{tag} OK in" if rest.endswith('"right"') else f"{tag} NO wrong password")

    def uid(self, tag: str, rest: str) -> None:
        mails, seen = self.server.mails, self.server.seen  # type: ignore[attr-defined]
        if rest.startswith("SEARCH"):
            self.say("* SEARCH " + " ".join(str(n) for n in range(1, len(mails) + 1) if n not in seen))
        elif found := re.match(r"FETCH (\d+)", rest):
            content = mails[int(found[1]) - 1]
            self.wfile.write(b"* 1 FETCH (UID %s BODY[] {%d}\r\n%s)\r\n" % (found[1].encode(), len(content), content))
        elif found := re.match(r"STORE (\d+) \+FLAGS.SILENT \(\\Seen\)", rest):
            seen.add(int(found[1]))
        self.say(f"{tag} OK done")


@pytest.fixture
def imap() -> Iterator[Any]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Server) as server:
        server.daemon_threads = True
        server.mails, server.seen = [], set()  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def test_a_mailbox_over_imap_is_read_once(imap: Any) -> None:
    imap.mails += [mail("a@b.example", XML), mail("c@d.example")]

    def plainly(_host: str, _port: int) -> imaplib.IMAP4:
        return imaplib.IMAP4("127.0.0.1", imap.server_address[1], timeout=5)

    for expected in (2, 0):
        with open_mailbox("imaps://bills%40example.org@mail.example/INBOX", "right", connect=plainly) as box:
            found = list(box.arrived())
            assert len(found) == expected
            for key, content in found:
                assert content in imap.mails
                box.done(key)
    with pytest.raises(NoMailbox, match="wrong password"), open_mailbox("imaps://x@mail.example", "no", connect=plainly):
        pass
    with pytest.raises(NoMailbox), open_mailbox("imap://x@mail.example", "no"):
        pass
