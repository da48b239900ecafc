"""What `marke doctor` asks of the rulebook."""

from __future__ import annotations

from collections.abc import Iterable

from marke.common.invariants import Invariant, Violation
from marke.parties.models import Coop
from marke.rules.models import RuleValue
from marke.rules.registry import rules
from marke_core.rulebook import BadValue, faults


def check_values(coop: Coop) -> Iterable[Violation]:
    """INV-RULE-1 on live data; also that every value can still be read by its rule's type."""
    rows = list(RuleValue.objects.filter(coop=coop).select_related("decision"))
    if not rows:
        return
    for fault in faults(rows, [rule.key for rule in rules]):
        scope = f" [{fault.scope}]" if fault.scope else ""
        since = f" at {fault.at.isoformat()}" if fault.at else ""
        yield Violation(RULE_1.kind, f"rule {fault.key}{scope} of {coop.slug}", f"{fault.what}{since}")
    for row in rows:
        if row.key not in rules:
            continue  # an app that is no longer installed: its values are history
        try:
            rules.get(row.key).type.load(row.value)
        except BadValue as bad:
            yield Violation(RULE_1.kind, f"rule {row.key} of {coop.slug}", f"value {row.uid}: {bad}")


RULE_1 = Invariant(
    kind="INV-RULE-1",
    sentence="At every moment every rule has exactly one value in force per scope, and every value names its decision.",
    check=check_values,
)
