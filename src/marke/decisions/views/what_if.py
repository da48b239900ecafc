"""Previews: on the page of a proposal, as CSV, and to play with before proposing."""

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from babel.dates import format_date
from django.http import Http404, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from marke.common import clock
from marke.common.charts import Lines, Series
from marke.common.facts import Figure, Replayed
from marke.common.forms import MarkeForm, MoneyField, PercentField
from marke.common.money import format_money, locale_of
from marke.common.views import csv_response, render
from marke.decisions.conditions import ENDED
from marke.decisions.models import Proposal
from marke.decisions.views.found import found_proposal
from marke.decisions.what_if import WhatIf, what_if
from marke.parties.http import CoopRequest
from marke.parties.permissions import can_office, members_only
from marke.rules.queries import rulebook
from marke.rules.registry import get_rule, in_order
from marke_core.rulebook import Amount, Percent, Rule

RULE_EFFECT = "rule"


@dataclass(frozen=True)
class Preview:
    """A WhatIf as the page shows it."""

    what_if: WhatIf
    chart: Lines | None

    @property
    def parts(self) -> list[tuple[str, str, list[tuple[Figure, list[tuple[str, str]]]]]]:
        """Of past weeks dealt again: the co-op, those who earn least, and me, each with its figures under their columns."""
        found = self.what_if.replayed
        if found is None:
            return []
        mine = "" if found.me else _("None of these jobs was yours")
        parts = (
            (_("The co-op"), "", found.coop),
            (_("Those who earn least"), found.least_hint, found.least),
            (_("You"), mine, found.me),
        )
        return [
            (name, hint, [(figure, list(zip(found.columns, figure.texts, strict=True))) for figure in figures])
            for name, hint, figures in parts
        ]


def preview_of(request: CoopRequest, proposal: Proposal, at: datetime) -> Preview | None:
    """What the proposal would have done, until it is decided; None for proposals that change no rule."""
    if proposal.effect_kind != RULE_EFFECT or proposal.state in ENDED:
        return None
    data = proposal.effect_data
    return preview(request, data["key"], data["value"], data.get("scope", ""), at)


def preview(request: CoopRequest, key: str, value: Any, scope: str, at: datetime) -> Preview:
    found = what_if(
        coop=request.coop, key=key, value=value, scope=scope, viewer=request.party, sees_pay=sees_pay(request, at), at=at
    )
    return Preview(found, _chart_of(found, request.coop.currency))


def sees_pay(request: CoopRequest, at: datetime) -> bool:
    """Treasurer and coordinator see what is paid to whom; others when a rule says so."""
    return can_office(request, "treasurer", "coordinator") or bool(rulebook(request.coop, at).value("members.pay_visible"))


def _chart_of(found: WhatIf, currency: str) -> Lines | None:
    if found.replayed is not None:
        return _groups_chart(found.replayed, currency)
    return _chart(found, currency) if found.shown and not found.period else None


def _groups_chart(replayed: Replayed, currency: str) -> Lines | None:
    """Pay an hour from those who earn least to those who earn most; None where they are too few to be told apart."""
    if not replayed.groups:
        return None
    last = len(replayed.columns) - 1
    return Lines(
        labels=[label for label, _values in replayed.groups],
        series=[
            Series(name, [values[place] for _label, values in replayed.groups], dashed=place == last)
            for place, name in enumerate(replayed.columns)
        ],
        text=lambda amount: format_money(int(amount), currency),
    )


def _chart(found: WhatIf, currency: str) -> Lines:
    """What the co-op keeps, month after month added up, as it was and as proposed."""
    locale = locale_of(get_language())
    return Lines(
        labels=[format_date(day, "MMM y", locale) for day, _month in found.months],
        series=[
            Series(_("As it was"), [month.common.before for _day, month in found.months]),
            Series(_("As proposed"), [month.common.after for _day, month in found.months], dashed=True),
        ],
        text=lambda amount: format_money(int(amount), currency),
    )


@require_safe
def preview_csv(request: CoopRequest, number: int) -> HttpResponse:
    """The numbers of the preview, by month and added up, in minor units of the co-op's currency."""
    proposal = found_proposal(request, number)
    shown = preview_of(request, proposal, clock.now())
    if shown is None or not shown.what_if.shown:
        raise Http404("There is no preview of this proposal.")
    name = f"{request.coop.slug}-proposal-{proposal.number}-preview.csv"
    if shown.what_if.replayed is not None:
        replayed = shown.what_if.replayed
        figures = ((figure.label, *figure.values) for figure in (*replayed.coop, *replayed.least, *replayed.me))
        return csv_response(name, (_("What"), *replayed.columns), figures)
    if shown.what_if.period:
        lines = ((line.label, line.change.before, line.change.after) for line in shown.what_if.lines)
        return csv_response(name, (_("What"), _("As it was"), _("As proposed")), lines)
    rows = (
        (day.isoformat()[:7], month.common.before, month.common.after, month.own.before, month.own.after)
        for day, month in shown.what_if.months
    )
    header = (_("Month"), _("Co-op before"), _("Co-op after"), _("Members before"), _("Members after"))
    return csv_response(name, header, rows)


class WhatIfForm(MarkeForm):
    """One value of one rule, to play with."""

    def __init__(self, data: Any, *, rule: Rule, currency: str) -> None:
        super().__init__(data)
        if isinstance(rule.type, Percent):
            most = rule.type.most if rule.type.most is not None else Fraction(1)
            top = int(most * 100)
            self.fields["value"] = PercentField(label=rule.title, max_value=top)
            self.fields["value"].widget.attrs.update({"data-slider": "", "data-min": "0", "data-max": str(top)})
        elif isinstance(rule.type, Amount):
            self.fields["value"] = MoneyField(currency=currency, label=rule.title)


@require_safe
@members_only
def what_if_page(request: CoopRequest) -> HttpResponse:
    """?key=jobs.contribution&value=10"""
    at = clock.now()
    playable = [rule for rule in in_order() if rule.preview == "money" and isinstance(rule.type, Percent | Amount)]
    if not playable:
        raise Http404("No rule here changes what somebody is paid.")
    rule = get_rule(request.GET.get("key") or playable[0].key)
    if rule not in playable:
        raise Http404(f"There is no money preview for {rule.key}.")
    present = rulebook(request.coop, at).value(rule.key)
    given = {"value": request.GET["value"][:40]} if "value" in request.GET else {"value": _typed_in(rule, present)}
    form = WhatIfForm(given, rule=rule, currency=request.coop.currency)
    shown = None
    if form.is_valid():
        shown = preview(request, rule.key, rule.type.dump(form.cleaned_data["value"]), "", at)
    tabs = [(other, other == rule) for other in playable]
    context = {"playable": tabs, "rule": rule, "form": form, "preview": shown, "typed": given["value"]}
    return render(request, "decisions/what_if.html", context)


def _typed_in(rule: Rule, value: Any) -> str:
    """A value as one would type it."""
    field = WhatIfForm(None, rule=rule, currency="EUR").fields["value"]
    return str(field.widget.format_value(value))
