"""What higher apps show on the pages of a job: the member's, and the client's by their link."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from marke.common.registry import Registry
from marke.jobs.models import Job


class Viewer(StrEnum):
    """Who looks. Whoever does the job and coordinates too looks as the worker."""

    CLIENT = "client"
    WORKER = "worker"
    OFFICER = "officer"


@dataclass(frozen=True)
class JobPart:
    """context(job, viewer, at) -> what the template gets as `part`, or None to leave it out. The lowest rank comes first."""

    kind: str
    template: str
    context: Callable[[Job, Viewer, datetime], dict[str, Any] | None]
    rank: int = 50


job_parts: Registry[JobPart] = Registry("part of a job's page")


def parts_of(job: Job, viewer: Viewer, at: datetime) -> list[dict[str, Any]]:
    """What stands below the facts of a job, in order."""
    return [
        {"template": part.template, "context": shown}
        for part in sorted(job_parts, key=lambda part: (part.rank, part.kind))
        if (shown := part.context(job, viewer, at)) is not None
    ]
