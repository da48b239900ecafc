"""Who may: a member takes their own along and withdraws it; who holds an office withdraws with a reason, and looks after keys."""

from __future__ import annotations

OFFICERS = ("coordinator", "secretary")
