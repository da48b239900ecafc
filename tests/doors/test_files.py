"""Deliveries in CoopCycle's columns: looked at line by line, booked whole or not at all, once."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from marke.common import clock
from marke.doors.coopcycle import COLUMNS, read
from marke.doors.models import DeliveryFile
from marke.doors.services import FileDoesNotFit, book_file, receive_file
from marke.doors.services.files import checked_rows
from marke.jobs.models import Job
from tests.factories.jobs import make_service
from tests.factories.pages import browser_of
from tests.factories.parties import make_client, make_coop, make_member
from tests.factories.rules import found

# The two lines of CoopCycle's own example, with days to come.
HEADER = list(COLUMNS)
EXAMPLE = {
    "pickup.address": "24 rue de rivoli paris", "pickup.address.name": "Awesome business", "pickup.address.telephone": "+33612345678",
    "pickup.comments": "Fragile", "pickup.timeslot": "{day} 10:00 - {day} 11:00", "pickup.tags": "warn heavy",
    "dropoff.address": "58 av parmentier paris", "dropoff.address.name": "Awesome business",
    "dropoff.address.description": "Buzzer AB12", "dropoff.timeslot": "{day} 12:00 - {day} 13:00",
    "dropoff.packages": "small-box=1 big-box=2", "weight": "5.5",
}  # fmt: skip


def sheet(*changed: dict[str, str], header: list[str] = HEADER, delimiter: str = ",") -> bytes:
    day = f"{clock.now() + timedelta(days=3):%Y-%m-%d}"
    out = io.StringIO()
    lines = csv.writer(out, delimiter=delimiter)
    lines.writerow(header)
    for each in changed:
        row = {**EXAMPLE, **each}
        lines.writerow([row.get(name, "").format(day=day) for name in header])
    return out.getvalue().encode()


@pytest.fixture
def coop(db):
    coop = make_coop("velo")
    found(coop)
    return coop


@pytest.fixture
def receive(coop):
    service, client = make_service(coop, needs_pickup=True), make_client(coop)

    def receive(content: bytes, filename: str = "lundi.csv") -> DeliveryFile:
        return receive_file(
            coop=coop, client=client, service=service, filename=filename, content=content, by=None, at=clock.now()
        )

    return receive


def test_coopcycles_own_example_becomes_jobs(coop, receive):
    file = book_file(
        file=receive(sheet({}, {"dropoff.address": "34 bd de magenta paris", "weight": "8.0"})), by=None, at=clock.now()
    )
    first, second = Job.objects.order_by("number")
    assert (first.pickup, first.place, first.load_kg, first.items) == ("24 rue de rivoli paris", "58 av parmentier paris", 6, 3)
    assert second.place == "34 bd de magenta paris"
    assert first.from_at and first.until_at and first.until_at - first.from_at == timedelta(hours=3)
    assert first.starts_at.astimezone(ZoneInfo("Europe/Brussels")).hour == 10
    assert "Awesome business · +33612345678 · Fragile · warn heavy" in first.note
    assert "Buzzer AB12 · small-box=1 big-box=2" in first.note
    assert [line.job_id for line in file.lines.all()] == [first.pk, second.pk]
    assert file.rows == []


def test_the_same_file_is_booked_once(coop, receive):
    content = sheet({})
    file = receive(content)
    assert receive(content).pk == file.pk
    book_file(file=file, by=None, at=clock.now())
    book_file(file=file, by=None, at=clock.now())
    with pytest.raises(FileDoesNotFit, match="already booked"):
        receive(content)
    assert Job.objects.count() == 1


WRONG = {
    "pickup.timeslot: “tomorrow”": {"pickup.timeslot": "tomorrow"},
    "pickup.timeslot: there is no such day": {"pickup.timeslot": "2027-02-30 10:00 - 2027-02-30 11:00"},
    "there is no such day or hour": {"pickup.timeslot": "2027-03-28 02:30 - 2027-03-28 04:00"},
    "ends before it begins": {"pickup.timeslot": "{day} 11:00 - {day} 10:00"},
    "dropoff.timeslot: it ends before the pickup begins": {"dropoff.timeslot": "{day} 08:00 - {day} 09:00"},
    "dropoff.address: nothing stands there": {"dropoff.address": ""},
    "weight: “heavy”": {"weight": "heavy"},
    "weight: “-1”": {"weight": "-1"},
    "weight: “NaN”": {"weight": "NaN"},
    "weight: “1e99999”": {"weight": "1e99999"},
    "This time has passed": {
        "pickup.timeslot": "2020-12-12 10:00 - 2020-12-12 11:00", "dropoff.timeslot": "2020-12-12 12:00 - 2020-12-12 13:00",
    },
    "in 200 characters at most": {"dropoff.address": "x" * 201},
    "two years ahead": {
        "pickup.timeslot": "2090-12-12 10:00 - 2090-12-12 11:00", "dropoff.timeslot": "2090-12-12 12:00 - 2090-12-12 13:00",
    },
}  # fmt: skip


def test_each_wrong_line_is_named_and_then_nothing_is_booked(coop, receive):
    file = receive(sheet({}, *WRONG.values()))
    rows = checked_rows(file, clock.now())
    assert rows[0].errors == []
    assert [row.line for row in rows] == list(range(2, len(WRONG) + 3))
    for wanted, row in zip(WRONG, rows[1:], strict=True):
        assert any(wanted in error for error in row.errors), (wanted, row.errors)
    with pytest.raises(FileDoesNotFit, match="Line 3"):
        book_file(file=file, by=None, at=clock.now())
    assert Job.objects.count() == 0


@pytest.mark.parametrize("text", ["12/01/2027 9:05 - 12/01/2027 10h30", "2027-01-12 09:05 – 2027-01-12 10:30"])
def test_days_may_be_written_as_in_france(text):
    header = ["pickup.address", "pickup.timeslot", "dropoff.address", "dropoff.timeslot"]
    (row,) = read(header, [["a", text, "b", text]], 2, "Europe/Paris")
    assert row.errors == []
    assert f"{row.begins:%Y-%m-%d %H:%M}" == "2027-01-12 09:05"


def test_semicolons_and_columns_in_another_order_and_unknown_ones_are_understood(coop, receive):
    header = ["colour", *reversed(HEADER)]
    file = receive(sheet({}, header=header, delimiter=";"))
    assert [row.errors for row in checked_rows(file, clock.now())] == [[]]


def test_a_file_without_the_columns_is_refused(coop, receive):
    with pytest.raises(FileDoesNotFit, match=r"pickup.timeslot, dropoff.timeslot"):
        receive(sheet({}, header=["pickup.address", "dropoff.address"]))
    assert DeliveryFile.objects.count() == 0


def test_it_is_done_on_pages_and_comes_out_in_the_same_columns(coop, receive):
    receive(sheet({}))
    officer = browser_of(make_member(coop, "Amina", offices=("coordinator",)))
    service = coop.services.get()
    upload = SimpleUploadedFile("lundi.csv", sheet({}))
    answer = officer.post("/velo/doors/files/", {"file": upload, "client": "1", "service": str(service.pk)})
    page = officer.get(answer["Location"]).content.decode()
    assert "58 av parmentier paris" in page and "Book 1 delivery" in page
    officer.post(answer["Location"] + "booking/")
    told = list(csv.DictReader(io.StringIO(officer.get("/velo/jobs/deliveries.csv").content.decode("utf-8-sig"))))
    assert told[0]["pickup.address"] == "24 rue de rivoli paris"
    assert told[0]["order.number"] == "1"
    (row,) = read(list(told[0]), [list(told[0].values())], 2, coop.timezone)
    job = Job.objects.get()
    assert row.errors == []
    assert job.from_at and job.until_at
    assert (row.begins, row.ends) == (job.from_at, job.until_at)


def test_a_file_that_is_no_table_is_refused_on_the_page(coop, receive):
    officer = browser_of(make_member(coop, "Amina", offices=("coordinator",)))
    service = coop.services.get()
    for content in (b"\x00\x01\x02", b"%PDF-1.4", b"PK\x03\x04nonsense", b"a,b\n1,2"):
        sent = {"file": SimpleUploadedFile("x.csv", content), "client": "1", "service": str(service.pk)}
        assert officer.post("/velo/doors/files/", sent).status_code == 422
    assert DeliveryFile.objects.count() == 0
