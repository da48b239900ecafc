"""The pages about what was said: the client's by their link, the public one, the member's, the office's."""

from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from marke.common import clock
from marke.feedback.models import Feedback, FeedbackSilence
from marke.feedback.services import hide
from marke.jobs.models import Job
from marke.parties.models import Membership
from tests.factories.feedback import make_said
from tests.factories.jobs import make_job, settle
from tests.factories.parties import make_member
from tests.feedback.test_feedback import DAY, House

pytestmark = pytest.mark.django_db


def browser_of(who: Membership | None = None) -> Browser:
    browser = Browser()
    if who is not None:
        assert who.party.user is not None
        browser.force_login(who.party.user, "django.contrib.auth.backends.ModelBackend")
    return browser


def at(name: str, *args: Any) -> str:
    return reverse(f"feedback:{name}", args=["velo", *args])


def job_of(house: House) -> Job:
    now = clock.now() - DAY
    return settle(make_job(house.coop, house.lund, at=now), house.amina, at=now)


def say_all(house: House, n: int, score: int = 5, **words: str) -> list[Feedback]:
    return [make_said(house.lund, house.amina, score, at=clock.now() - DAY, **words) for _each in range(n)]


def test_one_tap_on_the_page_of_the_job_says_it_without_an_account() -> None:
    house = House()
    job, browser = job_of(house), browser_of()
    follow = browser.get(reverse("jobs:follow", args=["velo", job.token])).text
    assert f'action="{at("say", job.token)}"' in follow and 'value="4"' in follow
    assert browser.post(at("say", job.token), {"score": "4"}).status_code == 302
    assert browser.post(at("say", job.token), {"score": "4", "sentence": "On time", "note": "by the door"}).status_code == 302
    browser.post(at("say", job.token), {"score": "5"})
    said = Feedback.objects.get()
    assert (said.score, said.sentence, said.note) == (5, "On time", "by the door")


def test_the_link_in_the_mail_chooses_and_only_the_button_says_it() -> None:
    house = House()
    job = job_of(house)
    page = browser_of().get(at("say", job.token), {"value": "2"}).text
    assert 'value="2" id="id_score_1" checked' in page.replace("\n", " ") or "checked" in page
    assert not Feedback.objects.exists()


@pytest.mark.parametrize("posted", [{}, {"score": "9"}, {"score": "x"}, {"sentence": " "}])
def test_what_says_nothing_comes_back_with_the_reason(posted: dict[str, str]) -> None:
    job = job_of(House())
    assert browser_of().post(at("say", job.token), posted).status_code == 422
    assert not Feedback.objects.exists()


def test_looking_at_the_link_to_stop_the_mails_stops_none_and_the_button_does() -> None:
    job, browser = job_of(House()), browser_of()
    browser.get(at("letters", job.token))
    assert not FeedbackSilence.objects.exists()
    browser.post(at("letters", job.token), {"answer": "stop"})
    assert FeedbackSilence.objects.count() == 1
    browser.post(at("letters", job.token), {"answer": "again"})
    assert not FeedbackSilence.objects.exists()


@pytest.mark.parametrize(
    ("shown", "told", "untold"),
    [("coop", "4 of 5 stars", "Amina"), ("member", "Amina (3)", "nobody"), ("none", "It is shown to nobody", "In their words")],
)
def test_the_public_page_shows_what_the_rule_says_and_never_a_note(shown: str, told: str, untold: str) -> None:
    house = House(feedback__shown=shown)
    say_all(house, 5, 4, sentence="On time", note="secret")
    page = browser_of().get(at("said")).text
    main = page[page.index("<main") :]
    assert told in main.replace("4.0", "4")
    assert untold not in main and "secret" not in page
    assert ("On time" in main) == (shown != "none")


def test_the_csv_is_for_members_and_says_no_more_than_the_page() -> None:
    house = House(feedback__shown="member")
    say_all(house, 6, 4)
    text = browser_of(house.bo).get(at("said_csv")).text
    assert "Amina (3),5,20,0,0,0,5,0" in text
    assert browser_of().get(at("said_csv")).status_code == 302


def test_a_member_reads_what_was_said_about_their_work_whatever_is_shown() -> None:
    house = House(feedback__shown="none")
    say_all(house, 5, sentence="A fine bike")
    assert "A fine bike" in browser_of(house.amina).get(at("mine")).text
    assert "A fine bike" not in browser_of(house.bo).get(at("mine")).text


def test_the_office_hides_the_client_contests_and_another_shows_it_again() -> None:
    house = House()
    (said,) = say_all(house, 1, 1, sentence="Rude")
    assert said.job is not None
    cato, bo, client = browser_of(house.cato), browser_of(house.bo), browser_of()
    assert cato.post(at("hiding", said.pk), {"reason": " "}).status_code == 422
    cato.post(at("hiding", said.pk), {"reason": "A slur"})
    assert "A slur" in client.get(at("say", said.job.token)).text
    client.post(at("say_contest", said.job.token), {"text": "He was."})
    assert "contests" in bo.get("/velo/").text
    assert "hidden" in cato.post(at("contest", said.pk), {"lift": "no", "text": "No"}).text
    bo.post(at("contest", said.pk), {"lift": "yes", "text": "It is none."})
    said.refresh_from_db()
    assert said.hidings.get().lifted_at is not None


def test_a_colleague_reads_nothing_of_another_and_a_hidden_word_is_for_the_office() -> None:
    house = House()
    (said,) = say_all(house, 1, 1, sentence="Rude", note="secret")
    nia = browser_of(make_member(house.coop, "Nia"))
    assert nia.get(at("one", said.pk)).status_code == 403
    assert nia.get(at("all")).status_code == 403
    own = browser_of(house.amina)
    assert "Rude" in own.get(at("one", said.pk)).text and "secret" not in own.get(at("one", said.pk)).text
    hide(said=said, reason="A slur", by=house.cato, at=clock.now())
    assert own.get(at("one", said.pk)).status_code == 403
    assert "secret" in browser_of(house.bo).get(at("one", said.pk)).text


def test_the_worker_tells_who_comes_next_about_the_place() -> None:
    house = House()
    job = job_of(house)
    own = browser_of(house.amina)
    own.post(at("place", job.number), {"sentence": "Dog, stairs"})
    page = own.get(reverse("jobs:job", args=["velo", job.number])).text
    assert "Dog, stairs" in page
    assert "Dog, stairs" not in browser_of().get(reverse("jobs:follow", args=["velo", job.token])).text
    assert browser_of(make_member(house.coop, "Nia")).post(at("place", job.number), {"sentence": "x"}).status_code == 403
