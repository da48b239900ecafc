"""By which method a proposal is decided, and what the rulebook says about it now."""

from datetime import datetime, timedelta
from fractions import Fraction
from typing import cast

from marke.common.effects import effects
from marke.decisions.models import Proposal
from marke.rules.queries import Rulebook, rulebook

RESOLUTION_RULE = "decisions.method_resolution"


def method_rule(effect_kind: str) -> str:
    """The rule that says how a proposal with this effect is decided; "" is a resolution."""
    return effects.get(effect_kind).method_rule if effect_kind else RESOLUTION_RULE


def method_of(proposal: Proposal, at: datetime, rules: Rulebook | None = None) -> str:
    """The method: frozen when the vote opened, and until then what the rulebook says."""
    if proposal.method:
        return proposal.method
    return str((rules or rulebook(proposal.coop, at)).value(method_rule(proposal.effect_kind)))


def quorum_of(proposal: Proposal) -> Fraction:
    """The frozen quorum."""
    return Fraction(proposal.quorum_numerator, proposal.quorum_denominator)


def times(rules: Rulebook) -> tuple[timedelta, timedelta]:
    """How long is discussed, how long is voted."""
    return cast(timedelta, rules.value("decisions.discussion")), cast(timedelta, rules.value("decisions.voting"))
