"""The series of a job on its page: the client may begin one, and is led to the one it belongs to."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from marke.jobs.models import Job, Series
from marke.jobs.parts import JobPart, Viewer

NEVER = (Job.State.CANCELLED, Job.State.EXPIRED, Job.State.CALLED_OFF, Job.State.DISPUTED)


def context(job: Job, viewer: Viewer, at: datetime) -> dict[str, Any] | None:
    series = Series.objects.filter(days__job=job).first()
    may_begin = viewer == Viewer.CLIENT and job.state not in NEVER and job.called_off_at is None and job.service.ended_at is None
    if viewer == Viewer.WORKER or (series is None and not may_begin):
        return None
    return {"series": series, "job": job}


SERIES_PART = JobPart("series", "jobs/_series.html", context, rank=60)
