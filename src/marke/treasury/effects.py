"""What an adopted proposal can do to closed books: open them again from a day on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marke.common.effects import Data, Effect
from marke.common.forms import MarkeForm
from marke.ledger.closing import NotClosed, closed_until, reopen_period
from marke.ledger.periods import Period, month_of
from marke.parties.models import Coop, Party
from marke.rules.models import Decision

MOST_MONTHS = 36


class ReopenForm(MarkeForm):
    """From which month on the books are open again: the closed ones, the latest first."""

    month = forms.ChoiceField(
        label=gettext_lazy("Open again from"),
        help_text=gettext_lazy(
            "This month and every one after it can be booked in again, until they are closed once more. "
            "A correction on the first open day is almost always better."
        ),
    )

    def __init__(self, data: Any = None, *, coop: Coop, initial: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(data, initial={"month": (initial or {}).get("from", "")}, **kwargs)
        field = self.fields["month"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(month.since.isoformat(), month.label) for month in closed_months(coop)]
        if not field.choices:
            field.help_text = _("No month is closed, so there is nothing to open again.")

    def effect_data(self) -> Data:
        return {"from": self.cleaned_data["month"]}


def closed_months(coop: Coop) -> list[Period]:
    """The last closed months, the latest first."""
    until = closed_until(coop)
    if until is None:
        return []
    months = [month_of(until - timedelta(days=1))]
    while len(months) < MOST_MONTHS:
        months.append(months[-1].before)
    return months


def _day(data: Data) -> date:
    try:
        return date.fromisoformat(str(data.get("from", "")))
    except ValueError:
        raise NotClosed(
            _("“%(day)s” is not a day from which books can be open. Write it like 2026-12-01.")
            % {"day": str(data.get("from"))[:40]}
        ) from None


def _validate(coop: Coop, data: Data, at: datetime) -> None:
    day, closed = _day(data), closed_until(coop)
    if closed is None or day >= closed:
        raise NotClosed(
            _("The books are open from %(day)s on already; there is nothing to open again.") % {"day": day.isoformat()}
        )


def _describe(coop: Coop, data: Data) -> str:
    return _("The books are open again from %(month)s on") % {"month": month_of(_day(data)).label}


def _apply(*, coop: Coop, data: Data, decision: Decision, by: Party | None, at: datetime) -> None:
    reopen_period(coop=coop, until=_day(data), decision=decision, by=by, at=at, note=decision.title)


REOPEN = Effect(
    kind="reopen_books",
    label=gettext_lazy("Open closed books again"),
    method_rule="treasury.method_reopen",
    form=ReopenForm,
    validate=_validate,
    describe=_describe,
    apply=_apply,
)
