"""Conversations, below whatever they are about."""

from django.db import models

from marke.parties.models import Coop, Party


class Thread(models.Model):
    coop = models.ForeignKey(Coop, models.CASCADE)
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)


class Comment(models.Model):
    coop = models.ForeignKey(Coop, models.CASCADE)
    thread = models.ForeignKey(Thread, models.CASCADE, related_name="comments")
    author = models.ForeignKey(Party, models.PROTECT, related_name="comments")
    text = models.TextField()
    at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True, help_text="by its author; the text is gone then")
    once_key = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(text="") | models.Q(removed_at__isnull=False), name="a_comment_says_something"
            ),
            models.UniqueConstraint(
                fields=["thread", "once_key"], condition=~models.Q(once_key=""), name="a_comment_is_made_once"
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]
