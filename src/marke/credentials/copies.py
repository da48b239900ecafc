"""Who stands first where several people of the installation show one credential."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from marke.credentials.identity import checked
from marke.credentials.models import Bearer, Brought
from marke.parties.models import Coop, Membership
from marke_core.credentials import Report


def proves(brought: Brought, *, reader: Coop, at: datetime) -> bool:
    """It was proven to the reader when it was brought, also if the issuer's keys are others now; or it can be checked now.

    Where another co-op than the reader's shows it, whoever brought it must have proven it there, or elsewhere here.
    """
    if brought.proven and brought.coop_id == reader.pk:
        return True
    if not checked(brought.content, reader=reader, at=at).proven:
        return False
    if brought.coop_id == reader.pk or brought.proven or _is_borne(brought):
        return True
    return checked(brought.content, reader=brought.coop, at=at).proven


def _is_borne(brought: Brought) -> bool:
    """The same person proved it, in this co-op or in another."""
    return Bearer.objects.filter(fingerprint=brought.fingerprint, party=brought.membership.party_id).exists()


def reports_of(membership: Membership, rows: Iterable[Brought], *, at: datetime) -> list[Report]:
    """What they brought, each checked. What became checkable later and is somebody else's before theirs says so."""
    rows, others = list(rows), defaultdict(list)
    known = {row.fingerprint for row in rows} - {""}
    of_others = Brought.objects.filter(fingerprint__in=known).exclude(membership__party=membership.party_id)
    for other in of_others.select_related("coop", "membership"):
        others[other.fingerprint].append(other)
    return [_beside(row, others[row.fingerprint], membership.coop, at) for row in rows]


def _beside(row: Brought, others: list[Brought], reader: Coop, at: datetime) -> Report:
    report = checked(row.content, reader=reader, at=at)
    first = [other for other in others if _rank(other) < _rank(row)]
    if not report.proven or not any(proves(other, reader=reader, at=at) for other in first):
        return report
    return report.beside_an_earlier_one()


def _rank(row: Brought) -> tuple[bool, datetime, int]:
    """What was proven when it was brought goes before what was not, the earlier before the later."""
    return not row.proven, row.brought_at, row.pk
