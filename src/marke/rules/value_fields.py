"""The form fields in which a value of each type of rule is typed, and the value made of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from fractions import Fraction
from math import ceil, floor
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marke.common.forms import MoneyField, PercentField
from marke.common.money import NotAnAmount, parse_money
from marke.parties.models import Coop
from marke.rules.sentences import describe, sentence
from marke_core.rulebook import (
    Amount,
    AnyType,
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

UNITS = {
    60: gettext_lazy("minutes"),
    3_600: gettext_lazy("hours"),
    86_400: gettext_lazy("days"),
    365 * 86_400: gettext_lazy("years"),
}
LABEL = gettext_lazy("What it should be")


def value_fields(rule: Rule, coop: Coop, present: Any) -> dict[str, forms.Field]:
    """The fields for a new value, filled with the present one (typed)."""
    kind = rule.type
    match kind:
        case Duration():
            return _duration_fields(kind, present)
        case IndexPlusSpread():
            return _indexed_fields(kind, present)
        case LowestOf():
            return {
                f"value_{name}": _field(part.type, coop, str(part.label).format(value="…"), present.get(name), required=False)
                for name, part in kind.parts.items()
            }
        case Choice() | Switch():
            options: Any = list(kind.options) if isinstance(kind, Choice) else [True, False]
            labels = [(_token(option), sentence(rule, option, coop)) for option in options]
            return {"value": forms.ChoiceField(label=LABEL, choices=labels, widget=forms.RadioSelect, initial=_token(present))}
        case Clause():
            text = forms.Textarea(attrs={"rows": 8})
            return {"value": forms.CharField(label=LABEL, widget=text, initial=present, max_length=kind.longest)}
        case Table():
            return {"value": _table_field(kind, coop, present)}
    return {"value": _field(kind, coop, LABEL, present)}


def value_of(rule: Rule, coop: Coop, cleaned: Mapping[str, Any]) -> Any:
    """The typed value that was filled in. Raises: ValidationError for a table's text that cannot be read."""
    kind = rule.type
    match kind:
        case Duration():
            return timedelta(seconds=cleaned["value"] * int(cleaned["unit"]))
        case IndexPlusSpread():
            return Indexed(cleaned["index"], cleaned["value"])
        case LowestOf():
            return {name: cleaned[f"value_{name}"] for name in kind.parts if cleaned.get(f"value_{name}") is not None}
        case Switch():
            return cleaned["value"] == _token(True)
        case Table():
            return _read_table(kind, coop, cleaned["value"])
    return cleaned["value"]


def _token(option: Any) -> str:
    return {True: "on", False: "off"}[option] if isinstance(option, bool) else str(option)


def _field(kind: AnyType, coop: Coop, label: Any, present: Any, *, required: bool = True) -> forms.Field:
    if isinstance(kind, Percent):
        return _percent_field(kind, label, present, required=required)
    if isinstance(kind, Amount):
        return MoneyField(
            currency=coop.currency, min_value=kind.least, max_value=kind.most, label=label, initial=present, required=required
        )
    assert isinstance(kind, Count), kind
    return forms.IntegerField(label=label, initial=present, required=required)


def _percent_field(kind: Percent | IndexPlusSpread, label: Any, present: Any, *, required: bool = True) -> PercentField:
    least = floor((kind.least if kind.least is not None else Fraction(-1000)) * 100)
    most = ceil((kind.most if kind.most is not None else Fraction(1000)) * 100)
    return PercentField(min_value=least, max_value=most, label=label, initial=present, required=required)


def _duration_fields(kind: Duration, present: timedelta) -> dict[str, forms.Field]:
    seconds = present.days * 86_400 + present.seconds
    fitting = [size for size in UNITS if kind.most is None or size <= kind.most.total_seconds()] or [60]
    unit = max((size for size in fitting if seconds % size == 0 and seconds >= size), default=fitting[0])
    return {
        "value": forms.IntegerField(label=LABEL, initial=seconds // unit, max_value=10**6),
        "unit": forms.ChoiceField(
            label=gettext_lazy("Counted in"), choices=[(size, UNITS[size]) for size in fitting], initial=unit
        ),
    }


def _indexed_fields(kind: IndexPlusSpread, present: Indexed) -> dict[str, forms.Field]:
    return {
        "index": forms.ChoiceField(label=gettext_lazy("Follows"), choices=list(kind.indexes.items()), initial=present.index),
        "value": _percent_field(kind, gettext_lazy("Plus, in percentage points"), present.spread),
    }


# A table is written as text, one row to a line: it works on a phone, without JavaScript, and can be pasted from a sheet.


def _table_field(kind: Table, coop: Coop, present: Any) -> forms.Field:
    names = "; ".join(str(column.label) for column in kind.columns.values())
    lines = [_write_row(kind, row, coop) for row in present]
    hint = _("One row to a line, with a semicolon between: %(columns)s. Leave it empty for a table without rows.")
    return forms.CharField(
        label=LABEL,
        required=False,
        initial="\n".join(lines),
        widget=forms.Textarea(attrs={"rows": max(4, len(lines) + 2)}),
        help_text=" ".join(
            [hint % {"columns": names}, *_choices_hint(kind), _("For example: %(row)s") % {"row": _example(kind, coop)}]
        ),
        max_length=20_000,
    )


def _choices_hint(kind: Table) -> list[str]:
    """Which words a column of choices takes."""
    return [
        _("“%(column)s” is one of: %(words)s.")
        % {"column": column.label, "words": ", ".join(str(label) for label in column.type.options.values())}
        for column in kind.columns.values()
        if isinstance(column.type, Choice)
    ]


def _example(kind: Table, coop: Coop) -> str:
    """A row as one would type it."""
    return _write_row(kind, kind.example or [_some_value(column.type) for column in kind.columns.values()], coop)


def _write_row(kind: Table, row: Sequence[Any], coop: Coop) -> str:
    """The cells with semicolons between; those that may be empty and are stay empty, and at the end are left out."""
    cells = [
        "" if column.blank is not None and cell == column.blank else _write_cell(column.type, cell, coop)
        for column, cell in zip(kind.columns.values(), row, strict=True)
    ]
    return "; ".join(cells).rstrip("; ") if cells[0] else "; ".join(cells)


def _some_value(kind: AnyType) -> Any:
    match kind:
        case Percent():
            return Fraction(10, 100)
        case Amount():
            return 500
        case Duration():
            return timedelta(hours=1)
        case Choice():
            return list(kind.options)[-1]
        case Switch():
            return True
    return getattr(kind, "least", None) or 0


def _write_cell(kind: AnyType, cell: Any, coop: Coop) -> str:
    if isinstance(kind, Count):
        return str(cell)
    if isinstance(kind, Duration):
        return str(int(cell.total_seconds()) // 60)
    return describe(kind, cell, coop)


def _read_table(kind: Table, coop: Coop, text: str) -> tuple[tuple[Any, ...], ...]:
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    return tuple(_read_row(kind, coop, line, number) for number, line in lines)


def _read_row(kind: Table, coop: Coop, line: str, number: int) -> tuple[Any, ...]:
    cells = [cell.strip() for cell in line.split(";")]
    left_out = list(kind.columns.values())[len(cells) :]
    if all(column.blank is not None for column in left_out):
        cells += [""] * len(left_out)
    if len(cells) != len(kind.columns):
        raise ValidationError(
            _("Line %(number)s, “%(line)s”, has %(found)s cells. Give %(wanted)s, with semicolons between.")
            % {"number": number, "line": line.strip()[:60], "found": len(cells), "wanted": len(kind.columns)}
        )
    row = []
    for column, cell in zip(kind.columns.values(), cells, strict=True):
        try:
            empty = not cell and column.blank is not None
            row.append(column.blank if empty else _read_cell(column.type, coop, cell))
        except (ValueError, NotAnAmount, ValidationError):
            raise ValidationError(
                _("Line %(number)s: “%(cell)s” does not fit under “%(column)s”. Write it as in the other rows.")
                % {"number": number, "cell": cell[:40], "column": column.label}
            ) from None
    return tuple(row)


def _read_cell(kind: AnyType, coop: Coop, cell: str) -> Any:
    match kind:
        case Percent():
            return PercentField(min_value=-(10**6), max_value=10**6).clean(cell)
        case Amount():
            return parse_money(cell, coop.currency)
        case Duration():
            return timedelta(minutes=int(cell))
        case Choice() | Switch():
            options = kind.options if isinstance(kind, Choice) else {True: kind.on, False: kind.off}
            named = {str(label).casefold(): option for option, label in options.items()}
            named |= {str(option).casefold(): option for option in options}
            if cell.casefold() not in named:
                raise ValueError(cell)
            return named[cell.casefold()]
        case Word():
            return cell
    return int(cell)
