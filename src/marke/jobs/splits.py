"""What the price of one job becomes, with why beside each amount: as promised once accepted, as it would be before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from marke.common.explain import Explanation, RuleLine
from marke.common.money import format_money
from marke.jobs import explaining
from marke.jobs.models import Job
from marke.jobs.settlement_facts import job_facts
from marke.parties.models import Coop, Membership
from marke.rules.models import RuleValue
from marke.rules.sentences import sentence_of
from marke_core.schemes.job import JOB_SETTLEMENT


@dataclass(frozen=True)
class Part:
    line: str
    label: str
    amount: int
    why: Explanation


@dataclass(frozen=True)
class Split:
    """`promised`: the rules stand, because the job was accepted. Otherwise they are those of now."""

    price: int
    parts: tuple[Part, ...]
    promised: bool

    @property
    def earnings(self) -> Part:
        return self.parts[0]


def rule_line(coop: Coop, entry: RuleValue) -> RuleLine:
    """A rule's value as a sentence, with its page and the decision that set it."""
    decision = entry.decision
    return RuleLine(
        sentence=sentence_of(entry, coop),
        url=reverse("rules:rule", args=[coop.slug, entry.key]),
        decision=_("Decision %(number)s: %(title)s") % {"number": decision.number, "title": decision.title},
        decision_url=reverse("rules:decision", args=[coop.slug, decision.number]),
    )


def split_of(job: Job, worker: Membership, at: datetime) -> Split:
    """The price split for this worker: by the rules at acceptance, or by those at `at` when it is not accepted yet."""
    promised = job.worker_id == worker.pk and job.accepted_at is not None
    moment = job.accepted_at if promised and job.accepted_at else at
    counted = job_facts(job.coop, [(worker.party_id, job.price, moment, job.service.job_kind, worker.member_class)])
    lines = {line: int(column[0]) for line, column in JOB_SETTLEMENT.compute(counted.facts).items()}
    entries = {key: held.entries[0] for key, held in counted.in_force.items()}
    labels = {
        "earnings": _("Earned by the member"),
        "contribution": _("Contribution to the co-op"),
        "guarantee": _("Guarantee fund"),
    }
    parts = tuple(Part(line, labels[line], lines[line], _why(job, line, lines[line], entries)) for line in JOB_SETTLEMENT.lines)
    return Split(job.price, parts, promised)


def earned_each(jobs: Sequence[Job], worker: Membership, at: datetime) -> list[int]:
    """What each job that nobody accepted yet would bring this worker by the rules at `at`. As many queries for one as for many."""
    asked = [(worker.party_id, job.price, at, job.service.job_kind, worker.member_class) for job in jobs]
    return [int(each) for each in JOB_SETTLEMENT.compute(job_facts(worker.coop, asked).facts)["earnings"]] if asked else []


def surcharge_why(coop: Coop, entry: RuleValue) -> Explanation:
    return Explanation(formula=_("The price times the surcharge for this day and hour"), rules=(rule_line(coop, entry),))


def _why(job: Job, line: str, amount: int, entries: dict[str, RuleValue]) -> Explanation:
    def money(minor: int) -> str:
        return format_money(minor, job.coop.currency)

    keys: Iterable[str] = explaining.rules(line)
    return Explanation(
        formula=explaining.formula(line),
        values=explaining.values(line, {"price": job.price}, amount, money),
        rules=tuple(rule_line(job.coop, entries[key]) for key in keys),
    )
