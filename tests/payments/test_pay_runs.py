"""Members are paid together: one makes the run final, another releases it."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import sepaxml
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from marke.ledger.queries import balance
from marke.ledger.services import open_account
from marke.parties.models import Coop, Membership
from marke.payments import queries
from marke.payments.bank_files import NoBankFile, pay_run_file
from marke.payments.conditions import MOVES, latest_payday, next_payday
from marke.payments.models import PayRunLine
from marke.payments.permissions import MayNotRelease
from marke.payments.services import (
    cancel_pay_run,
    confirm_pay_run,
    draft_pay_run,
    finalise_pay_run,
    redraft_pay_run,
    release_pay_run,
    send_pay_run,
)
from marke.payments.services.pay_runs import DraftIsOutdated, NobodyToPay, OwedLessNow, UntilTooLate
from marke.rounds.models import Round, RoundMove
from marke.rounds.permissions import SamePerson
from marke.rounds.services import AnotherIsPrepared, NotThisMove
from tests.factories.parties import T0, make_coop, make_member
from tests.factories.payments import earn, give_account
from tests.factories.rules import found

pytestmark = pytest.mark.django_db
NOW = T0 + timedelta(days=60)  # 6 March 2026
UNTIL = date(2026, 3, 1)
SCHEMA = Path(sepaxml.__file__).parent / "schemas" / "pain.001.001.09.xsd"


@pytest.fixture
def amina(velo: Coop) -> Membership:
    amina = make_member(velo, "Amina")
    give_account(amina)
    earn(amina, 12_345, date(2026, 2, 10))
    return amina


def draft(coop: Coop, by: Membership, at: datetime = NOW, until: date = UNTIL) -> Round:
    return draft_pay_run(coop=coop, until=until, by=by.party, at=at)


def paid_out(coop: Coop, treasurer: Membership, coordinator: Membership, until: date = UNTIL) -> Round:
    run = draft(coop, treasurer, until=until)
    finalise_pay_run(run=run, by=treasurer.party, at=NOW)
    release_pay_run(run=run, by=coordinator.party, at=NOW)
    send_pay_run(run=run, by=treasurer.party, at=NOW)
    return confirm_pay_run(run=run, by=treasurer.party, at=NOW)


def test_what_is_at_the_bank_is_not_cancelled() -> None:
    assert not MOVES[Round.State.SETTLED]
    assert Round.State.CANCELLED not in MOVES[Round.State.SENT]


def test_a_member_is_paid_what_was_earned_before_the_day(
    velo: Coop, treasurer: Membership, coordinator: Membership, amina: Membership
) -> None:
    account = earn(amina, 999, UNTIL)
    run = paid_out(velo, treasurer, coordinator)
    assert [line.amount for line in run.pay_lines.all()] == [12_345]
    assert balance(account) == -999
    assert balance(open_account(coop=velo, kind="bank", at=NOW)) == -12_345
    assert balance(open_account(coop=velo, kind="transit", at=NOW)) == 0
    assert run.state == Round.State.SETTLED


def test_nothing_is_paid_twice(velo: Coop, treasurer: Membership, coordinator: Membership, amina: Membership) -> None:
    paid_out(velo, treasurer, coordinator)
    with pytest.raises(NobodyToPay):
        draft(velo, treasurer)
    earn(amina, 700, date(2026, 2, 20))
    assert [line.amount for line in draft(velo, treasurer).pay_lines.all()] == [700]


def test_each_step_is_taken_once(velo: Coop, treasurer: Membership, coordinator: Membership, amina: Membership) -> None:
    run = paid_out(velo, treasurer, coordinator)
    for step in (send_pay_run, confirm_pay_run, cancel_pay_run, finalise_pay_run):
        with pytest.raises(NotThisMove, match="cannot become"):
            step(run=run, by=treasurer.party, at=NOW)
    assert balance(open_account(coop=velo, kind="bank", at=NOW)) == -12_345


def test_whoever_cannot_be_paid_is_left_out_with_the_reason(
    velo: Coop, treasurer: Membership, coordinator: Membership, amina: Membership
) -> None:
    bo, cy = make_member(velo, "Bo"), make_member(velo, "Cy")
    give_account(bo)
    earn(bo, 499, date(2026, 2, 1))
    earn(cy, 5_000, date(2026, 2, 1))
    run = draft(velo, treasurer)
    reasons = {line.party.name: line.left_out for line in run.pay_lines.all()}
    assert reasons == {"Amina": "", "Bo": "below_minimum", "Cy": "no_account"}
    finalise_pay_run(run=run, by=treasurer.party, at=NOW)
    release_pay_run(run=run, by=coordinator.party, at=NOW)
    send_pay_run(run=run, by=None, at=NOW)
    assert queries.owed_now(velo) == {bo.party.pk: 499, cy.party.pk: 5_000}


def test_a_run_in_which_nobody_can_be_paid_is_not_made_final(velo: Coop, treasurer: Membership) -> None:
    earn(make_member(velo, "Cy"), 5_000, date(2026, 2, 1))
    run = draft(velo, treasurer)
    with pytest.raises(NobodyToPay, match="Everybody in pay run 1 is left out"):
        finalise_pay_run(run=run, by=treasurer.party, at=NOW)
    run.refresh_from_db()
    assert run.state == Round.State.DRAFT


def test_one_run_is_prepared_at_a_time(velo: Coop, treasurer: Membership, amina: Membership) -> None:
    run = draft(velo, treasurer)
    with pytest.raises(AnotherIsPrepared, match="“Pay run 1” is being prepared \\(draft\\)"):
        draft(velo, treasurer)
    cancel_pay_run(run=run, by=treasurer.party, at=NOW)
    assert draft(velo, treasurer).number == 2


def test_what_is_earned_tomorrow_is_not_paid_today(velo: Coop, treasurer: Membership, amina: Membership) -> None:
    with pytest.raises(UntilTooLate, match="2026-03-08 is too late"):
        draft(velo, treasurer, until=date(2026, 3, 8))
    assert not Round.objects.exists()


def test_a_draft_that_is_outdated_is_drafted_again(velo: Coop, treasurer: Membership, amina: Membership) -> None:
    run = draft(velo, treasurer)
    earn(amina, 100, date(2026, 2, 11))
    with pytest.raises(DraftIsOutdated):
        finalise_pay_run(run=run, by=treasurer.party, at=NOW)
    assert Round.objects.get().state == Round.State.DRAFT
    redraft_pay_run(run=run, by=treasurer.party, at=NOW)
    finalise_pay_run(run=run, by=treasurer.party, at=NOW)
    assert PayRunLine.objects.get().amount == 12_445


def test_the_one_who_made_it_final_does_not_release_it(
    velo: Coop, treasurer: Membership, coordinator: Membership, amina: Membership
) -> None:
    run = finalise_pay_run(run=draft(velo, treasurer), by=treasurer.party, at=NOW)
    with pytest.raises(SamePerson, match="somebody else has to release it"):
        release_pay_run(run=run, by=treasurer.party, at=NOW)
    run.refresh_from_db()
    assert run.state == Round.State.FINAL
    with pytest.raises(IntegrityError), transaction.atomic():
        RoundMove.objects.create(coop=velo, round=run, state="released", by=treasurer.party, at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Round.objects.filter(pk=run.pk).update(state="sent")
    assert release_pay_run(run=run, by=coordinator.party, at=NOW).state == Round.State.RELEASED


def test_who_releases_follows_the_rule(velo: Coop, treasurer: Membership, amina: Membership) -> None:
    run = finalise_pay_run(run=draft(velo, treasurer), by=treasurer.party, at=NOW)
    with pytest.raises(MayNotRelease):
        release_pay_run(run=run, by=amina.party, at=NOW)
    any_ = make_coop("any")
    found(any_, payments__release="any_member")
    boss, member = make_member(any_, "Tess", offices=("treasurer",)), make_member(any_, "Mo")
    give_account(member)
    earn(member, 1_000, date(2026, 2, 1))
    run = finalise_pay_run(run=draft(any_, boss), by=boss.party, at=NOW)
    with pytest.raises(MayNotRelease):
        release_pay_run(run=run, by=amina.party, at=NOW)
    assert release_pay_run(run=run, by=member.party, at=NOW).state == Round.State.RELEASED


def test_a_correction_in_between_stops_the_run(
    velo: Coop, treasurer: Membership, coordinator: Membership, amina: Membership
) -> None:
    run = finalise_pay_run(run=draft(velo, treasurer), by=treasurer.party, at=NOW)
    release_pay_run(run=run, by=coordinator.party, at=NOW)
    earn(amina, -45, date(2026, 3, 2))
    with pytest.raises(OwedLessNow, match=r"Amina is owed €123\.00 now, and the run pays €123\.45"):
        send_pay_run(run=run, by=None, at=NOW)
    assert Round.objects.get().state == Round.State.RELEASED
    assert balance(open_account(coop=velo, kind="transit", at=NOW)) == 0


def test_the_bank_file_is_valid_and_always_the_same(
    velo: Coop, treasurer: Membership, coordinator: Membership, amina: Membership
) -> None:
    bo = make_member(velo, "Søren Иванов & Sons")
    give_account(bo)
    earn(bo, 1, date(2026, 2, 1))
    earn(bo, 9_999, date(2026, 2, 2))
    run = draft(velo, treasurer)
    with pytest.raises(NoBankFile, match="once a second person has released it"):
        pay_run_file(run)
    finalise_pay_run(run=run, by=treasurer.party, at=NOW)
    run = release_pay_run(run=run, by=coordinator.party, at=NOW)
    written = pay_run_file(run)
    assert pay_run_file(Round.objects.get()) == written
    document = etree.fromstring(written)
    etree.XMLSchema(etree.parse(SCHEMA)).assertValid(document)
    names = {"p": "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"}
    assert document.xpath("string(//p:GrpHdr/p:CtrlSum)", namespaces=names) == "223.45"
    assert document.xpath("count(//p:CdtTrfTxInf)", namespaces=names) == 2
    assert "Soren Ivanov + Sons" in written.decode()
    assert document.xpath("string(//p:ReqdExctnDt/p:Dt)", namespaces=names) == "2026-03-06"


@pytest.mark.parametrize(("iban", "currency", "said"), [("", "EUR", "no bank account"), ("BE68539007547034", "DKK", "in euros")])
def test_what_the_bank_needs_is_asked_for(
    velo: Coop, treasurer: Membership, coordinator: Membership, amina: Membership, iban: str, currency: str, said: str
) -> None:
    run = finalise_pay_run(run=draft(velo, treasurer), by=treasurer.party, at=NOW)
    run = release_pay_run(run=run, by=coordinator.party, at=NOW)
    run.coop.iban, run.coop.currency = iban, currency
    with pytest.raises(NoBankFile, match=said):
        pay_run_file(run)


# When


@pytest.mark.parametrize(
    ("rhythm", "on", "latest", "following"),
    [
        ("weekly", date(2026, 11, 21), date(2026, 11, 16), date(2026, 11, 23)),
        ("weekly", date(2026, 11, 23), date(2026, 11, 23), date(2026, 11, 30)),
        ("fortnightly", date(2026, 11, 21), date(2026, 11, 16), date(2026, 11, 30)),
        ("monthly", date(2026, 12, 31), date(2026, 12, 1), date(2027, 1, 1)),
    ],
)
def test_pay_days_follow_the_rhythm(rhythm: str, on: date, latest: date, following: date) -> None:
    assert latest_payday(rhythm, on) == latest
    assert next_payday(rhythm, on) == following


@given(st.dates(date(2024, 1, 1), date(2100, 1, 1)), st.sampled_from(["weekly", "fortnightly", "monthly"]))
def test_a_day_lies_between_its_pay_days(on: date, rhythm: str) -> None:
    latest, following = latest_payday(rhythm, on), next_payday(rhythm, on)
    assert latest <= on < following
    assert latest_payday(rhythm, following) == following
    assert next_payday(rhythm, latest) == following


def test_the_treasurer_is_asked_when_a_period_has_ended_and_no_longer_when_the_run_is_made(
    velo: Coop, treasurer: Membership, coordinator: Membership, amina: Membership
) -> None:
    due = queries.pay_run_due(velo, NOW)
    assert due is not None
    assert (due.until, due.total, due.members) == (UNTIL, 12_345, 1)
    assert queries.pay_run_due(velo, datetime(2026, 2, 25, tzinfo=NOW.tzinfo)) is None
    run = draft(velo, treasurer)
    assert queries.pay_run_due(velo, NOW) is None
    cancel_pay_run(run=run, by=None, at=NOW)
    assert queries.pay_run_due(velo, NOW) is not None
    paid_out(velo, treasurer, coordinator)
    earn(amina, 500, date(2026, 2, 20))
    assert queries.pay_run_due(velo, NOW) is None
    assert queries.pay_run_due(velo, NOW + timedelta(days=30)) is not None


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(-5_000, 20_000), st.integers(0, 50)), min_size=1, max_size=8))
def test_no_cent_is_lost_or_made_by_runs(
    velo: Coop, treasurer: Membership, coordinator: Membership, moves: list[tuple[int, int]]
) -> None:
    """Whatever was earned and corrected, when: what runs pay out and what stays owed is what was earned."""
    with transaction.atomic():
        worker = make_member(velo, "Wim")
        give_account(worker)
        account = open_account(coop=velo, kind="earnings", party=worker.party, at=T0)
        for index, (amount, day) in enumerate(moves):
            if amount:
                earn(worker, amount, date(2026, 1, 10) + timedelta(days=day), f"test:{worker.number}.{index}:1")
        earned = -balance(account)
        paid = 0
        for until in (date(2026, 2, 1), date(2026, 2, 20), UNTIL, date(2026, 3, 7)):
            try:
                run = paid_out(velo, treasurer, coordinator, until)
            except NobodyToPay:
                for open_ in Round.objects.filter(state=Round.State.DRAFT):
                    cancel_pay_run(run=open_, by=None, at=NOW)
                continue
            paid += queries.total(run.pay_lines.all())
        assert paid - balance(account) == earned
        assert paid == 0 or -balance(account) >= 0
        assert balance(open_account(coop=velo, kind="transit", at=NOW)) == 0
        transaction.set_rollback(True)
