"""`marke doctor`: every invariant on every co-op, on live data."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from marke.common.invariants import Violation, invariants
from marke.common.refusal import Refused
from marke.parties.models import Coop


class UnknownCoop(Refused):
    """No co-op has this short name."""


@dataclass(frozen=True)
class Finding:
    """One invariant on one co-op; no violations is health."""

    coop: str
    invariant: str
    sentence: str
    violations: tuple[Violation, ...]


def coop_named(slug: str) -> Coop:
    """Raises: UnknownCoop, with the names that there are."""
    coop = Coop.objects.filter(slug=slug).first()
    if coop is None:
        known = list(Coop.objects.order_by("slug").values_list("slug", flat=True)[:20])
        there = f"There are: {', '.join(known)}." if known else "There are none yet: ./marke found makes one."
        raise UnknownCoop(f"There is no co-op '{slug}' here. {there}")
    return coop


def examine(coops: Iterable[Coop], *, report: Callable[[str], None] = lambda _: None) -> list[Finding]:
    """Runs all invariants on the co-ops, in the order of their ids."""
    findings = []
    for coop in coops:
        for invariant in sorted(invariants, key=lambda each: each.kind):
            report(f"{coop.slug}: {invariant.kind}")
            violations = tuple(invariant.check(coop))
            findings.append(Finding(coop.slug, invariant.kind, invariant.sentence, violations))
    return findings
