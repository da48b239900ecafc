"""The files of a year: what is new in one, what changed in another. What was said before is never said twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from marke.common.clock import local_date
from marke.common.mail import write_mail
from marke.common.money import minor_digits
from marke.common.numbering import next_number
from marke.common.refusal import Refused
from marke.parties.models import Coop, Membership, Party
from marke.sellers import queries
from marke.sellers.drafting import CHANGED, NEW, Draft, draft
from marke.sellers.models import Report, ReportedSeller
from marke_core.dac7 import (
    Document,
    DocumentType,
    Message,
    MessageType,
    Reported,
    Seller,
    message_xml,
    operator_data,
    read_operator,
    read_seller,
    seller_data,
)


class NotReporting(Refused):
    """The rule says that nothing is reported."""


class YearNotOver(Refused):
    """A year is reported when it is over."""


class OperatorIncomplete(Refused):
    """No tax office takes a file that does not say who sends it."""


class SellersIncomplete(Refused):
    """Something is missing of sellers, and whoever asks has not said that they know."""


class TooOld(Refused):
    """What was reported is blanked already, so that nothing can be compared with it."""


@dataclass(frozen=True)
class _Said:
    """A seller as this file says it. `before`: what it corrects."""

    membership: Membership
    seller: Seller
    type: DocumentType
    before: ReportedSeller | None = None


@transaction.atomic
def report_year(*, coop: Coop, year: int, knowing: bool = False, by: Party | None, at: datetime) -> list[Report]:
    """Makes the files that are to be handed in now: one with who is new, one with what changed. The first says who reports.

    Sellers of whom what no file can do without is missing are left out; the next call reports them. Where nothing is to be
    said, it gives the file that was made last, so that the same is reported once.

    knowing: whoever asks knows that something is missing of sellers.
    Raises: NotReporting, YearNotOver, OperatorIncomplete, SellersIncomplete, TooOld.
    """
    next_number(Report, coop)  # locks the co-op, so that a double click waits here
    made = list(queries.reports(coop, year))
    _check(coop, year, made, at)
    found = draft(coop, year, at)
    _check_complete(found, knowing=knowing)
    written = []
    if corrected := _corrections(found):
        written.append(_write(found, MessageType.CORRECTIONS, corrected, by, at))
    elif operator_changed(found, made[0] if made else None):
        written.append(_write(found, MessageType.CORRECTIONS, [], by, at))
    if new := [_Said(line.membership, line.seller, DocumentType.NEW) for line in found.of(NEW)]:
        written.append(_write(found, MessageType.NEW, new, by, at))
    if not made and not written:
        written.append(_write(found, MessageType.NOTHING, [], by, at))
    return written or made[:1]


def _check(coop: Coop, year: int, made: Sequence[Report], at: datetime) -> None:
    if not queries.is_on(coop, at):
        raise NotReporting(_("%(coop)s does not report on sellers. That is a rule: propose to change it.") % {"coop": coop.name})
    if local_date(at, coop.timezone) < date(year + 1, 1, 1):
        raise YearNotOver(_("%(year)s is not over yet. It is reported in January of the year after it.") % {"year": year})
    if any(report.blanked_at for report in made):
        raise TooOld(
            _("What was reported of %(year)s is blanked: its time was over. Nothing is reported of it.") % {"year": year}
        )


def _check_complete(found: Draft, *, knowing: bool) -> None:
    if found.operator_missing:
        raise OperatorIncomplete(
            _("The file must say who reports: name, street, town, country and tax number of %(coop)s. Fill in what is missing.")
            % {"coop": found.coop.name}
        )
    if found.incomplete and not knowing:
        names = ", ".join(line.membership.party.name for line in found.incomplete[:5])
        raise SellersIncomplete(
            _("Something is missing of %(count)s: %(names)s. Ask them, or say that you know it.")
            % {"count": len(found.incomplete), "names": names}
        )


def _corrections(found: Draft) -> list[_Said]:
    changed = [_Said(line.membership, line.seller, DocumentType.CORRECTED, line.said) for line in found.of(CHANGED)]
    gone = [_Said(each.membership, read_seller(each.record), DocumentType.DELETED, each) for each in found.gone]
    return changed + gone


def operator_changed(found: Draft, last: Report | None) -> bool:
    """Whether who reports is another than in the last file. Under which number it is handed in stands in no document."""
    if last is None or not last.operator:
        return False
    before = read_operator(last.operator)
    return replace(before, sending_number="") != replace(found.operator, sending_number="")


def _write(found: Draft, kind: MessageType, said: Sequence[_Said], by: Party | None, at: datetime) -> Report:
    coop, year = found.coop, found.year
    number = next_number(Report, coop)
    operator = _operator_document(found, kind, number)
    message = Message(
        ref=f"{coop.country}{year}{coop.country}-{coop.uid.hex}-{number}",
        type=kind,
        year=year,
        currency=coop.currency,
        digits=minor_digits(coop.currency),
        made_at=at.astimezone(ZoneInfo(coop.timezone)),
        operator=found.operator,
        operator_document=operator,
        sellers=tuple(Reported(each.seller, _document(found, number, place, each)) for place, each in enumerate(said, 1)),
    )
    content = message_xml(message).decode()
    report = Report.objects.create(
        coop=coop, number=number, year=year, type=kind, ref=message.ref, currency=coop.currency,
        operator=operator_data(found.operator), operator_type=operator.type, operator_ref=operator.ref, sellers_count=len(said),
        content=content, digest=sha256(content.encode()).hexdigest(), made_at=at, made_by=by,
    )  # fmt: skip
    _keep(report, message, said)
    for each in said:
        if each.type != DocumentType.DELETED:
            _tell(report, each.membership, at)
    return report


def _operator_document(found: Draft, kind: MessageType, number: int) -> Document:
    """As before, where it was sent before and nothing of it changed. A file with new sellers corrects nothing."""
    last = queries.reports(found.coop, found.year).first()
    if last is None:
        return Document(DocumentType.NEW, _ref(found, number, 0))
    if kind == MessageType.CORRECTIONS and operator_changed(found, last):
        return Document(DocumentType.CORRECTED, _ref(found, number, 0), last.operator_ref)
    return Document(DocumentType.RESENT, last.operator_ref)


def _ref(found: Draft, number: int, place: int) -> str:
    """Never used again: by the co-op for ever, by the file, by the place in it."""
    return f"{found.coop.country}{found.year}-{found.coop.uid.hex}-{number}-{place}"


def _document(found: Draft, number: int, place: int, said: _Said) -> Document:
    return Document(said.type, _ref(found, number, place), said.before.ref if said.before else "")


def _keep(report: Report, message: Message, said: Sequence[_Said]) -> None:
    rows = [
        ReportedSeller(
            coop=report.coop, report=report, position=place, membership=each.membership, type=each.type,
            ref=reported.document.ref, corrects=each.before, record=seller_data(each.seller),
        )
        for place, (each, reported) in enumerate(zip(said, message.sellers, strict=True), 1)
    ]  # fmt: skip
    ReportedSeller.objects.bulk_create(rows, batch_size=500)


def _tell(report: Report, membership: Membership, at: datetime) -> None:
    """Who is reported gets a copy by 31 January: a mail says where it stands."""
    party = membership.party
    if not party.email:
        return
    link = settings.BASE_URL + reverse("sellers:mine", args=[report.coop.slug])
    with translation.override(party.language):
        words = {"name": party.name, "coop": report.coop.name, "year": report.year, "link": link}
        write_mail(
            to=party.email,
            subject=_("What %(coop)s tells the tax office about %(year)s") % words,
            text=_(
                "Hello %(name)s,\n\nthe law asks %(coop)s to report to the tax office what you were paid in %(year)s for "
                "work that it found for you. What is said of you stands here:\n%(link)s\n\nIf something is wrong, change it "
                "there or tell the treasurer; it is corrected."
            )
            % words,
            at=at,
        )
