"""A job on the map, or a trip of several: where it begins, stops and ends, and where the member is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from marke.jobs.matching import places_of
from marke.jobs.models import Job
from marke.parties.models import Membership
from marke.places.map import Map, MapPoint, draw
from marke_core.matching import Place


def map_of(jobs: Sequence[Job], me: Membership | None, at: datetime) -> Map:
    """The stops in their order; with `me`, also where that member is, if they share it."""
    stops = _stops(jobs)
    points = [
        MapPoint(place, label, "pickup" if fetched and len(stops) > 1 else "place", str(number))
        for number, (place, label, fetched) in enumerate(stops, 1)
    ]
    if points and me is not None and (here := places_of(jobs[0].coop, [me], at).get(me.pk)):
        points.append(MapPoint(here, _("You"), "me", "•"))
    return draw(points, [[place for place, _label, _fetched in stops]])


def _stops(jobs: Sequence[Job]) -> list[tuple[Place, str, bool]]:
    """Where, what is written there, and whether it begins there; of several jobs all is fetched first, and a place stands there once."""
    stops = [
        (stop.point, stop.place, stop.position == 0 and (len(jobs) == 1 or bool(job.pickup)))
        for job in jobs
        for stop in job.route
        if stop.point is not None
    ]
    return stops if len(jobs) == 1 else list(dict.fromkeys(sorted(stops, key=lambda stop: not stop[2])))
