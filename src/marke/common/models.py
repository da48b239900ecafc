"""What every app shares: the outbox."""

from django.db import models


class Mail(models.Model):
    """A mail that is to go out, written in the transaction that causes it; `marke work` delivers it."""

    to_address = models.EmailField()
    subject = models.CharField(max_length=200)
    text = models.TextField()
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True, help_text="empty: sent, or given up")
    last_error = models.TextField(blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["next_attempt_at"], condition=models.Q(sent_at=None), name="mails_still_to_send")]

    def __str__(self) -> str:
        return f"{self.subject} → {self.to_address}"
