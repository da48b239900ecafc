"""Work whose price client and member settle between them: each sees how to reach the other, once it is taken."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from marke.jobs.conditions import WITHOUT_WORKER, WORKED
from marke.jobs.models import Job
from marke.jobs.parts import JobPart, Viewer


def _contact(job: Job, viewer: Viewer, at: datetime) -> dict[str, Any] | None:
    """The client's for whoever does the job, and theirs for the client. An officer sees neither here."""
    if not job.service.between_them or viewer == Viewer.OFFICER or job.state not in WORKED | WITHOUT_WORKER:
        return None
    other = job.client.party if viewer == Viewer.WORKER else job.worker.party if job.worker else None
    if other is None:
        return {"name": "", "phone": "", "email": ""}
    return {"name": other.name, "phone": other.phone, "email": other.email}


BETWEEN_THEM = JobPart("between_them", "jobs/_between_them.html", _contact, rank=10)
