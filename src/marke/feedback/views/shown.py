"""What the rule shows: to everybody, to a circle, to the member."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from marke.common import charts, clock
from marke.common.views import csv_response, page_of, render
from marke.feedback.conditions import CIRCLE, COOP, MEMBER, NONE, SCORES, Tally
from marke.feedback.forms import score_choices
from marke.feedback.queries import about_circle, about_work, of_circle, sentences, tallies
from marke.feedback.words import average_words
from marke.parties.http import CoopRequest
from marke.parties.models import Circle, Coop, Membership
from marke.parties.permissions import members_only
from marke.rules.queries import Rulebook, rulebook
from marke.rules.registry import get_rule
from marke.rules.sentences import sentence_html


@require_safe
def said(request: CoopRequest) -> HttpResponse:
    """Public: as much as the rule shows."""
    coop, rules = request.coop, rulebook(request.coop, clock.now())
    by = rules.value("feedback.shown")
    context: dict[str, Any] = {**_rules(coop, rules), "by": by, "is_member": request.membership is not None}
    if by != NONE:
        scale, least = rules.value("feedback.asks"), rules.value("feedback.least")
        found = tallies(about_work(coop), by, scale, least)
        context["page"] = page_of(request, sentences(about_work(coop), by, least), 12)
        if by == COOP:
            context |= _drawn(found.get(0))
        else:
            names = _names(coop, by, found)
            rows = [(names[key], tally, average_words(tally)) for key, tally in found.items() if key in names]
            context["rows"] = sorted(rows, key=lambda row: row[0].lower())
    return render(request, "feedback/said.html", context)


def _rules(coop: Coop, rules: Rulebook) -> dict[str, Any]:
    keys = ("feedback.shown", "feedback.least")
    return {
        "sentences": [sentence_html(get_rule(key), rules.value(key), coop) for key in keys],
        "least": rules.value("feedback.least"),
    }


def _drawn(tally: Tally | None) -> dict[str, Any]:
    """The average, and how many said what, the best first."""
    if tally is None:
        return {"tally": None}
    labels = dict(score_choices(tally.scale))
    rows: list[charts.Row] = [
        (labels[score], tally.counts.get(score, 0), str(tally.counts.get(score, 0))) for score in reversed(SCORES[tally.scale])
    ]
    return {"tally": tally, "average": average_words(tally), "bars": rows}


def _names(coop: Coop, by: str, found: Mapping[int, Tally]) -> dict[int, str]:
    """Circles by their name, members by their first."""
    if by == CIRCLE:
        return dict(Circle.objects.filter(coop=coop, closed_at=None, pk__in=found).values_list("pk", "name"))
    present = (Membership.State.MEMBER, Membership.State.SUSPENDED)
    rows = Membership.objects.filter(coop=coop, pk__in=found, state__in=present).values_list("pk", "party__name", "number")
    return {pk: f"{name.split()[0] if name.strip() else '–'} ({number})" for pk, name, number in rows}


@require_safe
@members_only
def said_csv(request: CoopRequest) -> HttpResponse:
    """The same as the page, for members: the average as a sum and a count, so that it is exact."""
    coop, rules = request.coop, rulebook(request.coop, clock.now())
    by, scale = rules.value("feedback.shown"), rules.value("feedback.asks")
    rows: list[list[object]] = []
    if by != NONE:
        found = tallies(about_work(coop), by, scale, rules.value("feedback.least"))
        names = {0: coop.name} if by == COOP else _names(coop, by, found)
        for key, tally in sorted(found.items()):
            if key in names:
                total = sum(score * n for score, n in tally.counts.items())
                rows.append([names[key], tally.count, total, *(tally.counts.get(score, 0) for score in SCORES[scale])])
    header = [_("Who"), _("Answers"), _("Sum"), *(label for _score, label in sorted(score_choices(scale)))]
    return csv_response(f"{coop.slug}-said.csv", header, rows)


@require_safe
@members_only
def mine(request: CoopRequest) -> HttpResponse:
    """What was said about my work, whatever is shown to others: together, never one by one."""
    own = request.membership
    assert own is not None
    rules = rulebook(request.coop, clock.now())
    rows, least = about_work(request.coop).filter(worker=own), rules.value("feedback.least")
    context = {
        **_rules(request.coop, rules),
        **_drawn(tallies(rows, COOP, rules.value("feedback.asks"), least).get(0)),
        "page": page_of(request, sentences(rows, MEMBER, least), 12),
    }
    return render(request, "feedback/mine.html", context)


@require_safe
@members_only
def circle(request: CoopRequest, pk: int) -> HttpResponse:
    """What was said about a circle's work, where the rule shows it."""
    shown = get_object_or_404(Circle, coop=request.coop, pk=pk)
    shown.coop = request.coop
    rules = rulebook(request.coop, clock.now())
    by, least = rules.value("feedback.shown"), rules.value("feedback.least")
    context: dict[str, Any] = {**_rules(request.coop, rules), "circle": shown, "is_shown": by in (CIRCLE, MEMBER), "by": by}
    if context["is_shown"]:
        rows = about_circle(shown)
        context |= {**_drawn(of_circle(shown, rules)), "page": page_of(request, sentences(rows, COOP, least), 12)}
    return render(request, "feedback/circle.html", context)
