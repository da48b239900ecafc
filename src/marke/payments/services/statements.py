"""A bank statement is dropped in, looked at, corrected by yes and no, or thrown away. Nothing here books."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from django.db import transaction
from django.utils.translation import gettext as _

from marke.common import clock
from marke.common.db.large import room_for_much
from marke.common.numbering import next_number
from marke.common.refusal import Refused
from marke.parties.models import Coop, Party
from marke.payments.models import Payment
from marke.payments.recognition import recognise
from marke.payments.statement_models import BankEntry, BankLayout, BankStatement
from marke.payments.statement_reading import FileRead, header_digest, read_file, read_rows
from marke.payments.telling import forget
from marke_core.banking.bank_csv import DATE_FORMATS, DECIMALS, FIELDS, Layout, Table, guess
from marke_core.banking.statements import Entry

State, Meaning = BankStatement.State, BankEntry.Meaning
# Fields that recognition says, and a person may say otherwise.
SAID = ["meaning", "certain", "why", "about", "same_as", "request", "run", "pay_line", "account", "payment", "refund"]
SAID += ["owed_kind", "owed_subject", "transaction"]
DECIDED = ["surplus", "not_same", "decided_at", "decided_by"]


class ImportedAlready(Refused):
    """The same file was booked before."""


class NotOpen(Refused):
    """The statement was booked or thrown away."""


class BadLayout(Refused):
    """The columns cannot be read like this."""


class CannotDecide(Refused):
    """This entry cannot be that."""


def receive_statement(*, coop: Coop, filename: str, content: bytes, by: Party | None, at: datetime) -> BankStatement:
    """Keeps what is in the file and says what it understood; books nothing. The same file again gives the one that waits.

    Raises: CannotBeRead, NotOurAccount, FromTheFuture, ImportedAlready.
    """
    digest = sha256(content).hexdigest()
    check_not_booked(coop, digest)
    kept: list[Layout] = []

    def layout_for(table: Table) -> Layout:
        known = BankLayout.objects.filter(coop=coop, header_digest=header_digest(table.header)).first()
        if known is None:
            return guess(table)
        kept.append(Layout(tuple(known.columns), known.date_format, known.decimal))
        return kept[0]

    used: list[Layout] = []

    def remember(table: Table) -> Layout:
        used.append(layout_for(table))
        return used[0]

    read = read_file(content, coop, clock.local_date(at, coop.timezone), remember)
    with room_for_much(), transaction.atomic():
        number = next_number(BankStatement, coop)
        check_not_booked(coop, digest)
        waiting = BankStatement.objects.filter(coop=coop, digest=digest, state=State.PREVIEW).first()
        if waiting is not None:
            return waiting
        statement = BankStatement(
            coop=coop, number=number, filename=plain_filename(filename), digest=digest, uploaded_at=at, uploaded_by=by
        )
        _fill(statement, read, used[0] if used else None, confirmed=bool(kept) or not used)
        statement.save()
        _write_entries(statement, read.entries, at)
        return statement


def plain_filename(name: str) -> str:
    return "".join(char for char in name if char.isprintable())[-200:] or "?"


def check_not_booked(coop: Coop, digest: str) -> None:
    """Raises: ImportedAlready."""
    booked = BankStatement.objects.filter(coop=coop, digest=digest, state=State.BOOKED).first()
    if booked is not None and booked.booked_at is not None:
        raise ImportedAlready(
            _("This file was booked already on %(day)s, as statement %(number)d. Nothing is booked twice.")
            % {"day": clock.local_date(booked.booked_at, coop.timezone).isoformat(), "number": booked.number}
        )


def _fill(statement: BankStatement, read: FileRead, layout: Layout | None, *, confirmed: bool) -> None:
    statement.format, statement.iban, statement.label = read.format, read.iban, read.label
    statement.opening, statement.closing = read.opening, read.closing
    days = [entry.booked_on for entry in read.entries]
    statement.since = min(days, default=None)
    statement.until = max([*days, *([read.closing_on] if read.closing_on else [])], default=None)
    if read.table is not None and layout is not None:
        statement.header, statement.columns = list(read.table.header), list(layout.columns)
        statement.rows, statement.lines = [list(row) for row in read.table.rows], list(read.table.lines)
        statement.date_format, statement.decimal = layout.date_format, layout.decimal
        statement.layout_confirmed = confirmed


def _write_entries(statement: BankStatement, read: Sequence[Entry], at: datetime) -> None:
    entries = [
        BankEntry(
            coop=statement.coop,
            statement=statement,
            position=position,
            line=entry.line,
            booked_on=entry.booked_on,
            value_on=entry.value_on,
            amount=entry.amount,
            name=entry.name,
            iban=entry.iban,
            text=entry.text,
            reference=entry.reference,
            end_to_end_id=entry.end_to_end_id,
            batch_id=entry.batch_id,
            bank_reference=entry.bank_reference[:45],
            kind=entry.kind,
            reversal=entry.reversal,
        )
        for position, entry in enumerate(read, 1)
    ]
    recognise(statement.coop, statement, entries, at)
    for entry in entries:
        entry.fingerprint = ""  # taken when it is booked
    BankEntry.objects.bulk_create(entries, batch_size=1_000)


@transaction.atomic
def choose_layout(
    *, statement: BankStatement, columns: Sequence[str], date_format: str, decimal: str, by: Party | None, at: datetime
) -> BankStatement:
    """A person says how a spreadsheet is to be read; the next one with the same header is read so.

    Raises: BadLayout, NotOpen; CannotBeRead, FromTheFuture when it cannot be read like this.
    """
    coop = statement.coop
    statement = lock_open(statement)
    layout = Layout(tuple(columns), date_format, decimal)
    _check_layout(statement, layout)
    table = Table(tuple(statement.header), tuple(tuple(row) for row in statement.rows), tuple(statement.lines))
    read = read_rows(table, layout, coop, clock.local_date(at, coop.timezone))
    _fill(statement, read, layout, confirmed=True)
    statement.save()
    statement.entries.all().delete()
    _write_entries(statement, read.entries, at)
    said = {"columns": list(columns), "date_format": date_format, "decimal": decimal, "confirmed_at": at, "confirmed_by": by}
    BankLayout.objects.update_or_create(coop=coop, header_digest=header_digest(statement.header), defaults=said)
    return statement


def _check_layout(statement: BankStatement, layout: Layout) -> None:
    if len(layout.columns) != len(statement.header) or any(name and name not in FIELDS for name in layout.columns):
        raise BadLayout(_("There is one choice for each of the %(n)d columns.") % {"n": len(statement.header)})
    if layout.date_format not in DATE_FORMATS or layout.decimal not in DECIMALS:
        raise BadLayout(_("Choose how days and decimals are written from the list."))
    doubled = [name for name in layout.columns if name and name != "text" and layout.columns.count(name) > 1]
    if doubled:
        raise BadLayout(_("Two columns cannot both hold the same. Choose one, and leave the other out."))
    if layout.missing():
        raise BadLayout(_("Say which column holds the day, and which one the amount (or which two what went out and came in)."))


@transaction.atomic
def discard_statement(*, statement: BankStatement, by: Party | None, at: datetime) -> BankStatement:
    """Throws a statement away that was not booked; nothing of it is kept but its name. Raises: NotOpen."""
    statement = lock_open(statement)
    statement.entries.all().delete()
    statement.state, statement.rows, statement.lines = State.DISCARDED, [], []
    statement.save()
    return statement


@transaction.atomic
def decide_entry(*, entry: BankEntry, answer: str, surplus: str = "", by: Party | None, at: datetime) -> BankEntry:
    """Yes to what was proposed ("yes"), or something else: "no", "cost", "other" (not the one that is known already).

    Of a statement that is not booked yet. Raises: NotOpen, CannotDecide.
    """
    lock_open(entry.statement)
    entry = BankEntry.objects.select_for_update(of=("self",)).select_related("coop", "request", "statement").get(pk=entry.pk)
    decide(entry=entry, answer=answer, surplus=surplus, by=by, at=at)
    if entry.not_same and entry.decided_at is None:
        recognise(entry.coop, entry.statement, [entry], at)
        entry.fingerprint = ""
    entry.save(update_fields=[*SAID, *DECIDED])
    return entry


def decide(*, entry: BankEntry, answer: str, surplus: str, by: Party | None, at: datetime) -> None:
    """Writes the answer into the entry. Raises: CannotDecide."""
    proposed = entry.meaning not in (Meaning.UNKNOWN, Meaning.KNOWN)
    allowed = {
        "yes": proposed,
        "no": proposed and not (entry.certain and entry.meaning in (Meaning.PAY_RUN, Meaning.RETURNED)),
        "cost": entry.amount < 0
        and entry.meaning in (Meaning.UNKNOWN, Meaning.COST, Meaning.REFUND, Meaning.TAKEN_BACK, Meaning.OWED),
        "other": entry.meaning in (Meaning.KNOWN, Meaning.RECORDED),
    }
    if not allowed.get(answer, False) or surplus not in ("", *Payment.Surplus.values):
        raise CannotDecide(
            _("Entry %(n)d is “%(meaning)s” and cannot be answered like that. Open the statement again to see what can be said.")
            % {"n": entry.position, "meaning": entry.get_meaning_display()}
        )
    if answer == "cost":
        forget(entry)
        entry.meaning = Meaning.COST
    elif answer in ("no", "other"):
        forget(entry)
    entry.surplus = surplus if entry.meaning == Meaning.REQUEST else ""
    entry.decided_at, entry.decided_by = (None, None) if answer == "other" else (at, by)
    entry.not_same = entry.not_same or answer == "other"


@transaction.atomic
def confirm_proposals(*, statement: BankStatement, by: Party | None, at: datetime) -> int:
    """Yes to everything that is proposed in a statement that is not booked yet. Returns how many. Raises: NotOpen."""
    statement = lock_open(statement)
    open_ = statement.entries.filter(certain=False, decided_at=None).exclude(meaning__in=(Meaning.UNKNOWN, Meaning.KNOWN))
    return open_.update(decided_at=at, decided_by=by)


def lock_open(statement: BankStatement) -> BankStatement:
    """Raises: NotOpen."""
    present = BankStatement.objects.select_for_update(of=("self",)).select_related("coop").get(pk=statement.pk)
    if present.state != State.PREVIEW:
        raise NotOpen(
            _("Statement %(number)d is “%(state)s” and cannot be changed any more.")
            % {"number": present.number, "state": present.get_state_display().lower()}
        )
    return present
