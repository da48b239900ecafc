"""Her spreadsheet: dropped in, checked, booked once, whole or not at all."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from marke.common import clock
from marke.intake import services
from marke.intake.models import Batch, BatchLine
from marke.intake.services import AlreadyImported, BadMapping, DoesNotAddUp, NotOpen
from marke.ledger.models import Account, Posting
from marke.ledger.queries import party_balance
from marke.parties.models import Coop, Membership, Party
from marke.shares.models import ShareEvent
from tests.factories.parties import make_coop, make_member, make_person

GOOD = "Naam;Mail;Lid sinds;Aandelen;Betaald;Saldo\nAmina;amina@example.org;1/3/2025;2;100;48,50\nBo;;;1;50;\nCem;;;;;-5,00\nTotaal;;;3;150;43,50\n"
BAD = "Naam;Mail;Aandelen;Betaald\nAmina;amina@example.org;2;100\nBo;bo;1;45\n"
TODAY = date(2026, 3, 1)


def drop(coop: Coop, by: Membership, content: str = GOOD, name: str = "leden.csv") -> Batch:
    return services.receive(coop=coop, filename=name, content=content.encode(), by=by.party, at=clock.now())


def book(batch: Batch, by: Membership, leave_out_faulty: bool = False) -> Batch:
    return services.book_batch(batch=batch, opening_date=TODAY, leave_out_faulty=leave_out_faulty, by=by.party, at=clock.now())


def counts() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Party, Membership, ShareEvent, Posting, BatchLine))


def test_dropping_a_file_in_books_nothing(coop: Coop, coordinator: Membership) -> None:
    before = counts()
    batch = drop(coop, coordinator)
    assert (batch.number, batch.state) == (1, "preview")
    assert counts() == before


def test_booking_makes_members_shares_and_balances(coop: Coop, coordinator: Membership) -> None:
    batch = book(drop(coop, coordinator), coordinator)
    assert (batch.state, batch.left_out, batch.rows) == ("booked", 0, [])
    amina, bo, cem = (Membership.objects.get(party__name=name) for name in ("Amina", "Bo", "Cem"))
    assert [m.number for m in (amina, bo, cem)] == [2, 3, 4]
    assert {m.state for m in (amina, bo, cem)} == {"member"}
    assert amina.admitted_at is not None
    assert clock.local_date(amina.admitted_at, coop.timezone) == date(2025, 3, 1)
    assert [(e.membership, e.kind, e.shares, e.amount) for e in ShareEvent.objects.order_by("number")] == [
        (amina, "opening", 2, 10000), (bo, "opening", 1, 5000),
    ]  # fmt: skip
    assert party_balance(coop, Account.Kind.EARNINGS, amina.party) == -4850  # owed to her
    assert party_balance(coop, Account.Kind.EARNINGS, cem.party) == 500  # owed by Cem
    assert party_balance(coop, Account.Kind.SHARES, bo.party) == -5000


def test_booking_twice_is_booking_once(coop: Coop, coordinator: Membership) -> None:
    batch = drop(coop, coordinator)
    book(batch, coordinator)
    after = counts()
    book(Batch.objects.get(pk=batch.pk), coordinator)
    assert counts() == after


def test_the_same_file_again_is_refused_with_day_and_number(coop: Coop, coordinator: Membership) -> None:
    first = drop(coop, coordinator)
    assert drop(coop, coordinator, name="copy.csv") == first  # still to be checked: the same preview
    book(first, coordinator)
    with pytest.raises(AlreadyImported, match=r"already imported on \d{4}-\d\d-\d\d \(import 1\)"):
        drop(coop, coordinator)
    assert Batch.objects.count() == 1


def test_the_same_file_serves_another_coop(coop: Coop, coordinator: Membership) -> None:
    book(drop(coop, coordinator), coordinator)
    other = make_coop("rosa")
    assert drop(other, make_member(other, "Rosa")).number == 1


def test_what_does_not_add_up_is_not_booked_unasked(coop: Coop, coordinator: Membership) -> None:
    batch, before = drop(coop, coordinator, BAD), counts()
    with pytest.raises(DoesNotAddUp, match="1 rows"):
        book(batch, coordinator)
    assert counts() == before
    booked = book(batch, coordinator, leave_out_faulty=True)
    assert booked.left_out == 1
    assert not Party.objects.filter(name="Bo").exists()
    assert Party.objects.filter(name="Amina").exists()


def test_a_failure_in_the_middle_leaves_nothing(coop: Coop, coordinator: Membership, monkeypatch: pytest.MonkeyPatch) -> None:
    batch, before = drop(coop, coordinator), counts()

    def fail(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("the machine stops")

    monkeypatch.setattr(services, "_book_balances", fail)
    with pytest.raises(RuntimeError):
        book(batch, coordinator)
    assert counts() == before
    assert Batch.objects.get().state == "preview"


def test_somebody_known_elsewhere_stays_who_they_are(coop: Coop, coordinator: Membership) -> None:
    known = make_person("Amina", with_user=True)
    batch = drop(coop, coordinator, "Name;Mail;Phone\nMina K;amina@example.org;0470123456\n")
    book(batch, coordinator)
    known.refresh_from_db()
    assert (known.name, known.phone) == ("Amina", "")
    assert Membership.objects.filter(coop=coop, party=known, state="member").exists()


def test_who_left_comes_back_under_the_same_number(coop: Coop, coordinator: Membership) -> None:
    left = make_member(coop, "Bo", state="left")
    book(drop(coop, coordinator, f"Name;Mail\nBo;{left.party.email}\n"), coordinator)
    left.refresh_from_db()
    assert (left.state, left.number) == ("member", 2)


def test_columns_are_chosen_anew(coop: Coop, coordinator: Membership) -> None:
    batch = drop(coop, coordinator, "Who;Code;Shares\nAmina;7;2\n")
    services.choose_columns(batch=batch, mapping=["name", "", "shares"], by=None, at=clock.now())
    assert services.understanding_of(batch, clock.now()).new[0].name == "Amina"
    for wrong in (["name"], ["name", "name", ""], ["name", "secret", ""]):
        with pytest.raises(BadMapping):
            services.choose_columns(batch=batch, mapping=wrong, by=None, at=clock.now())
    assert Batch.objects.get().mapping == ["name", "", "shares"]


def test_what_was_thrown_away_is_gone_and_not_booked(coop: Coop, coordinator: Membership) -> None:
    batch = services.discard(batch=drop(coop, coordinator), by=None, at=clock.now())
    assert Batch.objects.get().rows == []
    with pytest.raises(NotOpen):
        book(batch, coordinator)


# The pages


def post_file(browser: Browser, content: bytes, name: str = "leden.csv"):
    return browser.post("/velo/imports/", {"file": SimpleUploadedFile(name, content)}, follow=True)


def test_the_preview_says_what_it_understood_then_the_report_what_was_booked(browser: Browser) -> None:
    page = post_file(browser, GOOD.encode()).text
    assert "Nothing is booked yet" in page
    assert "Make 3 members" in page
    page = browser.post("/velo/imports/1/booking/", {"opening_date": "2026-03-01"}, follow=True).text
    assert "Import 1 is booked" in page
    assert "€43.50" in page
    assert browser.post("/velo/imports/1/booking/", {"opening_date": "2026-03-01"}).status_code == 302
    assert Membership.objects.count() == 4
    assert "already imported" in post_file(browser, GOOD.encode()).text


def test_faulty_rows_must_be_left_out_expressly(browser: Browser) -> None:
    page = post_file(browser, BAD.encode()).text
    assert "1 shares of €50.00 are €50.00, but €45.00 was paid." in page
    assert browser.post("/velo/imports/1/booking/", {"opening_date": "2026-03-01"}).status_code == 422
    assert Membership.objects.count() == 1
    asked = {"opening_date": "2026-03-01", "leave_out_faulty": "on"}
    assert browser.post("/velo/imports/1/booking/", asked).status_code == 302
    assert Membership.objects.count() == 2


@pytest.mark.parametrize("day", ["", "tomorrow", "2999-01-01", "0001-01-01"])
def test_a_wrong_day_is_named(browser: Browser, day: str) -> None:
    post_file(browser, GOOD.encode())
    response = browser.post("/velo/imports/1/booking/", {"opening_date": day})
    assert response.status_code == 422
    assert 'id="error-summary"' in response.text
    assert Membership.objects.count() == 1


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"PK\x03\x04junk", b"x" * (5 * 2**20 + 1)])
def test_a_file_that_is_no_list_is_answered_with_a_sentence(browser: Browser, content: bytes) -> None:
    response = post_file(browser, content)
    assert response.status_code == 422
    assert 'id="error-summary"' in response.text
    assert not Batch.objects.exists()


def test_what_stands_in_the_file_is_shown_as_text(browser: Browser) -> None:
    page = post_file(browser, b"Name;<b>Mail</b>\n<script>alert(1)</script>;x\n", "<img src=x>.csv").text
    assert "<script>alert" not in page
    assert "<b>Mail" not in page
    assert "<img src=x>" not in page


def test_columns_are_chosen_on_the_page(browser: Browser) -> None:
    post_file(browser, b"Who;Mail\nAmina;amina@example.org\n")
    response = browser.post("/velo/imports/1/columns/", {"column_0": "name", "column_1": "email"}, follow=True)
    assert "Make 1 member" in response.text
    assert browser.post("/velo/imports/1/columns/", {"column_0": "name", "column_1": "name"}).status_code == 422
    assert browser.post("/velo/imports/1/columns/", {"column_0": "nonsense"}).status_code == 422


def test_only_the_coordinator_and_the_treasurer_import(coop: Coop, coordinator: Membership, browser: Browser) -> None:
    drop(coop, coordinator)
    member = make_member(coop, "Amina")
    outsider = make_member(make_coop("rosa"), "Outsider", offices=("coordinator",))
    for who in (member, outsider):
        other = Browser()
        assert who.party.user is not None
        other.force_login(who.party.user, backend="django.contrib.auth.backends.ModelBackend")
        for path in ("", "1/", "members.xlsx"):
            assert other.get(f"/velo/imports/{path}").status_code == 403
        for path in ("", "1/columns/", "1/booking/", "1/discarding/"):
            assert other.post(f"/velo/imports/{path}").status_code == 403
    assert Browser().get("/velo/imports/").status_code == 302
    assert Batch.objects.get().state == "preview"


def test_an_import_of_another_coop_is_not_found(coop: Coop, browser: Browser) -> None:
    other = make_coop("rosa")
    drop(other, make_member(other, "Rosa"))
    assert browser.get("/velo/imports/1/").status_code == 404


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_template_is_understood_as_it_is(browser: Browser, kind: str) -> None:
    content = browser.get(f"/velo/imports/members.{kind}").content
    page = post_file(browser, content, f"members.{kind}").text
    assert "Make 1 member" in page
    assert "Leave out what does not add up" not in page


def test_pages_take_as_many_queries_for_three_rows_as_for_one(coop: Coop, coordinator: Membership, browser: Browser) -> None:
    def queries(path: str) -> int:
        with CaptureQueriesContext(connection) as counted:
            assert browser.get(path).status_code == 200
        return len(counted)

    one = drop(coop, coordinator, "Name;Shares\nA;1\n")
    three = drop(coop, coordinator, "Name;Shares\nB;1\nC;1\nD;1\n")
    queries(f"/velo/imports/{one.number}/")
    assert queries(f"/velo/imports/{one.number}/") == queries(f"/velo/imports/{three.number}/")
    few = queries("/velo/imports/")
    for batch in (one, three):
        book(batch, coordinator)
    drop(coop, coordinator, "Name\nE\n")
    queries("/velo/imports/")
    assert queries("/velo/imports/") == few
    assert queries(f"/velo/imports/{one.number}/") == queries(f"/velo/imports/{three.number}/")


def test_booking_thirty_rows_takes_as_many_queries_as_three(coop: Coop, coordinator: Membership) -> None:
    asked = []
    for start, count in ((0, 3), (100, 30)):
        rows = "".join(f"Person {n};p{n}@velo.example;2;12,50\n" for n in range(start, start + count))
        batch = drop(coop, coordinator, "name;mail;shares;balance\n" + rows)
        with CaptureQueriesContext(connection) as queries:
            book(batch, coordinator)
        asked.append(len(queries))
    assert asked[0] >= asked[1]
