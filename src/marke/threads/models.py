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
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["at", "id"]
        constraints = [models.CheckConstraint(condition=~models.Q(text=""), name="a_comment_says_something")]

    def __str__(self) -> str:
        return self.text[:60]
