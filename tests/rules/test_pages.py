"""Our rules, one rule, the book of decisions, the agreement: what they show, and to whom."""

import io
from datetime import date, datetime, timedelta
from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from marke.common import clock
from marke.common.clock import local_date, local_midnight
from marke.rules.models import Attestation
from marke.rules.paragraphs import read_rules
from marke.rules.queries import founding_of
from marke.rules.sentences import write_day
from marke.rules.services import attest, record_decision, set_rule
from marke_core.periods import add_months
from tests.factories.parties import make_coop, make_member
from tests.factories.rules import T0, found

pytestmark = pytest.mark.django_db
KEY = "jobs.contribution"
DAY = timedelta(days=1)


@pytest.fixture
def coop():
    coop = make_coop()
    found(coop)
    return coop


@pytest.fixture
def member(coop, client):
    member = make_member(coop, "Amina Kaya")
    client.force_login(member.party.user)
    return member


def vote(coop, value, begin: datetime, key=KEY, **more):
    decided = begin - 5 * DAY
    tally = {"for": 8, "against": 2, "abstain": 1, "entitled": 12, "method": "majority"}
    decision = record_decision(coop=coop, kind="vote", title="Lower it", text="Because.", by=None, at=decided, tally=tally)
    set_rule(coop=coop, key=key, value=value, valid_from=begin, decision=decision, at=decided, **more)
    return decision


def founding(coop):
    decision = founding_of(coop)
    assert decision is not None
    return decision


def months_away(coop, months) -> datetime:
    """The beginning of the month that lies so many months from now."""
    today = local_date(clock.now(), coop.timezone)
    return local_midnight(add_months(today.replace(day=1), months), coop.timezone)


def page(client, address, *, status=200):
    response = client.get(address)
    assert response.status_code == status, response.content[:500]
    return response.content.decode()


# Our rules


def test_everybody_may_read_the_rules_and_only_members_who_decided(coop, client):
    told = page(client, "/velo/rules/")
    assert "The co-op keeps <strong>12%</strong> of the price of every job." in told
    assert "decisions-book" not in told
    assert "Propose a change" not in told


def test_a_member_sees_since_when_by_which_decision_and_how_to_change_it(client, member):
    told = page(client, "/velo/rules/")
    assert "Since" in told
    assert 'href="/velo/decisions-book/1/"' in told
    assert "effect=rule&amp;key=jobs.contribution" in told


def test_the_seven_stand_first_and_in_their_order(coop):
    numbers = [(paragraph.number, paragraph.rule.rank) for paragraph in read_rules(coop, T0)]
    assert numbers[:7] == [(rank, rank) for rank in range(1, 8)]


def test_what_is_decided_but_not_yet_in_force_is_announced(coop, client, member):
    begin = months_away(coop, 1)
    vote(coop, [10, 100], begin)
    told = page(client, "/velo/rules/")
    assert "keeps <strong>12%</strong>" in told
    assert "<strong>10%</strong>" in told
    assert write_day(begin, coop) in told


def test_what_was_in_force_is_drawn_as_a_small_line_with_its_numbers(coop):
    vote(coop, [10, 100], local_midnight(date(2026, 2, 1), coop.timezone))
    vote(coop, "nearest", local_midnight(date(2026, 3, 1), coop.timezone), key="jobs.matching")
    vote(coop, "by_hand", local_midnight(date(2026, 6, 1), coop.timezone), key="jobs.matching")
    first, _, third, *_ = read_rules(coop, T0 + 100 * DAY)
    assert [(number, text) for _, number, text in first.points] == [(Fraction(12, 100), "12%"), (Fraction(10, 100), "10%")]
    assert third.points == []
    assert len(third.earlier) == 1
    assert [reading.text for reading in third.coming] == ["the coordinator picks who is asked"]


def test_the_page_shows_a_value_for_some_beside_the_one_for_all(coop, client, member):
    vote(coop, [8, 100], months_away(coop, -1), scope="member_class=worker")
    assert "For working member (kind of member): <strong>8%</strong>" in page(client, "/velo/rules/")


def test_the_page_speaks_dutch(coop, client):
    client.cookies["django_language"] = "nl"
    told = page(client, "/velo/rules/")
    assert "Onze regels" in told
    assert "Leden <strong>kunnen niet zien</strong> wat elk van de anderen heeft verdiend." in told


def test_a_coop_without_rules_says_what_will_stand_there(client):
    make_coop("blitz")
    assert "No rules yet" in page(client, "/blitz/rules/")
    assert "No agreement yet" in page(client, "/blitz/agreement/")


@pytest.mark.parametrize(
    "address", ["/velo/rules/", "/velo/rules/jobs.contribution/", "/velo/decisions-book/", "/velo/agreement/"]
)
def test_a_page_asks_the_database_as_often_for_three_changes_as_for_one(coop, client, member, address, django_assert_num_queries):
    vote(coop, [10, 100], months_away(coop, -3), scope="member_class=worker")
    page(client, address)
    with CaptureQueriesContext(connection) as once:
        page(client, address)
    asked = len(once)
    vote(coop, [9, 100], months_away(coop, -2))
    vote(coop, [8, 100], months_away(coop, 2), scope="member_class=worker")
    for name in ("Joris", "Lea"):
        attest(decision=founding(coop), party=make_member(coop, name).party, at=T0)
    page(client, address)
    with django_assert_num_queries(asked):
        page(client, address)


# One rule


def test_a_rule_shows_every_value_it_has_had_also_those_that_were_replaced(coop, client, member):
    first = vote(coop, [10, 100], months_away(coop, -4))
    vote(coop, [11, 100], months_away(coop, 3))
    later = record_decision(coop=coop, kind="vote", title="Again", by=None, at=clock.now())
    set_rule(coop=coop, key=KEY, value=[9, 100], valid_from=months_away(coop, 4), decision=later, at=later.taken_at)
    told = page(client, f"/velo/rules/{KEY}/")
    assert f"replaced by decision {later.number} before it began" in told
    assert "not yet in force" in told
    assert "was in force" in told
    assert f"{first.number}. Lower it" in told


def test_the_history_can_be_taken_along_as_csv(coop, client):
    vote(coop, [10, 100], months_away(coop, -4))
    response = client.get(f"/velo/rules/{KEY}/history.csv")
    lines = response.content.decode("utf-8-sig").splitlines()
    assert response["Content-Type"].startswith("text/csv")
    assert len(lines) == 3
    assert '"[1, 10]"' in lines[1]


def test_there_is_no_page_for_a_rule_that_does_not_exist(coop, client):
    assert "There is no rule “jobs.moon”" in page(client, "/velo/rules/jobs.moon/", status=404)


# The book of decisions


def test_the_book_is_for_members(coop, client):
    for address in ("/velo/decisions-book/", "/velo/decisions-book/1/", "/velo/decisions-book/decisions.csv"):
        assert client.get(address).status_code == 302
    other = make_member(make_coop("blitz"), "Otto")
    client.force_login(other.party.user)
    for address in ("/velo/decisions-book/", "/velo/decisions-book/1/", "/velo/decisions-book/decisions.csv"):
        assert client.get(address).status_code == 403


def test_an_entry_tells_what_it_changed_and_how_the_votes_fell(coop, client, member):
    decision = vote(coop, [10, 100], months_away(coop, -4))
    book = page(client, "/velo/decisions-book/")
    assert "8 for, 2 against, 1 abstained of 12 entitled" in book
    entry = page(client, f"/velo/decisions-book/{decision.number}/")
    assert "Because." in entry
    assert "10%" in entry
    assert "12 memberships were entitled to vote." in entry


def test_a_decision_without_votes_and_effects_is_shown_as_it_is(coop, client, member):
    record_decision(coop=coop, kind="mandate", title="Admit <Samir>", by=member.party, at=T0, tally={"method": "mandate"})
    assert "0 for" not in page(client, "/velo/decisions-book/")
    told = page(client, "/velo/decisions-book/2/")
    assert "Admit &lt;Samir&gt;" in told
    assert "written down by Amina Kaya" in told
    assert "How the votes fell" not in told


def test_an_unknown_decision_is_not_found(coop, client, member):
    page(client, "/velo/decisions-book/99/", status=404)


def test_the_book_can_be_taken_along_as_csv(coop, client, member):
    vote(coop, [10, 100], months_away(coop, -4))
    text = client.get("/velo/decisions-book/decisions.csv").content.decode("utf-8-sig")
    assert "What the co-op keeps: 10%" in text


# The agreement


def test_the_agreement_names_who_agreed_to_members_only(coop, client):
    attest(decision=founding(coop), party=make_member(coop, "Joris De Backer").party, at=T0)
    told = page(client, "/velo/agreement/")
    assert "Joris" not in told
    assert "1 person has agreed to it." in told
    client.force_login(make_member(coop, "Amina").party.user)
    assert "Joris De Backer" in page(client, "/velo/agreement/")


def test_a_member_agrees_with_one_tap_and_twice_is_once(coop, client, member):
    assert "You have not agreed yet" in page(client, "/velo/agreement/")
    for _ in range(2):
        assert client.post("/velo/agreement/attestation/").status_code == 302
    assert [row.party for row in Attestation.objects.all()] == [member.party]
    assert "You have not agreed yet" not in page(client, "/velo/agreement/")


def test_nobody_else_can_agree(coop, client):
    assert client.post("/velo/agreement/attestation/").status_code == 302
    client.force_login(make_member(make_coop("blitz"), "Otto").party.user)
    assert client.post("/velo/agreement/attestation/").status_code == 403
    client.force_login(make_member(coop, "Bram", state="left").party.user)
    assert client.post("/velo/agreement/attestation/").status_code == 403
    assert not Attestation.objects.exists()


HOSTILE = 'Be kind. #panic("no") $x$ *bold* @ref \\ <label> // ünïcode ж'


def test_the_agreement_is_a_paper_with_every_rule_and_who_agreed(client):
    coop = make_coop("blitz")
    attest(decision=found(coop, members__agreement=HOSTILE), party=make_member(coop, "Zoë *Ćosić* #x").party, at=T0)
    client.force_login(make_member(coop, "Amina").party.user)
    response = client.get("/blitz/agreement/agreement.pdf")
    assert response["Content-Type"] == "application/pdf"
    text = " ".join(" ".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(response.content)).pages).split())
    assert "Agreement of Blitz" in text
    assert "The co-op keeps 12% of the price of every job." in text
    assert '#panic("no")' in text
    assert "Zoë *Ćosić* #x" in text


def test_the_paper_of_a_stranger_names_nobody(coop, client):
    attest(decision=founding(coop), party=make_member(coop, "Joris De Backer").party, at=T0)
    paper = client.get("/velo/agreement/agreement.pdf")
    text = " ".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(paper.content)).pages)
    assert "Joris" not in text


def test_the_paper_speaks_dutch(coop, client):
    client.cookies["django_language"] = "nl"
    paper = client.get("/velo/agreement/agreement.pdf")
    text = " ".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(paper.content)).pages)
    assert "Overeenkomst van Velo" in text
