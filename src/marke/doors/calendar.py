"""A member's work as calendars read it. Source: RFC 5545, RFC 7986."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from marke.doors.models import CalendarFeed
from marke.jobs.conditions import AT_WORK, WORKED
from marke.jobs.models import Job
from marke.jobs.services import ends_at
from marke.parties.models import Membership
from marke.slots.queries import CalendarEntry
from marke.slots.queries import calendar_of as shifts_of

BEHIND, AHEAD = timedelta(days=60), timedelta(days=400)
REFRESH = timedelta(minutes=30)
MOST = 1_000


def calendar_of(feed: CalendarFeed, at: datetime) -> bytes:
    """Jobs that the member has or had, and shifts they are on. The same work gives the same bytes, so that calendars see what changed."""
    coop = feed.coop
    calendar = Calendar()
    calendar.add("prodid", "-//Marke//Marke//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    name = _("Work at %(coop)s") % {"coop": coop.name}
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    since, until = at - BEHIND, at + AHEAD
    for event in (*_jobs(feed, since, until), *_shifts(feed, since, until)):
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _jobs(feed: CalendarFeed, since: datetime, until: datetime) -> Iterable[Event]:
    rows = Job.objects.filter(
        coop=feed.coop, worker=feed.membership, state__in=WORKED, called_off_at=None, starts_at__gte=since,
        starts_at__lt=until,
    )  # fmt: skip
    for job in rows.select_related("service").prefetch_related("extra_stops").order_by("starts_at", "number")[:MOST]:
        way = " → ".join(stop.place for stop in job.route) if feed.with_places else ""
        event = _event(_entry(feed, job), _("Job"), reverse("jobs:job", args=[feed.coop.slug, job.number]), way)
        if job.state not in AT_WORK:
            event.add("transp", "TRANSPARENT")  # done: the time is free again for whoever looks
        yield event


def _shifts(feed: CalendarFeed, since: datetime, until: datetime) -> Iterable[Event]:
    """Shifts, and what the member has reserved. Their places are the co-op's own, and never a client's."""
    page = reverse("slots:mine", args=[feed.coop.slug])
    for entry in shifts_of(membership=feed.membership, since=since, until=until)[:MOST]:
        yield _event(entry, _("Shift"), page)


def _entry(feed: CalendarFeed, job: Job) -> CalendarEntry:
    begins = job.started_at if job.started_at and job.started_at < job.starts_at else job.starts_at
    return CalendarEntry(
        uid=f"job-{job.number}@{feed.coop.uid}",
        starts_at=begins,
        ends_at=max(ends_at(job), begins + timedelta(minutes=1)),
        title=f"{job.service.name} ({job.number})",
        place=job.place if feed.with_places else "",
        changed_at=job.done_at or job.started_at or job.accepted_at or job.requested_at,
    )


def _event(entry: CalendarEntry, kind: str, path: str, way: str = "") -> Event:
    event, page = Event(), settings.BASE_URL + path
    event.add("uid", entry.uid)
    event.add("dtstamp", _utc(entry.changed_at))
    event.add("dtstart", _utc(entry.starts_at))
    event.add("dtend", _utc(entry.ends_at))
    event.add("summary", entry.title)
    event.add("url", page)
    event.add("status", "CONFIRMED")
    event.add("categories", [kind])
    event.add("description", f"{way}\n{page}" if way else page)
    if entry.place:
        event.add("location", entry.place)
    return event


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)


def address_of(feed: CalendarFeed) -> str:
    return settings.BASE_URL + reverse("doors:calendar", args=[feed.coop.slug, feed.token])


def feed_of(membership: Membership) -> CalendarFeed | None:
    found = CalendarFeed.objects.filter(membership=membership).first()
    if found is not None:
        found.coop = membership.coop
    return found
