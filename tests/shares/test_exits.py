"""Giving shares back on the real database: asked, ended, booked, tested, paid in order, never more than owed."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from marke.common.invariants import Violation, invariants
from marke.ledger.models import Posting, Transaction
from marke.ledger.queries import balance
from marke.ledger.services import Account, NewPosting, open_account, post
from marke.parties.models import Coop, Membership
from marke.parties.services import leave
from marke.shares import queries
from marke.shares.exits.belonging import leaving_notes, share_exits, share_payments
from marke.shares.exits.clockwork import turn
from marke.shares.exits.queries import queue, standing_of
from marke.shares.models import ExitMove, ExitPayment, LiquidityReport, ShareClass, ShareEvent, ShareExit
from marke.shares.services import record_opening_holding
from marke.shares.services.exit_payments import (
    BadReport,
    MoreThanDue,
    NothingDue,
    PaidBeforeItEnded,
    TestFails,
    pay_exit,
    sign_report,
)
from marke.shares.services.exits import (
    EndedAlready,
    FounderStays,
    LeftTheCoop,
    NoShareholder,
    NotInTheWindow,
    TooFewWouldRemain,
    TooManyToGiveBack,
    ask_exit,
    cancel_exit,
    end_membership,
)
from tests.factories.hearings import may_be_excluded
from tests.factories.parties import make_coop, make_member
from tests.factories.rules import found

pytestmark = pytest.mark.django_db
T0 = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
MARCH = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
BELGIAN: dict[str, Any] = {
    "shares__exit_window": 6,
    "shares__exit_effective": "sixth_month",
    "shares__exit_price": "net_assets",
    "shares__exit_net_asset_test": True,
    "shares__exit_liquidity_months": 12,
}


def coop_with(country: str = "BE", slug: str = "velo", **rules: Any) -> Coop:
    coop = make_coop(slug, country=country)
    found(coop, shares__price=5_000, shares__minimum=2, **rules)
    return coop


def holder(coop: Coop, name: str = "Amina", shares: int = 4, price: int = 5_000) -> Membership:
    member = make_member(coop, name, with_user=False)
    record_opening_holding(membership=member, shares=shares, amount=shares * price, date=T0.date(), by=None, at=T0)
    return member


def ordinary(coop: Coop) -> ShareClass:
    return ShareClass.objects.get(coop=coop, code="ordinary")


def ask(member: Membership, shares: int = 2, key: str = "k", at: datetime = MARCH) -> ShareExit:
    return ask_exit(membership=member, share_class=ordinary(member.coop), shares=shares, once_key=key, by=None, at=at)


def pay(exit: ShareExit, amount: int | None = None, key: str = "p", at: datetime = MARCH) -> ExitPayment:
    return pay_exit(exit=exit, amount=amount, date=at.date(), once_key=key, by=None, at=at)


def move_money(coop: Coop, debit: str, credit: str, amount: int, day: date = date(2026, 1, 10)) -> None:
    legs = [(debit, amount), (credit, -amount)]
    accounts = [(open_account(coop=coop, kind=kind, at=T0), each) for kind, each in legs]
    post(
        coop=coop,
        kind="opening",
        key=f"test:{Transaction.objects.count()}:1",
        date=day,
        postings=[NewPosting(account, each, "test") for account, each in accounts],
        by=None,
        at=T0,
    )


def money(member: Membership, kind: str) -> int:
    return balance(open_account(coop=member.coop, kind=kind, party=member.party, at=T0))


def state(exit: ShareExit) -> str:
    return standing_of(exit, date(2030, 1, 1)).state


def faults(coop: Coop) -> list[Violation]:
    return [fault for name in ("INV-EXIT-1", "INV-SHARE-1") for fault in invariants.get(name).check(coop)]


def unchanged() -> tuple[int, ...]:
    return tuple(table.objects.count() for table in (ShareExit, ExitMove, ExitPayment, ShareEvent, Transaction, Posting))


# Small stays small


def test_without_rules_shares_end_at_once_at_what_was_paid() -> None:
    amina = holder(coop_with())
    exit = ask(amina)
    assert (state(exit), exit.price.owed) == ("due", 10_000)
    assert (money(amina, "shares"), money(amina, "redemption")) == (-10_000, -10_000)
    assert queries.shares_of(amina) == 2
    pay(exit)
    assert (state(exit), money(amina, "redemption")) == ("paid", 0)
    assert faults(amina.coop) == []


def test_asking_or_paying_twice_is_asking_or_paying_once() -> None:
    amina = holder(coop_with())
    assert ask(amina).pk == ask(amina).pk
    exit = ShareExit.objects.get()
    assert pay(exit).pk == pay(exit).pk
    assert (money(amina, "redemption"), ExitPayment.objects.count()) == (0, 1)


def test_the_price_is_that_of_the_issue_and_never_todays() -> None:
    amina = holder(coop_with(), price=4_000)  # the rule says 5,000 now
    assert ask(amina).price.owed == 8_000


@pytest.mark.parametrize("shares", [0, -1, 5, 10**9])
def test_more_than_is_held_is_refused_and_nothing_changes(shares) -> None:
    amina = holder(coop_with())
    before = unchanged()
    with pytest.raises(TooManyToGiveBack):
        ask(amina, shares)
    assert unchanged() == before


def test_shares_that_are_asked_back_are_not_asked_back_again() -> None:
    amina = holder(coop_with(shares__exit_effective="end_of_year"))
    ask(amina)
    with pytest.raises(TooManyToGiveBack, match="1 to 2"):
        ask(amina, 3, key="again")


def test_a_member_keeps_the_least_number_or_none() -> None:
    amina = holder(coop_with())
    with pytest.raises(TooFewWouldRemain, match="at most 2, or all"):
        ask(amina, 3)
    assert ask(amina, 4).price.owed == 20_000


def test_whoever_only_applied_has_nothing_to_give_back() -> None:
    coop = coop_with()
    holder(coop, "Bea")
    with pytest.raises(NoShareholder):
        ask(make_member(coop, "Cy", state="applied"))


# When


def test_outside_the_window_it_is_refused_with_rule_and_day() -> None:
    amina = holder(coop_with(**BELGIAN))
    before = unchanged()
    with pytest.raises(NotInTheWindow, match=r"first 6 months.*1 January 2027"):
        ask(amina, at=datetime(2026, 7, 1, 9, 0, tzinfo=UTC))
    assert unchanged() == before


def test_a_founder_waits_for_the_third_financial_year() -> None:
    amina = holder(coop_with(shares__exit_founder_year=3))
    with pytest.raises(FounderStays, match=r"number 3.*1 January 2028"):
        ask(amina)


@pytest.mark.parametrize(("country", "open_"), [("BE", False), ("NZ", True)])
def test_the_last_evening_of_the_year_is_the_next_year_where_the_sun_is_up(country, open_, monkeypatch) -> None:
    from tests.factories import parties

    monkeypatch.setitem(parties.PLACES, "NZ", ("NZD", "Pacific/Auckland"))
    amina = holder(coop_with(country=country, **BELGIAN))
    new_year = datetime(2026, 12, 31, 12, 0, tzinfo=UTC)
    if open_:
        exit = ask(amina, at=new_year)
        assert (exit.asked_on, exit.effective_on) == (date(2027, 1, 1), date(2027, 6, 30))
    else:
        with pytest.raises(NotInTheWindow):
            ask(amina, at=new_year)


def test_until_the_day_has_gone_by_the_shares_are_held() -> None:
    amina = holder(coop_with(**BELGIAN))
    move_money(amina.coop, "bank", "opening", 20_000)
    exit = ask(amina)
    assert exit.effective_on == date(2026, 6, 30)
    assert turn(datetime(2026, 6, 30, 12, 0, tzinfo=UTC)) == 0
    assert queries.shares_of(amina) == 4
    assert turn(datetime(2026, 7, 1, 12, 0, tzinfo=UTC)) > 0
    assert queries.shares_of(amina) == 2
    assert exit.moves.order_by("id").values_list("state", flat=True)[1] == "due"
    assert turn(datetime(2026, 7, 1, 13, 0, tzinfo=UTC)) == 0
    entry = Transaction.objects.get(kind="share_exit")
    assert entry.date == date(2026, 6, 30)
    assert faults(amina.coop) == []


def test_it_can_be_cancelled_until_it_took_effect_and_the_register_keeps_both() -> None:
    amina = holder(coop_with(**BELGIAN))
    exit = ask(amina)
    cancel_exit(exit=exit, by=None, at=MARCH + DAY)
    cancel_exit(exit=exit, by=None, at=MARCH + DAY)
    assert state(exit) == "cancelled"
    kinds = list(ShareEvent.objects.filter(membership=amina).values_list("kind", flat=True))
    assert kinds[-2:] == ["redemption_requested", "redemption_withdrawn"]
    turn(datetime(2027, 7, 1, tzinfo=UTC))
    assert queries.shares_of(amina) == 4


def test_after_it_took_effect_it_is_not_cancelled() -> None:
    exit = ask(holder(coop_with()))
    before = unchanged()
    with pytest.raises(EndedAlready, match="2 March 2026"):
        cancel_exit(exit=exit, by=None, at=MARCH + DAY)
    assert unchanged() == before


# Leaving, death, exclusion


def test_who_leaves_gives_back_all_shares_and_is_told_when_and_how_much_before() -> None:
    amina = holder(coop_with())
    (ends, paid) = leaving_notes(amina)
    assert "4 shares" in ends
    assert "€200.00" in ends
    assert "It is paid by" in paid
    leave(membership=amina, by=amina.party, at=MARCH)
    exit = ShareExit.objects.get()
    assert (exit.kind, exit.shares, money(amina, "redemption")) == ("leaving", 4, -20_000)


def test_who_leaves_outside_the_window_leaves_and_the_shares_follow_in_the_next() -> None:
    amina = holder(coop_with(**BELGIAN))
    leave(membership=amina, by=amina.party, at=datetime(2026, 9, 1, 9, 0, tzinfo=UTC))
    exit = ShareExit.objects.get()
    assert (exit.asked_on, exit.effective_on) == (date(2026, 9, 1), date(2027, 6, 30))
    with pytest.raises(LeftTheCoop):
        cancel_exit(exit=exit, by=None, at=datetime(2026, 9, 2, tzinfo=UTC))


def test_what_was_asked_back_before_leaving_is_not_asked_back_twice() -> None:
    amina = holder(coop_with(**BELGIAN))
    ask(amina)
    leave(membership=amina, by=amina.party, at=MARCH + DAY)
    assert sorted(ShareExit.objects.values_list("kind", "shares")) == [("leaving", 2), ("request", 2)]
    turn(datetime(2026, 7, 1, 12, 0, tzinfo=UTC))
    assert (queries.shares_of(amina), money(amina, "shares")) == (0, 0)
    assert faults(amina.coop) == []


def test_when_somebody_dies_there_is_no_window_and_heirs_wait_a_year_at_most() -> None:
    rules: dict[str, Any] = {
        **BELGIAN,
        "shares__exit_years": 5,
        "shares__exit_interest": [3, 100],
        "shares__exit_price": "paid_in",
    }
    amina = holder(coop_with(**rules))
    ask(amina)
    (exit,) = end_membership(membership=amina, kind="death", once_key="d", by=None, at=datetime(2026, 9, 1, 9, 0, tzinfo=UTC))
    (part,) = exit.instalments.all()
    assert (exit.shares, part.due_on, part.principal, part.interest) == (4, date(2027, 9, 1), 20_000, 600)
    amina.refresh_from_db()
    assert amina.state == "left"
    assert faults(amina.coop) == []


def test_who_is_excluded_pays_the_penalty_into_the_reserve_and_nothing_is_lost() -> None:
    coop = coop_with(shares__exit_penalty=[30, 100])
    amina = holder(coop)
    may_be_excluded(amina, at=MARCH)
    for _twice in (1, 2):
        (exit,) = end_membership(membership=amina, kind="exclusion", note="decision 12", once_key="x", by=None, at=MARCH)
    assert (exit.price.owed, exit.price.penalty) == (14_000, 6_000)
    assert balance(open_account(coop=coop, kind=Account.Kind.RESERVE, detail="legal", at=T0)) == -6_000
    assert faults(coop) == []


def test_the_penalty_is_for_those_who_left_before_the_shortest_stay() -> None:
    coop = coop_with(shares__exit_penalty=[30, 100], shares__exit_minimum_stay=365 * 86_400)
    amina = holder(coop)
    assert ask(amina).price.penalty == 3_000
    assert ask(amina, key="later", at=MARCH + 400 * DAY).price.penalty == 0


def test_who_leaves_after_a_loss_bears_their_part_of_it() -> None:
    coop = coop_with(shares__exit_price="net_assets")
    amina, _bea = holder(coop, "Amina", 4), holder(coop, "Bea", 4)
    move_money(coop, "expense", "bank", 10_000)
    move_money(coop, "bank", "opening", 40_000)
    exit = ask(amina)
    assert (exit.price.net_assets, exit.price.capital) == (30_000, 40_000)
    assert (exit.price.owed, exit.price.lost) == (7_500, 2_500)
    assert balance(open_account(coop=coop, kind=Account.Kind.RESULT, at=T0)) == -2_500
    assert faults(coop) == []


# Tests before payment


def test_what_net_assets_do_not_allow_is_suspended_keeps_its_place_and_comes_before_a_distribution() -> None:
    coop = coop_with(shares__exit_net_asset_test=True)
    amina, bea = holder(coop, "Amina", 4), holder(coop, "Bea", 4)
    move_money(coop, "bank", "opening", 12_000)
    first, second = ask(amina, 2), ask(bea, 2, key="b", at=MARCH + DAY)
    found = queue(coop, MARCH + DAY)
    assert [(row.payable, row.suspended) for row in found.rows] == [(10_000, 0), (2_000, 8_000)]
    before = unchanged()
    with pytest.raises(TestFails, match=r"net-asset test.*before anything is distributed"):
        pay(second, 10_000, at=MARCH + DAY)
    assert unchanged() == before
    turn(MARCH + DAY)
    (waiting,) = queries.suspended_exits(coop)
    assert (waiting.exit.pk, waiting.amount) == (second.pk, 10_000)
    pay(second, 2_000, key="part", at=MARCH + DAY)
    pay(first, key="first", at=MARCH + DAY)
    move_money(coop, "bank", "contribution", 8_000, day=MARCH.date())
    turn(MARCH + 2 * DAY)
    assert queries.suspended_exits(coop) == []
    pay(second, key="rest", at=MARCH + 2 * DAY)
    assert [state(first), state(second)] == ["paid", "paid"]
    assert faults(coop) == []


def test_before_payment_those_in_office_report_and_no_more_is_paid_than_the_report_leaves() -> None:
    coop = coop_with(shares__exit_liquidity_months=12)
    amina, tess = holder(coop), make_member(coop, "Tess", ("treasurer",), with_user=False)
    exit = ask(amina, 4)
    with pytest.raises(TestFails, match="Write it first"):
        pay(exit)
    assert queries.suspended_exits(coop) == []
    report = sign_report(
        coop=coop,
        cash=15_000,
        expected_in=10_000,
        expected_out=12_000,
        text="Two clients pay every month; rent and insurance are known.",
        office="treasurer",
        once_key="r",
        by=tess.party,
        at=MARCH,
    )
    assert (report.left, report.until) == (13_000, date(2027, 3, 2))
    assert pay(exit).amount == 13_000
    assert state(exit) == "suspended"  # the rest is more than the report leaves: noted when it was signed
    with pytest.raises(TestFails, match="liquidity report leaves"):
        pay(exit, key="more")
    turn(MARCH + DAY)
    assert [row.amount for row in queries.suspended_exits(coop)] == [7_000]
    with pytest.raises(TestFails, match="Write it first"):
        pay(exit, key="late", at=MARCH + 91 * DAY)


def test_a_report_without_words_or_with_wild_figures_is_refused() -> None:
    coop = coop_with(shares__exit_liquidity_months=12)
    tess = make_member(coop, "Tess", ("treasurer",), with_user=False)
    for text, cash in (("Fine.", 1), ("A text that is long enough to say something.", 10**18)):
        with pytest.raises(BadReport):
            sign_report(
                coop=coop,
                cash=cash,
                expected_in=0,
                expected_out=0,
                text=text,
                office="treasurer",
                once_key=text,
                by=tess.party,
                at=MARCH,
            )
    assert not LiquidityReport.objects.exists()


def test_a_british_society_pays_out_of_last_years_surplus() -> None:
    coop = coop_with(country="GB", shares__exit_from_surplus=True)
    amina = holder(coop)
    move_money(coop, "bank", "opening", 50_000)
    move_money(coop, "bank", "contribution", 6_000, day=date(2025, 6, 1))
    exit = ask(amina, 4)
    assert pay(exit).amount == 6_000
    with pytest.raises(TestFails, match="Only out of the surplus"):
        pay(exit, key="more")


# Instalments


def test_five_years_of_instalments_with_interest_to_the_cent() -> None:
    rules: dict[str, Any] = {"shares__exit_years": 5, "shares__exit_interest": [3, 100], "shares__exit_effective": "end_of_year"}
    coop = coop_with(**rules)
    amina = holder(coop, shares=4, price=25_000)
    exit = ask(amina, 4)
    turn(datetime(2027, 1, 1, 12, 0, tzinfo=UTC))
    with pytest.raises(NothingDue, match="31 December 2027"):
        pay(exit, at=datetime(2027, 3, 1, tzinfo=UTC))
    for year, interest in zip(range(2027, 2032), (3_000, 2_400, 1_800, 1_200, 600), strict=True):
        at = datetime(year, 12, 31, 12, 0, tzinfo=UTC)
        turn(at)
        assert pay(exit, key=f"y{year}", at=at).amount == 20_000 + interest
        assert pay(exit, key=f"y{year}", at=at).amount == 20_000 + interest
    assert state(exit) == "paid"
    assert money(amina, "redemption") == 0
    assert balance(open_account(coop=coop, kind=Account.Kind.INTEREST, at=T0)) == 9_000
    assert faults(coop) == []


# Paying


def test_more_than_is_due_is_refused_and_nothing_changes() -> None:
    exit = ask(holder(coop_with()))
    before = unchanged()
    for amount in (10_001, -1, 0):
        with pytest.raises(MoreThanDue):
            pay(exit, amount, key=str(amount))
    with pytest.raises(PaidBeforeItEnded):
        pay_exit(exit=exit, date=date(2026, 3, 1), once_key="early", by=None, at=MARCH)
    assert unchanged() == before


def test_what_was_paid_is_not_due_again() -> None:
    exit = ask(holder(coop_with()))
    pay(exit)
    with pytest.raises(NothingDue, match="paid back"):
        pay(exit, key="again")


def test_a_later_change_of_the_rules_does_not_change_what_was_promised() -> None:
    from marke.rules.services import record_decision  # noqa: F401  (the promise is read at the moment of asking)

    amina = holder(coop_with(shares__exit_effective="end_of_year"))
    exit = ask(amina)
    assert exit.effective_on == date(2026, 12, 31)


def test_what_stands_about_an_exit_is_never_changed_or_deleted() -> None:
    exit = ask(holder(coop_with()))
    pay(exit)
    for table, change in (
        (ShareExit, {"shares": 1}),
        (ExitMove, {"note": "x"}),
        (type(exit.price), {"owed": 1}),
        (ExitPayment, {"amount": 1}),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            table.objects.update(**change)
        with pytest.raises(DatabaseError), transaction.atomic():
            table.objects.all()._raw_delete(table.objects.db)


def test_the_database_itself_pays_nobody_more_than_is_owed() -> None:
    amina = holder(coop_with())
    exit = ask(amina)
    payment = pay(exit, 9_999)
    with pytest.raises(DatabaseError), transaction.atomic():
        ExitPayment.objects.create(
            coop=amina.coop, exit=exit, amount=2, date=MARCH.date(), refund=other_refund(payment), at=MARCH
        )


def other_refund(payment: ExitPayment):
    refund = payment.refund
    refund.pk, refund.number, refund.once_key = None, refund.number + 1, "other"
    refund.save()
    return refund


def test_my_data_tell_every_exit_and_every_payment() -> None:
    amina = holder(coop_with())
    pay(ask(amina))
    (exit,), (payment,) = list(share_exits(amina.party)), list(share_payments(amina.party))
    assert (exit["shares"], exit["owed"], exit["state"], payment["amount"]) == (2, 10_000, "paid", 10_000)


def test_the_doctor_sees_a_payment_that_the_books_do_not_have() -> None:
    amina = holder(coop_with())
    exit = ask(amina)
    payment = pay(exit, 4_000)
    ExitPayment.objects.create(coop=amina.coop, exit=exit, amount=10, date=MARCH.date(), refund=other_refund(payment), at=MARCH)
    assert [fault.what for fault in faults(amina.coop)] == ["the exits say that 5990 is owed, the ledger 6000"]
