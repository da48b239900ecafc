"""A job on the map: where it begins, stops and ends, and where the member is."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from marke.jobs.matching import places_of
from marke.jobs.models import Job
from marke.parties.models import Membership
from marke.places.map import Map, MapPoint, draw


def map_of(job: Job, me: Membership | None, at: datetime) -> Map:
    """The stops in their order; with `me`, also where that member is, if they share it."""
    stops = [(stop, stop.point) for stop in job.route if stop.point is not None]
    points = [
        MapPoint(place, stop.place, "pickup" if stop.position == 0 and len(stops) > 1 else "place", str(stop.position + 1))
        for stop, place in stops
        if place is not None
    ]
    if points and me is not None and (here := places_of(job.coop, [me], at).get(me.pk)):
        points.append(MapPoint(here, _("You"), "me", "•"))
    return draw(points, [[place for _stop, place in stops if place is not None]])
