"""What the doctor found, as a table in the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from marke.site.operations.doctor import Finding

MOST_SHOWN = 5


def print_findings(findings: Sequence[Finding]) -> int:
    """Returns the exit status: 1 when something is not as it must be."""
    console = Console()
    if not findings:
        console.print("There is no co-op here yet, so there is nothing to examine.")
        return 0
    table = Table(title="Doctor")
    for heading in ("co-op", "invariant", "must always be true", "found"):
        table.add_column(heading, overflow="fold")
    for finding in findings:
        verdict = Text("right") if not finding.violations else Text(f"{len(finding.violations)} wrong", style="bold red")
        table.add_row(finding.coop, finding.invariant, Text(str(finding.sentence)), verdict)
    console.print(table)
    wrong = [finding for finding in findings if finding.violations]
    for finding in wrong:
        for violation in finding.violations[:MOST_SHOWN]:
            console.print(Text(f"{finding.invariant}, {violation.where}: {violation.what}"), soft_wrap=True)
    coops = len({finding.coop for finding in findings})
    kinds = len({finding.invariant for finding in findings})
    outcome = f"{len(wrong)} of them are broken." if wrong else "All hold."
    console.print(f"{coops} {'co-op' if coops == 1 else 'co-ops'}, {kinds} invariants each. {outcome}")
    return 1 if wrong else 0
