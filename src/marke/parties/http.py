"""The request as a view below a co-op's name gets it."""

from datetime import datetime

from django.http import HttpRequest

from marke.parties.models import Client, Coop, Membership, Party


class CoopRequest(HttpRequest):
    """Set by CoopMiddleware. `coop` is there on every page below /<coop>/ (and None elsewhere, where views take HttpRequest).

    `party` is the person who is signed in; `acting_for` the organisation or household they act for, if any. `membership` and
    `client` are those of `acting_for`, or else of the person: services get `by=request.party` and this membership.
    """

    coop: Coop
    asked_at: datetime  # the one moment that this request knows as now
    party: Party | None
    acting_for: Party | None
    membership: Membership | None
    client: Client | None
