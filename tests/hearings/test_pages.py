"""The pages of a hearing: who reads a case, who may do what in it, and what somebody suspended can still do."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from marke.common import clock
from marke.decisions.models import Proposal
from marke.hearings import services
from marke.hearings.belonging import forget_old_photos
from marke.hearings.models import Case, StatementPhoto
from marke.hearings.tables import of_a_year
from marke.parties.models import Membership
from tests.factories.hearings import make_case, suspend
from tests.factories.parties import make_member
from tests.hearings.test_hearings import DAY, Hall

pytestmark = pytest.mark.django_db


def browser_of(who: Membership) -> Browser:
    browser = Browser()
    assert who.party.user is not None
    browser.force_login(who.party.user, "django.contrib.auth.backends.ModelBackend")
    return browser


def at(name: str, *args: Any) -> str:
    return reverse(f"hearings:{name}", args=["velo", *args])


@pytest.fixture
def hall() -> Hall:
    return Hall()


def opened(hall: Hall, days: int = 0) -> Case:
    return make_case(hall.amina, hall.cato, at=clock.now() - days * DAY)


def test_a_case_is_read_by_who_is_in_it_and_who_has_a_mandate(hall: Hall) -> None:
    case = opened(hall)
    readers = {who.party.name: browser_of(who).get(at("case", case.number)).status_code for who in
               (hall.cato, hall.bo, hall.amina, hall.dilan)}  # fmt: skip
    assert readers == {"Cato": 200, "Bo": 200, "Amina": 200, "Dilan": 403}
    services.name_speaker(case=case, speaker=hall.dilan, by=hall.amina.party, at=clock.now())
    assert browser_of(hall.dilan).get(at("case", case.number)).status_code == 200
    assert "Case 1" not in browser_of(make_member(hall.coop, "Nia")).get(at("hearings")).text


def test_once_the_members_vote_everybody_reads_it(hall: Hall) -> None:
    case = opened(hall, 20)
    bo = browser_of(hall.bo)
    form = {"outcome": "excluded", "reasons": "Theft."}
    assert bo.post(at("outcome", case.number), form).status_code == 302
    assert Proposal.objects.get().title == "Amina is excluded (case 1)"
    assert browser_of(hall.dilan).get(at("case", case.number)).status_code == 200
    assert bo.post(at("outcome", case.number), {"outcome": "warning", "reasons": "x"}).status_code == 422


def test_who_is_suspended_still_answers_and_appeals_in_their_case_and_does_nothing_else(hall: Hall) -> None:
    case = opened(hall)
    services.suspend_meanwhile(case=case, days=5, grounds="Threats.", by=hall.cato.party, at=clock.now())
    amina = browser_of(hall.amina)
    assert amina.post(at("statement", case.number), {"text": "I was angry."}).status_code == 302
    assert amina.post(at("speaker", case.number), {"name": "A friend", "speaker": ""}).status_code == 302
    hall.decide(case, at=clock.now())
    assert amina.post(at("appeal", case.number), {"text": "It was once."}).status_code == 302
    case.refresh_from_db()
    assert (case.state, case.speaker_name) == ("appealed", "A friend")
    suspend(hall.dilan, at=clock.now())
    dilan = browser_of(hall.dilan)
    assert dilan.get(at("hearings")).status_code == 200
    assert dilan.post(at("new"), {"grounds": "x"}).status_code == 403


def test_what_is_refused_stands_on_the_page_with_what_was_typed(hall: Hall) -> None:
    case = opened(hall)
    answer = browser_of(hall.bo).post(at("outcome", case.number), {"outcome": "warning", "reasons": "I am sure <b>"})
    assert answer.status_code == 422
    assert "Nothing is decided before" in answer.text and "I am sure &lt;b&gt;" in answer.text
    assert browser_of(hall.cato).post(at("new"), {"membership": 9, "grounds": ""}).status_code == 422
    case.refresh_from_db()
    assert case.state == "open"


def test_the_members_page_names_the_cases_to_the_member_and_the_office_only(hall: Hall) -> None:
    opened(hall)
    page = reverse("parties:member", args=["velo", hall.amina.number])
    assert "Case 1" in browser_of(hall.amina).get(page).text
    assert "Case 1" in browser_of(hall.cato).get(page).text
    assert "Case 1" not in browser_of(hall.dilan).get(page).text
    assert "Suspend" not in browser_of(hall.cato).get(page).text


def test_the_home_page_asks_the_member_and_who_can_decide(hall: Hall) -> None:
    opened(hall, 20)
    assert "give your statement" in browser_of(hall.amina).get("/velo/").text
    assert "A hearing waits for a decision" in browser_of(hall.bo).get("/velo/").text
    assert "A hearing" not in browser_of(hall.dilan).get("/velo/").text


def test_the_list_costs_the_same_for_one_and_for_three(hall: Hall) -> None:
    counts, bo = [], browser_of(hall.bo)
    for names in (["Ewa"], ["Femi", "Gül"]):
        for name in names:
            make_case(make_member(hall.coop, name), hall.cato, at=clock.now())
        bo.get(at("hearings"))
        with CaptureQueriesContext(connection) as asked:
            assert bo.get(at("hearings")).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_what_was_earned_is_paid_to_who_is_suspended(hall: Hall) -> None:
    from marke.jobs.services import confirm_job
    from marke.ledger.queries import party_balance
    from marke.ledger.services import Account
    from tests.factories.jobs import make_job, make_service, work_off
    from tests.factories.parties import make_client

    make_service(hall.coop)
    now = clock.now()
    job = work_off(make_job(hall.coop, make_client(hall.coop), at=now), hall.amina, at=now)
    case = opened(hall)
    services.suspend_meanwhile(case=case, days=5, grounds="Threats.", by=hall.cato.party, at=now)
    confirm_job(job=job, by=None, at=now + DAY)
    assert party_balance(hall.coop, Account.Kind.EARNINGS, hall.amina.party) < 0


def test_a_statement_shows_a_photo_to_whoever_reads_the_case_until_its_time_is_over(hall: Hall) -> None:
    case = opened(hall)
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(file, "PNG")
    amina = browser_of(hall.amina)
    nonsense = SimpleUploadedFile("a.png", b"<script>", "image/png")
    assert amina.post(at("statement", case.number), {"text": "It was flat.", "photo": nonsense}).status_code == 422
    assert not StatementPhoto.objects.exists() and not case.steps.filter(kind="statement").exists()
    shown = SimpleUploadedFile("tyre.png", file.getvalue(), "image/png")
    assert amina.post(at("statement", case.number), {"text": "It was flat.", "photo": shown}).status_code == 302
    photo = StatementPhoto.objects.get()
    assert at("photo", case.number, photo.pk) in browser_of(hall.bo).get(at("case", case.number)).text
    seen = {who.party.name: browser_of(who).get(at("photo", case.number, photo.pk)).status_code for who in
            (hall.amina, hall.bo, hall.dilan)}  # fmt: skip
    assert seen == {"Amina": 200, "Bo": 200, "Dilan": 403}
    assert forget_old_photos(clock.now() + 364 * DAY) == 0
    assert forget_old_photos(clock.now() + 366 * DAY) == 1
    assert browser_of(hall.bo).get(at("photo", case.number, photo.pk)).status_code == 404
    assert case.steps.get(kind="statement").text == "It was flat."


def test_the_list_of_hearings_is_a_table_of_what_one_may_read(hall: Hall) -> None:
    opened(hall)
    rows = browser_of(hall.bo).get(at("hearings") + "?format=csv").text.splitlines()
    assert len(rows) == 2 and "Amina" in rows[1] and "Cato" in rows[1]
    assert len(browser_of(hall.dilan).get(at("hearings") + "?format=csv").text.splitlines()) == 1


def test_the_yearly_report_counts_what_was_decided_about_members(hall: Hall) -> None:
    case = opened(hall, 20)
    services.suspend_meanwhile(case=case, days=3, grounds="A knife.", by=hall.cato.party, at=clock.now() - 20 * DAY)
    hall.decide(case, at=clock.now())
    year = clock.now().year
    counted = dict(of_a_year(hall.coop, clock.now() - 30 * DAY, clock.now() + DAY))
    assert counted == {"A warning": 1, "Suspended meanwhile, for safety": 1}
    assert of_a_year(hall.coop, clock.now() + DAY, clock.now() + 30 * DAY) == []
    page = browser_of(hall.dilan).get(f"/velo/transparency/{year}/").text
    assert "A warning" in page and "Suspended meanwhile, for safety" in page
