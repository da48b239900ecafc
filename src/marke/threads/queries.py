from django.db.models import QuerySet

from marke.threads.models import Comment, Thread


def comments(thread: Thread) -> QuerySet[Comment]:
    """In the order in which they were made, each with its author."""
    return Comment.objects.filter(thread=thread).select_related("author")
