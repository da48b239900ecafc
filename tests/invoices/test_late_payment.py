"""Directive 2011/7: interest for each day at the rate of its half-year, a fixed sum; clients asked again by rule."""

from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marke.common.models import Mail
from marke.invoices.claims import claims_of
from marke.invoices.late_payment import Change, half_year, interest_of, reference_rate, stretches
from marke.invoices.models import Invoice, Reminder
from marke.invoices.services import credit_invoice, remind, send_due_reminders
from marke.invoices.services.reminding import AskedToday, NotLate
from marke.parties.models import Client, Coop, Membership
from marke.payments.services import record_payment
from tests.factories.invoices import DONE, issued
from tests.factories.pages import browser_of
from tests.factories.parties import make_client, make_member

RATES = [("2024-01", Fraction(9, 200)), ("2024-07", Fraction(17, 400)), ("2025-01", Fraction(63, 2000))]
SPREAD = Fraction(8, 100)


def interest(gross: int, due: date, on: date, *changes: Change) -> int:
    return interest_of(stretches(gross=gross, due=due, on=on, changes=changes, rates=RATES, spread=SPREAD))


# The reckoning


def test_a_hundred_days_in_one_half_year() -> None:
    # €10,000 at 4.5 + 8 = 12.5 % for 100 days: 10,000 × 0.125 × 100 / 365 = 342.465…
    assert interest(1_000_000, date(2024, 1, 1), date(2024, 4, 10)) == 34_247


def test_a_new_half_year_brings_its_own_rate() -> None:
    [first, second] = stretches(
        gross=1_000_000, due=date(2024, 6, 20), on=date(2024, 7, 20), changes=(), rates=RATES, spread=SPREAD
    )
    assert (first.days, first.rate) == (10, Fraction(125, 1000))
    assert (second.days, second.rate) == (20, Fraction(1225, 10_000))
    assert second.since == date(2024, 7, 1)


def test_what_was_paid_bears_no_more_interest_from_the_day_after() -> None:
    found = stretches(
        gross=1_000_000, due=date(2024, 1, 1), on=date(2024, 1, 31), changes=[Change(date(2024, 1, 11), 400_000)], rates=RATES,
        spread=SPREAD,
    )  # fmt: skip
    assert [(each.days, each.owed) for each in found] == [(10, 1_000_000), (20, 600_000)]


def test_before_the_due_day_and_after_everything_is_paid_nothing_is_owed() -> None:
    due = date(2024, 1, 31)
    assert interest(1_000_000, due, due) == 0
    assert interest(1_000_000, due, date(2024, 2, 20), Change(date(2024, 1, 2), 1_000_000)) == 0


def test_the_last_rate_goes_on_and_before_the_first_there_is_none() -> None:
    assert half_year(date(2024, 6, 30)) == date(2024, 1, 1)
    assert reference_rate(RATES, date(2026, 3, 1)) == Fraction(63, 2000)
    assert reference_rate(RATES, date(2023, 12, 31)) is None


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=60)
@given(
    st.integers(1, 10**9), st.dates(date(2024, 1, 1), date(2025, 12, 31)), st.integers(0, 800),
    st.lists(st.tuples(st.integers(-40, 900), st.integers(1, 10**8)), max_size=4),
)  # fmt: skip
def test_stretches_cover_each_late_day_once_and_a_day_by_day_count_agrees(
    gross: int, due: date, late: int, changes: list[tuple[int, int]]
) -> None:
    on = due + timedelta(days=late)
    known = [Change(due + timedelta(days=days), less) for days, less in changes]
    found = stretches(gross=gross, due=due, on=on, changes=known, rates=RATES, spread=SPREAD)
    exact = Fraction(0)
    for day in (due + timedelta(days=n) for n in range(1, late + 1)):
        owed = max(0, gross - sum(change.less for change in known if change.date < day or change.date <= due))
        rate = reference_rate(RATES, day)
        assert rate is not None
        exact += Fraction(owed) * (rate + SPREAD) / 365
    assert sum((each.interest for each in found), Fraction(0)) == exact
    assert all(a.until < b.since for a, b in pairwise(found))


# On invoices


@pytest.fixture
def late(coop: Coop, client_: Client, worker: Membership) -> Invoice:
    """€1,210.00, due on 1 April 2026."""
    return issued(coop, client_, worker, 100_000)


@pytest.mark.django_db
def test_a_business_owes_interest_and_the_fixed_sum_and_sees_why(coop: Coop, client_: Client, late: Invoice) -> None:
    at = DONE + timedelta(days=60)
    [claim] = claims_of(coop, client_, date(2026, 5, 1), at)
    # 1,210.00 × (2.15 + 8) % × 30 / 365 = 10.094…
    assert (claim.owed, claim.days, claim.interest, claim.lump_sum) == (121_000, 30, 1_009, 4_000)
    assert claim.total == 126_009
    assert claim.why is not None
    assert any("€1,210.00 × 10.15% × 30 days" in text for _label, text in claim.why.values)


@pytest.mark.django_db
def test_a_person_owes_what_is_left_and_nothing_else(coop: Coop, worker: Membership) -> None:
    person = make_client(coop, "Jansen", kind="person")
    issued(coop, person, worker, 100_000)
    [claim] = claims_of(coop, person, date(2026, 5, 1), DONE)
    assert (claim.owed, claim.interest, claim.lump_sum) == (121_000, 0, 0)


@pytest.mark.django_db
def test_payments_and_credit_notes_lessen_the_claim_from_their_day(coop: Coop, client_: Client, late: Invoice) -> None:
    record_payment(
        coop=coop, request=late.payment_request, amount=21_000, date=date(2026, 4, 11), once_key="k", by=None,
        at=DONE + timedelta(days=45),
    )  # fmt: skip
    [claim] = claims_of(coop, client_, date(2026, 5, 1), DONE + timedelta(days=60))
    assert [(each.days, each.owed) for each in claim.stretches] == [(10, 121_000), (20, 100_000)]
    credit_invoice(invoice=late, reason="x", by=None, at=DONE + timedelta(days=60))
    assert claims_of(coop, client_, date(2026, 5, 1), DONE + timedelta(days=60)) == []


# Asking again


@pytest.mark.django_db
def test_the_rule_says_when_a_business_is_asked_again_and_each_step_goes_out_once(client_: Client, late: Invoice) -> None:
    due = DONE + timedelta(days=30)
    assert [send_due_reminders(at=due + timedelta(days=days)) for days in (0, 7, 8, 8, 9, 21, 22, 23, 60)] == [
        0, 0, 1, 0, 0, 0, 1, 0, 0,
    ]  # fmt: skip
    assert [(each.step, each.owed, each.lump_sum) for each in Reminder.objects.all()] == [
        (1, 121_000, 4_000),
        (2, 121_000, 4_000),
    ]
    first = Mail.objects.filter(to_address=client_.party.email, subject__contains="still to be paid").order_by("id")[0]
    assert "€1,210.00 was to be paid by 1 April 2026" in first.text
    assert "interest, €2.69" in first.text


@pytest.mark.django_db
def test_a_person_is_asked_without_any_cost(coop: Coop, worker: Membership) -> None:
    person = make_client(coop, "Jansen", kind="person")
    issued(coop, person, worker)
    assert send_due_reminders(at=DONE + timedelta(days=38)) == 1
    assert "interest" not in Mail.objects.filter(to_address=person.party.email).latest("id").text


@pytest.mark.django_db
def test_a_worker_that_slept_sends_no_pile_of_old_letters(late: Invoice) -> None:
    assert send_due_reminders(at=DONE + timedelta(days=30 + 23)) == 0
    assert send_due_reminders(at=DONE + timedelta(days=300)) == 0
    assert not Reminder.objects.exists()


@pytest.mark.django_db
def test_one_who_was_asked_by_hand_today_stops_no_other_letter(
    coop: Coop, client_: Client, late: Invoice, worker: Membership
) -> None:
    """Her second letter is due on the day on which somebody sent the first."""
    other = make_client(coop, "Bakery")
    issued(coop, other, worker)
    at = DONE + timedelta(days=30 + 22)
    remind(invoice=late, by=None, at=at)
    assert send_due_reminders(at=at + timedelta(hours=2)) == 1
    assert [reminder.invoice.client for reminder in Reminder.objects.order_by("id")] == [client_, other]


@pytest.mark.django_db
def test_who_has_paid_or_is_not_late_is_not_asked(coop: Coop, late: Invoice) -> None:
    with pytest.raises(NotLate):
        remind(invoice=late, by=None, at=DONE + timedelta(days=30))
    remind(invoice=late, by=None, at=DONE + timedelta(days=31))
    with pytest.raises(AskedToday):
        remind(invoice=late, by=None, at=DONE + timedelta(days=31, hours=2))
    record_payment(
        coop=coop, request=late.payment_request, amount=late.gross, date=date(2026, 4, 3), once_key="k", by=None,
        at=DONE + timedelta(days=40),
    )  # fmt: skip
    with pytest.raises(NotLate, match="paid meanwhile"):
        remind(invoice=late, by=None, at=DONE + timedelta(days=41))
    assert Reminder.objects.count() == 1


# Pages


@pytest.mark.django_db
def test_the_claim_of_a_client_is_a_page_and_a_paper_for_who_handles_the_money(
    coop: Coop, client_: Client, late: Invoice, worker: Membership
) -> None:
    treasurer = browser_of(make_member(coop, "Tess", offices=("treasurer",)))
    page = treasurer.get(f"/velo/invoices/claims/{client_.number}/").content.decode()
    assert "€1,210.00" in page
    assert "10.15%" in page
    assert treasurer.get(f"/velo/invoices/claims/{client_.number}/claim.pdf")["Content-Type"] == "application/pdf"
    assert treasurer.post("/velo/invoices/2026-0001/reminder/").status_code == 302
    assert treasurer.get("/velo/invoices/2026-0001/reminder.pdf")["Content-Type"] == "application/pdf"
    assert "what the client owes by now" in treasurer.get("/velo/invoices/2026-0001/").content.decode()
    for path in (f"claims/{client_.number}/", f"claims/{client_.number}/claim.pdf", "2026-0001/reminder.pdf"):
        assert browser_of(worker).get(f"/velo/invoices/{path}").status_code == 403
    assert browser_of(worker).post("/velo/invoices/2026-0001/reminder/").status_code == 403
    assert Reminder.objects.count() == 1
