"""A mail as it came: who sent it, for whom, and the files in it that could be bills."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import getaddresses, parseaddr

from django.utils.translation import gettext as _

from marke.common.refusal import Refused

MOST_BYTES = 25 * 2**20
MOST_FILES = 20
MOST_PARTS = 200
PREFIX = "bills+"
# Where the address may stand that it was delivered to; the envelope's first.
RECIPIENTS = ("X-Original-To", "Delivered-To", "Envelope-To", "To", "Cc")
FILES = frozenset({"application/xml", "text/xml", "application/pdf", "application/octet-stream"})


class BadLetter(Refused):
    """This mail cannot be read."""


@dataclass(frozen=True)
class Enclosed:
    name: str
    content: bytes


@dataclass(frozen=True)
class Mail:
    """`tokens`: the secrets in the addresses that it was sent to; `automatic`: nobody reads an answer to it."""

    digest: str
    sender: str
    subject: str
    tokens: tuple[str, ...]
    files: tuple[Enclosed, ...]
    automatic: bool


def read_mail(content: bytes, *, to: Sequence[str] = ()) -> Mail:
    """`to`: the envelope's recipients, where the mail server says them. Raises: BadLetter."""
    if len(content) > MOST_BYTES:
        raise BadLetter(_("The mail has more than %(most)d MB.") % {"most": MOST_BYTES // 2**20})
    try:
        message = BytesParser(_class=EmailMessage, policy=policy.default).parsebytes(content)
        written = [str(value) for name in RECIPIENTS for value in message.get_all(name, [])]
        sender = parseaddr(str(message.get("From", "")))[1][:254]
        automatic = _is_automatic(message)
        return Mail(
            digest=hashlib.sha256(content).hexdigest(),
            sender=sender,
            subject=" ".join(str(message.get("Subject", "")).split())[:200],
            tokens=tuple(dict.fromkeys(_tokens([*to, *written]))),
            files=tuple(_files(message)),
            automatic=automatic or "@" not in sender,
        )
    except BadLetter:
        raise
    except Exception as error:  # whatever a parser meets in a mail that somebody made up
        raise BadLetter(_("The mail cannot be read.")) from error


def _is_automatic(message: EmailMessage) -> bool:
    """Source: RFC 3834, 2: what is not to be answered by itself."""
    said = str(message.get("Auto-Submitted", "no")).lower() != "no"
    return (
        said
        or str(message.get("Return-Path", "<?>")).strip() == "<>"
        or str(message.get("Precedence", "")).lower() in ("bulk", "list", "junk")
    )


def _tokens(addresses: Sequence[str]) -> Iterator[str]:
    for _name, address in getaddresses(addresses):
        local = address.rpartition("@")[0]
        if local.lower().startswith(PREFIX):
            yield local[len(PREFIX) :].lower()


def _files(message: EmailMessage) -> Iterator[Enclosed]:
    """What is enclosed; pictures only where they are not part of the letter, as logos are. Raises: BadLetter."""
    count = 0
    for place, part in enumerate(message.walk()):
        if place >= MOST_PARTS:
            raise BadLetter(_("The mail has too many parts."))
        kind, name = part.get_content_type(), part.get_filename() or ""
        if part.is_multipart() or (kind.startswith("text/") and kind != "text/xml" and not name):
            continue
        if kind.startswith("image/") and part.get_content_disposition() != "attachment":
            continue
        if kind not in FILES and not kind.startswith("image/") and not name:
            continue
        content = part.get_payload(decode=True)
        if isinstance(content, bytes) and count < MOST_FILES:
            count += 1
            yield Enclosed(" ".join(str(name).split())[-120:], content)
