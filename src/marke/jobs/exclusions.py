"""Who may not be asked for a job, and in which words: higher apps, and this one, register their reasons here.

A row keeps the `kind` of the reason with the member; the words are looked up when it is read.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from marke.common.registry import Registry
from marke.jobs.models import Job
from marke.parties.models import Membership

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

# Job id → ids of the memberships that are out.
Found = dict[int, set[int]]


@dataclass(frozen=True)
class Exclusion:
    """`find` says for each of many jobs of one co-op which of the members are out at that moment.

    It asks the database a constant number of times, however many jobs and members there are. Jobs for which nobody is out may
    be missing from the answer. `words` ends the sentence "You were not asked: …". `hidden`: a reason that is nobody else's
    business is not shown beside a colleague's line. `lasts`: it is not about that moment, and holds for a past job looked at later.
    """

    kind: str
    words: str | _StrPromise
    find: Callable[[Sequence[Job], Sequence[Membership], datetime], Mapping[int, set[int]]]
    hidden: bool = False
    lasts: bool = False


exclusions: Registry[Exclusion] = Registry("reason not to ask")


def excluded(
    jobs: Sequence[Job],
    memberships: Sequence[Membership],
    at: datetime,
    *,
    lasting: bool = False,
    apart_from: Collection[str] = (),
) -> dict[int, dict[int, str]]:
    """Job id → membership id → the first reason registered that holds; with `lasting`, of those that hold later too.

    apart_from: kinds of reasons that are not looked at
    """
    out: dict[int, dict[int, str]] = {job.pk: {} for job in jobs}
    if not jobs or not memberships:
        return out
    for exclusion in (each for each in exclusions if (each.lasts or not lasting) and each.kind not in apart_from):
        for job_id, members in exclusion.find(jobs, memberships, at).items():
            for member in members:
                out[job_id].setdefault(member, exclusion.kind)
    return out


def reason_for(job: Job, membership: Membership, at: datetime) -> Exclusion | None:
    """Why this one member may not be asked for this one job, if anything stands against it."""
    kind = excluded([job], [membership], at)[job.pk].get(membership.pk)
    return exclusions.get(kind) if kind else None
