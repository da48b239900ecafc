"""A client says how an assignment was: when it is invoiced whole and its last day is over, by the link of the quote."""

from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from marke.activities.models import Activity
from marke.activities.services import open_activity
from marke.common import clock
from marke.common.models import Mail
from marke.credentials.conditions import FIELDS, Choice
from marke.credentials.history import history_of, reviews_of
from marke.feedback import queries, services
from marke.feedback.belonging import forget_words, given, received
from marke.feedback.models import Feedback
from marke.feedback.services.answering import NotTheirs
from marke.feedback.services.asking import ask_for_feedback
from marke.feedback.services.history import SaidDoesNotFit
from marke.feedback.services.saying import NotDoneYet, SaysNothing, TooLate
from marke.invoices.models import Invoice, Quote
from marke.invoices.quote_queries import left_to_invoice
from marke.invoices.services import (
    answer_quote,
    close_order,
    credit_invoice,
    invoice_order,
    make_quote,
    send_quote,
    write_quote,
)
from marke.parties import services as parties
from marke.parties.events import PartyErased
from marke.parties.models import Circle
from tests.factories.feedback import make_said
from tests.factories.invoices import AT, accepted, content, line, make_activity, make_invoicing_coop
from tests.factories.jobs import make_service
from tests.factories.pages import browser_of
from tests.factories.parties import make_client, make_member

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
FAR = date(2099, 1, 1)


class Studio:
    """Amina draws in a business of her own; Bo and Cato run the film team."""

    def __init__(self, slug: str = "velo") -> None:
        self.coop = make_invoicing_coop(slug)
        make_service(self.coop)
        self.amina = make_member(self.coop, "Amina")
        self.bo = make_member(self.coop, "Bo", offices=("treasurer",))
        self.cato = make_member(self.coop, "Cato", offices=("coordinator",))
        self.lund = make_client(self.coop)
        self.prints = make_activity(self.coop, self.amina)

    def ordered(self, at: datetime = AT) -> Quote:
        return accepted(self.prints, self.lund, at=at, until=FAR)

    def done(self, at: datetime = AT, last_day: date | None = None) -> Quote:
        order = self.ordered(at)
        bill(order, at, done_on=last_day)
        return order

    def team(self) -> tuple[Circle, Activity]:
        circle = parties.create_circle(coop=self.coop, name="Film", by=None, at=AT)
        for member in (self.bo, self.cato):
            parties.join_circle(circle=circle, membership=member, by=None, at=AT)
        return circle, open_activity(coop=self.coop, name="Film", circle=circle, once_key="film", by=self.bo.party, at=AT)

    def of_team(self, film: Activity, key: str = "clip") -> Quote:
        by = self.bo.party
        order = make_quote(activity=film, client=self.lund, title="Clip", once_key=key, by=by, at=AT)
        lines = [line(rate="S-210")]
        write_quote(quote=order, content=content(title="Clip", valid_until=FAR), lines=lines, by=by, at=AT)
        send_quote(quote=order, by=by, at=AT)
        answer_quote(quote=order, version=1, accepted=True, name="Lund", by=None, at=AT)
        order.refresh_from_db()
        bill(order)
        return order


@pytest.fixture
def studio() -> Studio:
    return Studio()


def bill(order: Quote, at: datetime = AT, part: Fraction | None = None, done_on: date | None = None) -> Invoice:
    left = sum(left_to_invoice(order).values())
    return invoice_order(quote=order, part=part, done_on=done_on, seen=left, by=None, at=at)


def say(order: Quote, at: datetime = AT + 3 * DAY, **words: Any) -> Feedback:
    return services.say(work=order, about="work", **words, by=None, at=at)


def link(name: str, *args: Any, slug: str = "velo") -> str:
    return reverse(f"feedback:{name}", args=[slug, *args])


def test_a_client_says_once_per_order_how_it_was_and_the_same_again_changes_nothing(studio: Studio) -> None:
    order = studio.done()
    first = say(order, score=4, sentence="As we hoped", note="The door was shut")
    again = say(order, at=AT + 4 * DAY, score=4, sentence="As we hoped", note="The door was shut")
    assert (first.pk, again.changed_at, Feedback.objects.count()) == (again.pk, None, 1)
    assert (first.order, first.job, first.worker, first.circle) == (order, None, studio.amina, None)
    assert (first.client, first.author) == (studio.lund, studio.lund.party)


def test_what_is_changed_keeps_the_earlier_in_the_log(studio: Studio) -> None:
    order = studio.done()
    say(order, score=2)
    now = say(order, at=AT + 5 * DAY, score=5)
    assert (now.score, now.changed_at, [old.score for old in now.versions.all()]) == (5, AT + 5 * DAY, [2])


def test_an_order_is_not_spoken_about_before_all_of_it_is_invoiced(studio: Studio) -> None:
    order = studio.ordered()
    with pytest.raises(NotDoneYet, match=f"Order {order.number} is not done yet"):
        say(order, score=5)
    bill(order, part=Fraction(1, 2))
    with pytest.raises(NotDoneYet):
        say(order, score=5)
    assert not Feedback.objects.exists()
    bill(order, AT + DAY)
    assert say(order, score=5).score == 5


def test_nor_before_the_last_day_that_its_invoice_names_is_over(studio: Studio) -> None:
    last_day = AT.date() + 10 * DAY
    order = studio.done(last_day=last_day)
    over = clock.local_midnight(last_day + DAY, studio.coop.timezone)
    assert services.open_until(order, over - timedelta(seconds=1)) is None
    with pytest.raises(NotDoneYet):
        say(order, at=over - timedelta(seconds=1), score=5)
    assert not Feedback.objects.exists()
    assert say(order, at=over, score=5).said_at == over


def test_the_time_to_say_it_is_that_of_jobs_and_runs_from_when_it_was_done(studio: Studio) -> None:
    order = studio.done()
    assert services.open_until(order, AT + 2 * DAY) == AT + 30 * DAY
    with pytest.raises(TooLate, match=f"order {order.number}"):
        say(order, at=AT + 30 * DAY, score=5)
    assert not Feedback.objects.exists()


def test_what_was_taken_back_as_a_whole_is_not_done_and_a_part_that_was_credited_changes_nothing(studio: Studio) -> None:
    order, back = studio.done(), studio.ordered()
    credit_invoice(invoice=order.invoices.get(), reason="Too dear", amounts={1: 100}, by=None, at=AT + DAY)
    credit_invoice(invoice=bill(back), reason="Twice", by=None, at=AT + DAY)
    assert say(order, score=3).score == 3
    with pytest.raises(NotDoneYet):
        say(back, score=3)


def test_an_order_that_was_closed_after_a_part_is_done_from_then_on(studio: Studio) -> None:
    order, none = studio.ordered(), studio.ordered()
    bill(order, part=Fraction(1, 2))
    close_order(quote=order, by=studio.amina.party, at=AT + 2 * DAY)
    close_order(quote=none, by=studio.amina.party, at=AT + 2 * DAY)
    assert services.open_until(Quote.objects.get(pk=order.pk), AT + 3 * DAY) == AT + 32 * DAY
    with pytest.raises(NotDoneYet):
        say(none, score=1)


@pytest.mark.parametrize("words", [{}, {"sentence": "  "}, {"score": 0}, {"score": 6}, {"note": "\x00"}])
def test_what_says_nothing_or_does_not_fit_the_scale_is_refused(studio: Studio, words: dict[str, Any]) -> None:
    with pytest.raises(SaysNothing):
        say(studio.done(), **words)
    assert not Feedback.objects.exists()


def test_the_database_takes_one_answer_per_order_about_one_thing_and_one_doer(studio: Studio) -> None:
    said = say(studio.done(), score=5)
    circle, _film = studio.team()
    job = make_said(studio.lund, studio.amina, 5, at=AT).job
    for change in ({"job": job}, {"order": None}, {"about": "place"}, {"circle": circle}, {"worker": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Feedback.objects.filter(pk=said.pk).update(**change)
    said.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        said.save(force_insert=True)


def test_it_counts_beside_what_was_said_about_jobs_and_shows_by_the_same_rule(studio: Studio) -> None:
    for _each in range(3):
        say(studio.done(), score=5)
    for _each in range(2):
        make_said(studio.lund, studio.amina, 2, at=AT)
    rows = queries.about_work(studio.coop)
    for by, key in (("coop", 0), ("member", studio.amina.pk)):
        assert queries.tallies(rows, by, "stars", 5)[key].average == Fraction(19, 5)
    page = browser_of(None).get(link("said")).text
    assert "3.8 of 5 stars" in page


def test_a_team_s_order_is_said_of_the_team_and_of_no_member_of_it(studio: Studio) -> None:
    circle, film = studio.team()
    said = [say(studio.of_team(film, f"clip {n}"), score=4, sentence=f"Clip {n}") for n in range(5)]
    assert {(row.worker, row.circle) for row in said} == {(None, circle)}
    rows = queries.about_work(studio.coop)
    assert queries.tallies(rows, "coop", "stars", 5)[0].count == 5
    assert queries.tallies(rows, "circle", "stars", 5)[circle.pk].count == 5
    assert queries.tallies(rows, "member", "stars", 5) == {}
    shown = {by: queries.sentences(rows, by, 5).count() for by in ("coop", "circle", "member")}
    assert shown == {"coop": 5, "circle": 5, "member": 0}
    assert reviews_of(studio.bo, AT + 40 * DAY) == []
    assert not list(received(studio.bo.party))


def test_a_team_answers_for_itself_and_nobody_in_it_hides_what_was_said_of_it(studio: Studio) -> None:
    circle, film = studio.team()
    said = say(studio.of_team(film), score=2, sentence="Shaky")
    services.answer(said=said, text="It was windy.", circle=circle, by=studio.cato, at=AT + 4 * DAY)
    for refused in (
        lambda: services.answer(said=said, text="I", by=studio.bo, at=AT + 4 * DAY),
        lambda: services.answer(said=said, text="We", circle=circle, by=studio.amina, at=AT + 4 * DAY),
        lambda: services.hide(said=said, reason="No", by=studio.bo, at=AT + 4 * DAY),
    ):
        with pytest.raises(NotTheirs):
            refused()
    assert [answer.text for answer in said.answers.all()] == ["It was windy."]
    assert not said.hidings.exists()


def test_the_member_s_history_tells_it_with_what_was_said_about_jobs(studio: Studio) -> None:
    said = [say(studio.done(), score=5, sentence=f"Fine {n}") for n in range(3)]
    for n in range(2):
        make_said(studio.lund, studio.amina, 3, f"Late {n}", at=AT)
    choice = Choice(AT.date() - DAY, AT.date() + 9 * DAY, tuple(FIELDS), reviews=(said[0].pk,))
    told = history_of(studio.amina, choice, AT + 40 * DAY)
    assert told["assessments"]["number"] == 5
    assert told["assessments"]["average"] == "4.20"
    assert told["reviews"] == ["Fine 0"]
    assert "assessments" not in history_of(studio.bo, choice, AT + 40 * DAY)


def test_what_is_forgotten_takes_the_words_and_leaves_the_score(studio: Studio) -> None:
    say(studio.done(), score=3, sentence="Amina was kind", note="by the door")
    (gave,), (got,) = given(studio.lund.party), received(studio.amina.party)
    assert (gave["order"], gave["job"], gave["note"]) == (1, "", "by the door")
    assert not {"order", "job", "note", "client"} & set(got)
    forget_words(PartyErased(party=studio.amina.party, at=AT + 5 * DAY))
    said = Feedback.objects.get()
    assert (said.score, said.sentence, said.note) == (3, "", "")


def test_a_history_of_orders_is_written_down_once_and_only_what_fits(studio: Studio) -> None:
    past = [services.Said(work=studio.done(), at=AT + DAY, score=4, sentence="Fine", answer="Thanks") for _each in range(2)]
    assert len(services.record(coop=studio.coop, said=past)) == 2
    assert services.record(coop=studio.coop, said=past) == []
    with pytest.raises(SaidDoesNotFit, match="Order 3"):
        services.record(coop=studio.coop, said=[services.Said(work=studio.ordered(), at=AT + DAY, score=4)])
    assert Feedback.objects.count() == 2


def test_jobs_are_asked_about_by_mail_as_before_when_an_order_was_spoken_about(studio: Studio) -> None:
    say(studio.done(), score=5)
    make_said(studio.lund, studio.amina, 5, at=AT + DAY)
    before = Mail.objects.count()
    assert ask_for_feedback(at=AT + 2 * DAY + timedelta(hours=12)) == 0
    Feedback.objects.filter(job__isnull=False).delete()
    assert ask_for_feedback(at=AT + 2 * DAY + timedelta(hours=12)) == 1
    assert Mail.objects.count() == before + 1


# Pages


def done_lately(studio: Studio) -> Quote:
    return studio.done(at=clock.now() - 3 * DAY)


def test_by_the_link_of_the_quote_it_is_said_without_an_account_and_twice_is_once(studio: Studio) -> None:
    order, browser = done_lately(studio), Browser()
    offer = browser.get(reverse("invoices:offer", args=["velo", order.token])).text
    assert f'action="{link("say_order", order.token)}"' in offer
    posted = {"score": "4", "sentence": "<script>alert(1)</script> “北”", "note": "=1+1\x00"}
    for _twice in range(2):
        assert browser.post(link("say_order", order.token), posted).status_code == 302
    browser.post(link("say_order", order.token), {"score": "5"})
    said = Feedback.objects.get()
    assert (said.score, said.sentence, said.versions.count()) == (5, "<script>alert(1)</script> “北”", 1)
    page = browser.get(link("say_order", order.token)).text
    assert "<script>alert(1)" not in page and "&lt;script&gt;" in page and "Posters" in page


def test_the_page_of_the_invoice_leads_there(studio: Studio) -> None:
    order = done_lately(studio)
    page = reverse("invoices:client_invoice", args=["velo", studio.lund.token, order.invoices.get().number])
    assert reverse("invoices:offer", args=["velo", order.token]) in Browser().get(page).text


def test_before_it_is_done_the_page_asks_nothing_and_takes_nothing(studio: Studio) -> None:
    order, browser = studio.ordered(at=clock.now() - 3 * DAY), Browser()
    assert "How was it?" not in browser.get(reverse("invoices:offer", args=["velo", order.token])).text
    assert "There is nothing to say now" in browser.get(link("say_order", order.token)).text
    assert browser.post(link("say_order", order.token), {"score": "5"}).status_code == 422
    assert not Feedback.objects.exists()


def test_no_other_key_opens_it_not_a_quote_s_nor_a_job_s_nor_another_co_op_s(studio: Studio) -> None:
    order, quote = done_lately(studio), make_said(studio.lund, studio.amina, 5, at=clock.now() - 2 * DAY)
    elsewhere = done_lately(Studio("other"))
    browser = Browser()
    assert quote.job is not None
    refused = [
        link("say_order", quote.job.token), link("say_order", "x" * 60), link("say", order.token),
        link("say_order", studio.lund.token), link("say_order", elsewhere.token), link("say_order", order.token, slug="other"),
    ]  # fmt: skip
    for path in refused:
        assert (browser.get(path).status_code, browser.post(path, {"score": "1"}).status_code) == (404, 404)
    assert browser.post(link("say_order_contest", order.token), {"text": "No"}).status_code == 404
    assert not Feedback.objects.filter(order__isnull=False).exists()


def test_the_office_reads_hides_and_answers_it_and_the_client_contests(studio: Studio) -> None:
    order = done_lately(studio)
    browser_of(None).post(link("say_order", order.token), {"score": "1", "sentence": "Rude", "note": "secret"})
    said = Feedback.objects.get()
    cato, bo, client = browser_of(studio.cato), browser_of(studio.bo), Browser()
    assert f"Order {order.number}" in cato.get(link("all")).text
    one = cato.get(link("one", said.pk)).text
    assert "Posters" in one and "secret" in one and "Amina" in one
    cato.post(link("hiding", said.pk), {"reason": "A slur"})
    assert "A slur" in client.get(link("say_order", order.token)).text
    assert client.post(link("say_order_contest", order.token), {"text": "It is none."}).status_code == 302
    assert f"order {order.number}" in bo.get("/velo/").text
    bo.post(link("contest", said.pk), {"lift": "yes", "text": "It is none."})
    assert said.hidings.get().lifted_at is not None


def test_the_member_reads_it_where_what_was_said_about_jobs_stands(studio: Studio) -> None:
    for _each in range(5):
        order = done_lately(studio)
        services.say(work=order, about="work", score=5, sentence="A fine poster", by=None, at=clock.now())
    assert "A fine poster" in browser_of(studio.amina).get(link("mine")).text
    assert "A fine poster" not in browser_of(studio.bo).get(link("mine")).text


def test_what_was_said_of_a_team_has_its_pages_too(studio: Studio) -> None:
    circle, film = studio.team()
    said = say(studio.of_team(film), score=2, sentence="Shaky")
    outsider = make_member(studio.coop, "Nia", offices=("secretary",))
    page = browser_of(outsider).get(link("one", said.pk)).text
    assert "Film" in page and "hide the words" in page
    assert "hide the words" not in browser_of(studio.bo).get(link("one", said.pk)).text
    assert browser_of(studio.bo).post(link("answers", said.pk), {"circle": circle.pk, "text": "Sorry"}).status_code == 302
    assert "Film" in browser_of(outsider).get(link("all")).text


def test_the_office_s_list_costs_the_same_however_much_was_said(studio: Studio) -> None:
    browser, counts = browser_of(studio.cato), []
    for _each in range(2):
        say(studio.done(), score=5)
        say(studio.done(), score=4)
        browser.get(link("all"))
        with CaptureQueriesContext(connection) as asked:
            browser.get(link("all"))
        counts.append(len(asked))
    assert counts[0] == counts[1]
