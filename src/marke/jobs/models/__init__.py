"""Work: what can be booked, what was booked, who was asked, and how it ended."""

from marke.jobs.models.jobs import Door, Job, JobEvent
from marke.jobs.models.offers import Contest, Offer
from marke.jobs.models.proofs import Incident, Photo, Proof, Stint, StopVisit
from marke.jobs.models.services import Service

__all__ = [
    "Contest",
    "Door",
    "Incident",
    "Job",
    "JobEvent",
    "Offer",
    "Photo",
    "Proof",
    "Service",
    "Stint",
    "StopVisit",
]
