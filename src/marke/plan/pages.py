"""The page of a plan, the same before and after the founding: sliders, the answer, and what one does with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils.translation import gettext as _

from marke.common.forms import OnceKey
from marke.plan.answers import CSV_HEADER, Answer, Words, answer, month_rows
from marke.plan.queries import Start
from marke.plan.sliders import GROUPS, Group, Placed, place, read_values
from marke_core.plan import Plan


@dataclass(frozen=True)
class GroupOnPage:
    group: Group
    placed: tuple[Placed, ...]


def values_of(start: Start, query: Mapping[str, Any]) -> dict[str, int]:
    return read_values(query, start.sliders)


def page_of_plan(start: Start, query: Mapping[str, Any]) -> dict[str, Any]:
    """What the template needs; the addresses of papers and forms are added by the view."""
    values = values_of(start, query)
    return {
        "start": start,
        "groups": [
            GroupOnPage(group, tuple(place(start.sliders[s.name], values[s.name], start.coop.currency) for s in group.sliders))
            for group in GROUPS
        ],
        "answer": answer(start, values),
        "values": values,
        "query": urlencode(values),
        "years": [_("First year"), _("Second year"), _("Third year")],
        "once_key": OnceKey().initial,
    }


def page_or_answer(request: HttpRequest) -> str:
    """The template: a slider that was moved asks for the answer alone."""
    return "plan/plan.html#answer" if request.headers.get("HX-Request") == "true" else "plan/plan.html"


def csv_of_plan(start: Start, query: Mapping[str, Any]) -> tuple[tuple[str, ...], list[list[object]]]:
    values = values_of(start, query)
    return CSV_HEADER, month_rows(Words(start, values), played(start, values).months)


def played(start: Start, values: Mapping[str, int]) -> Plan:
    found: Answer = answer(start, values)
    return found.plan
