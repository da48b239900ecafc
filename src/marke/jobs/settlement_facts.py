"""Jobs as columns: the price of each, whose it is, and the rules in force when it was accepted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import numpy as np
from django.utils.translation import gettext_lazy as _
from numpy.typing import NDArray

from marke.common.db.columns import Microseconds, columns
from marke.common.facts import FactKind
from marke.jobs.models import Job, Service
from marke.parties.models import Coop, Membership
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

    moments: int64[n], microseconds since 1970 · scopes: the (job kind, member class) that may occur · scope_of: int64[n],
    which of them each fact has. Values change only at a few moments, so between two of them one answer serves all.
    """
    values = [value for scope in ("", *timeline.scopes(key)) for value in timeline.of(key, scope)]
    turns = {value.valid_from for value in values} | {value.lapses_at for value in values if value.lapses_at}
    starts = np.array(sorted(microseconds(turn) for turn in turns), dtype=np.int64)
    period = np.searchsorted(starts, moments, side="right")
    cell = period * len(scopes) + scope_of
    one_of = np.full((len(starts) + 1) * len(scopes), -1, dtype=np.int64)
    one_of[cell] = np.arange(len(moments), dtype=np.int64)  # any fact of the cell answers for all
    entries: list[RuleValue] = []
    known: dict[int, int] = {}
    place = np.zeros(len(one_of), dtype=np.int64)
    for number in np.flatnonzero(one_of >= 0).tolist():
        job_kind, member_class = scopes[number % len(scopes)]
        moment = moment_of(int(moments[one_of[number]]))
        entry = timeline.at(moment).entry(key, job_kind=job_kind, member_class=member_class)
        if entry.pk not in known:
            known[entry.pk] = len(entries)
            entries.append(entry)
        place[number] = known[entry.pk]
    return InForce(entries, place[cell])


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
    return _job_facts(
        coop,
        party=np.fromiter((row[0] for row in rows), dtype=np.int64, count=count),
        columns={
            "price": np.fromiter((row[1] for row in rows), dtype=np.int64, count=count),
            "at": np.fromiter((microseconds(row[2]) for row in rows), dtype=np.int64, count=count),
        },
        scopes=scopes,
        scope_of=np.fromiter((number[row[3], row[4]] for row in rows), dtype=np.int64, count=count),
    )


def _job_facts(
    coop: Coop, *, party: Column, columns: dict[str, Column], scopes: Sequence[tuple[str, str]], scope_of: Column
) -> JobFacts:
    timeline = Timeline(coop)
    held = {key: in_force(timeline, key, columns["at"], scopes, scope_of) for key in JOB_SETTLEMENT.rules}
    ratios: dict[str, tuple[NDArray[np.int64], NDArray[np.int64]]] = {key: one.ratios() for key, one in held.items()}
    return JobFacts(Facts(party, columns, ratios), held)


def read(coop: Coop, starts_at: datetime, ends_at: datetime) -> Facts:
    """All settled jobs that were accepted in the half-open period, oldest promise first."""
    settled = Job.objects.filter(coop=coop, state=Job.State.SETTLED, accepted_at__gte=starts_at, accepted_at__lt=ends_at)
    wanted = settled.order_by("accepted_at", "id").values_list(Microseconds("accepted_at"), "worker", "price", "service")
    at, worker, price, service = columns(wanted)
    workers = list(Membership.objects.filter(coop=coop).order_by("pk").values_list("pk", "party_id", "member_class"))
    services = list(Service.objects.filter(coop=coop).order_by("pk").values_list("pk", "job_kind"))
    kinds, classes = sorted({row[1] for row in services}), sorted({row[2] for row in workers})
    of_worker = _places(worker, [row[0] for row in workers])
    job_kind = _codes([row[1] for row in services], kinds)[_places(service, [row[0] for row in services])]
    member_class = _codes([row[2] for row in workers], classes)[of_worker]
    return _job_facts(
        coop,
        party=np.array([row[1] for row in workers], dtype=np.int64)[of_worker],
        columns={"price": price, "at": at, "job_kind": job_kind, "member_class": member_class},
        scopes=[(kind, group) for kind in kinds for group in classes],
        scope_of=job_kind * len(classes) + member_class,
    ).facts


def _places(ids: Column, among: Sequence[int]) -> NDArray[np.intp]:
    """For each id its place in the ascending list."""
    return np.searchsorted(np.array(among, dtype=np.int64), ids)


def _codes(words: Sequence[str], among: Sequence[str]) -> Column:
    number = {word: index for index, word in enumerate(among)}
    return np.array([number[word] for word in words], dtype=np.int64)


def scopes(coop: Coop) -> dict[str, list[str]]:
    """By what the rules of these jobs may vary: the words behind the numbers of `read`."""
    kinds = Service.objects.filter(coop=coop).values_list("job_kind", flat=True).order_by().distinct()
    classes = Membership.objects.filter(coop=coop).values_list("member_class", flat=True).order_by().distinct()
    return {"job_kind": sorted(kinds), "member_class": sorted(classes)}


JOB_FACTS = FactKind(
    kind="job",
    scheme=JOB_SETTLEMENT,
    rules=JOB_SETTLEMENT.rules,
    read=read,
    labels={"earnings": _("Members’ earnings"), "contribution": _("What the co-op keeps"), "guarantee": _("The guarantee fund")},
    scopes=scopes,
)
