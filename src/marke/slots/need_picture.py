"""A day of what is needed, drawn: a bar for each hour, the usual week before the busy one, and a line for what is planned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from marke.slots.demand import HourOfWeek

BAR, HEIGHT = 10, 60


@dataclass(frozen=True)
class DayOfNeed:
    day: date
    hours: list[HourOfWeek]
    svg: SafeString


def days_of_need(hours: Sequence[HourOfWeek]) -> list[DayOfNeed]:
    """Day by day, all to one scale."""
    highest = max((people for each in hours for people in (each.usual, each.busy, each.planned)), default=0)
    by_day = ((day, list(rows)) for day, rows in groupby(hours, key=lambda each: each.day))
    return [DayOfNeed(day, rows, _drawn(rows, max(highest, 1))) for day, rows in by_day]


def _drawn(hours: Sequence[HourOfWeek], highest: int) -> SafeString:
    bars = format_html_join(
        "",
        '<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>',
        (
            (kind, BAR * place + 1, HEIGHT - _tall(people, highest), BAR - 2, _tall(people, highest))
            for place, each in enumerate(hours)
            for kind, people in (("busy", each.busy), ("usual", each.usual))
            if people
        ),
    )
    steps = "".join(f"V{HEIGHT - _tall(each.planned, highest)}h{BAR}" for each in hours)
    told = format_html_join(
        "",
        '<rect class="hit" x="{}" y="0" width="{}" height="{}"><title>{}</title></rect>',
        ((BAR * place, BAR, HEIGHT, _told(each)) for place, each in enumerate(hours)),
    )
    return format_html(
        '<svg class="need" viewBox="0 -2 {} {}" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        '{}<path class="planned" d="M0 {}{}"/>{}</svg>',
        BAR * len(hours),
        HEIGHT + 4,
        bars,
        HEIGHT,
        steps,
        told,
    )


def _tall(people: int, highest: int) -> int:
    return round(HEIGHT * people / highest)


def _told(each: HourOfWeek) -> str:
    return _("%(hour)s:00 – usual week: %(usual)s, busy week: %(busy)s, planned: %(planned)s") % {
        "hour": each.hour, "usual": each.usual, "busy": each.busy, "planned": each.planned,
    }  # fmt: skip
