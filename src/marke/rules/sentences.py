"""Rules as sentences with their values in them, in the language and currency of whoever reads."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from babel.numbers import format_decimal, format_percent
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext, override

from marke.common.days import day_in_words
from marke.common.money import MINUS, format_money, locale_of
from marke.parties.models import Coop
from marke.rules.models import RuleValue
from marke.rules.registry import get_rule
from marke_core.rulebook import (
    Amount,
    AnyType,
    BadValue,
    Choice,
    Clause,
    Count,
    Duration,
    Indexed,
    IndexPlusSpread,
    LowestOf,
    Percent,
    Rule,
    Switch,
    Table,
    Word,
)


def sentence(rule: Rule, value: Any, coop: Coop, language: str | None = None) -> str:
    """The rule's sentence with the (typed) value in it: "The co-op keeps 12% of the price of every job." """
    with override(language or get_language()):
        return str(rule.sentence).format(value=describe_value(rule, value, coop))


def sentence_html(rule: Rule, value: Any, coop: Coop, language: str | None = None) -> SafeString:
    """`sentence` with the value set off by <strong>."""
    with override(language or get_language()):
        return format_html(str(rule.sentence), value=format_html("<strong>{}</strong>", describe_value(rule, value, coop)))


def sentence_of(entry: RuleValue, coop: Coop, language: str | None = None) -> str:
    """The sentence of a value as it is kept."""
    return sentence(get_rule(entry.key), entry.typed, coop, language)


def describe_value(rule: Rule, value: Any, coop: Coop, language: str | None = None) -> str:
    """The value in words: "12%", "€50.00", "3 days", "whoever is nearest"."""
    with override(language or get_language()):
        return describe(rule.type, value, coop)


def describe(kind: AnyType, value: Any, coop: Coop) -> str:
    """A value of a type, in the active language."""
    match kind:
        case Percent():
            return write_percent(value)
        case Amount():
            return format_money(value, coop.currency)
        case Count():
            return write_number(value)
        case Duration():
            return write_duration(value)
        case Choice():
            return str(kind.options[value])
        case Switch():
            return gettext(kind.on if value else kind.off)
        case Clause() | Word():
            return str(value)
        case IndexPlusSpread():
            return _describe_indexed(kind, value)
        case LowestOf():
            parts = [
                gettext(kind.parts[part].label).format(value=describe(kind.parts[part].type, value[part], coop)) for part in value
            ]
            return parts[0] if len(parts) == 1 else gettext("the lowest of %(parts)s") % {"parts": _listed(parts)}
        case Table():
            return _describe_table(kind, value, coop)


def _describe_indexed(kind: IndexPlusSpread, value: Indexed) -> str:
    index = str(kind.indexes[value.index])
    points = write_number(Fraction(value.spread) * 100)
    return gettext("%(index)s plus %(points)s percentage points") % {"index": index, "points": points}


def _describe_table(kind: Table, rows: Any, coop: Coop) -> str:
    if not rows:
        return gettext(kind.empty)
    shown = []
    for row in rows:
        cells = {name: describe(column.type, cell, coop) for (name, column), cell in zip(kind.columns.items(), row, strict=True)}
        template = kind.row(row) if callable(kind.row) else kind.row
        shown.append(gettext(template).format(**cells))
    return "; ".join(shown)


def _listed(parts: list[str]) -> str:
    return gettext("%(some)s and %(last)s") % {"some": ", ".join(parts[:-1]), "last": parts[-1]}


def write_number(value: int | Fraction) -> str:
    """A number as the active language writes it, with at most four decimals and a true minus."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    text = format_decimal(abs(exact), format="#,##0.####", locale=locale_of(get_language()))
    return f"{MINUS}{text}" if value < 0 else text


def write_percent(ratio: Fraction) -> str:
    """A percentage as the language writes it, with at most four decimals: "12.5%"."""
    locale = locale_of(get_language())
    pattern = locale.percent_formats[None].pattern.split(";")[0].replace("#,##0", "#,##0.####")
    exact = Decimal(abs(ratio.numerator)) / Decimal(ratio.denominator)
    text = format_percent(exact, pattern, locale)
    return f"{MINUS}{text}" if ratio < 0 else text


def write_duration(value: timedelta) -> str:
    """Exactly: "3 days", "2 years", "1 hour and 30 minutes"; years only where they come out even."""
    seconds = value.days * 86_400 + value.seconds
    if seconds < 0:
        return MINUS + write_duration(-value)
    if seconds and seconds % 86_400 == 0 and (years := _years(seconds // 86_400)):
        return ngettext("%(count)s year", "%(count)s years", years) % {"count": write_number(years)}
    shown = []
    for size, words in _UNITS:
        count, seconds = divmod(seconds, size)
        if count:
            shown.append(words(count) % {"count": write_number(count)})
    return _listed(shown) if len(shown) > 1 else (shown or [_minutes(0) % {"count": "0"}])[0]


def _years(days: int) -> int:
    """How many years of 365 or 366 days these are, 0 when they are none."""
    years = round(days / 365.25)
    return years if years and 365 * years <= days <= 366 * years else 0


def _days(count: int) -> str:
    return ngettext("%(count)s day", "%(count)s days", count)


def _hours(count: int) -> str:
    return ngettext("%(count)s hour", "%(count)s hours", count)


def _minutes(count: int) -> str:
    return ngettext("%(count)s minute", "%(count)s minutes", count)


def _seconds(count: int) -> str:
    return ngettext("%(count)s second", "%(count)s seconds", count)


_UNITS: tuple[tuple[int, Callable[[int], str]], ...] = ((86_400, _days), (3_600, _hours), (60, _minutes), (1, _seconds))


def write_day(moment: datetime, coop: Coop) -> str:
    """The day of a moment where the co-op is, in words: "1 December 2026"."""
    day = moment.astimezone(ZoneInfo(coop.timezone)).date()
    return day_in_words(day)


def refusal_sentence(bad: BadValue, coop: Coop) -> str:
    """Why a value was refused, in the active language and the co-op's currency."""
    amounts = {name for name in bad.values if name.endswith("amount")}
    shown = {name: format_money(value, coop.currency) if name in amounts else _shown(value) for name, value in bad.values.items()}  # type: ignore[arg-type]
    return gettext(bad.template).format(**shown)


def _shown(value: object) -> str:
    match value:
        case Fraction():
            return write_percent(value)
        case timedelta():
            return write_duration(value)
        case bool():
            return str(value)
        case int():
            return write_number(value)
    text = str(value)
    return text if len(text) <= 80 else f"{text[:77]}…"
