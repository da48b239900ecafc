"""A share issue from the vote to the report: all or nothing, dealt exactly, everything booked with why."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marke.capital import queries, services
from marke.capital.belonging import leaving_notes, subscriptions
from marke.capital.effects import read_plan
from marke.capital.models import IssueReport, ShareIssue, Subscription
from marke.capital.services.closing import MinimumNotReached, StillReconsidering
from marke.capital.services.opening import NeedsNote, NeedsProspectus, NoIssue
from marke.capital.services.reporting import NothingToReport
from marke.capital.services.subscribing import IssueIsDealt, TakesPartAlready, TooMuchOfTheIssue
from marke.common.invariants import invariants
from marke.ledger.queries import party_balance
from marke.parties.models import Coop, Membership
from marke.parties.services import leave
from marke.payments.models import PaymentRequest
from marke.payments.services import reverse_payment
from marke.rounds.clockwork import turn_rounds
from marke.rounds.models import Round
from marke.rounds.permissions import SamePerson
from marke.rounds.services import AnotherIsPrepared, NotOpen, NotThisMove
from marke.shares.queries import holding_of, shares_of
from marke.shares.services import request_shares
from marke.shares.services.notes import NoteNotRead
from tests.factories.capital import CLOSES, OPENS, fresh, open_issue, paid_part, pay_for, take_part
from tests.factories.parties import T0, make_coop, make_member
from tests.factories.rules import found

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def carry_out(issue: ShareIssue, treasurer: Membership, coordinator: Membership) -> ShareIssue:
    services.close_issue(issue=fresh(issue), by=treasurer.party, at=CLOSES)
    services.finalise_issue(issue=fresh(issue), by=treasurer.party, at=CLOSES)
    services.release_issue(issue=fresh(issue), by=coordinator.party, at=CLOSES)
    services.settle_issue(issue=fresh(issue), by=treasurer.party, at=CLOSES)
    return fresh(issue)


def owed_back(who: Membership) -> int:
    return -party_balance(who.coop, "refunds", who.party)


def pending(who: Membership) -> int:
    return -party_balance(who.coop, "shares_pending", who.party)


def capital(who: Membership) -> int:
    return -party_balance(who.coop, "shares", who.party)


def sound(coop: Coop) -> bool:
    return [v for kind in invariants for v in kind.check(coop)] == []


# Opening


def test_amounts_become_whole_shares(velo: Coop) -> None:
    issue = open_issue(velo, goal=1_010_00, minimum=510_00, maximum=1_990_00, each=520_00)
    assert (issue.goal, issue.minimum, issue.maximum, issue.each) == (21, 11, 39, 10)
    assert issue.round.state == "open"
    assert (issue.round.opens_at, issue.round.closes_at) == (OPENS, CLOSES)


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        ({"goal": 10_00, "minimum": 0, "maximum": 20_00}, "Ask for a share at least"),
        ({"minimum": 3_000_00}, "does not lie between"),
        ({"maximum": 900_00}, "does not lie between"),
        ({"each": 49_99}, "nobody can take part"),
        ({"closes_at": OPENS}, "closes after it has opened"),
        ({"closes_at": OPENS + timedelta(days=400)}, "a year at most"),
        ({"share_class": "gold"}, "no shares of the class “gold”"),
    ],
)
def test_a_plan_that_describes_no_issue_is_refused(velo: Coop, plan: dict[str, Any], said: str) -> None:
    with pytest.raises(NoIssue, match=said):
        open_issue(velo, **plan)
    assert not ShareIssue.objects.exists()
    assert not Round.objects.exists()


def test_one_issue_runs_at_a_time(velo: Coop) -> None:
    issue = open_issue(velo)
    with pytest.raises(AnotherIsPrepared):
        open_issue(velo)
    services.cancel_issue(issue=issue, by=None, at=OPENS)
    assert open_issue(velo).round.number == 2


# What the law of offers asks


def test_a_small_offer_needs_no_document_and_binds_each_person_with_what_they_hold(velo: Coop, amina: Membership) -> None:
    """Up to 5,000.00 for each person, what they hold already counted, as Belgian law is described."""
    issue = open_issue(velo, goal=10_000_00, maximum=100_000_00)
    assert (issue.document, issue.most_capital) == ("none", 5_000_00)
    request_shares(membership=amina, shares=60, once_key="before", by=None, at=T0)
    with pytest.raises(TooMuchOfTheIssue, match=r"holds or has asked for €3,000\.00; there is room for 40 shares"):
        take_part(issue, amina, 41)
    assert not Subscription.objects.exists()
    assert take_part(issue, amina, 40).shares == 40


def test_a_larger_offer_needs_a_note_that_everybody_reads(velo: Coop, amina: Membership) -> None:
    big: dict[str, Any] = {"goal": 500_000_00, "maximum": 600_000_00}
    with pytest.raises(NeedsNote, match="Decide first that whoever asks"):
        open_issue(velo, **big)
    found_with_note = make_coop("noted")
    found(found_with_note, shares__price=5_000, shares__note_asked=True)
    issue = open_issue(found_with_note, **big)
    assert (issue.document, issue.most_capital) == ("note", None)
    bo = make_member(found_with_note, "Bo")
    with pytest.raises(NoteNotRead):
        take_part(issue, bo, 200)
    assert not Subscription.objects.exists()
    assert take_part(issue, bo, 200, noted=True).shares == 200


def test_what_was_offered_within_a_year_counts(
    velo: Coop, treasurer: Membership, coordinator: Membership, amina: Membership
) -> None:
    first = open_issue(velo, minimum=0, maximum=300_000_00)
    paid_part(first, amina, 100)
    carry_out(first, treasurer, coordinator)
    assert queries.offered_within_a_year(velo, CLOSES) == 5_000_00
    second = {"goal": 400_000_00, "closes_at": CLOSES + 30 * DAY, "opens_at": CLOSES}
    with pytest.raises(NeedsNote):
        open_issue(velo, at=CLOSES, **second, maximum=500_000_00)
    assert open_issue(velo, at=CLOSES, **second, maximum=495_000_00).document == "none"
    assert queries.offered_within_a_year(velo, OPENS + timedelta(days=366)) == 495_000_00


NEW_YEAR = {"Europe/Brussels": datetime(2026, 12, 31, 23, tzinfo=UTC), "Pacific/Auckland": datetime(2026, 12, 31, 11, tzinfo=UTC)}


@pytest.mark.parametrize("zone", NEW_YEAR)
def test_an_issue_until_31_december_ends_at_midnight_where_the_coop_is(velo: Coop, amina: Membership, zone: str) -> None:
    velo.timezone = zone
    velo.save()
    data = {"closes_on": "2026-12-31", "goal": 1_000_00, "minimum": 0, "maximum": 2_000_00, "share_class": "ordinary"}
    plan = read_plan(velo, data, OPENS)
    assert plan.closes_at == NEW_YEAR[zone]
    issue = services.open_share_issue(coop=velo, plan=plan, decision=None, by=None, at=OPENS)
    last = NEW_YEAR[zone] - timedelta(minutes=1)
    turn_rounds(last)
    assert take_part(issue, amina, 2, at=last).payment_request.due_date == date(2026, 12, 31)
    with pytest.raises(NotOpen):
        take_part(fresh(issue), amina, 3, key="another", at=NEW_YEAR[zone])
    turn_rounds(NEW_YEAR[zone])
    assert fresh(issue).round.state == "closed"


@pytest.mark.parametrize("zone", NEW_YEAR)
def test_offers_of_twelve_months_are_counted_by_the_days_of_the_coop(velo: Coop, zone: str) -> None:
    velo.timezone = zone
    velo.save()
    open_issue(velo, at=(eve := NEW_YEAR[zone] - timedelta(minutes=1)), opens_at=eve, closes_at=eve + 30 * DAY)
    assert queries.offered_within_a_year(velo, NEW_YEAR[zone] + 364 * DAY - timedelta(minutes=1)) == 2_000_00
    assert queries.offered_within_a_year(velo, NEW_YEAR[zone] + 364 * DAY) == 0


def test_more_than_the_rules_allow_is_not_offered(velo: Coop) -> None:
    with pytest.raises(NeedsProspectus, match="Offer less"):
        open_issue(velo, goal=5_000_000_00, maximum=5_000_050_00)


def test_among_few_members_no_document_is_needed_whatever_the_size(velo: Coop, amina: Membership) -> None:
    issue = open_issue(velo, public=False, goal=900_000_00, maximum=900_000_00)
    assert (issue.document, issue.most_capital) == ("none", None)
    assert take_part(issue, amina, 1_000).shares == 1_000


# Taking part


def test_taking_part_asks_for_the_payment_and_keeps_the_money_apart(velo: Coop, amina: Membership) -> None:
    issue = open_issue(velo)
    taken = paid_part(issue, amina, 4)
    assert taken.payment_request.amount == 200_00
    assert (pending(amina), capital(amina)) == (200_00, 0)
    now = queries.progress(issue, queries.standing(issue))
    assert (now.amount, now.people, now.per_cent, now.promised) == (200_00, 1, 20, 0)


def test_as_long_as_nothing_is_paid_another_number_takes_its_place(velo: Coop, amina: Membership) -> None:
    issue = open_issue(velo)
    first = take_part(issue, amina, 4, key="one form")
    assert take_part(issue, amina, 4, key="one form") == first
    second = take_part(issue, amina, 6, key="another")
    first.payment_request.refresh_from_db()
    assert first.payment_request.withdrawn_at is not None
    pay_for(second, 100_00)
    with pytest.raises(TakesPartAlready, match=r"€100\.00 is paid"):
        take_part(issue, amina, 2, key="third")
    assert [row.subscription.shares for row in queries.standing(issue)] == [6]


@pytest.mark.parametrize(("days", "when"), [(-1, "before"), (30, "after")])
def test_outside_the_window_nobody_takes_part(velo: Coop, amina: Membership, days: int, when: str) -> None:
    issue = open_issue(velo, at=OPENS - 5 * DAY)
    with pytest.raises(NotOpen):
        take_part(issue, amina, 4, at=OPENS + days * DAY)
    assert not Subscription.objects.exists()
    assert not PaymentRequest.objects.exists()


def test_one_person_takes_no_more_than_the_issue_allows(velo: Coop, amina: Membership, bo: Membership) -> None:
    issue = open_issue(velo, each=300_00)
    with pytest.raises(TooMuchOfTheIssue, match="at most 6 shares"):
        take_part(issue, amina, 7)
    assert take_part(issue, amina, 6).shares == 6


def test_who_withdraws_gets_everything_back(velo: Coop, amina: Membership) -> None:
    issue = open_issue(velo)
    taken = paid_part(issue, amina, 4)
    services.withdraw_subscription(subscription=taken, by=amina.party, at=OPENS + DAY)
    assert (pending(amina), owed_back(amina)) == (0, 200_00)
    assert queries.standing(issue) == []
    assert take_part(issue, amina, 2, key="again").shares == 2
    assert sound(velo)


def test_who_leaves_gets_everything_back_and_is_told_so_before(velo: Coop, amina: Membership) -> None:
    paid_part(open_issue(velo), amina, 4)
    assert "€200.00 that you paid is sent back" in leaving_notes(amina)[0]
    leave(membership=amina, by=amina.party, at=OPENS + DAY)
    assert (pending(amina), owed_back(amina)) == (0, 200_00)


def test_my_data_shows_every_part(velo: Coop, amina: Membership) -> None:
    paid_part(open_issue(velo), amina, 4)
    (row,) = subscriptions(amina.party)
    assert (row["shares"], row["paid"], row["dealt"]) == (4, 200_00, "")


# The end


def test_an_issue_that_carries_becomes_shares(
    velo: Coop, treasurer: Membership, coordinator: Membership, amina: Membership, bo: Membership, cy: Membership
) -> None:
    issue = open_issue(velo)
    paid_part(issue, amina, 8)
    paid_part(issue, bo, 4)
    take_part(issue, cy, 9)  # does not pay
    done = carry_out(issue, treasurer, coordinator)
    assert [shares_of(who) for who in (amina, bo, cy)] == [8, 4, 0]
    assert (capital(amina), pending(amina), owed_back(amina)) == (400_00, 0, 0)
    held = holding_of(bo)
    assert held is not None
    assert held.amount == 200_00
    assert queries.progress(done, queries.standing(done)).amount == 600_00
    assert len(done.round.result_digest) == 64
    assert sound(velo)


def test_below_the_minimum_nothing_is_dealt_and_everybody_gets_their_money_back(
    velo: Coop, treasurer: Membership, amina: Membership, bo: Membership
) -> None:
    issue = open_issue(velo)
    paid_part(issue, amina, 5)
    pay_for(take_part(issue, bo, 4), 150_00)
    services.close_issue(issue=issue, by=treasurer.party, at=CLOSES)
    with pytest.raises(MinimumNotReached, match=r"€400\.00 is paid for, and €500\.00 were asked for at least"):
        services.finalise_issue(issue=fresh(issue), by=treasurer.party, at=CLOSES)
    assert fresh(issue).round.state == "closed"
    assert not Subscription.objects.filter(allotted__isnull=False).exists()
    services.cancel_issue(issue=fresh(issue), by=treasurer.party, at=CLOSES, note="too little")
    assert [owed_back(who) for who in (amina, bo)] == [250_00, 150_00]
    assert [pending(who) for who in (amina, bo)] == [0, 0]
    assert sound(velo)


def test_an_oversubscribed_issue_cuts_the_largest_and_sends_back_the_rest(
    velo: Coop, treasurer: Membership, coordinator: Membership, amina: Membership, bo: Membership, cy: Membership
) -> None:
    issue = open_issue(velo)
    for who, shares in ((amina, 5), (bo, 30), (cy, 25)):
        paid_part(issue, who, shares)
    carry_out(issue, treasurer, coordinator)
    assert [shares_of(who) for who in (amina, bo, cy)] == [5, 18, 17]
    assert [owed_back(who) for who in (amina, bo, cy)] == [0, 12 * 50_00, 8 * 50_00]
    assert sound(velo)


def test_by_the_other_rule_everybody_gets_the_same_part(treasurer: Membership, coordinator: Membership) -> None:
    coop = make_coop("rata")
    found(coop, shares__price=5_000, capital__dealing="pro_rata")
    people = [make_member(coop, name) for name in ("Ada", "Ben")]
    first, second = (make_member(coop, name, offices=("treasurer",)) for name in ("Tom", "Una"))
    issue = open_issue(coop)
    for who, shares in zip(people, (20, 40), strict=True):
        paid_part(issue, who, shares)
    carry_out(issue, first, second)
    assert [shares_of(who) for who in people] == [13, 27]


def test_a_payment_for_less_than_a_share_is_sent_back(
    velo: Coop, treasurer: Membership, coordinator: Membership, amina: Membership, bo: Membership
) -> None:
    issue = open_issue(velo)
    paid_part(issue, amina, 10)
    pay_for(take_part(issue, bo, 3), 120_00)
    carry_out(issue, treasurer, coordinator)
    assert (shares_of(bo), owed_back(bo), capital(bo)) == (2, 20_00, 100_00)
    assert sound(velo)


def test_an_issue_may_close_as_soon_as_it_is_full(velo: Coop, amina: Membership, bo: Membership) -> None:
    issue = open_issue(velo, closes_when_full=True)
    paid_part(issue, amina, 39)
    assert fresh(issue).round.state == "open"
    paid_part(issue, bo, 1)
    assert fresh(issue).round.state == "closed"


def test_the_clock_closes_it_after_its_last_day(velo: Coop) -> None:
    issue = open_issue(velo)
    assert turn_rounds(CLOSES - DAY) == 0
    assert turn_rounds(CLOSES) == 1
    assert turn_rounds(CLOSES) == 0
    assert fresh(issue).round.state == "closed"


def test_nothing_is_dealt_before_everybody_had_time_to_reconsider(treasurer: Membership) -> None:
    coop = make_coop("slow")
    found(coop, shares__price=5_000, shares__reflection=14 * 86_400)
    ada = make_member(coop, "Ada")
    issue = open_issue(coop)
    paid_part(issue, ada, 20, at=CLOSES - DAY)
    services.close_issue(issue=issue, by=None, at=CLOSES)
    with pytest.raises(StillReconsidering, match="2026-02-27"):
        services.finalise_issue(issue=fresh(issue), by=None, at=CLOSES)
    assert fresh(issue).round.state == "closed"
    services.finalise_issue(issue=fresh(issue), by=None, at=CLOSES + 13 * DAY)


def test_a_second_person_releases_it(velo: Coop, treasurer: Membership, amina: Membership) -> None:
    issue = open_issue(velo)
    paid_part(issue, amina, 20)
    services.close_issue(issue=issue, by=None, at=CLOSES)
    services.finalise_issue(issue=fresh(issue), by=treasurer.party, at=CLOSES)
    with pytest.raises(SamePerson):
        services.release_issue(issue=fresh(issue), by=treasurer.party, at=CLOSES)
    with pytest.raises(NotThisMove):
        services.settle_issue(issue=fresh(issue), by=treasurer.party, at=CLOSES)
    assert shares_of(amina) == 0


def test_who_has_left_meanwhile_gets_everything_back(
    velo: Coop, treasurer: Membership, coordinator: Membership, amina: Membership, bo: Membership
) -> None:
    issue = open_issue(velo)
    paid_part(issue, amina, 20)
    paid_part(issue, bo, 4)
    services.close_issue(issue=issue, by=None, at=CLOSES)
    services.finalise_issue(issue=fresh(issue), by=treasurer.party, at=CLOSES)
    leave(membership=bo, by=bo.party, at=CLOSES)
    services.release_issue(issue=fresh(issue), by=coordinator.party, at=CLOSES)
    services.settle_issue(issue=fresh(issue), by=treasurer.party, at=CLOSES)
    assert (shares_of(bo), owed_back(bo), pending(bo)) == (0, 200_00, 0)
    assert sound(velo)


def test_the_first_shares_of_a_class_bring_the_entry_fee(treasurer: Membership) -> None:
    coop = make_coop("fee")
    found(coop, shares__price=5_000, shares__entry_fee=10_00)
    ada, first, second = make_member(coop, "Ada"), make_member(coop, "Tom"), make_member(coop, "Una")
    issue = open_issue(coop)
    taken = paid_part(issue, ada, 10)
    assert taken.payment_request.amount == 510_00
    carry_out(issue, first, second)
    assert (capital(ada), pending(ada), owed_back(ada)) == (500_00, 0, 0)
    assert sound(coop)


def test_once_it_is_dealt_a_payment_is_not_taken_back(velo: Coop, treasurer: Membership, amina: Membership) -> None:
    issue = open_issue(velo)
    payment = pay_for(take_part(issue, amina, 20))
    services.close_issue(issue=issue, by=None, at=CLOSES)
    reverse_payment(payment=payment, reason="wrong line", by=None, at=CLOSES)
    assert queries.standing(issue)[0].paid == 0
    payment = pay_for(Subscription.objects.get(), key="again", at=CLOSES)
    services.finalise_issue(issue=fresh(issue), by=treasurer.party, at=CLOSES)
    with pytest.raises(IssueIsDealt):
        reverse_payment(payment=payment, reason="wrong line", by=None, at=CLOSES)
    assert pending(amina) == 1_000_00


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.integers(1, 30), st.integers(0, 1_600_00)), min_size=1, max_size=6),
    st.integers(0, 20),
    st.integers(0, 30),
)
def test_whatever_is_paid_every_cent_becomes_a_share_or_goes_back(
    velo: Coop, treasurer: Membership, coordinator: Membership, parts: list[tuple[int, int]], minimum: int, more: int
) -> None:
    with transaction.atomic():
        issue = open_issue(velo, goal=(minimum + 1) * 50_00, minimum=minimum * 50_00, maximum=(minimum + 1 + more) * 50_00)
        people = [make_member(velo, f"P{place}") for place in range(len(parts))]
        paid = []
        for who, (shares, amount) in zip(people, parts, strict=True):
            asked = min(shares, issue.maximum)
            taken = take_part(issue, who, asked)
            paid.append(min(amount, asked * 50_00))
            if paid[-1]:
                pay_for(taken, paid[-1])
        try:
            carry_out(issue, treasurer, coordinator)
        except MinimumNotReached:
            services.cancel_issue(issue=fresh(issue), by=None, at=CLOSES)
        for who, amount in zip(people, paid, strict=True):
            assert pending(who) == 0
            assert capital(who) + owed_back(who) == amount
            assert capital(who) == shares_of(who) * 50_00
        assert sum(shares_of(who) for who in people) <= issue.maximum
        assert sound(velo)
        transaction.set_rollback(True)


# What became of it


def test_the_treasurer_reports_what_became_of_the_money(
    velo: Coop, treasurer: Membership, coordinator: Membership, amina: Membership
) -> None:
    issue = open_issue(velo)
    about: dict[str, Any] = {"date": CLOSES.date(), "text": "The lift is in.", "by": treasurer.party, "at": CLOSES}
    with pytest.raises(NothingToReport, match="not given out yet"):
        services.report_on_issue(issue=issue, once_key="report 1", **about)
    paid_part(issue, amina, 20)
    done = carry_out(issue, treasurer, coordinator)
    with pytest.raises(NothingToReport, match="has not come yet"):
        services.report_on_issue(issue=done, once_key="report 1", **{**about, "date": date(2027, 1, 1)})
    assert not IssueReport.objects.exists()
    first = services.report_on_issue(issue=done, amount=650_00, once_key="report 1", **about)
    assert services.report_on_issue(issue=done, amount=650_00, once_key="report 1", **about) == first


def test_an_issue_of_more_shares_than_can_be_counted_is_refused() -> None:
    coop = make_coop()
    most = 10**12
    found(coop, shares__price=1, capital__offer_free_total=most, capital__offer_note_total=most, capital__offer_free_each=most)
    with pytest.raises(NoIssue, match="more shares than can be counted"):
        open_issue(coop, goal=2**31, minimum=0, maximum=2**31)
    assert not Round.objects.exists()
    open_issue(coop, goal=2**31 - 1, minimum=0, maximum=2**31 - 1)


def test_who_leaves_after_it_was_dealt_gets_everything_back(
    velo: Coop, treasurer: Membership, coordinator: Membership, amina: Membership, bo: Membership
) -> None:
    issue = open_issue(velo)
    paid_part(issue, amina, 6)
    paid_part(issue, bo, 11)
    services.close_issue(issue=fresh(issue), by=None, at=CLOSES)
    services.finalise_issue(issue=fresh(issue), by=treasurer.party, at=CLOSES)
    leave(membership=amina, by=amina.party, at=CLOSES)
    services.release_issue(issue=fresh(issue), by=coordinator.party, at=CLOSES)
    services.settle_issue(issue=fresh(issue), by=treasurer.party, at=CLOSES)
    assert party_balance(velo, "refunds", amina.party) == -300_00
    assert party_balance(velo, "shares_pending", amina.party) == 0
    assert shares_of(bo, issue.share_class) == 11
    assert [v for invariant in invariants for v in invariant.check(velo)] == []


# What the database itself refuses


def test_what_was_voted_and_what_was_dealt_stays(
    velo: Coop, treasurer: Membership, coordinator: Membership, amina: Membership
) -> None:
    issue = open_issue(velo)
    paid_part(issue, amina, 20)
    carry_out(issue, treasurer, coordinator)
    services.report_on_issue(
        issue=fresh(issue), date=CLOSES.date(), text="Done", once_key="report 1", by=treasurer.party, at=CLOSES
    )
    changes: list[tuple[Any, dict[str, Any], str]] = [
        (ShareIssue, {"maximum": 99}, "a share issue is never changed"),
        (IssueReport, {"text": "x"}, "a report on an issue is never changed"),
        (Subscription, {"shares": 21}, "never asks for something else"),
        (Subscription, {"allotted": 19}, "what was dealt stays once it is final"),
        (Subscription, {"request": None}, "carried out once"),
    ]
    for model, change, said in changes:
        with pytest.raises(DatabaseError, match=said), transaction.atomic():
            model.objects.update(**change)
    for model in (ShareIssue, IssueReport, Subscription):
        with pytest.raises(DatabaseError, match="is never deleted"), transaction.atomic():
            model.objects.all()._raw_delete("default")
