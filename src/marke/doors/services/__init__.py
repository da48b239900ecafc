"""What can be done at the doors. Each function is one use case and one transaction."""

from marke.doors.services.booking import KeyUsedOtherwise, Wanted, book, cancel, price
from marke.doors.services.calendars import end_feed, feed_by, make_feed, renew_feed
from marke.doors.services.files import FileDoesNotFit, book_file, discard_file, receive_file
from marke.doors.services.keys import KeyDoesNotFit, key_by, make_key, revoke_key
from marke.doors.services.webhooks import (
    WebhookDoesNotFit,
    WebhookIsOver,
    add_webhook,
    deliver,
    end_webhook,
    forget,
    note,
    pause_webhook,
    renew_secret,
    replay,
    resume_webhook,
)

__all__ = [
    "FileDoesNotFit",
    "KeyDoesNotFit",
    "KeyUsedOtherwise",
    "Wanted",
    "WebhookDoesNotFit",
    "WebhookIsOver",
    "add_webhook",
    "book",
    "book_file",
    "cancel",
    "deliver",
    "discard_file",
    "end_feed",
    "end_webhook",
    "feed_by",
    "forget",
    "key_by",
    "make_feed",
    "make_key",
    "note",
    "pause_webhook",
    "price",
    "receive_file",
    "renew_feed",
    "renew_secret",
    "replay",
    "resume_webhook",
    "revoke_key",
]
