"""Who came before: the members whom a client may ask for again."""

from __future__ import annotations

from marke.jobs.models import Job
from marke.parties.models import Client, Membership

MOST = 8
CAME = (Job.State.DONE, Job.State.CONFIRMED, Job.State.SETTLED)


def who_came(client: Client | None, earlier: Job | None, *, by_link: bool) -> list[Membership]:
    """Members who worked for this client; by a link, those of the bookings that it leads through. One query."""
    if client is None:
        return []
    jobs = Job.objects.filter(coop=client.coop_id, client=client, state__in=CAME, called_off_at=None)
    if by_link:
        jobs = jobs.filter(chain=earlier.chain) if earlier and earlier.chain else jobs.none()
    rows = Membership.objects.filter(pk__in=jobs.values("worker"), state=Membership.State.MEMBER)
    return list(rows.select_related("party").order_by("party__name", "number")[:MOST])
