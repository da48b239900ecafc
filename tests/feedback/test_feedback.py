"""What is said stays; what is shown is a rule, and no single answer can be told from it."""

from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from marke.common.models import Mail
from marke.feedback import queries, services
from marke.feedback.belonging import forget_words
from marke.feedback.conditions import Tally, held_back
from marke.feedback.models import Feedback, FeedbackRequest, FeedbackVersion
from marke.feedback.services.answering import NothingToContest, NotTheirs
from marke.feedback.services.asking import FEEDBACK_WHEEL, ask_for_feedback
from marke.feedback.services.history import SaidDoesNotFit
from marke.feedback.services.saying import NotDoneYet, SaysNothing, TooLate
from marke.jobs.models import Job
from marke.parties import services as parties
from marke.parties.events import PartyErased
from marke.parties.models import Client, Coop, Membership
from marke.rules.queries import rulebook
from tests.factories.feedback import make_said
from tests.factories.jobs import T1, make_job, make_service, settle, take, work_off
from tests.factories.parties import make_client, make_coop, make_member
from tests.factories.rules import found

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
SAID = T1 + timedelta(hours=4)


class House:
    def __init__(self, **rules: Any) -> None:
        self.coop: Coop = make_coop()
        found(self.coop, **rules)
        make_service(self.coop)
        self.cato = make_member(self.coop, "Cato", offices=("coordinator",))
        self.bo = make_member(self.coop, "Bo", offices=("treasurer",))
        self.amina = make_member(self.coop, "Amina")
        self.lund: Client = make_client(self.coop)

    def job(self, at: datetime = T1) -> Job:
        return settle(make_job(self.coop, self.lund, at=at), self.amina, at=at)

    def said(self, scores: list[int], worker: Membership | None = None, **fields: Any) -> list[Feedback]:
        return [
            make_said(self.lund, worker or self.amina, score, at=T1 + i * timedelta(hours=6), **fields)
            for i, score in enumerate(scores)
        ]

    def tally(self, by: str = "coop") -> dict[int, Tally]:
        rules = rulebook(self.coop, T1 + 9 * DAY)
        return queries.tallies(queries.about_work(self.coop), by, rules.value("feedback.asks"), rules.value("feedback.least"))


@pytest.fixture
def house() -> House:
    return House()


def say(job: Job, at: datetime = SAID, **words: Any) -> Feedback:
    return services.say(work=job, about="work", **words, by=None, at=at)


def test_a_client_says_once_per_job_how_it_was_and_the_same_again_changes_nothing(house: House) -> None:
    job = house.job()
    first = say(job, score=4, sentence="On time", note="The stairs were wet")
    again = say(job, at=SAID + DAY, score=4, sentence="On time", note="The stairs were wet")
    assert (first.pk, first.author, again.changed_at) == (again.pk, house.lund.party, None)
    assert not FeedbackVersion.objects.exists()


def test_what_is_changed_keeps_the_earlier_in_the_log(house: House) -> None:
    job = house.job()
    say(job, score=1, sentence="Late")
    now = say(job, at=SAID + DAY, score=4, sentence="Late, but the lift was broken")
    (old,) = now.versions.all()
    assert (old.score, old.sentence, old.said_at) == (1, "Late", SAID)
    assert (now.score, now.said_at, now.changed_at) == (4, SAID, SAID + DAY)


def test_only_done_work_is_spoken_about_and_only_for_a_while(house: House) -> None:
    waiting = take(make_job(house.coop, house.lund), house.amina)
    with pytest.raises(NotDoneYet):
        say(waiting, score=5)
    job = house.job()
    with pytest.raises(TooLate, match="1 April 2026"):
        say(job, at=T1 + 31 * DAY, score=5)
    assert not Feedback.objects.exists()


@pytest.mark.parametrize("words", [{}, {"sentence": "  "}, {"score": 0}, {"score": 6}, {"note": "\x00"}])
def test_what_says_nothing_or_does_not_fit_the_scale_is_refused(house: House, words: dict[str, Any]) -> None:
    job = house.job()
    with pytest.raises(SaysNothing):
        say(job, **words)
    assert not Feedback.objects.exists()


def test_the_database_takes_one_answer_per_job_and_no_sixth_star(house: House) -> None:
    said = say(house.job(), score=5)
    for change in ({"score": 6}, {"scale": "thumbs"}, {"scale": "words"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Feedback.objects.filter(pk=said.pk).update(**change)
    said.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        said.save(force_insert=True)


def test_averages_are_exact(house: House) -> None:
    house.said([5, 4, 4, 5, 5])
    (tally,) = house.tally().values()
    assert (tally.count, tally.average) == (5, Fraction(23, 5))
    assert dict(tally.counts) == {4: 2, 5: 3}


@given(st.lists(st.integers(1, 5), max_size=40), st.integers(3, 9))
def test_what_is_counted_is_a_multiple_of_the_least_number(scores: list[int], least: int) -> None:
    back = held_back(len(scores), least)
    assert 0 <= back < least
    assert (len(scores) - back) % least == 0


def test_nothing_is_shown_of_fewer_and_then_it_grows_by_as_many_at_a_time(house: House) -> None:
    seen = []
    for i in range(11):
        make_said(house.lund, house.amina, 1 if i == 5 else 5, at=T1 + i * timedelta(hours=6))
        seen.append(house.tally().get(0))
    assert [tally.count if tally else 0 for tally in seen] == [0, 0, 0, 0, 5, 5, 5, 5, 5, 10, 10]
    averages = [tally.average for tally in seen if tally]
    assert averages == [5] * 5 + [Fraction(46, 10)] * 2  # the one star of the sixth appears among five


def test_it_is_shown_by_co_op_by_circle_or_by_member(house: House) -> None:
    circle = parties.create_circle(coop=house.coop, name="North", by=None, at=T1)
    parties.join_circle(circle=circle, membership=house.bo, by=None, at=T1)
    house.said([5, 5, 5, 5, 5])
    house.said([2, 2, 2, 2, 2], worker=house.bo)
    assert house.tally()[0].average == Fraction(7, 2)
    assert {key: tally.average for key, tally in house.tally("circle").items()} == {circle.pk: Fraction(2)}
    assert {key: tally.average for key, tally in house.tally("member").items()} == {house.amina.pk: 5, house.bo.pk: 2}


def test_thumbs_come_to_a_part() -> None:
    house = House(feedback__asks="thumbs")
    house.said([1, 1, 1, 0, 1])
    assert house.tally()[0].average == Fraction(4, 5)


def test_a_question_costs_the_same_however_much_was_said(house: House) -> None:
    counts = []
    for scores in ([5] * 5, [4] * 10):
        house.said(scores, sentence="Good")
        with CaptureQueriesContext(connection) as asked:
            house.tally("member")
            list(queries.sentences(queries.about_work(house.coop), "member", 5))
            list(queries.everything(house.coop))
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_hidden_words_are_not_shown_and_the_score_stays_counted(house: House) -> None:
    said = house.said([1, 5, 5, 5, 5], sentence="So")
    services.hide(said=said[0], reason="A slur", by=house.cato, at=SAID)
    shown = queries.sentences(queries.about_work(house.coop), "coop", 3)
    assert said[0] not in shown
    assert house.tally()[0].average == Fraction(21, 5)


def test_hiding_is_contested_and_answered_by_somebody_else(house: House) -> None:
    (said,) = house.said([1], sentence="Rude")
    with pytest.raises(NothingToContest):
        services.contest(said=said, text="Why?", at=SAID)
    for by in (house.amina, make_member(house.coop, "Nia")):
        with pytest.raises(NotTheirs):
            services.hide(said=said, reason="x", by=by, at=SAID)
    services.hide(said=said, reason="A slur", by=house.cato, at=SAID)
    services.contest(said=said, text="He was rude.", at=SAID)
    with pytest.raises(NotTheirs):
        services.answer_contest(said=said, lift=False, text="No", by=house.cato, at=SAID)
    hidden = services.answer_contest(said=said, lift=True, text="It is no slur.", by=house.bo, at=SAID)
    assert (hidden.answered_by, hidden.lifted_at, hidden.reason) == (house.bo.party, SAID, "A slur")


def test_nobody_hides_what_was_said_about_themselves(house: House) -> None:
    (said,) = house.said([1], worker=house.bo, sentence="Late")
    with pytest.raises(NotTheirs):
        services.hide(said=said, reason="I do not like it", by=house.bo, at=SAID)
    assert not said.hidings.exists()


def test_the_member_answers_and_their_circle_and_nobody_else(house: House) -> None:
    circle = parties.create_circle(coop=house.coop, name="North", by=None, at=T1)
    (said,) = house.said([3], sentence="Late")
    services.answer(said=said, text="The tyre.", by=house.amina, at=SAID)
    with pytest.raises(NotTheirs):
        services.answer(said=said, text="We", circle=circle, by=house.bo, at=SAID)
    for member in (house.bo, house.amina):
        parties.join_circle(circle=circle, membership=member, by=None, at=T1)
    services.answer(said=said, text="We lend tyres now.", circle=circle, by=house.bo, at=SAID)
    with pytest.raises(NotTheirs):
        services.answer(said=said, text="I", by=house.bo, at=SAID)
    assert list(said.answers.values_list("text", flat=True)) == ["The tyre.", "We lend tyres now."]


def test_a_note_about_a_place_is_read_by_who_works_there_next_and_goes_after_its_time(house: House) -> None:
    services.say(work=house.job(), about="place", sentence="Dog, stairs", by=house.amina.party, at=SAID)
    after = take(make_job(house.coop, house.lund, at=T1 + DAY, place="rue du  midi 12"), house.bo, at=T1 + DAY)
    elsewhere = make_job(house.coop, house.lund, at=T1 + DAY, place="Rue du Nord 1")
    rules = rulebook(house.coop, T1 + DAY)
    assert [note.sentence for note in queries.notes_about_place(after, rules, T1 + DAY)] == ["Dog, stairs"]
    assert queries.notes_about_place(elsewhere, rules, T1 + DAY) == []
    assert queries.notes_about_place(after, rules, SAID + 365 * DAY) == []
    FEEDBACK_WHEEL.turn(SAID + 365 * DAY)
    assert Feedback.objects.get().sentence == ""


def test_the_client_is_asked_once_by_mail_with_a_link_for_each_answer(house: House) -> None:
    job = house.job()
    before = Mail.objects.count()
    assert ask_for_feedback(at=T1 + timedelta(hours=3)) == 0
    assert [ask_for_feedback(at=T1 + 2 * DAY + timedelta(hours=n)) for n in (0, 1)] == [1, 0]
    mail = Mail.objects.latest("id")
    assert Mail.objects.count() == before + 1
    assert f"/velo/follow/{job.token}/said/?value=5" in mail.text
    assert f"/velo/follow/{job.token}/letters/" in mail.text


def test_who_said_it_already_or_wants_no_mail_or_is_long_forgotten_is_not_asked(house: House) -> None:
    say(house.job(), score=5)
    house.job(T1 - 20 * DAY)
    assert ask_for_feedback(at=T1 + 2 * DAY) == 0
    house.job(T1 + DAY)
    services.stop_asking(client=house.lund, at=T1)
    assert ask_for_feedback(at=T1 + 3 * DAY) == 0
    services.ask_again(client=house.lund)
    assert ask_for_feedback(at=T1 + 3 * DAY) == 1
    assert FeedbackRequest.objects.count() == 1


def test_where_the_rule_says_no_nobody_is_asked() -> None:
    house = House(feedback__mail=False)
    house.job()
    assert ask_for_feedback(at=T1 + 2 * DAY) == 0


def test_a_history_is_written_down_once_and_only_what_fits(house: House) -> None:
    jobs = [house.job(T1 + n * DAY) for n in range(3)]
    past = [services.Said(work=job, at=T1 + 5 * DAY, score=4, sentence="Fine", answer="Thanks") for job in jobs]
    assert len(services.record(coop=house.coop, said=past)) == 3
    assert services.record(coop=house.coop, said=past) == []
    early = services.Said(work=work_off(make_job(house.coop, house.lund, at=T1 + 8 * DAY), house.amina, at=T1 + 8 * DAY), at=T1)
    with pytest.raises(SaidDoesNotFit):
        services.record(coop=house.coop, said=[early])
    assert Feedback.objects.count() == 3


def test_what_is_forgotten_takes_the_words_and_leaves_the_score(house: House) -> None:
    job = house.job()
    say(job, score=2, sentence="Amina was late")
    say(job, at=SAID + DAY, score=3, sentence="Amina was a little late", note="by the door")
    forget_words(PartyErased(party=house.amina.party, at=SAID + 2 * DAY))
    said = Feedback.objects.get()
    assert (said.score, said.sentence, said.note) == (3, "", "")
    assert set(said.versions.values_list("sentence", flat=True)) == {""}


def test_my_data_tells_what_i_said_and_what_was_said_of_me_without_who_said_it(house: House) -> None:
    from marke.feedback.belonging import given as what_i_gave
    from marke.feedback.belonging import received

    say(house.job(), score=4, sentence="On time", note="for you")
    (gave,) = what_i_gave(house.lund.party)
    (got,) = received(house.amina.party)
    assert (gave["score"], gave["note"]) == (4, "for you")
    assert (got["sentence"], got["score"]) == ("On time", 4)
    assert not {"job", "note", "client"} & set(got)
