"""What somebody did here is theirs: counted from the books, chosen by them, signed, withdrawn, forgotten."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from marke.common.sealing import CannotOpen, open_sealed
from marke.credentials import services
from marke.credentials.belonging import forget
from marke.credentials.conditions import FIELDS, Choice, whole_months_before
from marke.credentials.history import history_of, reviews_of
from marke.credentials.identity import checked, did_of, document_of, key_in_use
from marke.credentials.models import Brought, Issued, SigningKey
from marke.credentials.telling import results, sections
from marke.credentials.words import FLAWS
from marke.ledger.models import Posting
from marke.parties.events import PartyErased
from marke_core import credentials as core
from tests.factories.credentials import THEM, foreign, their_document
from tests.factories.feedback import make_said
from tests.factories.jobs import T1, make_job, make_service, settle
from tests.factories.parties import make_client, make_coop, make_member
from tests.factories.rules import found

pytestmark = pytest.mark.django_db
AT = datetime(2026, 6, 15, 9, tzinfo=UTC)
ALL = Choice(date(2026, 1, 1), date(2026, 6, 15), tuple(FIELDS))


class House:
    def __init__(self, slug: str = "velo", **rules: Any) -> None:
        self.coop = make_coop(slug)
        self.coop.city = "Gent"
        self.coop.save()
        found(self.coop, feedback__least=3, **rules)
        make_service(self.coop, "A visit")
        self.ride = make_service(self.coop, "Ride", needs_pickup=True)
        self.client = make_client(self.coop)
        self.wim = make_member(self.coop, "Wim Claes")
        self.officer = make_member(self.coop, "Cato", offices=("coordinator",))

    def work(self, number: int, *, first: datetime = T1, **fields):
        places = {"pickup": "Korenmarkt 1"} | fields
        return [
            settle(
                make_job(
                    self.coop, self.client, self.ride, at=first + timedelta(days=day), place_point=point(day),
                    pickup_point=point(day + 10), **places,
                ),
                self.wim,
                at=first + timedelta(days=day),
            )
            for day in range(number)
        ]  # fmt: skip

    def issue(self, choice: Choice = ALL, *, key: str = "once-0001", at: datetime = AT) -> Issued:
        return services.issue(membership=self.wim, choice=choice, once_key=key, by=self.wim.party, at=at)


def point(step: int):
    from marke_core.matching import Place

    return Place(510_500_000 + step * 100_000, 37_200_000)


@pytest.fixture
def house():
    return House()


def test_the_history_tells_at_least_what_the_french_law_lists(house):
    """Code du travail, article D7342-6, item by item."""
    house.work(6)
    for day in range(3):
        make_said(house.client, house.wim, 5 - day % 2, at=T1 + timedelta(days=20 + day))
    told = history_of(house.wim, ALL, AT)
    assert told["worker"]["registration"] == house.wim.number  # registration with the platform
    assert told["worker"]["contract_began"] == "2026-01-05"  # first day of the contract
    assert [kind["kind"] for kind in told["services"]["kinds"]] == ["delivery"]  # kind
    assert told["services"]["number"] == 9  # number
    assert told["services"]["minutes"] == 9 * 30  # hours
    assert told["time_slots"]["average_begin"] == "12:00"  # hours of the day, where the co-op is
    assert told["area"]["town"] == "Gent"  # area
    assert told["area"]["kilometres"] >= 1
    assert told["distance"] == {"average_metres": 11_119, "services": 6}  # average distance
    assert told["income"]["minor_units"] > 0  # income after the platform's share
    assert told["assessments"] == {
        "from": "2025-06-01", "to": "2026-05-31", "scale": "stars", "number": 3, "average": "4.67", "counts": {"4": 1, "5": 2},
    }  # assessments of the last twelve months  # fmt: skip


def test_the_income_is_what_the_ledger_booked_after_the_contribution(house):
    house.work(4)
    booked = Posting.objects.filter(account__coop=house.coop, account__party=house.wim.party, account__kind="earnings")
    assert history_of(house.wim, ALL, AT)["income"] == {
        "minor_units": -sum(booked.values_list("amount", flat=True)), "currency": "EUR", "after": "contribution",
    }  # fmt: skip


def test_only_what_was_chosen_is_told(house):
    house.work(2)
    told = history_of(house.wim, Choice(ALL.since, ALL.until, ("services",)), AT)
    assert set(told) == {"format", "cooperative", "worker", "period", "services"}
    nothing = history_of(house.wim, Choice(date(2026, 3, 3), date(2026, 3, 4), ("services",)), AT)
    assert nothing["services"]["number"] == 1


def test_no_clients_address_can_be_told_from_the_area(house):
    house.work(4)
    assert "area" not in history_of(house.wim, ALL, AT)
    house.work(5, first=T1 + timedelta(days=9))
    area = history_of(house.wim, ALL, AT)["area"]
    assert area["centre"] == {"latitude": "51.1", "longitude": "3.7"}


def test_from_how_many_places_on_the_area_is_told_is_a_rule():
    house = House(credentials__least_places=4)
    house.work(3)
    assert "area" not in history_of(house.wim, ALL, AT)
    house.work(4, first=T1 + timedelta(days=9))
    assert "area" in history_of(house.wim, ALL, AT)


def test_assessments_are_of_whole_months_so_that_no_single_answer_can_be_told(house):
    assert whole_months_before(date(2026, 6, 15)) == (date(2025, 6, 1), date(2026, 6, 1))
    for day in range(4):
        make_said(house.client, house.wim, 5, at=T1 + timedelta(days=day))
    told = history_of(house.wim, ALL, AT)["assessments"]
    assert told["number"] == 3  # the newest is held back until three came
    shorter = Choice(date(2026, 3, 2), date(2026, 3, 3), tuple(FIELDS))
    assert history_of(house.wim, shorter, AT)["assessments"] == told


def test_reviews_go_in_one_by_one_and_only_those_that_are_shown_anyway(house):
    said = [make_said(house.client, house.wim, 5, f"Fine {day}", at=T1 + timedelta(days=day)) for day in range(4)]
    shown = {row.pk: row.sentence for row in reviews_of(house.wim, AT)}
    assert len(shown) == 3
    hidden = next(row for row in said if row.pk not in shown)
    one = next(iter(shown))
    told = history_of(house.wim, Choice(ALL.since, ALL.until, (), (one, hidden.pk)), AT)
    assert told["reviews"] == [shown[one]]


def test_a_thousand_jobs_are_read_with_as_many_questions_as_two(house):
    def asked():
        with CaptureQueriesContext(
            connection,
        ) as seen:
            history_of(house.wim, ALL, AT)
        return len(seen)

    house.work(1)
    few = asked()
    house.work(5, first=T1 + timedelta(days=9))
    assert asked() == few


# Signed


def test_what_was_issued_is_genuine_in_both_forms_and_an_open_badge(house):
    house.work(6)
    issued = house.issue()
    for text in (issued.signed, issued.jwt):
        report = checked(text, reader=house.coop, at=AT)
        assert report.good, report.flaws
        assert [step.name for step in report.steps] == ["read", "shape", "badge", "signature", "issuer", "period", "status"]
    badge = json.loads(issued.signed)
    assert badge["issuer"]["id"] == did_of(house.coop) == "did:web:127.0.0.1%3A8000:velo"
    assert badge["credentialSubject"]["workHistory"] == issued.history
    assert badge["credentialSubject"]["identifier"][0]["identityHash"] == "Wim Claes"
    named = [each["name"] for each in badge["credentialSubject"]["achievement"]["resultDescription"]]
    assert named == [name for name, _value in results(issued.history)]
    assert badge["validUntil"] == "2028-06-14T09:00:00Z"


def test_it_is_checked_without_the_installation_from_kept_documents(house):
    house.work(1)
    issued, document = house.issue(), document_of(house.coop)
    SigningKey.objects.all().delete()
    report = core.verify(issued.signed, resolve={did_of(house.coop): document}.get, fetch_status=lambda url: None, at=AT)
    assert not report.bad
    assert [flaw.code for flaw in report.flaws] == ["status_unread"]


def test_the_same_form_sent_twice_signs_once(house):
    house.work(1)
    assert house.issue() == house.issue()
    assert Issued.objects.count() == 1


def test_nothing_is_signed_where_nothing_is_known(house):
    with pytest.raises(services.NothingToTell):
        house.issue()
    assert Issued.objects.count() == SigningKey.objects.count() == 0


def test_a_changed_history_is_recognised(house):
    house.work(1)
    forged = house.issue().signed.replace("Wim Claes", "Wim Class")
    report = checked(forged, reader=house.coop, at=AT)
    assert report.bad
    assert [flaw.code for flaw in report.flaws] == ["forged"]


def test_after_its_time_it_does_not_count(house):
    house.work(1)
    report = checked(house.issue().signed, reader=house.coop, at=AT + timedelta(days=731))
    assert "expired" in [flaw.code for flaw in report.flaws]


# Withdrawn


def test_what_the_member_withdraws_is_told_by_the_list(house):
    house.work(1)
    issued, other = house.issue(), house.issue(key="once-0002")
    services.withdraw(issued=issued, own=True, by=house.wim.party, at=AT)
    assert [flaw.code for flaw in checked(issued.signed, reader=house.coop, at=AT).flaws] == ["revoked"]
    assert checked(other.signed, reader=house.coop, at=AT).good


def test_somebody_in_office_withdraws_only_with_a_reason(house):
    house.work(1)
    issued = house.issue()
    with pytest.raises(services.ReasonNeeded):
        services.withdraw(issued=issued, own=False, reason=" ", by=house.officer.party, at=AT)
    assert checked(issued.signed, reader=house.coop, at=AT).good
    services.withdraw(issued=issued, own=False, reason="The hours were another's.", by=house.officer.party, at=AT)
    services.withdraw(issued=issued, own=False, reason="Again.", by=None, at=AT + timedelta(days=1))
    issued.refresh_from_db()
    assert (issued.reason, issued.withdrawn_at) == ("The hours were another's.", AT)


# Keys


def test_the_secret_half_of_a_key_is_sealed_by_the_installations_secret(house, settings):
    house.work(1)
    house.issue()
    key = SigningKey.objects.get()
    assert core.public_of(core.key_from(open_sealed(key.sealed)))
    assert key.public not in key.sealed
    settings.SECRET_KEY = "another"
    with pytest.raises(CannotOpen):
        open_sealed(key.sealed)
    with pytest.raises(services.KeyCannotBeOpened):
        house.issue(key="once-0002")
    services.renew_key(key=key, by=None, at=AT)
    assert checked(house.issue(key="once-0002").signed, reader=house.coop, at=AT).good


def test_what_a_retired_key_signed_still_counts(house):
    house.work(1)
    before = house.issue()
    key = key_in_use(house.coop)
    assert key
    services.renew_key(key=key, by=house.officer.party, at=AT)
    after = house.issue(key="once-0002")
    assert "#key-2" in after.signed
    assert checked(before.signed, reader=house.coop, at=AT).good
    assert checked(after.signed, reader=house.coop, at=AT).good


def test_what_a_withdrawn_key_signed_counts_no_more_and_another_takes_its_place(house):
    house.work(1)
    before = house.issue()
    services.withdraw_key(key=SigningKey.objects.get(), by=house.officer.party, at=AT)
    report = checked(before.signed, reader=house.coop, at=AT)
    assert "key_revoked" in [flaw.code for flaw in report.flaws]
    assert checked(house.issue(key="once-0002").signed, reader=house.coop, at=AT).good
    assert list(SigningKey.objects.values_list("number", "retired_at", "withdrawn_at")) == [(1, AT, AT), (2, None, None)]


# From elsewhere


def bring(house, content):
    return services.bring(membership=house.wim, content=content, at=AT)


def test_what_comes_from_somebody_unknown_is_kept_as_unchecked_until_their_document_is_kept(house):
    brought = bring(house, foreign())
    assert bring(house, foreign()) == brought
    report = checked(brought.content, reader=house.coop, at=AT)
    assert (report.good, report.bad) == (False, False)
    services.keep_issuer(coop=house.coop, content=their_document(), by=house.officer.party, at=AT)
    assert checked(brought.content, reader=house.coop, at=AT).good
    assert not checked(brought.content, reader=make_coop("other"), at=AT).good


@pytest.mark.parametrize("content", ["", "{}", "hello", "a.b.c", "[1]", "{" * 50_000])
def test_what_is_no_credential_is_refused_and_not_kept(house, content):
    with pytest.raises(services.CannotBeBrought):
        bring(house, content)
    assert Brought.objects.count() == 0


def test_what_is_forged_or_over_is_refused_with_its_reason_and_not_kept(house):
    services.keep_issuer(coop=house.coop, content=their_document(), by=None, at=AT)
    for content, words in (
        (foreign().replace("Courier", "Carrier"), "does not fit"),
        (foreign(validUntil="2026-01-01T00:00:00Z"), "valid until"),
    ):
        with pytest.raises(services.CannotBeBrought, match=words):
            bring(house, content)
    assert Brought.objects.count() == 0


@pytest.mark.parametrize(
    "content", ["{}", "x", '{"id": "did:key:z6Mk"}', json.dumps({"id": THEM}), their_document().replace(THEM, "did:web:..")]
)
def test_what_is_no_document_of_a_signer_is_refused(house, content):
    with pytest.raises(services.IssuerDoesNotFit):
        services.keep_issuer(coop=house.coop, content=content, by=None, at=AT)


# Forgotten


def test_who_is_forgotten_leaves_no_words_but_what_was_withdrawn_stays_withdrawn(house):
    house.work(1)
    issued = house.issue()
    kept = issued.signed
    services.withdraw(issued=issued, own=False, reason="About Wim.", by=None, at=AT)
    bring(house, foreign())
    forget(PartyErased(house.wim.party, AT))
    issued.refresh_from_db()
    assert (issued.history, issued.signed, issued.jwt, issued.reason) == ({}, "", "", "")
    assert Brought.objects.count() == 0
    assert "revoked" in [flaw.code for flaw in checked(kept, reader=house.coop, at=AT).flaws]


def test_every_reason_of_the_core_is_said_in_the_readers_language():
    assert {code: str(words) for code, words in FLAWS.items()} == core.SENTENCES


def test_whoever_worked_shifts_alone_has_a_history_too(house):
    from marke.slots.conditions import Span
    from marke.slots.models import Attendance
    from tests.factories.slots import join, make_shift

    shift = make_shift(house.coop, Span(T1, T1 + timedelta(hours=4)))
    signed = join(shift, house.wim, at=T1)
    Attendance.objects.create(coop=house.coop, sign_up=signed, membership=house.wim, came_at=T1, went_at=T1 + timedelta(hours=4))
    told = history_of(house.wim, ALL, AT)
    assert told["services"]["shift_minutes"] == 240
    assert [section.key for section in sections(told)] == ["worker", "services"]
