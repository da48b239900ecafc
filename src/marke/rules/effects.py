"""What an adopted proposal can do to the rulebook: give a rule another value."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marke.common.clock import local_date, local_midnight
from marke.common.effects import Data, Effect
from marke.parties.models import Coop, Party
from marke.rules.forms import RuleChangeForm
from marke.rules.models import Decision
from marke.rules.queries import Rulebook, Timeline
from marke.rules.registry import get_rule
from marke.rules.scopes import ScopeWords
from marke.rules.sentences import describe_value, write_day
from marke.rules.services import AT_ONCE, ValueRefused, check_value, set_rule
from marke_core.rulebook import Clause, Rule, scope_parts


def _read(data: Data) -> tuple[Rule, str, date]:
    """The rule, the scope and the day. Raises: ValueRefused, NoSuchRule."""
    rule = get_rule(str(data.get("key", "")))
    try:
        day = date.fromisoformat(str(data.get("from", "")))
    except ValueError:
        message = _("“%(day)s” is not a day from which a rule can change. Write it like 2026-12-01.")
        raise ValueRefused(message % {"day": str(data.get("from"))[:40]}) from None
    return rule, str(data.get("scope", "")), day


def _rulebook_before(coop: Coop, rule: Rule, day: date) -> Rulebook:
    """The rules as they are just before the change."""
    return Timeline(coop).at(local_midnight(day, coop.timezone) - timedelta(microseconds=1))


def _validate(coop: Coop, data: Data, at: datetime) -> None:
    rule, scope, day = _read(data)
    starts = local_midnight(day, coop.timezone)
    plain = check_value(rule=rule, value=data.get("value"), scope=scope, coop=coop, at=starts)
    if day <= local_date(at, coop.timezone):
        raise ValueRefused(
            _("“%(title)s” cannot change from %(day)s: a rule changes from tomorrow at the earliest. Choose a later day.")
            % {"title": rule.title, "day": write_day(local_midnight(day, coop.timezone), coop)}
        )
    before = _rulebook_before(coop, rule, day).entry(rule.key, **scope_parts(scope))
    if before.scope == scope and before.value == plain:
        raise ValueRefused(
            _("“%(title)s” is already %(value)s. Propose another value.")
            % {"title": rule.title, "value": describe_value(rule, before.typed, coop)}
        )


def _describe(coop: Coop, data: Data) -> str:
    rule, scope, day = _read(data)
    before = _rulebook_before(coop, rule, day).value(rule.key, **scope_parts(scope))
    told = {
        "title": str(rule.title),
        "scope": f", {ScopeWords(coop)(scope)}," if scope else "",
        "old": describe_value(rule, before, coop),
        "new": describe_value(rule, rule.type.load(data.get("value")), coop),
        "day": write_day(local_midnight(day, coop.timezone), coop),
    }
    if isinstance(rule.type, Clause):
        return _("“%(title)s”%(scope)s reads from %(day)s: %(new)s") % told
    return _("“%(title)s”%(scope)s goes from %(old)s to %(new)s from %(day)s") % told


def _apply(*, coop: Coop, data: Data, decision: Decision, by: Party | None, at: datetime) -> None:
    """Set the value. If its day has passed meanwhile, it begins at the next midnight: never before the decision."""
    rule, scope, day = _read(data)
    if decision.kind in AT_ONCE:
        valid_from = at
    else:
        tomorrow = local_date(at, coop.timezone) + timedelta(days=1)
        valid_from = local_midnight(max(day, tomorrow), coop.timezone)
    set_rule(coop=coop, key=rule.key, value=data.get("value"), scope=scope, valid_from=valid_from, decision=decision, at=at)


RULE = Effect(
    kind="rule",
    label=gettext_lazy("Change a rule"),
    method_rule="decisions.method_rules",
    form=RuleChangeForm,
    validate=_validate,
    describe=_describe,
    apply=_apply,
)
