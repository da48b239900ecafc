"""What an adopted proposal can do for businesses: write off what a client does not pay, where it is more than an office may."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marke.activities import queries
from marke.activities.models import Entry, WriteOff
from marke.activities.services.writing_off import NothingToWriteOff, loss, write_off
from marke.common.effects import Data, Effect
from marke.common.forms import MarkeForm
from marke.common.money import format_money
from marke.parties.models import Coop, Party
from marke.rules.models import Decision

MOST = 200


class WriteOffForm(MarkeForm):
    """Which paper, and why it is lost."""

    paper = forms.ChoiceField(label=gettext_lazy("Which invoice"))
    reason = forms.CharField(label=gettext_lazy("Why it is lost"), max_length=300)

    def __init__(self, data: Any = None, *, coop: Coop, initial: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(data, initial=dict(initial or {}), **kwargs)
        field = self.fields["paper"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(row.paper, f"{row.paper}, {row.client or row.activity.name}") for row in queries.unpaid(coop)[:MOST]]
        if not field.choices:
            field.help_text = _("Nothing is open on any invoice of a business.")

    def effect_data(self) -> Data:
        return {"paper": self.cleaned_data["paper"], "reason": self.cleaned_data["reason"]}


def _income(coop: Coop, data: Data) -> Entry:
    rows = Entry.objects.filter(coop=coop, paper=str(data.get("paper"))[:60], kind__in=queries.EARNING)
    found = rows.select_related("activity__coop", "client", "request", "coop").first()
    if found is None:
        raise NothingToWriteOff(_("No business has an invoice %(paper)s.") % {"paper": str(data.get("paper"))[:60]})
    return found


def _lost(income: Entry, at: datetime) -> WriteOff:
    lost = loss(income, at)
    if lost is None:
        raise NothingToWriteOff(_("Nothing is open on %(paper)s any more.") % {"paper": income.paper})
    return lost


def _validate(coop: Coop, data: Data, at: datetime) -> None:
    if not str(data.get("reason", "")).strip():
        raise NothingToWriteOff(_("Say why it is lost."))
    _lost(_income(coop, data), at)


def _describe(coop: Coop, data: Data) -> str:
    """Without the client's name: a decision is kept for good, a name is not."""
    return _("Invoice %(paper)s is written off: its client does not pay. Why: %(reason)s") % {
        "paper": data.get("paper"),
        "reason": data.get("reason"),
    }


def _preview(coop: Coop, data: Data, at: datetime) -> Sequence[tuple[str, str]]:
    """What it does to the guarantee fund, to the business and to VAT, as things are now."""
    lost, holds = _lost(_income(coop, data), at), queries.fund_holds(coop)

    def money(amount: int) -> str:
        return format_money(amount, coop.currency)

    return [
        (_("Still to pay"), money(lost.gross)),
        (_("The guarantee fund bears"), money(lost.fund)),
        (_("It holds now"), money(holds)),
        (_("It would hold then"), money(holds - lost.fund)),
        (_("Taken back from the business and the co-op"), money(lost.borne)),
        (_("VAT to ask back"), money(lost.vat)),
    ]


def _apply(*, coop: Coop, data: Data, decision: Decision, by: Party | None, at: datetime) -> None:
    write_off(income=_income(coop, data), reason=str(data["reason"]), by=by, at=at, decision=decision)


WRITE_OFF = Effect(
    kind="write_off",
    label=gettext_lazy("Write off what a client does not pay"),
    method_rule="decisions.method_rules",
    form=WriteOffForm,
    validate=_validate,
    describe=_describe,
    preview=_preview,
    apply=_apply,
)
