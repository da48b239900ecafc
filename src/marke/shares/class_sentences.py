"""How each class of shares works, as the sentences of its rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from marke.parties.models import Coop
from marke.rules.queries import Rulebook
from marke.rules.registry import in_order
from marke.rules.scopes import CLASS_LABELS
from marke.rules.sentences import sentence_html, write_percent
from marke.shares.models import ShareClass
from marke.shares.rulebook import FIXED, INDEX, NONE
from marke_core.rulebook import Rule

# Rules that say nothing as long as another one has a certain value: rule -> (the other, its silent values).
SILENT = {
    "shares.return_rate": ("shares.return_kind", (NONE, INDEX)),
    "shares.return_spread": ("shares.return_kind", (NONE, FIXED)),
    "shares.return_cap": ("shares.return_kind", (NONE,)),
    "shares.return_net": ("shares.return_kind", (NONE,)),
    "shares.note": ("shares.note_asked", (False,)),
    "shares.exit_years_on_death": ("shares.exit_years", (0,)),
    "shares.exit_report_life": ("shares.exit_liquidity_months", (0,)),
}
# Of a rule that asks nothing, nothing is said: one that is zero or off, and these.
QUIET = {"shares.paid_in_minimum": 1, "shares.maximum_held": {"part": 1}}


@dataclass(frozen=True)
class ClassSentence:
    """A rule of a class, as a sentence, and where a change of it is proposed."""

    rule: Rule
    html: SafeString
    own: bool  # whether the class has a value of its own


@dataclass(frozen=True)
class ClassView:
    """A class as its page shows it."""

    share_class: ShareClass
    price: int
    brings: str
    holders: str
    sentences: list[ClassSentence]


def class_view(share_class: ShareClass, rules: Rulebook, coop: Coop) -> ClassView:
    """Raises: RuleNotSet before the co-op is founded."""
    return ClassView(
        share_class,
        rules.value("shares.price", share_class=share_class.code),
        brings(share_class, rules),
        ", ".join(str(CLASS_LABELS.get(each, each)) for each in share_class.member_classes),
        list(_sentences(share_class, rules, coop)),
    )


def shared_and_own(views: Sequence[ClassView]) -> tuple[list[ClassSentence], list[ClassView]]:
    """What holds for every class alike, said once; and each class with what sets it apart."""
    if len(views) < 2:
        return [], list(views)
    apart = {line.rule.key for view in views for line in view.sentences if line.own}
    told: dict[str, ClassSentence] = {}
    for view in views:
        told |= {line.rule.key: line for line in view.sentences if line.rule.key not in apart}
    order = [rule.key for rule in in_order() if rule.key in told]
    own = [replace(view, sentences=[line for line in view.sentences if line.rule.key in apart]) for view in views]
    return [told[key] for key in order], own


def brings(share_class: ShareClass, rules: Rulebook) -> str:
    """What a share of this class brings, in a few words."""

    def value(key: str) -> object:
        return rules.value(f"shares.{key}", share_class=share_class.code)

    kind, cap = value("return_kind"), write_percent(value("return_cap"))  # type: ignore[arg-type]
    if kind == FIXED:
        return _("%(rate)s a year when there is a surplus, never more than %(cap)s") % {
            "rate": write_percent(value("return_rate")),  # type: ignore[arg-type]
            "cap": cap,
        }
    if kind == INDEX:
        return _("a published rate plus %(spread)s a year when there is a surplus, never more than %(cap)s") % {
            "spread": write_percent(value("return_spread")),  # type: ignore[arg-type]
            "cap": cap,
        }
    return _("no return")


def _sentences(share_class: ShareClass, rules: Rulebook, coop: Coop) -> Iterator[ClassSentence]:
    code = share_class.code
    for rule in in_order():
        if not rule.key.startswith("shares.") or "share_class" not in rule.varies_by or not rules.has(rule.key):
            continue
        entry = rules.entry(rule.key, share_class=code)
        value = rules.value(rule.key, share_class=code)
        other, silent = SILENT.get(rule.key, ("", ()))
        if other and rules.value(other, share_class=code) in silent:
            continue
        if not value or (rule.key in QUIET and value == QUIET[rule.key]):
            continue
        yield ClassSentence(rule, sentence_html(rule, value, coop), bool(entry.scope))
