"""A work history in words: as the page, the paper and the badge tell it. What it is made of is the signed JSON alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from marke.common.days import day_in_words
from marke.common.money import format_money
from marke.credentials.conditions import AREA, ASSESSMENTS, DISTANCE, INCOME, SERVICES, SLOTS
from marke.feedback.models import Scale
from marke.slots.queries import in_hours

History = Mapping[str, Any]
Row = tuple[str, str]


@dataclass(frozen=True)
class Section:
    key: str
    title: str
    rows: Sequence[Row]


def day(text: str) -> str:
    """5 January 2026."""
    return day_in_words(date.fromisoformat(text))


def hours(minutes: int) -> str:
    """3:54 hours."""
    return _("%(hours)s hours") % {"hours": in_hours(minutes)}


def jobs(number: int) -> str:
    return ngettext("%(n)s job", "%(n)s jobs", number) % {"n": number}


def assignments(number: int) -> str:
    return ngettext("%(n)s assignment", "%(n)s assignments", number) % {"n": number}


def between(told: Mapping[str, Any]) -> str:
    """From when to when, or the one day."""
    if told["from"] == told["to"]:
        return day(told["from"])
    return _("%(from)s to %(to)s") % {"from": day(told["from"]), "to": day(told["to"])}


def period(history: History) -> str:
    told = history["period"]
    return _("%(from)s to %(to)s") % {"from": day(told["from"]), "to": day(told["to"])}


def sections(history: History) -> list[Section]:
    """What it tells, in the order in which people ask."""
    found = [Section("worker", _("Who"), _who(history))]
    for key, title, rows in (
        (SERVICES, _("What was done"), _services), (SLOTS, _("When"), _slots), (AREA, _("Where"), _area),
        (DISTANCE, _("How far"), _distance), (INCOME, _("Earned"), _income), (ASSESSMENTS, _("What clients thought"), _said),
    ):  # fmt: skip
        if key in history:
            found.append(Section(key, title, rows(history[key])))
    return found


def results(history: History) -> list[Row]:
    """The figures, as readers of badges list them."""
    return [row for section in sections(history) if section.key != "worker" for row in section.rows]


def _who(history: History) -> list[Row]:
    worker, coop = history["worker"], history["cooperative"]
    rows = [(_("Name"), worker["name"]), (_("Co-op"), coop["name"])]
    if coop["registration_number"]:
        rows.append((_("Registered as"), coop["registration_number"]))
    rows.append((_("Member number"), str(worker["registration"])))
    if worker["contract_began"]:
        rows.append((_("Member since"), day(worker["contract_began"])))
    if worker["contract_ended"]:
        rows.append((_("Member until"), day(worker["contract_ended"])))
    return [*rows, (_("Time told of"), period(history))]


def _services(told: History) -> list[Row]:
    rows = [(each["name"], f"{jobs(each['number'])}, {hours(each['minutes'])}") for each in told["kinds"]]
    if len(rows) > 1:
        rows.append((_("Together"), f"{jobs(told['number'])}, {hours(told['minutes'])}"))
    if told["days"]:
        rows.append((_("Days with work"), str(told["days"])))
    if told["shift_minutes"]:
        rows.append((_("On shifts"), hours(told["shift_minutes"])))
    if done := told.get("assignments"):
        rows.append((_("Assignments invoiced"), f"{assignments(done['number'])}, {between(done)}"))
    if teams := told.get("teams"):
        times = ngettext("shared %(n)s time", "shared %(n)s times", teams["number"]) % {"n": teams["number"]}
        rows.append((_("Work in teams"), f"{times}, {between(teams)}"))
    return rows


def _slots(told: History) -> list[Row]:
    parts = {
        "night": _("Night (0 to 6)"), "morning": _("Morning (6 to 12)"), "afternoon": _("Afternoon (12 to 18)"),
        "evening": _("Evening (18 to 24)"),
    }  # fmt: skip
    average = _("%(begin)s to %(end)s") % {"begin": told["average_begin"], "end": told["average_end"]}
    counted = told["services_by_part_of_day"]
    return [(_("Average day"), average), *((words, jobs(counted[part])) for part, words in parts.items() if counted[part])]


def _area(told: History) -> list[Row]:
    around = _("nine of ten jobs within %(km)s km of %(lat)s, %(lon)s") % {
        "km": told["kilometres"], "lat": told["centre"]["latitude"], "lon": told["centre"]["longitude"],
    }  # fmt: skip
    return [*([(_("Town"), told["town"])] if told["town"] else []), (_("Area"), around)]


def _distance(told: History) -> list[Row]:
    far = formats.number_format(told["average_metres"] / 1000, decimal_pos=1)
    words = _("%(km)s km from where it is fetched to where it is brought, as the crow flies") % {"km": far}
    return [(_("On average"), words)]


def _income(told: History) -> list[Row]:
    """What an own business and teams brought, and all together."""

    def money(part: Mapping[str, Any], key: str = "minor_units") -> str:
        return format_money(part[key], part["currency"])

    rows = []
    if done := told.get("assignments"):
        rows.append((_("Invoiced for assignments, without VAT"), money(done, "invoiced")))
        rows.append((_("What remained of it after the contribution"), money(done)))
    if teams := told.get("teams"):
        rows.append((_("Share of what teams earned"), money(teams)))
    return [*rows, (_("After the co-op’s contribution, before tax"), money(told))]


def _said(told: History) -> list[Row]:
    since = _("%(from)s to %(to)s") % {"from": day(told["from"]), "to": day(told["to"])}
    average = told["average"]
    if told["scale"] == Scale.THUMBS:
        share = formats.number_format(100 * told["counts"].get("1", 0) / told["number"], decimal_pos=0)
        words = _("%(percent)s%% thumbs up") % {"percent": share}
    else:
        words = _("%(average)s of 5 stars") % {"average": formats.number_format(average)}
    answers = ngettext("%(n)s answer", "%(n)s answers", told["number"]) % {"n": told["number"]}
    return [(_("Average mark"), f"{words}, {answers}"), (_("Said between"), since)]
