"""Every cent explains itself: the formula, the values, the rule in force and the decision behind each posting."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import partial

from marke.common.explain import Explainer, Explanation, RuleLine, explainers
from marke.common.navigation import soft_reverse
from marke.ledger.models import Posting, Transaction
from marke.ledger.units import write_amount
from marke.parties.models import Coop
from marke.rules.models import RuleValue
from marke.rules.sentences import sentence_of, write_day


def explain_postings(postings: Sequence[Posting], *, coop: Coop | None = None) -> dict[int, Explanation]:
    """The explanation of each posting by its id. Postings come with transaction and basis; one query for all of them."""
    if not postings:
        return {}
    coop = coop or postings[0].coop
    bases = {posting.transaction.basis_id: posting.transaction.basis for posting in postings}
    lines = rule_lines(coop, {uid for basis in bases.values() if basis is not None for uid in _uids(basis.rule_values)})
    return {posting.pk: explanation for posting in postings if (explanation := _explain(posting, coop, lines)) is not None}


def rules_behind(transaction: Transaction, coop: Coop) -> list[RuleLine]:
    """The rules that a transaction followed, as sentences with their decisions."""
    if transaction.basis is None:
        return []
    uids = _uids(transaction.basis.rule_values)
    lines = rule_lines(coop, uids)
    return [lines[uid] for uid in uids if uid in lines]


def _explain(posting: Posting, coop: Coop, lines: dict[str, RuleLine]) -> Explanation | None:
    transaction = posting.transaction
    explainer = next((each for each in _explainers(transaction) if each.formula(posting.line)), None)
    if explainer is None:
        return None
    formula = explainer.formula(posting.line)
    followed = transaction.basis.rule_values if transaction.basis else {}
    uids = _uids({key: followed[key] for key in explainer.rules(posting.line) if key in followed})
    currency = coop.currency
    return Explanation(
        formula=formula,
        values=explainer.values(posting.line, transaction.facts, posting.amount, partial(_money, currency)),
        rules=tuple(lines[uid] for uid in uids if uid in lines),
    )


def _money(currency: str, minor: int) -> str:
    return write_amount(minor, currency)


def _explainers(transaction: Transaction) -> Iterator[Explainer]:
    """By the scheme that made the postings; what no scheme made is explained by its kind."""
    for kind in dict.fromkeys((transaction.basis.scheme if transaction.basis else "", transaction.kind)):
        if kind in explainers:
            yield explainers.get(kind)


def _uids(rule_values: dict[str, str]) -> list[str]:
    return [str(uid) for uid in rule_values.values()]


def rule_lines(coop: Coop, uids: Collection[str]) -> dict[str, RuleLine]:
    """The values of rules with these uids, as sentences with their decisions; one query."""
    if not uids:
        return {}
    entries = RuleValue.objects.filter(coop=coop, uid__in=uids).select_related("decision")
    return {str(entry.uid): _rule_line(entry, coop) for entry in entries}


def _rule_line(entry: RuleValue, coop: Coop) -> RuleLine:
    decision = entry.decision
    return RuleLine(
        sentence=sentence_of(entry, coop),
        url=soft_reverse("rules:rule", coop.slug, entry.key),
        decision=f"{decision.number}. {decision.title}, {write_day(decision.taken_at, coop)}",
        decision_url=soft_reverse("rules:decision", coop.slug, decision.number),
    )
