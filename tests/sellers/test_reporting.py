"""What the tax office is told of who sells through the co-op: by whom, how much in each quarter, once, and corrected."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction
from lxml import etree

from marke.common import clock
from marke.common.invariants import invariants
from marke.common.models import Mail
from marke.jobs.models import Job
from marke.jobs.services import correct_settlement
from marke.ledger.queries import postings_of_party
from marke.parties.hooks import erasure_obstacles
from marke.parties.models import Coop, Membership
from marke.parties.services import erase_party, leave
from marke.payments.services import record_bank_account
from marke.sellers import queries, services
from marke.sellers.drafting import CHANGED, HELD_BACK, NEW, SAME, draft
from marke.sellers.exporting import NoReport, export_report
from marke.sellers.models import OperatorDetails, Report, ReportedSeller, SellerDetails
from marke.sellers.services import Told
from marke.sellers.services.reporting import (
    NotReporting,
    OperatorIncomplete,
    SellersIncomplete,
    TooOld,
    YearNotOver,
)
from marke.sellers.services.telling import NotBornYet, WrongTin
from marke_core.dac7 import Lack, Quarter
from marke_core.dac7.writing import DPI, STF
from tests.factories.invoices import settled_job
from tests.factories.jobs import T1
from tests.factories.parties import make_client, make_coop, make_member
from tests.factories.rules import found

pytestmark = pytest.mark.django_db

NS = {"dpi": DPI, "stf": STF}
IN_MAY = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
JANUARY = datetime(2027, 1, 20, 9, 0, tzinfo=UTC)
AMINA = Told(
    first_name="Amina", last_name="Kaya", street="Sleepstraat 41", postcode="9000", city="Gent", country="BE",
    birth_date=date(1985, 7, 30), tin="85.07.30-033.28", tin_country="BE",
)  # fmt: skip


@pytest.fixture
def coop(db: None) -> Coop:
    coop = make_coop()
    found(coop, sellers__dac7=True, jobs__contribution=[12, 100], jobs__guarantee=[2, 100])
    coop.street, coop.postcode, coop.city = "Rue du Midi 12", "1000", "Brussels"
    coop.save()
    return coop


@pytest.fixture
def amina(coop: Coop) -> Membership:
    return make_member(coop, "Amina")


@pytest.fixture
def tess(coop: Coop) -> Membership:
    return make_member(coop, "Tess", offices=("treasurer",))


def told(member: Membership, **changes: object) -> SellerDetails:
    return services.tell(membership=member, told=replace(AMINA, **changes), by=member.party, at=T1)  # type: ignore[arg-type]


def ready(coop: Coop, *members: Membership, price: int = 10_050) -> None:
    """Each did a job in March and told everything; the co-op too."""
    client = make_client(coop)
    services.tell_operator(coop=coop, tin="0417497106", by=None, at=T1)
    for member in members:
        settled_job(coop, client, member, price)
        told(member)


def report(coop: Coop, at: datetime = JANUARY, *, knowing: bool = False) -> list[Report]:
    return services.report_year(coop=coop, year=2026, knowing=knowing, by=None, at=at)


def read(made: Report) -> etree._Element:
    return etree.fromstring(made.content.encode())


def texts(made: Report, path: str) -> list[str | None]:
    return [each.text for each in read(made).findall(path, NS)]


def state(coop: Coop, member: Membership) -> str:
    return next(line.state for line in draft(coop, 2026, JANUARY).lines if line.membership == member)


def nothing_astray(coop: Coop) -> None:
    assert [fault for each in invariants for fault in each.check(coop)] == []


# What was paid


def test_each_quarter_has_what_was_credited_what_was_kept_and_for_how_many_jobs(coop: Coop, amina: Membership) -> None:
    client = make_client(coop)
    settled_job(coop, client, amina, 10_000)
    settled_job(coop, client, amina, 5_000)
    settled_job(coop, client, amina, 1_250, at=IN_MAY)
    [(member, (first, second, third, fourth))] = queries.sellers(coop, 2026)
    assert member == amina
    assert first == Quarter(12_900, 2_100, 0, 2)
    assert second == Quarter(1_075, 175, 0, 1)
    assert third == fourth == Quarter()
    credited = -sum(each.amount for each in postings_of_party(coop, amina.party))
    assert credited == first.consideration + second.consideration
    assert queries.sellers(coop, 2025) == []


def test_what_is_corrected_counts_on_the_day_of_the_correction(coop: Coop, amina: Membership, tess: Membership) -> None:
    """Job done in March, corrected in May from €100 to €50: half of it is taken back in the second quarter."""
    job = settled_job(coop, make_client(coop), amina, 10_000)
    correct_settlement(job=Job.objects.get(pk=job.pk), price=5_000, reason="Half way", by=tess.party, at=IN_MAY)
    [(_member, (first, second, *_rest))] = queries.sellers(coop, 2026)
    assert first == Quarter(8_600, 1_400, 0, 1)
    assert second == Quarter(-4_300, -700, 0, 0)


def test_employees_and_volunteers_are_no_sellers(coop: Coop, amina: Membership) -> None:
    settled_job(coop, make_client(coop), amina)
    for engagement in ("employee", "volunteer"):
        Membership.objects.filter(pk=amina.pk).update(engagement=engagement)
        assert queries.sellers(coop, 2026) == []
    Membership.objects.filter(pk=amina.pk).update(engagement="occasional")
    assert [member for member, _year in queries.sellers(coop, 2026)] == [amina]


def test_another_co_op_is_not_looked_into(coop: Coop, amina: Membership) -> None:
    other = make_coop("other")
    found(other, sellers__dac7=True)
    settled_job(coop, make_client(coop), amina)
    assert queries.sellers(other, 2026) == []


# The file


def test_the_whole_story(coop: Coop, amina: Membership, tess: Membership) -> None:
    """Told, reported once, corrected by what changed, joined by who is new, taken back; each file as it was made."""
    ready(coop, amina)
    record_bank_account(coop=coop, party=amina.party, iban="BE68539007547034", holder="A. Kaya", by=None, at=T1)
    [first] = report(coop)
    assert (first.number, first.type, first.sellers_count) == (1, "DPI401", 1)
    assert texts(first, ".//dpi:Consideration/*") == ["86", "0", "0", "0"]  # of €86.43
    assert texts(first, ".//dpi:Fees/*") == ["14", "0", "0", "0"]
    assert texts(first, ".//dpi:NumberOfActivities/*") == ["1", "0", "0", "0"]
    assert texts(first, ".//dpi:Identifier") == ["BE68539007547034"]
    assert first.digest == sha256(first.content.encode()).hexdigest()
    assert state(coop, amina) == SAME

    told(amina, city="Ledeberg")
    bram = make_member(coop, "Bram")
    trip = settled_job(coop, make_client(coop, "De Hap"), bram)
    told(bram, first_name="Bram", last_name="Goossens", tin="", has_no_tin=True, birth_city="Accra", birth_country="GH")
    assert (state(coop, amina), state(coop, bram)) == (CHANGED, NEW)
    corrections, new = report(coop)
    assert (corrections.type, new.type) == ("DPI402", "DPI401")
    assert texts(corrections, ".//dpi:IndSellerID/dpi:Address/dpi:AddressFix/dpi:City") == ["Ledeberg"]
    assert texts(corrections, ".//dpi:ReportableSeller/dpi:DocSpec/stf:DocTypeIndic") == ["OECD2"]
    said = ReportedSeller.objects.get(report=first)
    assert texts(corrections, ".//dpi:ReportableSeller/dpi:DocSpec/stf:CorrDocRefId") == [said.ref]
    for later in (corrections, new):  # who reports was sent before
        assert texts(later, ".//dpi:PlatformOperator/dpi:DocSpec/*") == ["OECD0", first.operator_ref]
    assert texts(new, ".//dpi:LastName") == ["Goossens"]

    mails = Mail.objects.count()
    Membership.objects.filter(pk=bram.pk).update(engagement="employee")
    assert state(coop, bram) == SAME  # what is true of the year stays said, whatever they are by now
    correct_settlement(
        job=Job.objects.get(pk=trip.pk), price=0, reason="It was not done", by=tess.party, at=T1 + timedelta(days=9)
    )
    [back] = report(coop)
    assert Mail.objects.count() == mails
    assert (back.type, texts(back, ".//dpi:ReportableSeller/dpi:DocSpec/stf:DocTypeIndic")) == ("DPI402", ["OECD3"])
    assert list(queries.said(coop, 2026)) == [amina.pk]
    refs = [*ReportedSeller.objects.values_list("ref", flat=True), *Report.objects.values_list("ref", flat=True)]
    assert len(set(refs)) == len(refs) == 8
    nothing_astray(coop)


def test_twice_the_same_gives_the_first(coop: Coop, amina: Membership) -> None:
    ready(coop, amina)
    [first] = report(coop)
    [again] = report(coop, JANUARY + timedelta(days=1))
    assert again == first
    assert Report.objects.count() == 1


def test_a_cent_that_is_rounded_away_corrects_nothing(coop: Coop, amina: Membership, tess: Membership) -> None:
    ready(coop, amina)
    report(coop)
    job = Job.objects.get(worker=amina)
    correct_settlement(job=job, price=10_040, reason="A dime", by=tess.party, at=T1 + timedelta(days=1))
    assert state(coop, amina) == SAME
    assert len(report(coop)) == Report.objects.count() == 1


def test_nothing_to_report_is_said_too_and_who_comes_later_is_new(coop: Coop, amina: Membership) -> None:
    services.tell_operator(coop=coop, tin="0417497106", by=None, at=T1)
    [nothing] = report(coop)
    assert (nothing.type, nothing.sellers_count) == ("DPI403", 0)
    ready(coop, amina)
    [new] = report(coop)
    assert new.type == "DPI401"
    assert texts(new, ".//dpi:PlatformOperator/dpi:DocSpec/stf:DocTypeIndic") == ["OECD0"]


def test_a_co_op_that_moved_corrects_who_reports(coop: Coop, amina: Membership) -> None:
    ready(coop, amina)
    [first] = report(coop)
    coop.city = "Gent"
    coop.save()
    [moved] = report(coop)
    assert (moved.type, moved.sellers_count) == ("DPI402", 0)
    assert texts(moved, ".//dpi:PlatformOperator/dpi:DocSpec/*") == ["OECD2", moved.operator_ref, first.operator_ref]
    assert report(coop) == [moved]


def test_who_is_reported_is_told(coop: Coop, amina: Membership) -> None:
    ready(coop, amina)
    report(coop)
    mail = Mail.objects.filter(to_address=amina.party.email).latest("pk")
    assert "2026" in mail.subject
    assert "/velo/money/tax-office/" in mail.text


# What is missing


def test_what_no_file_can_do_without_is_waited_for_and_the_rest_is_said_without(coop: Coop, amina: Membership) -> None:
    bram = make_member(coop, "Bram")
    ready(coop, amina, bram)
    told(bram, birth_date=None)
    told(amina, tin="", tin_country="")
    assert (state(coop, amina), state(coop, bram)) == (NEW, HELD_BACK)
    with pytest.raises(SellersIncomplete, match="Amina, Bram"):
        report(coop)
    assert not Report.objects.exists()
    [made] = report(coop, knowing=True)
    assert texts(made, ".//dpi:IndSellerID/dpi:TIN") == ["NOTIN"]
    assert made.sellers_count == 1
    told(bram)
    [later] = report(coop, knowing=True)
    assert (later.type, texts(later, ".//dpi:FirstName")) == ("DPI401", ["Amina"])


def test_a_silent_member_misses_everything(coop: Coop, amina: Membership) -> None:
    settled_job(coop, make_client(coop), amina)
    [line] = draft(coop, 2026, JANUARY).lines
    assert [each.lack for each in line.missing] == [
        Lack.FIRST_NAME, Lack.LAST_NAME, Lack.STREET, Lack.CITY, Lack.COUNTRY, Lack.BIRTH_DATE, Lack.TIN,
    ]  # fmt: skip


def test_no_file_without_who_reports_before_the_year_is_over_or_against_the_rule(coop: Coop, amina: Membership) -> None:
    settled_job(coop, make_client(coop), amina)
    told(amina)
    with pytest.raises(OperatorIncomplete):
        report(coop)
    services.tell_operator(coop=coop, tin="0417497106", by=None, at=T1)
    with pytest.raises(YearNotOver):
        report(coop, datetime(2026, 12, 31, 22, 0, tzinfo=UTC))
    other = make_coop("other")
    found(other, sellers__dac7=False)
    with pytest.raises(NotReporting):
        report(other)
    assert not Report.objects.exists()


def test_a_tax_number_is_checked_when_it_is_told(coop: Coop, amina: Membership) -> None:
    for wrong, raised in (({"tin": "85073003329"}, WrongTin), ({"birth_date": date(2030, 1, 1)}, NotBornYet)):
        with pytest.raises(raised):
            told(amina, **wrong)
    with pytest.raises(WrongTin, match="417497106"):
        services.tell_operator(coop=coop, tin="417497106 1", by=None, at=T1)
    assert not SellerDetails.objects.exists()
    assert queries.operator_of(coop) is None
    assert told(amina).tin == "85073003328"
    amina.party.refresh_from_db()
    assert amina.party.city == "Gent"


# It stays


def test_a_report_is_never_changed(coop: Coop, amina: Membership) -> None:
    ready(coop, amina)
    [made] = report(coop)
    for attack in (
        "UPDATE sellers_report SET digest = 'x'",
        "UPDATE sellers_report SET content = ''",
        "UPDATE sellers_report SET content = '<x/>', blanked_at = made_at",
        "DELETE FROM sellers_report",
        "UPDATE sellers_reportedseller SET ref = 'x'",
        "DELETE FROM sellers_reportedseller",
        'UPDATE sellers_reportedseller SET record = \'{"key": "2"}\'',
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(attack)
    assert Report.objects.get().content == made.content
    nothing_astray(coop)


def test_it_is_blanked_when_its_time_is_over(coop: Coop, amina: Membership) -> None:
    ready(coop, amina)
    [made] = report(coop)
    assert services.blank_reports(datetime(2033, 12, 31, 12, 0, tzinfo=UTC)) == 0
    assert services.blank_reports(datetime(2034, 1, 1, 12, 0, tzinfo=UTC)) == 1
    made.refresh_from_db()
    assert (made.content, ReportedSeller.objects.get().record) == ("", {})
    assert made.digest
    with pytest.raises(TooOld):
        report(coop)
    assert state(coop, amina) == SAME  # nothing is left to compare with
    assert services.blank_reports(datetime(2035, 1, 1, 12, 0, tzinfo=UTC)) == 0
    nothing_astray(coop)


def test_the_newest_file_of_a_year_is_written_as_it_was_made(coop: Coop, amina: Membership, tmp_path: Path) -> None:
    out = tmp_path / "velo.xml"
    for year in ("2026", "26", "２０２６", "year"):
        with pytest.raises(NoReport, match=year):
            export_report(coop, year, out)
    assert not out.exists()
    ready(coop, amina)
    [first] = report(coop)
    told(amina, city="Ledeberg")
    [second] = report(coop)
    assert export_report(coop, "2026", out) == [second, first]
    assert sha256(out.read_bytes()).hexdigest() == second.digest


# Who leaves and is forgotten


def test_who_left_is_reported_first_and_forgotten_then(
    coop: Coop, amina: Membership, monkeypatch: pytest.MonkeyPatch, tess: Membership
) -> None:
    ready(coop, amina)
    leave(membership=amina, by=amina.party, at=IN_MAY)
    monkeypatch.setattr(clock, "now", lambda: IN_MAY)
    [why] = erasure_obstacles.get("sellers").find(amina.party)
    assert "2026" in why
    report(coop)
    assert erasure_obstacles.get("sellers").find(amina.party) == []
    monkeypatch.setattr(erasure_obstacles, "_entries", {})  # what is still owed to her
    erase_party(party=amina.party, by=None, at=JANUARY)
    assert not SellerDetails.objects.exists()
    assert state(coop, amina) == SAME  # the reports still know who it was
    job = Job.objects.get(worker=amina)
    correct_settlement(job=job, price=20_000, reason="Far", by=tess.party, at=datetime(2026, 12, 1, 12, tzinfo=UTC))
    [corrected] = report(coop)
    assert texts(corrected, ".//dpi:LastName") == ["Kaya"]


def test_who_reports_under_another_number_corrects_nothing_and_under_another_name_does(coop: Coop, amina: Membership) -> None:
    ready(coop, amina)
    report(coop)
    services.tell_operator(coop=coop, tin="0417497106", sending_number="S-7", by=None, at=JANUARY)
    assert len(report(coop)) == Report.objects.count() == 1
    coop.city = "Gent"
    coop.save()
    found = draft(coop, 2026, JANUARY)
    assert services.operator_changed(found, queries.reports(coop, 2026).first())
    [corrected] = report(coop)
    assert (corrected.type, corrected.sellers_count) == ("DPI402", 0)


@pytest.mark.parametrize("tin", ["---", ". .", "/"])
def test_a_number_of_no_figures_is_no_tax_number(coop: Coop, tin: str) -> None:
    Coop.objects.filter(pk=coop.pk).update(country="DE")
    coop.refresh_from_db()
    with pytest.raises(WrongTin):
        services.tell_operator(coop=coop, tin=tin, by=None, at=T1)
    assert not OperatorDetails.objects.exists()
