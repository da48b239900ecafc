"""What a fare has to be before it can be proposed: every row says one thing, and every zone is there."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from marke.common.refusal import Refused
from marke.parties.models import Coop
from marke.rates.fares import NoArea, rows_of, zone_of
from marke.rules.limits import Limit
from marke.rules.queries import rulebook
from marke_core.fares import Row, RowDoesNotFit, check_rows
from marke_core.rulebook import Json, Rule


class FareDoesNotFit(Refused):
    """A row of a fare that says nothing, or two things; a zone that is nowhere."""


def check_fare(coop: Coop, rows: tuple[Row, ...], at: datetime) -> None:
    """Raises: FareDoesNotFit, with the row and the remedy."""
    try:
        check_rows(rows, [name for name, _area in rulebook(coop, at).value("rates.zones")])
    except RowDoesNotFit as bad:
        raise FareDoesNotFit(_refusal(bad) % {"row": bad.row + 1, "part": bad.part}) from bad


def _refusal(bad: RowDoesNotFit) -> str:
    return {
        "part": _("Row %(row)s asks less than nothing. Give an amount."),
        "hours": _("Row %(row)s ends before it begins. Give hours from 0 to 24, the first before the second."),
        "amount": _("Row %(row)s has an amount that does nothing. Leave it out, or choose another part."),
        "percent": _("Row %(row)s: a surcharge takes a percentage, and nothing else does. Give one, or choose “Extra” for an amount."),
        "above": _("Row %(row)s: “Beyond” goes with kilometres, minutes, items and kilos only. Leave it out."),
        "formula": _(
            "Row %(row)s: the formula cannot be read at “%(part)s”. It goes with the part “By formula” only, and is made of "
            "numbers, km, minutes, items, kg, hour, weekday, + - * /, brackets, min, max, round, ceil, floor and if."
        ),
        "zone": _("Row %(row)s names the zone “%(part)s”, which is not among our zones. Propose the zone first, or name another."),
    }[bad.why]  # fmt: skip


def _check(coop: Coop, rule: Rule, typed: Any, scope: str, at: datetime) -> None:
    if rule.key == "rates.fare":
        check_fare(coop, rows_of(typed), at)
    elif rule.key == "rates.zones":
        for name, area in typed:
            _check_zone(name, area)
    elif rule.key == "rates.holidays":
        for day, _name in typed:
            _check_day(day)


def _check_day(day: str) -> None:
    """A day of one year, or of every year: 2000 has them all."""
    whole = day if len(day) == 10 else f"2000-{day}"
    try:
        known = date.fromisoformat(whole).isoformat() == whole
    except ValueError:
        known = False
    if not known:
        raise FareDoesNotFit(
            _("“%(day)s” is no day. Write 12-25 for a day of every year, or 2027-03-29 for a day of one year.") % {"day": day}
        )


def _check_zone(name: str, area: str) -> None:
    if not name or set(name) & set("!/"):
        raise FareDoesNotFit(_("“%(name)s” cannot be the name of a zone. Leave out “!” and “/”.") % {"name": name})
    try:
        zone_of(name, area)
    except NoArea as bad:
        raise FareDoesNotFit(
            _("The zone “%(name)s” cannot be found at “%(part)s”. Give postcodes, or at least three corners such as 50.84,4.35.")
            % {"name": name, "part": str(bad)[:40]}
        ) from bad


def _begin_with(coop: Coop, rule: Rule, value: Json, at: datetime) -> Json:
    return value


FARES = Limit("rates", _check, _begin_with)
