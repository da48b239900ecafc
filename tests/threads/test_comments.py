"""What is said below a proposal."""

from datetime import timedelta

import pytest

from marke.threads.models import Comment, Thread
from marke.threads.permissions import OnlyMembersSpeak
from marke.threads.services import (
    DiscussionClosed,
    NothingSaid,
    NotYourComment,
    TooLong,
    add_comment,
    close_thread,
    open_thread,
    remove_comment,
)
from tests.factories.parties import T0, make_coop, make_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def thread() -> Thread:
    return open_thread(coop=make_coop(), at=T0)


def test_a_member_says_something_once(thread: Thread) -> None:
    amina = make_member(thread.coop).party
    said = [add_comment(thread=thread, text=" Good idea \x00", once_key="once-once", by=amina, at=T0) for _ in range(2)]
    assert said[0] == said[1]
    assert Comment.objects.get().text == "Good idea"


@pytest.mark.parametrize(("text", "refusal"), [("", NothingSaid), (" \n\t ", NothingSaid), ("x" * 5_001, TooLong)])
def test_a_comment_says_something_and_not_too_much(thread: Thread, text: str, refusal: type[Exception]) -> None:
    amina = make_member(thread.coop).party
    with pytest.raises(refusal):
        add_comment(thread=thread, text=text, by=amina, at=T0)
    assert not Comment.objects.exists()


def test_outsiders_say_nothing(thread: Thread) -> None:
    outsiders = [make_member(make_coop("clean"), "Zoe"), make_member(thread.coop, "Odd", state="suspended")]
    for outsider in outsiders:
        with pytest.raises(OnlyMembersSpeak, match="Only members of Velo"):
            add_comment(thread=thread, text="Hello", by=outsider.party, at=T0)
    assert not Comment.objects.exists()


def test_a_closed_discussion_takes_no_more_comments(thread: Thread) -> None:
    amina = make_member(thread.coop).party
    close_thread(thread=thread, at=T0)
    close_thread(thread=thread, at=T0 + timedelta(days=1))
    with pytest.raises(DiscussionClosed):
        add_comment(thread=thread, text="Too late", by=amina, at=T0)
    thread.refresh_from_db()
    assert thread.closed_at == T0
    assert not Comment.objects.exists()


def test_one_takes_back_ones_own_words_and_nobody_elses(thread: Thread) -> None:
    amina, bram = make_member(thread.coop).party, make_member(thread.coop, "Bram").party
    comment = add_comment(thread=thread, text="I was angry", by=amina, at=T0)
    with pytest.raises(NotYourComment, match="by Amina"):
        remove_comment(comment=comment, by=bram, at=T0)
    comment.refresh_from_db()
    assert comment.text == "I was angry"
    removed = [remove_comment(comment=comment, by=amina, at=T0 + timedelta(hours=hour)) for hour in (1, 2)]
    assert (removed[1].text, removed[1].removed_at) == ("", T0 + timedelta(hours=1))
