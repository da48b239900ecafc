"""What an adopted proposal about a year does: it books the figures whose fingerprint it holds."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marke.common.effects import Data, Effect
from marke.common.money import format_money
from marke.common.refusal import Refused
from marke.parties.models import Coop, Party
from marke.rounds.models import Round
from marke.rules.models import Decision
from marke.surplus.models import YearClose
from marke.surplus.rounds import YEAR_CLOSE
from marke.surplus.services.closing import close_year


class NoSuchYear(Refused):
    """The proposal names no year that is being closed."""

    status = 404


def _year(coop: Coop, data: Data) -> YearClose:
    """Raises: NoSuchYear."""
    number = data.get("year")
    found = None
    if isinstance(number, int):
        rows = YearClose.objects.select_related("round", "coop").filter(coop=coop, round__kind=YEAR_CLOSE)
        found = rows.filter(round__number=number).first()
    if found is None:
        raise NoSuchYear(_("There is no year to close with the number “%(number)s”.") % {"number": str(number)[:20]})
    return found


def _validate(coop: Coop, data: Data, at: datetime) -> None:
    year = _year(coop, data)
    if year.round.state != Round.State.CLOSED or data.get("digest") != year.digest:
        raise NoSuchYear(
            _("“%(year)s” is not proposed with these figures. Open the year and propose it there.") % {"year": year.round.name}
        )


def _describe(coop: Coop, data: Data) -> str:
    year = _year(coop, data)
    told = {
        "year": year.round.title,
        "result": format_money(year.result, coop.currency),
        "paid": format_money(year.paid, coop.currency),
        "kept": format_money(year.kept, coop.currency),
        "carried": format_money(year.carried, coop.currency),
        "digest": year.digest[:12],
    }
    return (
        _(
            "The year %(year)s is closed with a result of %(result)s: %(paid)s is paid to members, %(kept)s is kept in their names, "
            "and %(carried)s is left for later years. Only these figures count (their fingerprint: %(digest)s…)"
        )
        % told
    )


def _apply(*, coop: Coop, data: Data, decision: Decision, by: Party | None, at: datetime) -> None:
    close_year(year=_year(coop, data), digest=str(data.get("digest", "")), by=by, at=at)


CLOSE = Effect(
    kind=YEAR_CLOSE,
    label=gettext_lazy("Close the year"),
    method_rule="surplus.method",
    form=None,
    validate=_validate,
    describe=_describe,
    apply=_apply,
)
