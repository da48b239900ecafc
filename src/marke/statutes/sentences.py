"""Figures, sources and refusals in words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marke.parties.models import Coop
from marke.rules.sentences import describe_value
from marke.statutes.models import OwnFigure
from marke.statutes.queries import Binding
from marke_core.rulebook import LowestOf, Rule
from marke_core.statutes import About, Bound, Breach, Cmp, Figure, Kind, Regime

ABOUT_LABELS = {
    About.VOTE: gettext_lazy("Votes and kinds of members"),
    About.RESERVE: gettext_lazy("What is kept"),
    About.SURPLUS: gettext_lazy("The surplus"),
    About.RETURN: gettext_lazy("What capital gets"),
    About.SHARES: gettext_lazy("Shares"),
    About.LEAVING: gettext_lazy("When somebody leaves"),
    About.WINDING_UP: gettext_lazy("When it is wound up"),
    About.OTHER: gettext_lazy("Other"),
}
KIND_LABELS = {
    Kind.FORM: gettext_lazy("Legal form"),
    Kind.RECOGNITION: gettext_lazy("Recognition"),
    Kind.MODEL: gettext_lazy("Model"),
}
BOUND_LABELS = {
    Bound.EXACTLY: gettext_lazy("exactly"),
    Bound.MOST: gettext_lazy("at most"),
    Bound.LEAST: gettext_lazy("at least"),
    Bound.DEFAULT: gettext_lazy("to begin with"),
}


def label_of(regime: Regime) -> str:
    return _(regime.label)


def money_of(coop: Coop, figure: Figure) -> Coop:
    """The co-op as far as words go: an amount of another country is told in that country's money."""
    if not figure.currency or figure.currency == coop.currency:
        return coop
    return Coop(name=coop.name, currency=figure.currency, timezone=coop.timezone, language=coop.language)


def value_in_words(rule: Rule, figure: Figure, coop: Coop) -> str:
    """The value alone; where several are as good, all of them: "paid or unpaid"."""
    told = [describe_value(rule, rule.type.load(value), money_of(coop, figure)) for value in (figure.value, *figure.or_else)]
    return told[0] if len(told) == 1 else _("%(some)s, or %(last)s") % {"some": "; ".join(told[:-1]), "last": told[-1]}


def figure_in_words(rule: Rule, figure: Figure, coop: Coop) -> str:
    """ "at most 6%"; a value that must be so needs no word before it where it is one of a few ways."""
    value = value_in_words(rule, figure, coop)
    if isinstance(rule.type, LowestOf):
        return value
    if figure.bound is Bound.EXACTLY and rule.type.name in ("choice", "switch", "clause"):
        return value
    return _("%(bound)s %(value)s") % {"bound": BOUND_LABELS[figure.bound], "value": value}


def figure_told(rule: Rule, figure: Figure, coop: Coop) -> str:
    """One line of it: "Legal reserve: at least 15%"; a mere number is told in the rule's sentence, which has the unit."""
    if rule.type.name == "count":
        said = str(rule.sentence).format(value=value_in_words(rule, figure, coop))
        return _("%(sentence)s (%(bound)s)") % {"sentence": said.rstrip("."), "bound": BOUND_LABELS[figure.bound]}
    return f"{rule.title}: {figure_in_words(rule, figure, coop)}"


def figure_sentence(rule: Rule, figure: Figure, coop: Coop) -> SafeString:
    """The rule's own sentence with the figure's value in it."""
    return format_html(str(rule.sentence), value=format_html("<strong>{}</strong>", value_in_words(rule, figure, coop)))


def source_in_words(figure: Figure) -> str:
    """Where it stands, and when that was looked up."""
    named = {"source": _(figure.source), "month": figure.checked_on}
    if figure.told:
        return _("as told by %(source)s, checked %(month)s") % named
    return _("%(source)s, checked %(month)s") % named


def binding_source(binding: Binding) -> str:
    if binding.own is not None and binding.own.says == OwnFigure.Says.OWN:
        return _("decision %(number)s of our own: %(reason)s") % {
            "number": binding.own.decision.number,
            "reason": binding.own.reason,
        }
    return source_in_words(binding.stated)


def refusal_of(breach: Breach, binding: Binding, rule: Rule, value: Any, coop: Coop) -> str:
    """Rule, value, limit and source, and what can be done."""
    told = {
        "title": rule.title,
        "value": describe_value(rule, value, coop),
        "limit": value_in_words(rule, breach.figure, coop),
        "regime": label_of(binding.regime),
        "source": binding_source(binding),
    }
    remedy = _("Choose what it allows, or first propose a figure of your own in its place, under Our legal form.")
    match breach.how:
        case Cmp.MORE:
            said = _("“%(title)s”: %(value)s is more than %(limit)s, the most that “%(regime)s” allows (%(source)s).")
        case Cmp.LESS:
            said = _("“%(title)s”: %(value)s is less than %(limit)s, the least that “%(regime)s” allows (%(source)s).")
        case _:
            said = _("“%(title)s”: not “%(value)s”, but “%(limit)s” is what “%(regime)s” allows (%(source)s).")
    return f"{said % told} {remedy}"


def with_value(figure: Figure, value: Any) -> Figure:
    """The figure as the co-op sets it itself."""
    return replace(figure, value=value, or_else=())
