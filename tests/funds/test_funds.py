"""Funds, mutual aid, and what would happen if the largest client failed."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from marke.common.invariants import invariants
from marke.decisions.models import Proposal
from marke.decisions.services import close_vote, open_vote
from marke.funds import queries
from marke.funds.conditions import largest_first, may_leave
from marke.funds.effects import FUND_TRANSFER
from marke.funds.models import AidClaim, AidCollection
from marke.funds.services import (
    ask_for_aid,
    check_transfer,
    collect_aid,
    decide_claim,
    join_aid,
    leave_aid,
    move_between_funds,
    put_claim_to_vote,
    withdraw_claim,
)
from marke.funds.services.aid import EverybodyTakesPart, MonthNotOver, NoAid
from marke.funds.services.claims import ClaimDecided, DecidedOtherwise, OwnClaim, TakesNoPart, TooEarly, TooMuchAid
from marke.funds.services.transfers import KeptForGood, NotInTheFund
from marke.ledger.queries import balance, explain_postings, statement
from marke.ledger.services import NewPosting, open_account, post, reverse
from marke.parties.models import Coop, Membership
from marke.parties.services import erase_party, leave
from marke.rules.models import Decision
from tests.factories.decisions import CLOSES, OPENS, T1, cast
from tests.factories.pages import browser_of
from tests.factories.parties import T0, make_client, make_coop, make_member
from tests.factories.rules import found

pytestmark = pytest.mark.django_db
LATER = T0 + timedelta(days=120)


@pytest.fixture
def velo() -> Coop:
    coop = make_coop()
    rules: dict[str, Any] = {
        "funds__aid": "percent",
        "funds__aid_percent": [1, 10],
        "funds__aid_who": "all",
        "funds__aid_wait": 0,
    }
    found(coop, **rules)
    return coop


@pytest.fixture
def ann(velo: Coop) -> Membership:
    return make_member(velo, "Ann")


@pytest.fixture
def tess(velo: Coop) -> Membership:
    return make_member(velo, "Tess", offices=("treasurer",))


def put(coop: Coop, kind: str, detail: str, amount: int, key: str = "test:1:1") -> None:
    """A fund holds money, as if it had always been there."""
    accounts = [open_account(coop=coop, kind="bank", at=T0), open_account(coop=coop, kind=kind, detail=detail, at=T0)]
    postings = [NewPosting(accounts[0], amount, "x"), NewPosting(accounts[1], -amount, "x")]
    post(coop=coop, kind="test", key=key, date=T0.date(), postings=postings, by=None, at=T0)


def work(member: Membership, amount: int, on: date, key: str) -> None:
    """As the settlement of a job books it."""
    coop = member.coop
    postings = [
        NewPosting(open_account(coop=coop, kind="unbilled", at=T0), amount, "price"),
        NewPosting(open_account(coop=coop, kind="earnings", party=member.party, at=T0), -amount, "earnings"),
    ]
    post(coop=coop, kind="job", key=f"job:{key}:1", date=on, postings=postings, by=None, at=T0)


def held(coop: Coop, kind: str, detail: str = "", party: Any = None) -> int:
    return -balance(open_account(coop=coop, kind=kind, detail=detail, party=party, at=T0))


def ask(member: Membership, amount: int = 10_000, key: str = "k", **more: Any) -> AidClaim:
    return ask_for_aid(
        membership=member, amount=amount, reason="I fell.", once_key=key, by=member.party, at=more.get("at", LATER)
    )


def sound(coop: Coop) -> None:
    assert [fault for check in invariants for fault in check.check(coop)] == []


# Put together


def test_a_part_of_what_was_earned_in_the_month_goes_into_mutual_aid_once(velo: Coop, ann: Membership) -> None:
    work(ann, 12_345, date(2026, 1, 10), "1")
    work(ann, 99_999, date(2026, 2, 1), "2")
    for _twice in range(2):
        done = collect_aid(coop=velo, month=date(2026, 1, 1), by=None, at=LATER)
    assert (done.total, done.members) == (1_235, 1)
    assert held(velo, "fund", "mutual") == 1_235
    assert held(velo, "earnings", party=ann.party) == 12_345 + 99_999 - 1_235
    assert AidCollection.objects.count() == 1
    posting = statement(open_account(coop=velo, kind="fund", detail="mutual", at=T0)).get()
    assert "mutual aid for the month" in str(explain_postings([posting])[posting.pk])
    sound(velo)


def test_a_fixed_sum_is_never_more_than_is_owed_to_the_member() -> None:
    coop = make_coop()
    found(coop, funds__aid="fixed", funds__aid_fixed=500, funds__aid_who="all")
    rich, poor, idle = (make_member(coop, name) for name in ("Rich", "Poor", "Idle"))
    work(rich, 10_000, date(2026, 1, 10), "1")
    work(poor, 120, date(2026, 1, 10), "2")
    assert collect_aid(coop=coop, month=date(2026, 1, 1), by=None, at=LATER).total == 620
    assert held(coop, "earnings", party=poor.party) == held(coop, "earnings", party=idle.party) == 0


def test_where_members_choose_only_those_put_in_who_take_part() -> None:
    coop = make_coop()
    found(coop, funds__aid="percent", funds__aid_percent=[1, 10], funds__aid_who="opt_in")
    in_, out, left = (make_member(coop, name) for name in ("In", "Out", "Left"))
    for number, member in enumerate((in_, out, left)):
        work(member, 1_000, date(2026, 3, 10), str(number))
    join_aid(membership=in_, by=None, at=T0)
    assert join_aid(membership=in_, by=None, at=LATER) == queries.participation(in_)
    join_aid(membership=left, by=None, at=T0)
    leave_aid(membership=left, by=None, at=T0 + timedelta(days=20))
    assert collect_aid(coop=coop, month=date(2026, 3, 1), by=None, at=LATER).members == 1


def test_a_month_that_is_not_over_is_not_collected(velo: Coop) -> None:
    with pytest.raises(MonthNotOver, match="2026-05 is not over yet"):
        collect_aid(coop=velo, month=date(2026, 5, 1), by=None, at=LATER)
    assert not AidCollection.objects.exists()


def test_as_it_comes_there_is_no_mutual_aid() -> None:
    coop = make_coop()
    found(coop)
    member = make_member(coop, "Ann")
    for refused in (
        lambda: join_aid(membership=member, by=None, at=T0),
        lambda: collect_aid(coop=coop, month=date(2026, 1, 1), by=None, at=LATER),
        lambda: ask(member),
    ):
        with pytest.raises(NoAid, match="Propose to change the rule"):
            refused()
    assert queries.month_to_collect(coop, LATER) is None
    page = browser_of(member).get("/velo/funds/aid/").content.decode()
    assert "There is no mutual aid yet" in page


def test_where_everybody_takes_part_nobody_chooses(velo: Coop, ann: Membership) -> None:
    with pytest.raises(EverybodyTakesPart):
        leave_aid(membership=ann, by=None, at=T0)


# Help


def test_help_goes_from_the_fund_to_the_member_and_with_the_next_pay_run(velo: Coop, ann: Membership, tess: Membership) -> None:
    put(velo, "fund", "mutual", 30_000)
    claim = ask(ann)
    assert ask(ann) == claim
    done = decide_claim(claim=claim, granted=8_000, note="get well", by=tess.party, at=LATER)
    assert (done.state, done.granted) == ("granted", 8_000)
    assert held(velo, "fund", "mutual") == 22_000
    assert held(velo, "earnings", party=ann.party) == 8_000
    sound(velo)


def test_a_no_books_nothing_and_what_is_decided_stays_decided(velo: Coop, ann: Membership, tess: Membership) -> None:
    put(velo, "fund", "mutual", 30_000)
    claim = decide_claim(claim=ask(ann), granted=0, note="no", by=tess.party, at=LATER)
    assert claim.state == "refused"
    for again in (
        lambda: decide_claim(claim=claim, granted=1, by=tess.party, at=LATER),
        lambda: withdraw_claim(claim=claim, by=None, at=LATER),
    ):
        with pytest.raises(ClaimDecided, match="“refused” already"):
            again()
    with pytest.raises(DatabaseError, match="stays decided"), transaction.atomic():
        AidClaim.objects.update(state="asked")
    assert held(velo, "earnings", party=ann.party) == 0


def test_nobody_decides_on_help_for_themselves(velo: Coop, tess: Membership) -> None:
    put(velo, "fund", "mutual", 30_000)
    claim = ask(tess)
    with pytest.raises(OwnClaim):
        decide_claim(claim=claim, granted=1, by=tess.party, at=LATER)
    with pytest.raises(DatabaseError), transaction.atomic():
        AidClaim.objects.filter(pk=claim.pk).update(state="refused", decided_by=tess.party)
    assert AidClaim.objects.get().state == "asked"


@pytest.mark.parametrize("granted", [10_001, 9_000])
def test_no_more_is_granted_than_was_asked_for_or_than_the_fund_holds(
    velo: Coop, ann: Membership, tess: Membership, granted: int
) -> None:
    put(velo, "fund", "mutual", 8_999)
    with pytest.raises(TooMuchAid):
        decide_claim(claim=ask(ann), granted=granted, by=tess.party, at=LATER)
    assert held(velo, "fund", "mutual") == 8_999
    assert AidClaim.objects.get().state == "asked"


def test_the_rules_say_how_much_at_once_and_in_a_year(velo: Coop, ann: Membership, tess: Membership) -> None:
    put(velo, "fund", "mutual", 500_000)
    with pytest.raises(TooMuchAid, match=r"help is €500\.00 at most each time"):
        ask(ann, 50_001)
    for key in ("a", "b"):
        decide_claim(claim=ask(ann, 50_000, key), granted=50_000, by=tess.party, at=LATER)
    with pytest.raises(TooMuchAid, match=r"€1,000\.00 at most in 12 months, of which €1,000\.00 was given"):
        ask(ann, 1, "c")
    assert ask(ann, 1, "d", at=LATER + timedelta(days=366)).amount == 1


def test_who_does_not_take_part_or_has_not_waited_is_refused() -> None:
    coop = make_coop()
    found(coop, funds__aid="percent", funds__aid_who="opt_in", funds__aid_wait=90 * 86_400)
    member = make_member(coop, "Ann")
    with pytest.raises(TakesNoPart):
        ask(member)
    join_aid(membership=member, by=None, at=T0 + timedelta(days=60))
    with pytest.raises(TooEarly, match="you can ask from 2026-06-04 on"):
        ask(member)
    assert not AidClaim.objects.exists()


def test_where_members_vote_they_read_the_amount_and_not_the_name() -> None:
    coop = make_coop()
    found(coop, funds__aid="percent", funds__aid_who="all", funds__aid_wait=0, funds__aid_decided_by="vote")
    ann, tess = make_member(coop, "Ann Secret"), make_member(coop, "Tess", offices=("treasurer",))
    put(coop, "fund", "mutual", 30_000)
    claim = ask(ann, at=T1)
    with pytest.raises(DecidedOtherwise, match="decide on help by a vote"):
        decide_claim(claim=claim, granted=1, by=tess.party, at=T1)
    proposal = put_claim_to_vote(claim=claim, by=tess.party, at=T1)
    assert put_claim_to_vote(claim=claim, by=tess.party, at=T1) == proposal
    assert "Ann" not in f"{proposal.title} {proposal.text}"
    proposal = open_vote(proposal=proposal, at=OPENS)
    cast(proposal, ann, "for")
    cast(proposal, tess, "for")
    closed = close_vote(proposal=proposal, at=CLOSES)
    assert closed.state == Proposal.State.ADOPTED
    claim.refresh_from_db()
    assert (claim.state, claim.granted, claim.decided_by) == ("granted", 10_000, None)


# Between funds


def test_money_moves_between_funds_by_a_decision(velo: Coop) -> None:
    put(velo, "reserve", "voluntary", 10_000)
    decision = Decision.objects.filter(coop=velo).first()
    assert decision is not None
    data = {"source": "reserve:voluntary", "target": "fund:mutual", "amount": 4_000}
    assert "€40.00 moves from “Voluntary reserve” to “Mutual aid”" in FUND_TRANSFER.describe(velo, data)
    FUND_TRANSFER.apply(coop=velo, data=data, decision=decision, by=None, at=T0)
    assert (held(velo, "reserve", "voluntary"), held(velo, "fund", "mutual")) == (6_000, 4_000)
    with pytest.raises(NotInTheFund, match=r"the fund holds €60\.00"):
        check_transfer(velo, ("reserve", "voluntary"), ("fund", "mutual"), 6_001)
    with pytest.raises(NotInTheFund):
        check_transfer(velo, ("reserve", "voluntary"), ("reserve", "voluntary"), 1)


@pytest.mark.parametrize("detail", ["indivisible", "legal", "statutory"])
def test_what_is_kept_for_good_does_not_move(velo: Coop, detail: str) -> None:
    put(velo, "reserve", detail, 10_000)
    decision = Decision.objects.filter(coop=velo).first()
    assert decision is not None
    with pytest.raises(KeptForGood, match="never paid to members"):
        move_between_funds(
            coop=velo, source=("reserve", detail), target=("fund", "mutual"), amount=1, decision=decision, by=None, at=T0
        )
    assert held(velo, "reserve", detail) == 10_000


def test_the_database_refuses_to_pay_the_indivisible_reserve_to_members(velo: Coop, ann: Membership) -> None:
    put(velo, "reserve", "indivisible", 10_000)
    reserve = open_account(coop=velo, kind="reserve", detail="indivisible", at=T0)
    for kind in ("earnings", "surplus", "redemption", "allocated", "shares", "loan"):
        theirs = open_account(coop=velo, kind=kind, party=ann.party, at=T0)
        postings = [NewPosting(reserve, 1, "x"), NewPosting(theirs, -1, "x")]
        with pytest.raises(DatabaseError, match="never pays out to members"), transaction.atomic():
            post(coop=velo, kind="test", key=f"test:{kind}:1", date=T0.date(), postings=postings, by=None, at=T0)
    loss = [NewPosting(reserve, 100, "x"), NewPosting(open_account(coop=velo, kind="result", at=T0), -100, "x")]
    booked = post(coop=velo, kind="test", key="test:loss:1", date=T0.date(), postings=loss, by=None, at=T0)
    reverse(transaction=booked, key="test:loss:1:reversed", date=T0.date(), by=None, at=T0)
    assert held(velo, "reserve", "indivisible") == 10_000
    sound(velo)


# How far it reaches


def test_the_largest_clients_are_shown_and_what_is_kept_stays() -> None:
    assert largest_first([("a", 1), ("b", 3), ("c", 3), ("d", 0)], 2) == [("b", 3), ("c", 3)]
    assert may_leave(("reserve", "voluntary")) and not may_leave(("reserve", "indivisible"))


def owes(coop: Coop, client: Any, amount: int, key: str) -> None:
    postings = [
        NewPosting(open_account(coop=coop, kind="receivable", party=client.party, at=T0), amount, "x"),
        NewPosting(open_account(coop=coop, kind="unbilled", party=client.party, at=T0), -amount // 2, "x"),
        NewPosting(open_account(coop=coop, kind="contribution", at=T0), amount // 2 - amount, "x"),
    ]
    post(coop=coop, kind="test", key=f"test:{key}:1", date=T0.date(), postings=postings, by=None, at=T0)


def test_the_guarantee_fund_is_held_against_what_clients_owe(velo: Coop, ann: Membership, tess: Membership) -> None:
    put(velo, "fund", "guarantee", 1_000)
    client = make_client(velo)
    owes(velo, client, 8_000, "owes")
    (fund,) = queries.standings(velo)
    assert (fund.holds, fund.covers, fund.coverage) == (1_000, 4_000, Fraction(1, 4))
    failure, top = queries.largest_failure(velo)
    assert failure is not None and (failure.exposure, failure.borne, failure.not_borne) == (4_000, 1_000, 3_000)
    assert top == [(client.party.name, 4_000)]
    assert client.party.name in browser_of(tess).get("/velo/funds/").content.decode()
    assert client.party.name not in browser_of(ann).get("/velo/funds/").content.decode()


# Pages


def test_pages_open_in_both_languages_and_a_request_is_private(velo: Coop, ann: Membership, tess: Membership) -> None:
    put(velo, "fund", "mutual", 30_000)
    put(velo, "reserve", "indivisible", 1_000, "test:2:1")
    bob = make_member(velo, "Bob")
    mine = browser_of(ann)
    fields = {"amount": "50", "reason": "I fell.", "paper": "note", "once_key": "k" * 12}
    assert mine.post("/velo/funds/aid/", fields)["Location"] == "/velo/funds/aid/requests/1/"
    for language in ("en", "nl"):
        for browser in (mine, browser_of(tess)):
            browser.cookies["django_language"] = language
            for path in ("", "flows.csv", "aid/", "aid/requests/1/"):
                assert browser.get(f"/velo/funds/{path}").status_code == 200, path
    assert browser_of(bob).get("/velo/funds/aid/requests/1/").status_code == 403
    assert browser_of(bob).get("/velo/funds/aid/requests/").status_code == 403
    assert "I fell." not in browser_of(bob).get("/velo/funds/").content.decode()
    desk = browser_of(tess)
    assert "request 1" in desk.get("/velo/").content.decode()
    assert desk.post("/velo/funds/aid/requests/1/decision/", {"granted": "60", "note": "x"}).status_code == 422
    desk.post("/velo/funds/aid/requests/1/decision/", {"granted": "50", "note": "get well"})
    assert "get well" in mine.get("/velo/funds/aid/requests/1/").content.decode()


def test_what_nobody_has_decided_is_not_said_to_be_granted(velo: Coop, ann: Membership, tess: Membership) -> None:
    ask_for_aid(membership=ann, amount=5_000, reason="flu", once_key="a" * 16, by=ann.party, at=LATER)
    page = browser_of(tess).get("/velo/funds/aid/requests/").content.decode()
    assert "€50.00" in page and "€0.00" not in page


def test_a_request_is_withdrawn_by_who_made_it_only(velo: Coop, ann: Membership, tess: Membership) -> None:
    ask(ann)
    assert browser_of(tess).post("/velo/funds/aid/requests/1/withdrawal/").status_code == 404
    browser_of(ann).post("/velo/funds/aid/requests/1/withdrawal/")
    assert AidClaim.objects.get().state == "withdrawn"


def test_the_treasurer_collects_the_month_on_the_page(velo: Coop, ann: Membership, tess: Membership) -> None:
    work(ann, 10_000, (T0 - timedelta(days=10)).date(), "1")
    desk = browser_of(tess)
    assert "has not been collected yet" in desk.get("/velo/funds/").content.decode()
    desk.post("/velo/funds/collections/")
    assert AidCollection.objects.count() == 1
    assert "has not been collected yet" not in desk.get("/velo/funds/").content.decode()


def test_lists_take_as_many_queries_for_three_rows_as_for_one(velo: Coop, ann: Membership, tess: Membership) -> None:
    desk, mine, counts = browser_of(tess), browser_of(ann), []
    for number in (1, 2, 3):
        ask(ann, 100, str(number))
        put(velo, "reserve", f"r{number}", 100, f"test:{number}:1")
        owes(velo, make_client(velo, f"C{number}"), 100, f"o{number}")
        with CaptureQueriesContext(connection) as seen:
            for browser, path in ((desk, ""), (desk, "aid/requests/"), (mine, "aid/"), (mine, "")):
                assert browser.get(f"/velo/funds/{path}").status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[2]


def test_why_somebody_needed_help_goes_with_who_they_were(velo: Coop, ann: Membership) -> None:
    claim = withdraw_claim(claim=ask(ann), by=ann.party, at=LATER)
    leave(membership=ann, by=ann.party, at=LATER)
    erase_party(party=ann.party, by=ann.party, at=LATER)
    claim.refresh_from_db()
    assert (claim.reason, claim.paper, claim.note) == ("", "", "")
    assert claim.amount == 10_000


def test_who_leaves_asks_for_no_help_any_more_and_takes_part_no_more(velo: Coop, ann: Membership, tess: Membership) -> None:
    put(velo, "fund", "mutual", 1000_00)
    claim = ask_for_aid(membership=ann, amount=100_00, reason="A fall", once_key="leaving-1", by=ann.party, at=LATER)
    leave(membership=ann, by=ann.party, at=LATER)
    claim.refresh_from_db()
    assert claim.state == AidClaim.State.WITHDRAWN
    with pytest.raises(ClaimDecided):
        decide_claim(claim=claim, granted=100_00, by=tess.party, at=LATER)
    assert held(velo, "fund", "mutual") == 1000_00


def test_a_vote_on_help_ends_also_when_the_request_was_withdrawn_meanwhile() -> None:
    coop = make_coop()
    found(
        coop, funds__aid="percent", funds__aid_who="all", funds__aid_wait=0, funds__aid_decided_by="vote", decisions__discussion=0
    )
    ann, bea = make_member(coop, "Ann"), make_member(coop, "Bea", offices=("coordinator",))
    claim = ask_for_aid(membership=ann, amount=100_00, reason="A fall", once_key="vote-1", by=ann.party, at=T1)
    proposal = open_vote(proposal=put_claim_to_vote(claim=claim, by=bea.party, at=T1), at=OPENS)
    withdraw_claim(claim=claim, by=ann.party, at=OPENS)
    cast(proposal, ann, "against")
    cast(proposal, bea, "against")
    proposal.refresh_from_db()
    if proposal.state == Proposal.State.VOTING:
        assert proposal.closes_at is not None
        proposal = close_vote(proposal=proposal, at=proposal.closes_at)
    assert proposal.state == Proposal.State.REJECTED
    claim.refresh_from_db()
    assert claim.state == AidClaim.State.WITHDRAWN
