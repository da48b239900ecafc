"""Writing in the book: a decision is recorded, values are set by it, people agree to its text."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import override

from marke.common.clock import local_date, local_midnight
from marke.common.numbering import next_number
from marke.common.refusal import Refused
from marke.parties.models import Coop, Party
from marke.rules.agreement import agreement_text
from marke.rules.limits import check_limits, first_value
from marke.rules.models import Attestation, Decision, RuleValue
from marke.rules.registry import default_of, get_rule, in_order, rules
from marke.rules.sentences import refusal_sentence, write_day
from marke_core.rulebook import BadValue, Json, Rule, scope_parts

# Their values begin at the moment of the decision; those of all others at a local midnight after it.
AT_ONCE = (Decision.Kind.FOUNDING, Decision.Kind.EMERGENCY, Decision.Kind.UPGRADE)


class ValueRefused(Refused):
    """A rule cannot have this value, in this scope, from this moment on."""


class AlreadyFounded(Refused):
    """A rulebook is founded once."""


class AttestationRefused(Refused):
    """This person cannot agree to this text."""


def record_decision(
    *,
    coop: Coop,
    kind: str,
    title: str,
    text: str = "",
    by: Party | None,
    at: datetime,
    tally: Mapping[str, Any] | None = None,
) -> Decision:
    """Enter a decision in the register, under the next number."""
    with transaction.atomic():
        return Decision.objects.create(
            coop=coop,
            number=next_number(Decision, coop),
            kind=Decision.Kind(kind),
            title=title[:200],
            text=text,
            taken_at=at,
            by=by,
            tally=dict(tally or {}),
        )


def set_rule(
    *,
    coop: Coop,
    key: str,
    value: Json,
    scope: str = "",
    valid_from: datetime,
    decision: Decision,
    at: datetime,
    lapses_at: datetime | None = None,
) -> RuleValue:
    """Give a rule the value that `decision` decided, from `valid_from` on, in `scope`.

    Values of the same scope that are not yet in force are replaced: the later decision knew of them. An emergency's
    value lapses at `lapses_at`; the one before it is in force again from there, so it replaces nothing.

    Raises: ValueRefused, NoSuchRule.
    """
    rule = get_rule(key)
    plain = check_value(rule=rule, value=value, scope=scope, coop=coop, at=valid_from)
    with transaction.atomic():
        Coop.objects.select_for_update(no_key=True).get(pk=coop.pk)  # so that two decisions do not both find nothing to replace
        _check_moment(coop, rule, decision, valid_from, lapses_at, at)
        pending = _pending(coop, key, scope, valid_from, at)
        if lapses_at is None:
            pending.update(replaced_at=at, replaced_by=decision)
        elif pending.filter(valid_from=valid_from).exists():
            raise ValueRefused(_("“%(title)s” has just been set. Decide again in a moment.") % {"title": rule.title})
        return RuleValue.objects.create(
            coop=coop,
            key=key,
            scope=scope,
            value=plain,
            valid_from=valid_from,
            decision=decision,
            lapses_at=lapses_at,
        )


def check_value(*, rule: Rule, value: Json, scope: str, coop: Coop, at: datetime | None = None) -> Json:
    """The value as it will be kept; with `at`, also whether what binds the co-op lets it hold from then on.

    Raises: ValueRefused, with the value and the remedy; what a limit says, with its source.
    """
    try:
        parts = scope_parts(scope)
        typed: Any = rule.type.load(value)
        plain = rule.type.dump(typed)
    except BadValue as bad:
        raise ValueRefused(f"{rule.title}: {refusal_sentence(bad, coop)}") from bad
    if unknown := sorted(set(parts) - set(rule.varies_by)):
        raise ValueRefused(
            _("“%(title)s” does not vary by %(dimension)s. Set it for the whole co-op.")
            % {"title": rule.title, "dimension": ", ".join(unknown)}
        )
    if at is not None:
        check_limits(coop=coop, rule=rule, typed=typed, scope=scope, at=at)
    return plain


def _check_moment(
    coop: Coop, rule: Rule, decision: Decision, valid_from: datetime, lapses_at: datetime | None, at: datetime
) -> None:
    named = {"title": rule.title, "day": write_day(valid_from, coop), "decided": write_day(decision.taken_at, coop)}
    if decision.coop_id != coop.pk:
        raise ValueRefused(_("Decision %(number)s is not of this co-op.") % {"number": decision.number})
    if valid_from < decision.taken_at:
        raise ValueRefused(
            _("“%(title)s” cannot change from %(day)s: that is before its decision of %(decided)s. Choose a later day.") % named
        )
    if valid_from < at:
        raise ValueRefused(_("“%(title)s” cannot change from %(day)s: that is in the past. Choose a later day.") % named)
    if decision.kind in AT_ONCE:
        if valid_from != at:
            raise ValueRefused(_("What is decided at the founding, in an emergency or by an upgrade holds at once."))
    elif valid_from != local_midnight(local_date(valid_from, coop.timezone), coop.timezone):
        raise ValueRefused(_("A rule changes at the beginning of a day. Choose a day, not an hour."))
    if decision.kind == Decision.Kind.EMERGENCY and lapses_at is None:
        raise ValueRefused(_("What is decided in an emergency must lapse. Say on which day."))
    if lapses_at is not None and lapses_at <= valid_from:
        raise ValueRefused(_("“%(title)s” cannot lapse before it begins on %(day)s. Choose a later day.") % named)


def _pending(coop: Coop, key: str, scope: str, valid_from: datetime, at: datetime) -> QuerySet[RuleValue]:
    """The values of this scope that are not yet in force, and the one that would begin at the same moment."""
    rows = RuleValue.objects.filter(coop=coop, key=key, scope=scope, replaced_at=None)
    return rows.filter(Q(valid_from__gt=at) | Q(valid_from=valid_from))


def found_rulebook(
    *, coop: Coop, values: Mapping[str, Json], by: Party | None, at: datetime, title: str, text: str = ""
) -> Decision:
    """The founding decision: every rule that there is gets a value, the given one or the sector's.

    Without a `text`, the decision's text is the agreement: all rules as numbered sentences, in the co-op's language.

    Raises: AlreadyFounded; ValueRefused and NoSuchRule for a value given.
    """
    for key in values:
        get_rule(key)
    with transaction.atomic(), override(coop.language):
        if RuleValue.objects.filter(coop=coop).exists():
            raise AlreadyFounded(_("%(coop)s has its rules already. Change them by a proposal.") % {"coop": coop.name})
        chosen = _chosen_values(coop, values)
        decision = record_decision(
            coop=coop,
            kind=Decision.Kind.FOUNDING,
            title=title,
            text=text or agreement_text(coop, chosen),
            by=by,
            at=at,
        )
        _set_all(coop, chosen, decision, at)
    return decision


def _chosen_values(coop: Coop, values: Mapping[str, Json]) -> dict[str, Json]:
    return {
        rule.key: check_value(rule=rule, value=values.get(rule.key, default_of(rule, coop.pack)), scope="", coop=coop)
        for rule in in_order()
    }


def _set_all(coop: Coop, values: Mapping[str, Json], decision: Decision, at: datetime) -> None:
    RuleValue.objects.bulk_create(
        RuleValue(coop=coop, key=key, value=value, valid_from=at, decision=decision) for key, value in values.items()
    )


def upgrade_rulebook(*, coop: Coop, at: datetime) -> Decision | None:
    """Rules that a release has added get their default by an *upgrade* decision, which members can see and change.

    Returns: the decision, or None when every rule has a value (or the co-op has not been founded).
    """
    with transaction.atomic(), override(coop.language):
        Coop.objects.select_for_update(no_key=True).get(pk=coop.pk)
        known = set(RuleValue.objects.filter(coop=coop, scope="", replaced_at=None).values_list("key", flat=True))
        new = [rule for rule in in_order() if rule.key not in known]
        if not known or not new:
            return None
        values = {rule.key: first_value(coop=coop, rule=rule, value=default_of(rule, coop.pack), at=at) for rule in new}
        decision = record_decision(
            coop=coop,
            kind=Decision.Kind.UPGRADE,
            title=_("New rules of the program"),
            text=agreement_text(coop, values),
            by=None,
            at=at,
        )
        _set_all(coop, values, decision, at)
    return decision


def upgrade_rulebooks(*, at: datetime) -> int:
    """Upgrade the rulebook of every co-op to which this release brings a rule; run whenever the program is started.

    Returns: how many co-ops it was.
    """
    keys = [rule.key for rule in rules]
    founded = RuleValue.objects.filter(scope="", replaced_at=None).order_by().values("coop")
    known = founded.annotate(known=Count("key", distinct=True, filter=Q(key__in=keys)))
    behind = known.filter(known__lt=len(keys)).values_list("coop", flat=True)
    coops = Coop.objects.filter(pk__in=list(behind)).order_by("pk")
    return sum(upgrade_rulebook(coop=coop, at=at) is not None for coop in coops)


def attest(*, decision: Decision, party: Party, at: datetime, text: str | None = None) -> Attestation:
    """Record that `party` agreed to a text of this decision, word for word: its own text, or a clause that it set.

    Agreeing to the same text again changes nothing. Raises: AttestationRefused.
    """
    text = decision.text if text is None else text
    if text not in attestable_texts(decision):
        raise AttestationRefused(
            _("These are not the words of decision %(number)s. Read it again and agree to what it says.")
            % {"number": decision.number}
        )
    digest = hashlib.sha256(text.encode()).hexdigest()
    with transaction.atomic():
        attestation, _created = Attestation.objects.get_or_create(
            coop_id=decision.coop_id, decision=decision, party=party, defaults={"text_sha256": digest, "at": at}
        )
    if attestation.text_sha256 != digest:
        raise AttestationRefused(
            _("%(name)s has already agreed to another text of decision %(number)s.")
            % {"name": party.name, "number": decision.number}
        )
    return attestation


def attestable_texts(decision: Decision) -> list[str]:
    """The decision's own text, and the clauses that it set."""
    values = decision.rule_values.all()
    return [decision.text, *(row.value for row in values if get_rule(row.key).type.name == "clause")]
