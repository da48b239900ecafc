"""What can be done with credentials. Each function is one use case and one transaction."""

from marke.credentials.services.bringing import CannotBeBrought, bring, put_away
from marke.credentials.services.issuing import NothingToTell, ReasonNeeded, issue, withdraw
from marke.credentials.services.keys import (
    IssuerDoesNotFit,
    KeyCannotBeOpened,
    forget_issuer,
    keep_issuer,
    renew_key,
    withdraw_key,
)
from marke.credentials.services.platforms import (
    PlatformDoesNotFit,
    add_platform,
    ask_elsewhere,
    read_again,
    read_due,
    take_off,
)
from marke.credentials.services.requests import NotAskedYet, hand_over, note_request

__all__ = [
    "CannotBeBrought",
    "IssuerDoesNotFit",
    "KeyCannotBeOpened",
    "NotAskedYet",
    "NothingToTell",
    "PlatformDoesNotFit",
    "ReasonNeeded",
    "add_platform",
    "ask_elsewhere",
    "bring",
    "forget_issuer",
    "hand_over",
    "issue",
    "keep_issuer",
    "note_request",
    "put_away",
    "read_again",
    "read_due",
    "renew_key",
    "take_off",
    "withdraw",
    "withdraw_key",
]
