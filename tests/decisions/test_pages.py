"""The pages: what they show to whom, that forms keep what was typed, and that lists cost the same however long."""

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from marke.common import clock
from marke.decisions import services
from marke.decisions.models import Ballot, Proposal
from marke.parties.models import Coop, Membership
from marke.threads.models import Comment
from tests.factories.decisions import CLOSES, LOWER, OPENS, T1, cast, make_assembly, make_proposal, make_vote
from tests.factories.jobs import make_job, make_service, settle
from tests.factories.parties import make_client, make_member

pytestmark = pytest.mark.django_db
KEY = "key-of-form"


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch):
    """Sets the clock that views read: the one thing in them that a test cannot hand in."""

    def set_to(moment: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: moment)

    set_to(OPENS)
    return set_to


def signed_in(membership: Membership) -> Client:
    browser = Client()
    assert membership.party.user is not None
    browser.force_login(membership.party.user, "django.contrib.auth.backends.ModelBackend")
    return browser


def url(name: str, coop: Coop, *args: object) -> str:
    return reverse(f"decisions:{name}", args=[coop.slug, *args])


def text_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_an_empty_list_says_what_will_appear(at) -> None:
    coop, (amina, *_rest) = make_assembly()
    page = signed_in(amina).get(url("proposals", coop))
    assert "Nothing has been proposed yet" in text_of(page)


def test_the_list_shows_what_needs_my_vote_and_hides_drafts_of_others(at) -> None:
    coop, (amina, bram, *_rest) = make_assembly()
    make_vote(coop, amina, title="Open question")
    services.draft_proposal(coop=coop, title="Secret draft", by=amina.party, at=T1)
    seen = text_of(signed_in(bram).get(url("proposals", coop)))
    assert "1 vote waits for you" in seen
    assert "0 of 4 have voted" in seen
    assert "Secret draft" not in seen
    assert "Secret draft" in text_of(signed_in(amina).get(url("proposals", coop)))
    assert signed_in(bram).get(url("proposal", coop, 2)).status_code == 404
    assert signed_in(bram).post(url("withdrawal", coop, 2)).status_code == 404
    assert signed_in(amina).post(url("withdrawal", coop, 2)).status_code == 302
    assert "Secret draft" not in text_of(signed_in(bram).get(url("proposals", coop)))  # thrown away, it stays hers
    assert signed_in(bram).get(url("proposal", coop, 2)).status_code == 404


@pytest.mark.parametrize("address", ["proposals", "page", "applications"])
def test_pages_cost_the_same_with_one_row_and_with_three(at, address: str, django_assert_num_queries) -> None:
    coop, people = make_assembly(4, decisions__method_admission="majority")
    amina, browser = people[0], signed_in(people[0])
    vote = make_vote(coop, amina, kind="rule", data=LOWER)

    def grow(index: int) -> None:
        make_vote(coop, amina, title=f"Proposal {index}")
        make_proposal(coop, amina)
        make_member(coop, f"Applicant {index}", state="applied")
        Comment.objects.create(coop=coop, thread=vote.thread, author=people[index].party, text="Yes", at=OPENS)

    where = {
        "proposals": url("proposals", coop), "page": url("proposal", coop, vote.number), "applications": url("applications", coop)
    }[address]  # fmt: skip
    grow(1)
    browser.get(where)  # opens what is due
    with CountedQueries() as one:
        assert browser.get(where).status_code == 200
    for index in (2, 3):
        grow(index)
    browser.get(where)
    with CountedQueries() as three:
        assert browser.get(where).status_code == 200
    assert one.count == three.count, "\n".join(three.sql)


class CountedQueries:
    def __enter__(self) -> "CountedQueries":
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        self._context = CaptureQueriesContext(connection)
        self._context.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._context.__exit__(*error)  # type: ignore[arg-type]
        self.sql = [query["sql"][:150] for query in self._context.captured_queries]
        self.count = len(self.sql)


def test_strangers_clients_applicants_and_other_co_ops_see_no_proposal(at) -> None:
    coop, (amina, *_rest) = make_assembly()
    _other, (zoe,) = make_assembly(1, slug="clean")
    proposal = make_vote(coop, amina)
    for name, args in (("proposals", ()), ("new", ()), ("what_if", ()), ("proposal", (1,)), ("applications", ())):
        assert Client().get(url(name, coop, *args)).status_code == 302
        for outsider in (zoe, make_member(coop, "Nour", state="applied")):
            assert signed_in(outsider).get(url(name, coop, *args)).status_code == 403
    for outsider in (zoe, make_member(coop, "Odd", state="suspended")):
        answer = {"member": outsider.number, "choice": "for"}
        assert signed_in(outsider).post(url("ballot", coop, proposal.number), answer).status_code == 403
    assert not Ballot.objects.exists()


def test_a_member_proposes_to_lower_the_contribution_looks_once_more_and_starts(at) -> None:
    at(T1)
    coop, (amina, bram, *_rest) = make_assembly()
    settle(
        make_job(coop, make_client(coop), make_service(coop, at=T1), at=T1 - timedelta(days=1)), amina, at=T1 - timedelta(days=1)
    )
    browser = signed_in(amina)
    choose = browser.get(url("new", coop))
    assert "The co-op keeps" in text_of(choose)
    form = browser.get(url("new", coop) + "?effect=rule&key=jobs.contribution")
    assert 'value="2026-03-01"' in form.content.decode()  # the month after the vote will have closed
    answers = {
        "key": "jobs.contribution",
        "value": "10",
        "from_date": "2026-03-01",
        "title": "",
        "text": "We <b>need</b> it",
        "once_key": KEY,
    }
    posted = [browser.post(url("new", coop) + "?effect=rule&key=jobs.contribution", answers) for _ in range(2)]
    assert [response.status_code for response in posted] == [302, 302]
    proposal = Proposal.objects.get()
    assert (proposal.state, proposal.effect_data) == ("draft", LOWER)
    assert "What the co-op keeps" in proposal.title
    draft = browser.get(posted[0]["Location"])
    assert "Only you see this draft" in text_of(draft)
    assert "Those who earn least" in text_of(draft)
    assert "+€0.25" in text_of(draft)
    assert "We &lt;b&gt;need&lt;/b&gt; it" in draft.content.decode()
    browser.post(url("discussion", coop, 1))
    proposal.refresh_from_db()
    assert proposal.state == "discussing"
    assert "Put it up" not in text_of(signed_in(bram).get(url("proposal", coop, 1)))


def test_a_refused_form_keeps_what_was_typed_and_makes_nothing(at) -> None:
    coop, (amina, *_rest) = make_assembly()
    address = url("new", coop) + "?effect=rule&key=jobs.contribution"
    for value in ("", "many", "-5", "500", "1e9", "١٢٣٤", "<script>"):
        answers = {
            "key": "jobs.contribution",
            "value": value,
            "from_date": "2026-04-01",
            "title": "Kept title",
            "text": "Kept",
            "once_key": KEY,
        }
        page = signed_in(amina).post(address, answers)
        assert page.status_code == 422, value
        assert "error-summary" in page.content.decode()
        assert "Kept title" in page.content.decode()
        assert "<script>" not in page.content.decode().split("<main")[1]
    assert not Proposal.objects.exists()


def test_a_draft_is_changed_with_its_values_filled_in(at) -> None:
    coop, (amina, *_rest) = make_assembly()
    services.draft_proposal(
        coop=coop, title="Lower it", effect_kind="rule", effect_data={**LOWER, "from": "2026-04-01"}, by=amina.party, at=T1
    )
    browser = signed_in(amina)
    page = browser.get(url("draft", coop, 1)).content.decode()
    assert 'value="10"' in page
    assert 'value="2026-04-01"' in page
    answers = {
        "key": "jobs.contribution",
        "value": "9,5",
        "from_date": "2026-04-01",
        "title": "Lower it more",
        "text": "",
        "once_key": KEY,
    }
    assert browser.post(url("draft", coop, 1), answers).status_code == 302
    assert Proposal.objects.get().effect_data["value"] == [19, 200]


def test_one_votes_with_one_tap_and_changes_it_until_the_close(at) -> None:
    coop, (amina, bram, *_rest) = make_assembly()
    vote = make_vote(coop, amina)
    browser = signed_in(bram)
    page = text_of(browser.get(url("proposal", coop, vote.number)))
    assert "For Against Abstain" in page
    assert "You can change it until 14 Feb 2026, 10:00" in page
    for choice in ("for", "for", "against"):
        assert browser.post(url("ballot", coop, 1), {"member": bram.number, "choice": choice}).status_code == 302
    assert Ballot.objects.get().choice == "against"
    assert "You voted Against" in text_of(browser.get(url("proposal", coop, 1)))
    at(CLOSES)
    assert browser.post(url("ballot", coop, 1), {"member": bram.number, "choice": "for"}).status_code == 409
    assert Ballot.objects.get().choice == "against"


@pytest.mark.parametrize("answer", [{}, {"member": "x", "choice": "for"}, {"member": "2"}, {"member": "2", "choice": "both"}])
def test_a_hostile_ballot_is_answered_and_not_counted(at, answer: dict[str, str]) -> None:
    coop, (amina, *_rest) = make_assembly()
    make_vote(coop, amina)
    assert signed_in(amina).post(url("ballot", coop, 1), answer).status_code == 422
    assert signed_in(amina).post(url("ballot", coop, 1), {"member": "999", "choice": "for"}).status_code == 404
    assert not Ballot.objects.exists()


def test_during_the_vote_only_the_turnout_is_shown_and_afterwards_how_each_voted(at) -> None:
    coop, (amina, bram, chen, *_rest) = make_assembly()
    vote = make_vote(coop, amina, kind="rule", data=LOWER)
    cast(vote, amina, "for", reason="We can afford it")
    cast(vote, chen, "for")
    browser = signed_in(bram)
    during = text_of(browser.get(url("proposal", coop, 1)))
    assert "2 of 4 have voted" in during
    assert "We can afford it" not in during
    assert browser.get(url("ballots_csv", coop, 1)).status_code == 404
    at(CLOSES)  # nobody has counted; the page does
    after = text_of(browser.get(url("proposal", coop, 1)))
    assert "We can afford it" in after
    assert "2 are for; 2 were needed." in after
    assert "Decision 2 in the book" in after
    assert "Carried out" in after
    assert "We can afford it" in browser.get(url("ballots_csv", coop, 1)).content.decode()
    book = browser.get(reverse("rules:decision", args=[coop.slug, 2])).content.decode()
    assert f'href="{url("proposal", coop, 1)}"' in book


def test_comments_are_escaped_links_are_safe_and_empty_ones_are_refused(at) -> None:
    coop, (amina, bram, *_rest) = make_assembly()
    make_proposal(coop, amina, at=OPENS)
    browser, where = signed_in(bram), url("comments", coop, 1)
    hostile = "<img src=x onerror=alert(1)> see https://example.org/a and javascript:alert(2)"
    for _ in range(2):
        assert browser.post(where, {"text": hostile, "once_key": KEY}).status_code == 302
    assert browser.post(where, {"text": "  ", "once_key": "another-key"}).status_code == 422
    page = browser.get(url("proposal", coop, 1)).content.decode()
    assert "<img src=x" not in page
    assert 'href="https://example.org/a" rel="nofollow"' in page
    assert 'href="javascript' not in page
    comment = Comment.objects.get()
    assert signed_in(amina).post(url("comment_removal", coop, 1, comment.pk)).status_code == 403
    assert browser.post(url("comment_removal", coop, 1, comment.pk)).status_code == 302
    assert "Bram has removed this comment" in text_of(browser.get(url("proposal", coop, 1)))


def test_the_coordinator_answers_an_application_with_one_tap_and_a_reason(at) -> None:
    coop, (amina, bram, *_rest) = make_assembly()
    nour = make_member(coop, "Nour", state="applied")
    browser, where = signed_in(amina), url("application", coop, nour.number)
    assert signed_in(bram).get(url("applications", coop)).status_code == 403
    assert browser.get(url("new", coop) + f"?effect=admit&membership={nour.number}").status_code == 302
    assert browser.post(where, {"answer": "adopt", "reason": ""}).status_code == 422
    assert browser.post(where, {"answer": "perhaps", "reason": "Yes"}).status_code == 409
    nour.refresh_from_db()
    assert nour.state == "applied"
    assert browser.post(where, {"answer": "adopt", "reason": "We know her"}).status_code == 302
    assert browser.post(where, {"answer": "adopt", "reason": "We know her"}).status_code == 409
    nour.refresh_from_db()
    assert nour.state == "member"
    assert "We know her" in text_of(browser.get(url("proposal", coop, 1)))


def test_what_if_is_played_with_a_value_before_proposing(at) -> None:
    coop, people = make_assembly(4)
    when = T1 - timedelta(days=1)
    for person in people[:2]:
        settle(make_job(coop, make_client(coop, f"Client {person.number}"), at=when), person, at=when)
    browser = signed_in(people[1])
    page = browser.get(url("what_if", coop) + "?key=jobs.contribution&value=10")
    assert "+€0.25" in text_of(page)
    assert "Propose this" in text_of(page)
    assert browser.get(url("what_if", coop)).status_code == 200
    for value in ("", "abc", "-1", "99", "9" * 500):
        answer = browser.get(url("what_if", coop), {"key": "jobs.contribution", "value": value})
        assert answer.status_code == 200
        assert "Propose this" not in text_of(answer), value
    assert browser.get(url("what_if", coop) + "?key=jobs.matching").status_code == 404
    assert browser.get(url("what_if", coop) + "?key=nothing").status_code == 404


def test_the_preview_is_given_as_csv_too_and_names_nobody(at) -> None:
    coop, people = make_assembly(4)
    when = T1 - timedelta(days=1)
    settle(make_job(coop, make_client(coop), at=when), people[2], at=when)
    make_vote(coop, people[0], kind="rule", data=LOWER)
    csv = signed_in(people[1]).get(url("preview_csv", coop, 1)).content.decode()
    assert csv.splitlines()[0].lstrip("\ufeff") == "Month,Co-op before,Co-op after,Members before,Members after"
    assert csv.splitlines()[-1] == "2026-02,175,150,1075,1100"
    page = text_of(signed_in(people[1]).get(url("proposal", coop, 1)))
    assert "in percent only" in page  # one member's pay would show otherwise


@pytest.mark.parametrize(("language", "word"), [("en", "Proposals"), ("nl", "Voorstellen")])
def test_every_page_speaks_both_languages(at, language: str, word: str) -> None:
    coop, people = make_assembly()
    people[0].party.language = language
    people[0].party.save()
    make_vote(coop, people[0], kind="rule", data=LOWER)
    browser = signed_in(people[0])
    assert word in text_of(browser.get(url("proposals", coop)))
    for name, args in (("proposal", (1,)), ("new", ()), ("what_if", ()), ("applications", ())):
        assert browser.get(url(name, coop, *args)).status_code == 200
