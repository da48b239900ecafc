"""A closed month or year takes no transaction: not from the program, not by raw SQL, until it is decided to open it again."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marke.ledger import closing_seals
from marke.ledger.closing import (
    ClosedAlready,
    ClosedPeriod,
    NoDecision,
    NotClosed,
    NotOverYet,
    PeriodClosed,
    check_open,
    close_period,
    closed_until,
    closings,
    first_open_day,
    reopen_period,
)
from marke.ledger.doctor import INVARIANTS
from marke.ledger.models import Posting, Transaction
from marke.ledger.services import NewPosting, NewTransaction, open_balances, post_many, reverse
from marke.parties.models import Coop, Membership
from marke.rules.models import Decision
from marke.rules.services import record_decision
from tests.factories.ledger import account, book_job, new_job
from tests.factories.parties import make_coop

JANUARY, FEBRUARY, MARCH = date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)
AT = datetime(2026, 3, 5, 9, 0, tzinfo=UTC)
RAW = (
    "INSERT INTO ledger_transaction (id, coop_id, number, kind, key, date, sealed_at, facts, content_hash, previous_hash, hash)"
    " SELECT 9000, coop_id, number + 1, 'raw', 'raw:1:1', '{day}', '2026-03-05 09:00:00+00', '{{}}', 'c', hash, 'h'"
    " FROM ledger_transaction ORDER BY number DESC LIMIT 1"
)
POSTING = "INSERT INTO ledger_posting (coop_id, transaction_id, account_id, amount, line) VALUES (%s, 9000, %s, %s, 'x')"


def book_of(coop: Coop) -> list[list[Any]]:
    return [list(model.objects.filter(coop=coop).order_by("pk").values()) for model in (Transaction, Posting, ClosedPeriod)]


def decide(coop: Coop, kind: str = "vote", at: datetime = AT + timedelta(hours=1)) -> Decision:
    return record_decision(coop=coop, kind=kind, title="Open February again", by=None, at=at)


def close(coop: Coop, until: date = MARCH, at: datetime = AT) -> ClosedPeriod:
    return close_period(coop=coop, until=until, by=None, at=at, note="all is understood")


@pytest.fixture
def closed(coop: Coop, amina: Membership) -> Coop:
    book_job(coop, amina.party, 1, on=date(2026, 2, 28))
    close(coop)
    return coop


def test_what_is_dated_in_a_closed_month_is_refused_and_nothing_is_booked(closed: Coop, amina: Membership):
    before = book_of(closed)
    with pytest.raises(PeriodClosed) as refused, transaction.atomic():
        book_job(closed, amina.party, 2, on=date(2026, 2, 28), at=AT)
    assert str(refused.value) == (
        "The books of Velo are closed up to and including 28 February 2026, so nothing is booked on 28 February 2026 any more. "
        "Book it on 1 March 2026, the first day that is open, and say that it corrects what was before."
    )
    assert book_of(closed) == before


def test_the_first_day_after_it_is_open(closed: Coop, amina: Membership):
    assert book_job(closed, amina.party, 2, on=MARCH, at=AT).number == 2
    assert closed_until(closed) == MARCH == first_open_day(closed, JANUARY)
    assert first_open_day(closed, AT.date()) == AT.date()
    check_open(closed, MARCH)
    with pytest.raises(PeriodClosed):
        check_open(closed, date(2026, 2, 28))


def test_a_batch_with_one_day_in_a_closed_month_is_refused_whole(closed: Coop, amina: Membership):
    before = book_of(closed)
    batch = [new_job(closed, amina.party, number)._replace(date=AT.date()) for number in range(2, 9)]
    batch[4] = batch[4]._replace(date=date(2026, 2, 3))
    with pytest.raises(PeriodClosed, match="nothing is booked on 3 February 2026"):
        post_many(coop=closed, transactions=batch, by=None, at=AT)
    assert book_of(closed) == before


def test_the_same_fact_again_still_gives_what_was_booked_before_the_closing(closed: Coop, amina: Membership):
    assert book_job(closed, amina.party, 1, on=date(2026, 2, 28), at=AT).number == 1


def test_what_was_booked_is_taken_back_on_an_open_day(closed: Coop):
    booked = Transaction.objects.get()
    before = book_of(closed)
    with pytest.raises(PeriodClosed), transaction.atomic():
        reverse(transaction=booked, key="job:1:1:reversed", date=booked.date, by=None, at=AT)
    assert book_of(closed) == before
    assert reverse(transaction=booked, key="job:1:1:reversed", date=AT.date(), by=None, at=AT).date == AT.date()


def test_opening_balances_of_a_closed_day_are_refused(closed: Coop):
    with pytest.raises(PeriodClosed), transaction.atomic():
        open_balances(coop=closed, key="opening:1:1", date=JANUARY, balances=[(account(closed, "bank"), 100)], by=None, at=AT)
    assert Transaction.objects.count() == 1


def raw(coop: Coop, day: str) -> None:
    legs = [(account(coop, "bank").pk, 500), (account(coop, "gift").pk, -500)]
    with transaction.atomic(), connection.cursor() as cursor:
        for owned, amount in legs:
            cursor.execute(POSTING, [coop.pk, owned, amount])
        cursor.execute(RAW.format(day=day))


def test_raw_sql_meets_the_same_refusal(closed: Coop):
    account(closed, "bank"), account(closed, "gift")
    before = book_of(closed)
    with pytest.raises(DatabaseError, match="INV-LEDGER-5"):
        raw(closed, "2026-02-28")
    assert book_of(closed) == before
    raw(closed, "2026-03-01")
    assert Transaction.objects.count() == 2


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE ledger_closedperiod SET until = '2020-01-01'",
        "UPDATE ledger_closedperiod SET note = 'x'",
        "DELETE FROM ledger_closedperiod",
        "INSERT INTO ledger_closedperiod (coop_id, number, until, reopened, closed_at, note)"
        " SELECT coop_id, 3, '2026-04-01', FALSE, closed_at, '' FROM ledger_closedperiod",
        "INSERT INTO ledger_closedperiod (coop_id, number, until, reopened, closed_at, note)"
        " SELECT coop_id, 2, '2026-03-01', FALSE, closed_at, '' FROM ledger_closedperiod",
        "INSERT INTO ledger_closedperiod (coop_id, number, until, reopened, closed_at, note)"
        " SELECT coop_id, 2, NULL, TRUE, closed_at, '' FROM ledger_closedperiod",
    ],
)
def test_a_closing_is_never_changed_or_deleted_or_undone_without_a_decision(sql: str, closed: Coop):
    before = book_of(closed)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert book_of(closed) == before


@pytest.mark.skipif("connection.vendor != 'sqlite'")
def test_sqlite_does_not_replace_a_closing(closed: Coop):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("INSERT OR REPLACE INTO ledger_closedperiod SELECT * FROM ledger_closedperiod")


def test_other_co_ops_stay_open(closed: Coop, amina: Membership):
    other = make_coop("other")
    assert closed_until(other) is None
    assert book_job(other, amina.party, on=JANUARY).number == 1


def test_a_month_is_closed_when_it_is_over_and_once(coop: Coop):
    with pytest.raises(NotOverYet, match="31 March 2026 is not over yet in Europe/Brussels"):
        close(coop, date(2026, 4, 1))
    close(coop, MARCH)
    for until in (MARCH, FEBRUARY):
        with pytest.raises(ClosedAlready, match="closed up to and including 28 February 2026"):
            close(coop, until)
    assert [(row.number, row.until) for row in closings(coop)] == [(1, MARCH)]


@pytest.mark.parametrize(
    ("zone", "over"),
    [
        ("Europe/Brussels", datetime(2026, 12, 31, 23, 0, tzinfo=UTC)),
        ("Pacific/Auckland", datetime(2026, 12, 31, 11, 0, tzinfo=UTC)),
    ],
)
def test_the_year_is_over_at_midnight_where_the_co_op_lives(coop: Coop, zone: str, over: datetime):
    coop.timezone = zone
    coop.save()
    with pytest.raises(NotOverYet, match=f"31 December 2026 is not over yet in {zone}"):
        close(coop, date(2027, 1, 1), at=over - timedelta(seconds=1))
    assert closed_until(coop) is None
    close(coop, date(2027, 1, 1), at=over)
    assert closed_until(coop) == date(2027, 1, 1)


def test_a_decision_opens_a_month_again_and_the_closing_stays_on_record(closed: Coop, amina: Membership):
    decision = decide(closed)
    reopen_period(coop=closed, until=FEBRUARY, decision=decision, by=None, at=AT + timedelta(hours=2), note="an invoice was lost")
    assert closed_until(closed) == FEBRUARY
    book_job(closed, amina.party, 2, on=date(2026, 2, 20), at=AT)
    with pytest.raises(PeriodClosed), transaction.atomic():
        book_job(closed, amina.party, 3, on=date(2026, 1, 31), at=AT)
    close(closed, MARCH, at=AT + timedelta(days=1))
    assert [(row.number, row.until, row.reopened) for row in closings(closed)] == [
        (3, MARCH, False),
        (2, FEBRUARY, True),
        (1, MARCH, False),
    ]
    assert [fault for one in INVARIANTS for fault in one.check(closed)] == []


def test_all_is_open_again_when_it_was_decided_so(closed: Coop, amina: Membership):
    reopen_period(coop=closed, until=None, decision=decide(closed), by=None, at=AT)
    assert closed_until(closed) is None
    book_job(closed, amina.party, 2, on=date(2025, 12, 31), at=AT)


def test_what_is_open_is_not_opened_again(closed: Coop):
    before = book_of(closed)
    for until in (MARCH, date(2026, 4, 1)):
        with pytest.raises(NotClosed):
            reopen_period(coop=closed, until=until, decision=decide(closed), by=None, at=AT)
    with pytest.raises(NotClosed):
        other = make_coop("other")
        reopen_period(coop=other, until=None, decision=decide(other), by=None, at=AT)
    assert book_of(closed) == before


def test_only_a_decision_of_this_co_op_after_the_closing_opens_again(closed: Coop):
    before = book_of(closed)
    old, founding = decide(closed, at=AT - timedelta(days=1)), decide(closed, kind="founding")
    for decision in (old, founding, decide(make_coop("other"))):
        with pytest.raises(NoDecision):
            reopen_period(coop=closed, until=FEBRUARY, decision=decision, by=None, at=AT)
    assert book_of(closed) == before


def check_constraints(moment: str) -> None:
    """PostgreSQL neither makes nor drops a trigger on a table with checks that still wait."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET CONSTRAINTS ALL {moment}")


def test_a_thief_who_books_in_a_closed_month_is_found(closed: Coop):
    account(closed, "bank"), account(closed, "gift")
    check_constraints("IMMEDIATE")
    closing_seals.remove(connection)
    check_constraints("DEFERRED")
    try:
        raw(closed, "2026-02-14")
        check_constraints("IMMEDIATE")
        found = [fault for one in INVARIANTS for fault in one.check(closed) if fault.invariant == "INV-LEDGER-5"]
    finally:
        closing_seals.install(connection)
    assert any("missing or switched off" in fault.what for fault in found)
    assert "is dated 2026-02-14, and was booked when what is before 2026-03-01 was closed" in [fault.what for fault in found]


MONTHS = [date(2026, month, 1) for month in range(1, 7)]
deeds = st.lists(
    st.tuples(
        st.sampled_from(["post", "post", "reverse", "close"]), st.integers(0, 5), st.integers(0, 27), st.integers(1, 10**9)
    ),
    min_size=3,
    max_size=25,
)


def trial_balance(coop: Coop, until: date) -> dict[int, int]:
    """Debit minus credit of every account, of what is dated before `until`."""
    totals: dict[int, int] = {}
    for account_id, amount in Posting.objects.filter(coop=coop, transaction__date__lt=until).values_list("account_id", "amount"):
        totals[account_id] = totals.get(account_id, 0) + amount
    return {account_id: amount for account_id, amount in totals.items() if amount}


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(deeds)
def test_a_closed_trial_balance_never_changes_whatever_is_posted_later(coop: Coop, sequence):
    at = datetime(2026, 7, 15, tzinfo=UTC)
    with transaction.atomic():
        bank, gift = account(coop, "bank"), account(coop, "gift")
        kept: dict[date, dict[int, int]] = {}
        for number, (deed, month, day, amount) in enumerate(sequence):
            on = MONTHS[month] + timedelta(days=day)
            legs = [NewPosting(bank, amount, "x"), NewPosting(gift, -amount, "x")]
            try:
                with transaction.atomic():
                    if deed == "post":
                        post_many(coop=coop, transactions=[NewTransaction("x", f"x:{number}:1", on, legs)], by=None, at=at)
                    elif deed == "reverse":
                        open_ones = Transaction.objects.filter(coop=coop, reverses=None, reversals=None)
                        if found := open_ones.order_by("number").first():
                            reverse(transaction=found, key=f"{found.key}:r", date=on, by=None, at=at)
                    else:
                        close(coop, MONTHS[month], at=at)
                        kept[MONTHS[month]] = trial_balance(coop, MONTHS[month])
            except (PeriodClosed, ClosedAlready):
                pass
        assert {until: trial_balance(coop, until) for until in kept} == kept
        assert [fault for one in INVARIANTS for fault in one.check(coop)] == []
        transaction.set_rollback(True)


def test_a_job_confirmed_in_a_month_that_was_closed_meanwhile_is_booked_on_the_first_open_day(coop: Coop, amina: Membership):
    from marke.jobs.models import Job
    from marke.jobs.services import settle_jobs
    from tests.factories.jobs import make_job, make_service, work_off
    from tests.factories.parties import make_client
    from tests.factories.rules import found

    found(coop)
    make_service(coop)
    job = work_off(make_job(coop, make_client(coop), at=AT), amina, at=AT)
    Job.objects.filter(pk=job.pk).update(state=Job.State.CONFIRMED, confirmed_at=AT + timedelta(hours=3))
    close(coop, date(2026, 4, 1), at=AT + timedelta(days=40))
    settle_jobs(jobs=[job], by=None, at=AT + timedelta(days=40))
    assert Transaction.objects.get(kind="job").date == date(2026, 4, 1)
