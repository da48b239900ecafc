"""Who may open doors, and what a key may do."""

from __future__ import annotations

from django.utils.translation import gettext as _

from marke.common.refusal import NotAllowed
from marke.doors.models import ApiKey
from marke.doors.scopes import SCOPES

OFFICERS = ("coordinator",)


class KeyMayNot(NotAllowed):
    """The key opens the door, but not this room."""


def check_scope(key: ApiKey, scope: str) -> None:
    """Raises: KeyMayNot."""
    if scope not in key.scopes:
        raise KeyMayNot(
            _("The key “%(key)s” may not do this. It needs “%(scope)s”; the coordinator of %(coop)s can make such a key.")
            % {"key": key.name, "scope": SCOPES[scope], "coop": key.coop.name}
        )
