"""The reference page about statutes, made of the data: docs/reference/statutes.md is kept equal to it by a test."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import override

from marke.parties.models import Coop
from marke.rules.registry import get_rule
from marke.statutes.rulebook import STATED
from marke.statutes.sentences import ABOUT_LABELS, BOUND_LABELS, KIND_LABELS, value_in_words
from marke_core.statutes import REGIMES, About, Figure, Kind, Regime

HEAD = """# Legal forms, recognitions and models

What each of them states, as the program holds it against the rules of a co-op. Made of `marke_core/statutes`; a test keeps this page equal to it.

A figure binds as *exactly*, *at most* or *at least*; *to begin with* is only what one begins with. Where the program does not carry a rule
out, and the co-op sees to it itself, the figure is marked °. Collected from public pages and laws, as told by them unless the source is the
law's own text (marked §), and no legal advice: what differs for you, you decide as a figure of your own (see [From a group to a
co-op](../how-to/from-a-group-to-a-co-op.md)).
"""


def reference_page() -> str:
    """The page, in English, whatever language is active."""
    with override("en"):
        return "\n".join([HEAD, *(line for each in REGIMES.values() for line in _regime(each))]).rstrip() + "\n"


def _regime(each: Regime) -> Iterator[str]:
    yield f"## {each.label[0].upper()}{each.label[1:]}"
    yield ""
    yield " ".join(_introduction(each))
    yield ""
    if not each.figures:
        return
    yield "| about | binds | what it states | since | source, checked | not verified |"
    yield "|---|---|---|---|---|---|"
    for about in About:
        for figure in each.figures:
            if figure.about is about:
                yield _row(figure)
    yield ""


def _introduction(each: Regime) -> Iterator[str]:
    yield f"{KIND_LABELS[each.kind]} `{each.code}`."
    if each.kind is Kind.FORM:
        yield f"Makes: {Coop.LegalForm(each.legal_form).label}."
    if each.needs_deed:
        yield "Comes about by a deed or an entry in a register."
    if each.stands_on:
        yield f"Stands on {', '.join(f'`{code}`' for code in each.stands_on)}: its figures hold too."
    if each.fits:
        yield f"Goes with {', '.join(f'`{code}`' for code in each.fits)}."
    if not each.figures:
        yield "States nothing: the members decide every rule freely."


def _row(figure: Figure) -> str:
    mark = "°" if figure.rule in STATED else ""
    law = "" if figure.told else " §"
    cells = (
        ABOUT_LABELS[figure.about],
        BOUND_LABELS[figure.bound],
        f"{_said(figure)}{mark} (`{figure.rule}`)",
        _days(figure),
        f"{figure.source}{law}, {figure.checked_on}",
        figure.doubt,
    )
    return f"| {' | '.join(str(cell).replace('|', '/') for cell in cells)} |"


def _said(figure: Figure) -> str:
    """The value with its rule; a mere number in the rule's sentence, which has the unit."""
    rule = get_rule(figure.rule)
    value = value_in_words(rule, figure, Coop(currency=figure.currency or "EUR", language="en"))
    if rule.type.name == "count":
        return str(rule.sentence).format(value=value).rstrip(".")
    return f"{rule.title}: {value}"


def _days(figure: Figure) -> str:
    since = figure.since.isoformat() if figure.since else ""
    return f"{since} until {figure.until.isoformat()}".strip() if figure.until else since
