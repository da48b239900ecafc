"""What can be moved: the rules that the plan turns on, and what it supposes of work, costs and capital.

Every value is a whole number: minor units, thousandths, minutes, days, months or a count. Where a slider is a rule, it
bears the rule's key, so that the plan can become the rulebook.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from fractions import Fraction
from math import gcd
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from marke.common.money import format_money, minor_digits
from marke.rules.registry import get_rule
from marke.rules.sentences import write_number, write_percent
from marke_core.rulebook import Amount, Count, Duration, Percent

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

COUNT, MONEY, PERMILLE, MINUTES, DAYS, MONTHS = "count", "money", "permille", "minutes", "days", "months"


@dataclass(frozen=True)
class Slider:
    name: str
    label: str | _StrPromise
    unit: str
    least: int
    most: int
    step: int
    start: int
    hint: str | _StrPromise = ""
    rule: str = ""  # its key, when members decide it


@dataclass(frozen=True)
class Group:
    name: str
    title: str | _StrPromise
    sliders: tuple[Slider, ...]


# Amounts are written for a currency of hundredths, and scaled for others.
GROUPS = (
    Group(
        "rules",
        _("Your rules"),
        (
            Slider("contribution", _("What the co-op keeps"), PERMILLE, 0, 400, 5, 120, rule="jobs.contribution"),
            Slider("guarantee", _("For the guarantee fund"), PERMILLE, 0, 100, 5, 20, rule="jobs.guarantee"),
            Slider("share_price", _("The price of a share"), MONEY, 500, 100_000, 500, 5_000, rule="shares.price"),
            Slider("shares_each", _("Shares that each member takes"), COUNT, 1, 40, 1, 1, rule="shares.minimum"),
            Slider("term", _("Days that clients have to pay"), DAYS, 0, 60, 1, 30, rule="invoices.term"),
        ),
    ),
    Group(
        "work",
        _("The work"),
        (
            Slider("members", _("Members who work, at the start"), COUNT, 1, 60, 1, 8),
            Slider("new_members", _("More members each year"), COUNT, 0, 40, 1, 3),
            Slider("jobs", _("Jobs of each member in a month"), COUNT, 1, 240, 1, 60),
            Slider("price", _("Price of a job"), MONEY, 100, 30_000, 50, 2_500, _("Without VAT.")),
            Slider("minutes", _("Time for a job"), MINUTES, 5, 480, 5, 60, _("With the way to it.")),
            Slider("ramp", _("Until each has all their jobs"), MONTHS, 1, 24, 1, 6),
            Slider("late", _("Clients pay after their term"), DAYS, 0, 60, 1, 5),
            Slider("unpaid", _("Work that is never paid"), PERMILLE, 0, 50, 1, 5),
        ),
    ),
    Group(
        "costs",
        _("What it costs"),
        (
            Slider("at_start", _("Once, to begin"), MONEY, 0, 2_000_000, 5_000, 150_000, _("Deed, website, first insurance.")),
            Slider("equipment", _("Things to buy"), MONEY, 0, 5_000_000, 25_000, 0),
            Slider("wear", _("How long they last"), MONTHS, 12, 96, 12, 60),
            Slider(
                "per_month", _("Each month"), MONEY, 0, 1_000_000, 2_500, 60_000, _("Rent, software, bookkeeping, coordination.")
            ),
            Slider("per_member", _("For each member in a month"), MONEY, 0, 30_000, 250, 2_000, _("Insurance, telephone.")),
            Slider("per_job", _("For each job"), MONEY, 0, 1_000, 5, 0, _("Materials, cost of a payment.")),
            Slider("dearer", _("Dearer every year by"), PERMILLE, 0, 100, 5, 25),
        ),
    ),
    Group(
        "capital",
        _("What is brought in"),
        (
            Slider("other_shares", _("Shares of supporters"), MONEY, 0, 5_000_000, 10_000, 0),
            Slider("loan", _("Loan"), MONEY, 0, 5_000_000, 10_000, 0),
            Slider("loan_rate", _("Interest on it, a year"), PERMILLE, 0, 100, 1, 30),
            Slider("loan_months", _("Paid back in"), MONTHS, 12, 96, 6, 36),
        ),
    ),
)
SLIDERS = {slider.name: slider for group in GROUPS for slider in group.sliders}
RULES = {slider.name: slider.rule for slider in SLIDERS.values() if slider.rule}


@dataclass(frozen=True)
class Placed:
    """A slider at a value, as the page shows it."""

    slider: Slider
    value: int
    text: str
    one: str  # its unit in words, with {n} for the number, so that the page can follow a finger without asking
    digits: int = 2

    @property
    def changed(self) -> bool:
        return self.value != self.slider.start


def sliders_from(starts: Mapping[str, int], currency: str) -> dict[str, Slider]:
    """The sliders with their starts; a start always fits on its slider. `starts` are minor units of the currency."""
    return {name: _fitted(_scaled(slider, currency), starts.get(name)) for name, slider in SLIDERS.items()}


def read_values(query: Mapping[str, Any], sliders: Mapping[str, Slider]) -> dict[str, int]:
    """What the address says, within what a slider can say; the start where it says nothing that can be read."""
    return {name: _read(str(query.get(name, "")), slider) for name, slider in sliders.items()}


def place(slider: Slider, value: int, currency: str) -> Placed:
    return Placed(slider, value, text_of(slider, value, currency), _unit_words(slider.unit), minor_digits(currency))


def text_of(slider: Slider, value: int, currency: str) -> str:
    if slider.unit == MONEY:
        return format_money(value, currency)
    if slider.unit == PERMILLE:
        return write_percent(Fraction(value, 1000))
    return _unit_words(slider.unit, value).format(n=write_number(value))


def typed_value(name: str, value: int) -> Any:
    """A slider's value as the type of its rule has it."""
    match get_rule(RULES[name]).type:
        case Percent():
            return Fraction(value, 1000)
        case Duration():
            return timedelta(days=value)
    return value


def value_of_rule(name: str, typed: Any) -> int:
    """A rule's value as its slider has it, rounded to what the slider can say."""
    match get_rule(RULES[name]).type:
        case Percent():
            return round(Fraction(typed) * 1000)
        case Duration():
            return int(typed / timedelta(days=1))
        case Amount() | Count():
            return int(typed)
    raise TypeError(f"{RULES[name]} is no number.")


def _unit_words(unit: str, count: int = 2) -> str:
    if unit == MINUTES:
        return ngettext("{n} minute", "{n} minutes", count)
    if unit == DAYS:
        return ngettext("{n} day", "{n} days", count)
    if unit == MONTHS:
        return ngettext("{n} month", "{n} months", count)
    return "{n}"


def _read(text: str, slider: Slider) -> int:
    if not text.removeprefix("-").isdecimal() or len(text) > 18:
        return slider.start
    return min(max(int(text), slider.least), slider.most)


def _scaled(slider: Slider, currency: str) -> Slider:
    if slider.unit != MONEY or (digits := minor_digits(currency)) == 2:
        return slider
    names = ("least", "most", "step", "start")
    scaled = {name: getattr(slider, name) * 10**digits // 100 for name in names}
    return replace(slider, **{**scaled, "step": max(1, scaled["step"])})


def _fitted(slider: Slider, start: int | None) -> Slider:
    """With another start, also one between two steps or beyond the end; a browser would move it, and the plan with it."""
    least, most = _bounds(slider)
    start = slider.start if start is None else start
    least, most = min(least, start), max(most, start)
    if start > slider.most:
        most = 2 * start  # room to move
    step = gcd(slider.step, start - least) or slider.step
    return replace(slider, least=least, most=_most_of_rule(slider, most), step=step, start=start)


def _bounds(slider: Slider) -> tuple[int, int]:
    return slider.least, _most_of_rule(slider, slider.most)


def _most_of_rule(slider: Slider, most: int) -> int:
    """No further than the rule itself allows."""
    if not slider.rule or (allowed := getattr(get_rule(slider.rule).type, "most", None)) is None:
        return most
    return min(most, value_of_rule(slider.name, allowed))
