"""The page that one shares, taking part on it, and what the treasurer does."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from marke.capital.asking import of_member, of_offices
from marke.capital.models import ShareIssue, Subscription
from marke.capital.services import finalise_issue, release_issue, settle_issue
from marke.common import clock
from marke.common.effects import effects
from marke.decisions import services as decisions
from marke.decisions.models import Ballot, Proposal
from marke.parties.models import Coop, Membership
from marke.rounds.models import Round
from marke.rules.models import Decision
from tests.factories.capital import OPENS, fresh, open_issue, paid_part, take_part
from tests.factories.decisions import OPENS as VOTES
from tests.factories.decisions import T1, cast
from tests.factories.pages import browser_of
from tests.factories.parties import make_coop, make_member
from tests.factories.rules import found

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
KEY = "a key of the form"


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """A day on which the issue is open."""
    at = OPENS + 3 * DAY
    monkeypatch.setattr(clock, "now", lambda: at)
    return at


@pytest.fixture
def issue(velo: Coop, now: datetime) -> ShareIssue:
    return open_issue(velo)


def page(who: Membership | None, path: str) -> str:
    response = browser_of(who).get(f"/velo/share-issues/1/{path}")
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def test_a_stranger_reads_what_it_is_for_and_how_far_it_is(issue: ShareIssue, amina: Membership) -> None:
    paid_part(issue, amina, 4)
    shown = page(None, "")
    for said in (
        "A workshop of our own", "a lift for cargo bikes", "€200.00", "paid in by 1 member", "20%",
        "With less, everybody gets their money back", "Become a member and take part",
        '<meta property="og:title" content="A workshop of our own – Velo">', "http://testserver/velo/share-issues/1/", "<svg",
    ):  # fmt: skip
        assert said in shown, said
    assert "Amina" not in shown


def test_an_issue_for_members_only_shows_nothing_to_strangers(velo: Coop, now: datetime, amina: Membership) -> None:
    open_issue(velo, public=False)
    assert browser_of(None).get("/velo/share-issues/1/").status_code == 302
    assert "Tell others" not in page(amina, "")


def test_taking_part_leads_to_how_to_pay(issue: ShareIssue, amina: Membership) -> None:
    browser = browser_of(amina)
    assert "How many shares do you take?" in page(amina, "subscription/")
    sent = browser.post("/velo/share-issues/1/subscription/", {"shares": "4", "once_key": KEY})
    assert sent.status_code == 302
    browser.post("/velo/share-issues/1/subscription/", {"shares": "4", "once_key": KEY})
    taken = Subscription.objects.get()
    shown = page(amina, "subscription/")
    assert "How to pay" in shown
    assert "€200.00" in shown
    assert taken.payment_request.reference[:3] in shown.replace("/", "")


def test_what_is_refused_is_said_beside_the_field_and_kept(issue: ShareIssue, amina: Membership) -> None:
    sent = browser_of(amina).post("/velo/share-issues/1/subscription/", {"shares": "999", "once_key": KEY})
    assert sent.status_code == 422
    assert "at most 40 shares" in sent.content.decode()
    assert 'value="999"' in sent.content.decode()
    assert not Subscription.objects.exists()


def test_one_withdraws_on_the_page(issue: ShareIssue, amina: Membership, bo: Membership) -> None:
    paid_part(issue, amina, 4)
    assert browser_of(bo).post("/velo/share-issues/1/withdrawal/").status_code == 404
    browser_of(amina).post("/velo/share-issues/1/withdrawal/")
    assert "€200.00 is sent back to you" in page(amina, "subscription/").replace('<span class="money">', "").replace(
        "</span>", ""
    )
    assert browser_of(amina).post("/velo/share-issues/1/withdrawal/").status_code == 404


def test_who_does_not_belong_cannot_take_part(issue: ShareIssue) -> None:
    other = make_coop("other")
    zed = make_member(other, "Zed")
    assert browser_of(zed).get("/velo/share-issues/1/subscription/").status_code == 403
    assert browser_of(None).get("/velo/share-issues/1/subscription/").status_code == 302
    assert browser_of(zed).get("/velo/share-issues/9/").status_code == 404


def test_the_treasurer_brings_it_to_its_end_with_a_second_person(
    issue: ShareIssue, amina: Membership, treasurer: Membership, coordinator: Membership
) -> None:
    paid_part(issue, amina, 20)
    desk, second = browser_of(treasurer), browser_of(coordinator)
    assert "€1,000.00" in page(treasurer, "subscriptions/")
    lines = desk.get("/velo/share-issues/1/subscriptions.csv").content.decode("utf-8-sig").splitlines()
    assert lines[1].endswith(",20,1000.00,1000.00,20")
    for state in ("closed", "final"):
        desk.post(f"/velo/share-issues/1/{state}/")
    assert "another treasurer or coordinator looks at it" in page(treasurer, "subscriptions/")
    assert desk.post("/velo/share-issues/1/released/").status_code == 403
    assert Round.objects.get().state == "final"
    second.post("/velo/share-issues/1/released/")
    desk.post("/velo/share-issues/1/settled/")
    assert Round.objects.get().state == "settled"
    assert desk.post("/velo/share-issues/1/settled/").status_code == 409
    assert desk.post("/velo/share-issues/1/nonsense/").status_code == 404
    assert browser_of(amina).post("/velo/share-issues/1/cancelled/").status_code == 403
    desk.post("/velo/share-issues/1/reports/", {"date": "2026-01-18", "text": "The lift is in", "amount": "650", "once_key": KEY})
    shown = page(None, "")
    assert "The lift is in" in shown
    assert "raised by 1 member" in shown
    late = {"date": "2030-01-01", "text": "later", "amount": "", "once_key": "another key"}
    assert desk.post("/velo/share-issues/1/reports/", late).status_code == 422


def test_what_is_asked_of_whom(
    issue: ShareIssue, now: datetime, amina: Membership, treasurer: Membership, coordinator: Membership
) -> None:
    both = frozenset({"treasurer"})
    assert [task.sentence for task in of_member(amina, now)] == ["Take part in “A workshop of our own”?"]
    take_part(issue, amina, 20)
    (task,) = of_member(amina, now)
    assert (task.sentence, task.aside) == ("Pay for your shares in “A workshop of our own”", "€1,000.00")
    assert of_offices(issue.coop, both, now) == []
    browser_of(treasurer).post("/velo/share-issues/1/closed/")
    assert "is closed" in of_offices(issue.coop, both, now)[0].sentence
    assert of_offices(issue.coop, frozenset(), now) == []


def test_lists_take_as_many_queries_for_three_as_for_one(
    velo: Coop, now: datetime, treasurer: Membership, coordinator: Membership
) -> None:
    desk, counts, number = browser_of(treasurer), [], 0
    for extra in (1, 2):
        for _ in range(extra):
            number += 1
            current = open_issue(velo, minimum=0)
            for place in range(number):
                paid_part(current, make_member(velo, f"M{number}{place}"), 2)
            browser_of(treasurer).post(f"/velo/share-issues/{number}/closed/")
            finalise_issue(issue=fresh(current), by=treasurer.party, at=now)
            release_issue(issue=fresh(current), by=coordinator.party, at=now)
            settle_issue(issue=fresh(current), by=treasurer.party, at=now)
        desk.get("/velo/capital/")
        with CaptureQueriesContext(connection) as captured:
            for path in ("capital/", f"share-issues/{number}/", f"share-issues/{number}/subscriptions/"):
                assert desk.get(f"/velo/{path}").status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1]


# The vote


def answers(**changed: Any) -> dict[str, Any]:
    given = {
        "name": "A van", "purpose": "A second-hand van.", "share_class": "ordinary", "goal": "5000", "minimum": "2000",
        "maximum": "", "each": "", "closes_on": "2026-12-31", "closes_when_full": "", "public": "on",
    }  # fmt: skip
    return {**given, **changed}


def test_members_vote_what_the_money_is_for_and_that_opens_the_issue(
    velo: Coop, amina: Membership, bo: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: T1)
    browser = browser_of(amina)
    assert "What the money is for" in browser.get("/velo/proposals/new/?effect=share_issue").content.decode()
    sent = browser.post("/velo/proposals/new/?effect=share_issue", {**answers(), "text": "", "title": "", "once_key": KEY})
    assert sent.status_code == 302, sent.content.decode()
    proposal = Proposal.objects.get()
    assert proposal.effect_data["goal"] == 5_000_00
    assert "The money is for: A second-hand van." in effects.get("share_issue").describe(velo, proposal.effect_data)
    decisions.start_discussion(proposal=proposal, by=amina.party, at=T1)
    decisions.settle_due(at=VOTES)
    proposal.refresh_from_db()
    for who in (amina, bo):
        cast(proposal, who, Ballot.Choice.FOR)
    proposal.refresh_from_db()
    assert (proposal.state, proposal.effect_state, proposal.effect_error) == ("adopted", "applied", "")
    issue = ShareIssue.objects.get()
    assert issue.decision == Decision.objects.latest("number")
    assert (issue.round.title, issue.goal, issue.minimum, issue.maximum) == ("A van", 100, 40, 100)
    assert issue.last_day.isoformat() == "2026-12-31"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"goal": ""}, "Fill in"),
        ({"closes_on": "2020-01-01"}, "not in the past|would close before"),
        ({"minimum": "9000"}, "does not lie between"),
        ({"goal": "600000"}, "needs an information note"),
    ],
)
def test_what_could_not_be_opened_is_not_proposed(
    velo: Coop, amina: Membership, changed: dict[str, Any], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import re

    monkeypatch.setattr(clock, "now", lambda: T1)
    sent = browser_of(amina).post(
        "/velo/proposals/new/?effect=share_issue", {**answers(**changed), "text": "", "title": "", "once_key": KEY}
    )
    assert sent.status_code == 422
    assert re.search(said, sent.content.decode())
    assert not Proposal.objects.exists()


def test_a_note_is_read_before_taking_part(now: datetime) -> None:
    coop = make_coop("noted")
    found(coop, shares__price=5_000, shares__note_asked=True)
    open_issue(coop)
    browser, path = browser_of(make_member(coop, "Ada")), "/noted/share-issues/1/subscription/"
    assert "I have read the information note" in browser.get(path).content.decode()
    assert "Read the information note" in browser.post(path, {"shares": "2", "once_key": KEY}).content.decode()
    assert not Subscription.objects.exists()
    browser.post(path, {"shares": "2", "once_key": KEY, "noted": "on"})
    assert Subscription.objects.get().shares == 2
