"""Mails to the address for bills: what is a bill is taken, and of the rest it is said why not."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from marke.bills.files import NotABill, examine
from marke.bills.letters import Enclosed, Mail, read_mail
from marke.bills.models import Bill, BillAddress, BillFile, Letter
from marke.bills.pdfs import BadPdf
from marke.bills.services.receiving import Incoming, add_file, receive_bill
from marke.common.mail import write_mail, wrote_lately
from marke.common.refusal import Refused
from marke.parties.models import Coop, Party

ANSWER_EVERY = timedelta(days=1)


class NoSuchAddress(Refused):
    """Nobody here has this address for bills."""


@transaction.atomic
def open_address(*, coop: Coop, instead: str = "", by: Party | None, at: datetime) -> BillAddress:
    """A new secret; the one before, `instead`, leads nowhere from now on. Where another one has taken its place, that one stays."""
    Coop.objects.select_for_update(no_key=True).get(pk=coop.pk)
    now = BillAddress.objects.filter(coop=coop, closed_at=None).first()
    if now is not None and now.token != instead:
        return now
    BillAddress.objects.filter(coop=coop, closed_at=None).update(closed_at=at)
    token = "".join(secrets.choice("abcdefghijkmnpqrstuvwxyz23456789") for _place in range(16))
    return BillAddress.objects.create(coop=coop, token=token, opened_at=at, opened_by=by)


def close_address(*, coop: Coop, by: Party | None, at: datetime) -> None:
    BillAddress.objects.filter(coop=coop, closed_at=None).update(closed_at=at)


def receive_mail(*, content: bytes, to: Sequence[str] = (), at: datetime) -> list[Letter]:
    """Takes the bills out of a mail, for whichever co-op it was sent to. The same mail again changes nothing.

    Raises: BadLetter; NoSuchAddress when it was sent to no address for bills that is open.
    """
    mail = read_mail(content, to=to)
    addresses = BillAddress.objects.filter(token__in=mail.tokens, closed_at=None).select_related("coop")
    letters = [_receive(address.coop, mail, at) for address in addresses]
    if not letters:
        raise NoSuchAddress(_("Nobody here takes bills at the address that this mail was sent to."))
    return letters


@transaction.atomic
def _receive(coop: Coop, mail: Mail, at: datetime) -> Letter:
    Coop.objects.select_for_update(no_key=True).get(pk=coop.pk)
    if before := Letter.objects.filter(coop=coop, digest=mail.digest).first():
        return before
    with override(coop.language):
        taken, refused = _take(coop, mail, at)
        letter = Letter.objects.create(
            coop=coop, digest=mail.digest, sender=mail.sender, subject=mail.subject, taken=taken, refused=refused, received_at=at
        )
        if refused and not mail.automatic:
            _answer(coop, letter, at)
    return letter


def _take(coop: Coop, mail: Mail, at: datetime) -> tuple[int, list[list[str]]]:
    """How many bills, and [name, reason] of what is none. A plain PDF beside one e-invoice is the picture of it."""
    bills: dict[int, Bill] = {}
    refused: list[list[str]] = []
    plain: list[Enclosed] = []
    for file in mail.files:
        try:
            found = examine(file.content, file.name)
            if found.reading is None:
                plain.append(file)
                continue
            bill = _received(coop, mail, file, at)
            bills[bill.pk] = bill
        except (NotABill, BadPdf) as refusal:
            refused.append([file.name, str(refusal)])
    of = next(iter(bills.values())) if len(bills) == 1 else None
    for file in plain:
        found = examine(file.content, file.name)
        if of is None:
            bill = _received(coop, mail, file, at)
            bills[bill.pk] = bill
        else:
            _add(of, file, at)
    if not bills and not refused:
        refused.append(["", _("There was no file in it that could be a bill (XML, PDF, JPEG, PNG, WebP).")])
    return len(bills), refused


def _received(coop: Coop, mail: Mail, file: Enclosed, at: datetime) -> Bill:
    incoming = Incoming(file.content, file.name, Bill.Source.MAIL, mail.sender)
    return receive_bill(coop=coop, incoming=incoming, by=None, at=at).bill


def _add(bill: Bill, file: Enclosed, at: datetime) -> None:
    found = examine(file.content, file.name)
    kept = {
        bytes(content)
        for content in BillFile.objects.filter(coop=bill.coop, size=len(found.content)).values_list("content", flat=True)
    }
    if found.content not in kept:
        add_file(bill=bill, found=found, name=file.name, at=at)


def _answer(coop: Coop, letter: Letter, at: datetime) -> None:
    """Once a day at most to one address, so that two programs do not write to each other for ever."""
    subject = _("%(coop)s could not take everything in your mail as a bill") % {"coop": coop.name}
    opening = _("In your mail “%(subject)s” this was not taken:") % {"subject": letter.subject}
    if wrote_lately(to=letter.sender, containing=opening, since=at - ANSWER_EVERY):
        return
    told = [f"– {name}: {why}" if name else f"– {why}" for name, why in letter.refused]
    closing = _("Taken as bills: %(count)d.") % {"count": letter.taken}
    write_mail(to=letter.sender, subject=subject, text="\n".join([opening, "", *told, "", closing]), at=at)
