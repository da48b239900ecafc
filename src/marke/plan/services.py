"""From a plan to proposals: each rule that it changes becomes a draft, which its author looks at once more."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from marke.common.clock import local_date
from marke.common.refusal import Refused
from marke.decisions.methods import times
from marke.decisions.models import Proposal
from marke.decisions.services import draft_proposal
from marke.parties.models import Coop, Party
from marke.plan.sliders import RULES, typed_value
from marke.rules.queries import Rulebook, rulebook
from marke.rules.registry import get_rule
from marke.rules.sentences import sentence

RULE_EFFECT = "rule"


class NothingToPropose(Refused):
    """The plan follows the rules that are in force."""


def rules_of(values: Mapping[str, int]) -> dict[str, object]:
    """The values of rules that a plan stands on, by key, as JSON."""
    return {key: get_rule(key).type.dump(typed_value(name, values[name])) for name, key in RULES.items()}


def propose_rules(
    *, coop: Coop, values: Mapping[str, int], before: Mapping[str, int], once_key: str, by: Party, at: datetime
) -> list[Proposal]:
    """A draft for each rule on which the plan differs from where it began. The same `once_key` again returns the first.

    values, before: by the sliders' names; only rules are looked at
    Raises: NothingToPropose; OnlyMembersSpeak and what the effect says when a value is not allowed. Nothing is left behind.
    """
    changed = [name for name in RULES if values[name] != before[name]]
    if not changed:
        raise NothingToPropose(_("The plan follows your rules as they are. Move one of them to propose another value."))
    proposals = []
    with transaction.atomic():
        present = rulebook(coop, at)
        day = _earliest_month(coop, present, at)
        for name in changed:
            rule = get_rule(RULES[name])
            typed = typed_value(name, values[name])
            proposals.append(
                draft_proposal(
                    coop=coop,
                    title=sentence(rule, typed, coop)[:200],
                    text=_("This follows from our plan for the next 36 months. Now: %(sentence)s")
                    % {"sentence": sentence(rule, present.value(rule.key), coop)},
                    effect_kind=RULE_EFFECT,
                    effect_data={"key": rule.key, "scope": "", "value": rule.type.dump(typed), "from": day.isoformat()},
                    once_key=f"{once_key[:40]}:{name}",
                    by=by,
                    at=at,
                )
            )
    return proposals


def _earliest_month(coop: Coop, present: Rulebook, at: datetime) -> date:
    """The first of the month after the vote, if it is put up for discussion now."""
    discussion, voting = times(present)
    closed = local_date(at + discussion + voting, coop.timezone)
    return (closed.replace(day=1) + timedelta(days=32)).replace(day=1)
