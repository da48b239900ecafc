"""A spreadsheet of deliveries: dropped in, looked at, booked whole or not at all, and once."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marke.common.clock import local_date
from marke.common.db.large import room_for_much
from marke.common.numbering import next_number
from marke.common.refusal import Refused
from marke.doors.coopcycle import Row, missing, read
from marke.doors.models import DeliveryFile, FileJob
from marke.intake.reading import read_table
from marke.intake.services import plain_filename
from marke.jobs.models import Door, Job, Service
from marke.jobs.services import book_job, check_booking
from marke.jobs.wishes import Wishes
from marke.parties.models import Client, Coop, Party
from marke.places.search import Asking, locate

MOST_ROWS = 500
State = DeliveryFile.State


class FileDoesNotFit(Refused):
    """A file of deliveries that cannot be booked as it is."""

    status = 422


def receive_file(
    *, coop: Coop, client: Client, service: Service, filename: str, content: bytes, by: Party | None, at: datetime
) -> DeliveryFile:
    """Keeps what is in the file; books nothing. The same file again gives the one that waits to be checked.

    Raises: CannotBeRead, FileDoesNotFit.
    """
    table = read_table(content)
    if lacking := missing(table.header):
        raise FileDoesNotFit(
            _("The file has no column %(columns)s. Write the names of CoopCycle’s columns into its first line.")
            % {"columns": ", ".join(lacking)}
        )
    if len(table.rows) > MOST_ROWS:
        raise FileDoesNotFit(
            _("The file has %(rows)s rows; at most %(most)s are booked at once. Split it into several files.")
            % {"rows": len(table.rows), "most": MOST_ROWS}
        )
    digest = hashlib.sha256(content).hexdigest()
    with transaction.atomic():
        number = next_number(DeliveryFile, coop)
        _check_not_booked(coop, client, digest)
        waiting = DeliveryFile.objects.filter(coop=coop, client=client, service=service, digest=digest, state=State.PREVIEW)
        if found := waiting.first():
            return found
        return DeliveryFile.objects.create(
            coop=coop, number=number, filename=plain_filename(filename), digest=digest, client=client, service=service,
            header=table.header, rows=table.rows, first_line=table.first_line, uploaded_at=at, uploaded_by=by,
        )  # fmt: skip


def checked_rows(file: DeliveryFile, at: datetime) -> list[Row]:
    """What each line says, with what is wrong with it by the same measure as a booking on the page. Asks nothing of the database."""
    rows = read(file.header, file.rows, file.first_line, file.coop.timezone)
    for row in rows:
        if not row.errors:
            try:
                _check(file, row, at)
            except Refused as refused:
                row.errors.append(str(refused))
    return rows


def _check(file: DeliveryFile, row: Row, at: datetime) -> None:
    assert row.begins is not None
    check_booking(
        service=file.service, starts_at=row.begins, place=row.place, pickup=row.pickup, note=row.note, minutes=None, at=at,
        door=Door.WEB, wishes=wishes_of(row),
    )  # fmt: skip


def wishes_of(row: Row) -> Wishes:
    """Any time from the first moment of the pickup to the last of the drop-off."""
    return Wishes(from_at=row.begins, until_at=row.ends, load_kg=row.load_kg, items=row.items)


def book_file(*, file: DeliveryFile, by: Party | None, at: datetime) -> DeliveryFile:
    """Every line becomes a job, or none does. Booking twice is booking once. Raises: FileDoesNotFit; as `book_job`."""
    with room_for_much(), transaction.atomic():
        next_number(Job, file.coop)
        found = _locked(file)
        if found.state == State.BOOKED:
            return found
        _check_open(found)
        _check_not_booked(found.coop, found.client, found.digest)
        rows = checked_rows(found, at)
        if wrong := [row for row in rows if row.errors]:
            raise FileDoesNotFit(
                _(
                    "Line %(line)s: %(error)s %(n)s lines are wrong in all, so nothing was booked. Correct the file, and drop it in again."
                )
                % {"line": wrong[0].line, "error": wrong[0].errors[0], "n": len(wrong)}
            )
        _book(found, rows, by, at)
        found.state, found.booked_at, found.booked_by, found.rows = State.BOOKED, at, by, []
        found.save()
        return found


def _book(file: DeliveryFile, rows: Sequence[Row], by: Party | None, at: datetime) -> None:
    asking = Asking(client=file.client, coordinates=True)
    for row in rows:
        assert row.begins is not None
        try:
            job = book_job(
                coop=file.coop, service=file.service, client=file.client, starts_at=row.begins, place=row.place, pickup=row.pickup,
                note=row.note, place_point=locate(file.coop, row.place, asking), pickup_point=locate(file.coop, row.pickup, asking),
                wishes=wishes_of(row), once_key=f"file:{file.number}:{row.line}", by=by, at=at, door=Door.WEB,
            )  # fmt: skip
        except Refused as refused:
            raise FileDoesNotFit(
                _("Line %(line)s: %(error)s Nothing was booked.") % {"line": row.line, "error": refused}
            ) from refused
        FileJob.objects.create(coop=file.coop, file=file, line=row.line, job=job)


def discard_file(*, file: DeliveryFile) -> None:
    """Throws it away, with what stood in it. Raises: FileDoesNotFit when it was booked."""
    with transaction.atomic():
        found = _locked(file)
        _check_open(found)
        found.state, found.rows = State.DISCARDED, []
        found.save(update_fields=["state", "rows"])


def _locked(file: DeliveryFile) -> DeliveryFile:
    rows = DeliveryFile.objects.select_for_update(of=("self",)).select_related("coop", "client__party", "service")
    found = rows.get(pk=file.pk)
    found.service.coop = found.client.coop = found.coop
    return found


def _check_open(file: DeliveryFile) -> None:
    if file.state != State.PREVIEW:
        raise FileDoesNotFit(
            _("File %(number)s is “%(state)s” and no longer open.")
            % {"number": file.number, "state": file.get_state_display().lower()}
        )


def _check_not_booked(coop: Coop, client: Client, digest: str) -> None:
    booked = DeliveryFile.objects.filter(coop=coop, client=client, digest=digest, state=State.BOOKED).first()
    if booked is not None and booked.booked_at is not None:
        raise FileDoesNotFit(
            _("This file was already booked on %(day)s (file %(number)s). Nothing is booked twice.")
            % {"day": local_date(booked.booked_at, coop.timezone).isoformat(), "number": booked.number}
        )
