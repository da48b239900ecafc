"""Where mails with bills are fetched from: an IMAP mailbox, or a folder (maildir) that a mail server fills.

The address is MARKE_BILLS_MAILBOX: imaps://user@host/INBOX with MARKE_BILLS_PASSWORD, or maildir:/var/mail/bills.
A mail is put aside only when it was read; one that cannot be read, or is for nobody here, is put aside too and told in the log.
"""

from __future__ import annotations

import imaplib
import mailbox
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from marke.bills.letters import MOST_BYTES

PATIENCE = 20
BATCH = 50
IMAPS = 993


class NoMailbox(Exception):
    """The mailbox cannot be opened."""


class Mailbox(Protocol):
    def arrived(self) -> Iterator[tuple[str, bytes]]:
        """(key, mail) of what nobody has read yet. Raises: NoMailbox."""
        ...

    def done(self, key: str) -> None:
        """It was read; it does not come again. Raises: NoMailbox."""
        ...


class Maildir:
    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise NoMailbox(f"there is no folder {folder}")
        self._box = mailbox.Maildir(str(folder), create=False)

    def arrived(self) -> Iterator[tuple[str, bytes]]:
        for key in list(self._box.keys())[:BATCH]:
            if "S" not in self._box.get_message(key).get_flags():
                yield key, self._box.get_bytes(key)

    def done(self, key: str) -> None:
        message = self._box.get_message(key)
        message.set_subdir("cur")
        message.add_flag("S")
        self._box[key] = message


class Imap:
    """Mails stay in the mailbox, marked as seen."""

    def __init__(self, connection: imaplib.IMAP4) -> None:
        self._connection = connection

    def arrived(self) -> Iterator[tuple[str, bytes]]:
        _said, found = self._connection.uid("SEARCH", "UNSEEN", "SMALLER", str(MOST_BYTES))
        for key in (found[0] or b"").split()[:BATCH]:
            _said, parts = self._connection.uid("FETCH", key.decode(), "(BODY.PEEK[])")
            mail = next((part[1] for part in parts if isinstance(part, tuple)), None)
            if isinstance(mail, bytes):
                yield key.decode(), mail

    def done(self, key: str) -> None:
        self._connection.uid("STORE", key, "+FLAGS.SILENT", r"(\Seen)")


Connect = Callable[[str, int], imaplib.IMAP4]


def _over_tls(host: str, port: int) -> imaplib.IMAP4:
    return imaplib.IMAP4_SSL(host, port, timeout=PATIENCE)


@contextmanager
def open_mailbox(address: str, password: str, *, connect: Connect = _over_tls) -> Iterator[Mailbox]:
    """Raises: NoMailbox."""
    parts = urlsplit(address)
    if parts.scheme == "maildir":
        yield Maildir(Path(parts.path))
        return
    if parts.scheme != "imaps" or not parts.hostname:
        raise NoMailbox(f"{parts.scheme}: is neither imaps: nor maildir:")
    try:
        connection = connect(parts.hostname, parts.port or IMAPS)
        try:
            connection.login(unquote(parts.username or ""), password)
            connection.select(unquote(parts.path.strip("/")) or "INBOX")
            yield Imap(connection)
        finally:
            connection.shutdown()
    except (imaplib.IMAP4.error, OSError) as failure:
        raise NoMailbox(str(failure)[:200]) from failure
