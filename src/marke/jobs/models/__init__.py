"""Work: what can be booked, what was booked, who was asked, and how it ended."""

from marke.jobs.models.dispatching import Agreement, Lock, Look, OwnMember
from marke.jobs.models.jobs import Door, Job, JobEvent, Stop, point
from marke.jobs.models.needs import Capability, Held, JobNeed, ServiceNeed
from marke.jobs.models.offers import Asking, Contest, Offer
from marke.jobs.models.proofs import Incident, Photo, Proof, Stint, StopVisit
from marke.jobs.models.series import Series, SeriesDay
from marke.jobs.models.services import Service
from marke.jobs.models.stops import ExtraStop
from marke.jobs.models.tips import Gift, Tip
from marke.jobs.models.trips import Trip

__all__ = [
    "Agreement",
    "Asking",
    "Capability",
    "Contest",
    "Door",
    "ExtraStop",
    "Gift",
    "Held",
    "Incident",
    "Job",
    "JobEvent",
    "JobNeed",
    "Lock",
    "Look",
    "Offer",
    "OwnMember",
    "Photo",
    "Proof",
    "Series",
    "SeriesDay",
    "Service",
    "ServiceNeed",
    "Stint",
    "Stop",
    "StopVisit",
    "Tip",
    "Trip",
    "point",
]
