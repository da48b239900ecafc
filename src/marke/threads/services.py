"""What is said below something."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marke.common.refusal import NotAllowed, Refused
from marke.parties.models import Coop, Party
from marke.threads.models import Comment, Thread
from marke.threads.permissions import check_speaks

LONGEST_COMMENT = 5_000


class NothingSaid(Refused):
    pass


class TooLong(Refused):
    pass


class DiscussionClosed(Refused):
    pass


class NotYourComment(NotAllowed):
    pass


def open_thread(*, coop: Coop, at: datetime) -> Thread:
    return Thread.objects.create(coop=coop, created_at=at)


def close_thread(*, thread: Thread, at: datetime) -> None:
    """Nothing more is said; what was said stays. Closing twice changes nothing."""
    Thread.objects.filter(pk=thread.pk, closed_at=None).update(closed_at=at)


def add_comment(*, thread: Thread, text: str, once_key: str = "", by: Party, at: datetime) -> Comment:
    """The same `once_key` again returns the first comment.

    Raises: OnlyMembersSpeak, NothingSaid, TooLong, DiscussionClosed.
    """
    said = text.replace("\x00", "").strip()
    with transaction.atomic():
        locked = Thread.objects.select_for_update().select_related("coop").get(pk=thread.pk)
        check_speaks(locked.coop, by, at)
        if once_key and (first := Comment.objects.filter(thread=locked, once_key=once_key, author=by).first()):
            return first
        if not said:
            raise NothingSaid(_("The comment is empty. Write what you want to say."))
        if len(said) > LONGEST_COMMENT:
            raise TooLong(
                _("The comment has %(length)d characters. Shorten it to %(longest)d or fewer.")
                % {"length": len(said), "longest": LONGEST_COMMENT}
            )
        if locked.closed_at is not None:
            raise DiscussionClosed(_("This discussion is closed, because what it was about has ended."))
        return Comment.objects.create(coop=locked.coop, thread=locked, author=by, text=said, at=at, once_key=once_key)


def remove_comment(*, comment: Comment, by: Party, at: datetime) -> Comment:
    """Takes back one's own words: the text is gone, the place where it stood says so.

    Raises: NotYourComment.
    """
    with transaction.atomic():
        locked = Comment.objects.select_for_update(of=("self",)).select_related("author").get(pk=comment.pk)
        if locked.author_id != by.pk:
            raise NotYourComment(
                _("This comment is by %(author)s, who alone can remove it. Answer it if you disagree.")
                % {"author": locked.author.name}
            )
        if locked.removed_at is None:
            locked.text, locked.removed_at = "", at
            locked.save(update_fields=["text", "removed_at"])
        return locked
