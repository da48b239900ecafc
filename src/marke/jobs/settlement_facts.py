"""Jobs as columns: the price of each, whose it is, and the rules in force when it was accepted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import cast

import numpy as np
from django.utils.translation import gettext_lazy as _
from numpy.typing import NDArray

from marke.common.facts import FactKind
from marke.jobs.models import Job
from marke.parties.models import Coop
from marke.rules.models import RuleValue
from marke.rules.queries import Timeline
from marke_core.schemes import Column, Facts
from marke_core.schemes.job import JOB_SETTLEMENT


@dataclass(frozen=True)
class InForce:
    """For each fact the place of its value in `entries`."""

    entries: list[RuleValue]
    which: Column

    def ratios(self) -> tuple[Column, Column]:
        fractions = [Fraction(entry.typed) for entry in self.entries]
        above = np.array([fraction.numerator for fraction in fractions], dtype=np.int64)
        below = np.array([fraction.denominator for fraction in fractions], dtype=np.int64)
        return above[self.which], below[self.which]


def in_force(timeline: Timeline, key: str, moments: Column, scopes: Sequence[tuple[str, str]], scope_of: Column) -> InForce:
    """The value of a rule in force for each fact, without asking the rulebook once per fact.

    moments: int64[n], microseconds since 1970 · scopes: the (job kind, member class) that occur · scope_of: int64[n], which
    of them each fact has. Values change only at a few moments, so between two of them one answer serves all.
    """
    values = [value for scope in ("", *timeline.scopes(key)) for value in timeline.of(key, scope)]
    turns = {value.valid_from for value in values} | {value.lapses_at for value in values if value.lapses_at}
    starts = np.array(sorted(microseconds(turn) for turn in turns), dtype=np.int64)
    period = np.searchsorted(starts, moments, side="right")
    entries: list[RuleValue] = []
    known: dict[int, int] = {}
    which = np.zeros(len(moments), dtype=np.int64)
    for number, (job_kind, member_class) in enumerate(scopes):
        for one in np.unique(period[scope_of == number]).tolist():
            here = (scope_of == number) & (period == one)
            moment = moment_of(int(moments[np.flatnonzero(here)[0]]))
            entry = timeline.at(moment).entry(key, job_kind=job_kind, member_class=member_class)
            if entry.pk not in known:
                known[entry.pk] = len(entries)
                entries.append(entry)
            which[here] = known[entry.pk]
    return InForce(entries, which)


def microseconds(moment: datetime) -> int:
    seconds = int(moment.replace(microsecond=0).timestamp())
    return seconds * 1_000_000 + moment.microsecond


def moment_of(micros: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros)


@dataclass(frozen=True)
class JobFacts:
    """`facts` for the scheme, and per rule the values that were in force."""

    facts: Facts
    in_force: dict[str, InForce]

    def basis_of(self, row: int) -> dict[str, str]:
        return {key: str(held.entries[int(held.which[row])].uid) for key, held in self.in_force.items()}


JobRow = tuple[int, int, datetime, str, str]


def job_facts(coop: Coop, rows: Sequence[JobRow]) -> JobFacts:
    """rows: (party, price, accepted at, job kind, member class) of each job."""
    scopes = sorted({(row[3], row[4]) for row in rows})
    number = {scope: index for index, scope in enumerate(scopes)}
    count = len(rows)
    party = np.fromiter((row[0] for row in rows), dtype=np.int64, count=count)
    price = np.fromiter((row[1] for row in rows), dtype=np.int64, count=count)
    moments = np.fromiter((microseconds(row[2]) for row in rows), dtype=np.int64, count=count)
    scope_of = np.fromiter((number[row[3], row[4]] for row in rows), dtype=np.int64, count=count)
    timeline = Timeline(coop, JOB_SETTLEMENT.rules)
    held = {key: in_force(timeline, key, moments, scopes, scope_of) for key in JOB_SETTLEMENT.rules}
    ratios: dict[str, tuple[NDArray[np.int64], NDArray[np.int64]]] = {key: one.ratios() for key, one in held.items()}
    return JobFacts(Facts(party, {"price": price, "at": moments}, ratios), held)


def read(coop: Coop, starts_at: datetime, ends_at: datetime) -> Facts:
    """All settled jobs that were accepted in the half-open period, oldest promise first."""
    rows = (
        Job.objects.filter(coop=coop, state=Job.State.SETTLED, accepted_at__gte=starts_at, accepted_at__lt=ends_at)
        .order_by("accepted_at", "id")
        .values_list("worker__party_id", "price", "accepted_at", "service__job_kind", "worker__member_class")
    )
    return job_facts(coop, cast("list[JobRow]", list(rows))).facts


def scopes(coop: Coop, starts_at: datetime, ends_at: datetime) -> dict[str, list[str]]:
    """By what the rules of these jobs may vary, in the order of `read`."""
    rows = list(
        Job.objects.filter(coop=coop, state=Job.State.SETTLED, accepted_at__gte=starts_at, accepted_at__lt=ends_at)
        .order_by("accepted_at", "id")
        .values_list("service__job_kind", "worker__member_class")
    )
    return {"job_kind": [row[0] for row in rows], "member_class": [row[1] for row in rows]}


JOB_FACTS = FactKind(
    kind="job",
    scheme=JOB_SETTLEMENT,
    rules=JOB_SETTLEMENT.rules,
    read=read,
    labels={"earnings": _("Members’ earnings"), "contribution": _("What the co-op keeps"), "guarantee": _("The guarantee fund")},
    scopes=scopes,
)
