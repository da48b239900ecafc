"""Fares in words: the parts, the rows, and the lines of a price."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from marke.common.money import format_money
from marke.parties.models import Coop
from marke.rules.sentences import write_number, write_percent
from marke_core.fares import BETWEEN, MEASURED, OUTSIDE, Line, Row
from marke_core.money import share_of_integers

PARTS = {
    "base": gettext_lazy("Base"),
    "km": gettext_lazy("Per km"),
    "minute": gettext_lazy("Per minute"),
    "item": gettext_lazy("Per item"),
    "kg": gettext_lazy("Per kg"),
    "extra": gettext_lazy("Extra"),
    "formula": gettext_lazy("By formula"),
    "percent": gettext_lazy("Surcharge"),
    "minimum": gettext_lazy("At least"),
}
DAYS = {
    "every": gettext_lazy("every day"),
    "weekdays": gettext_lazy("Monday to Friday"),
    "weekend": gettext_lazy("Saturday and Sunday"),
    "monday": gettext_lazy("Monday"),
    "tuesday": gettext_lazy("Tuesday"),
    "wednesday": gettext_lazy("Wednesday"),
    "thursday": gettext_lazy("Thursday"),
    "friday": gettext_lazy("Friday"),
    "saturday": gettext_lazy("Saturday"),
    "sunday": gettext_lazy("Sunday"),
    "holiday": gettext_lazy("on holidays"),
}


def row_template(cells: Sequence[Any]) -> str:
    """The sentence of a row of a fare, with places for its cells: "{amount} a kilometre beyond {above} km"."""
    row = Row(*cells)
    when = conditions(row).replace("{", "{{").replace("}", "}}")
    return f"{_asks(row)}, {when}" if when else _asks(row)


def row_words(row: Row, coop: Coop) -> str:
    """A row of a fare with its values in it: "€1.20 a kilometre beyond 3 km, Sunday"."""
    told = _asks(row).format(
        amount=format_money(row.amount, coop.currency),
        percent=write_percent(row.percent),
        above=write_number(row.above),
        formula=row.formula,
    )
    when = conditions(row)
    return f"{told}, {when}" if when else told


def _asks(row: Row) -> str:
    if row.part in MEASURED:
        plain, beyond = {
            "km": (_("{amount} a kilometre"), _("{amount} a kilometre beyond {above} km")),
            "minute": (_("{amount} a minute"), _("{amount} a minute beyond {above} minutes")),
            "item": (_("{amount} an item"), _("{amount} an item beyond {above}")),
            "kg": (_("{amount} a kilo"), _("{amount} a kilo beyond {above} kg")),
        }[row.part]
        return beyond if row.above else plain
    return {
        "base": _("{amount} a job"),
        "extra": _("{amount} more"),
        "formula": _("and {formula}"),
        "percent": _("{percent} more"),
        "minimum": _("at least {amount}"),
    }[row.part]


def conditions(row: Row) -> str:
    """When and where a row counts: "Sunday, from 18 to 24 o’clock, outside Centre"; "" when it always does."""
    said = [str(DAYS[row.day])] if row.day != "every" else []
    if (row.start, row.end) != (0, 24):
        said.append(_("from %(start)s to %(end)s o’clock") % {"start": row.start, "end": row.end})
    if row.zone.startswith(OUTSIDE):
        said.append(_("outside %(zone)s") % {"zone": row.zone[1:]})
    elif BETWEEN in row.zone:
        one, _between, other = row.zone.partition(BETWEEN)
        said.append(_("between %(one)s and %(other)s") % {"one": one, "other": other})
    elif row.zone:
        said.append(_("within %(zone)s") % {"zone": row.zone})
    return ", ".join(said)


def line_words(line: Line, row: Row | None, currency: str) -> str:
    """What a line of a price is: "4.2 km at €1.20", "25% more, Sunday"."""
    if row is None:
        return {
            "discount": _("Agreed with this client"),
            "floor": _("So that the hour is paid"),
            "surcharge": _("Surcharge for this day and hour"),
        }[line.part]
    said = _line(line, row, currency)
    when = conditions(row)
    return f"{said}, {when}" if when else said


def _line(line: Line, row: Row, currency: str) -> str:
    each = format_money(row.amount, currency)
    if line.part in MEASURED:
        return f"{measured(line.part, line.count)} × {each}"
    if line.part == "percent":
        return _("%(percent)s more") % {"percent": write_percent(row.percent)}
    if line.part == "minimum":
        return _("Up to the least of %(amount)s") % {"amount": each}
    return str(PARTS[line.part])


def measured(part: str, count: int) -> str:
    """How much of a part: metres in km with two decimals, minutes, items, kilos."""
    if part == "km":
        return _("%(n)s km") % {"n": write_number(Fraction(share_of_integers(count, 1, 10), 100))}
    if part == "minute":
        return ngettext("%(n)s minute", "%(n)s minutes", count) % {"n": count}
    if part == "item":
        return ngettext("%(n)s item", "%(n)s items", count) % {"n": count}
    return _("%(n)s kg") % {"n": count}
