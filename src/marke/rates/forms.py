"""Forms: an example to reckon, a fare to try, a member's own amounts, what is agreed with a client."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from marke.common import clock
from marke.common.clock import local_date
from marke.common.effects import Data
from marke.common.forms import DateField, MarkeForm, MoneyField, OnceKey, PercentField
from marke.common.money import format_money
from marke.common.refusal import Refused
from marke.parties.models import Client, Coop
from marke.rates.fares import Bounds, can_be_own, kept, rows_of
from marke.rates.limits import check_fare
from marke.rates.rulebook import FARE
from marke.rates.words import DAYS, row_words
from marke.rules.registry import get_rule
from marke.rules.scopes import options
from marke.rules.sentences import refusal_sentence, write_percent
from marke.rules.value_fields import value_fields, value_of
from marke_core.fares import WEEKDAYS, Row, Trip
from marke_core.rulebook import BadValue

NUMERIC = {"inputmode": "numeric"}


def _whole(label: Any, most: int) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=most, required=False, widget=forms.TextInput(attrs=NUMERIC))


class ExampleForm(MarkeForm):
    """A made-up job. What is left empty is nothing."""

    km = forms.DecimalField(
        label=_("Kilometres"), min_value=0, max_value=1000, decimal_places=3, required=False, localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )  # fmt: skip
    minutes = _whole(_("Minutes"), 1440)
    items = _whole(_("Items"), 999)
    kg = _whole(_("Kilos"), 10_000)
    day = forms.ChoiceField(
        label=_("Day"), choices=[(str(place), DAYS[name]) for place, name in enumerate(WEEKDAYS)], required=False
    )
    hour = forms.IntegerField(label=_("Hour"), min_value=0, max_value=23, required=False, widget=forms.TextInput(attrs=NUMERIC))
    begins = forms.ChoiceField(label=_("From"), required=False)
    ends = forms.ChoiceField(label=_("To"), required=False)

    def __init__(self, data: Any, *, zones: Sequence[str]) -> None:
        within = dict.fromkeys(("begins", "ends"), next(iter(zones), ""))
        first = {"km": "4.2", "minutes": "25", "items": "1", "kg": "", "day": "1", "hour": "12", **within}
        asked = {name: data[name] for name in type(self).base_fields if name in data}
        super().__init__(asked or first)
        for name in ("begins", "ends"):
            if zones:
                self.fields[name].choices = [("", gettext("elsewhere")), *((zone, zone) for zone in zones)]  # type: ignore[attr-defined]
            else:
                del self.fields[name]
        for field in self.fields.values():
            field.says_optional = False  # type: ignore[attr-defined]

    @property
    def trip(self) -> Trip:
        """After `is_valid()`."""
        data: Mapping[str, Any] = self.cleaned_data
        stops = tuple(frozenset({data[name]} if data[name] else ()) for name in ("begins", "ends") if name in data)
        return Trip(
            metres=int((data["km"] or Decimal(0)) * 1000), minutes=data["minutes"] or 0, items=1 if data["items"] is None else data["items"],
            kilos=data["kg"] or 0, weekday=int(data["day"] or 0), hour=12 if data["hour"] is None else data["hour"], stops=stops,
        )  # fmt: skip


def read_fare(form: forms.Form, data: dict[str, Any], coop: Coop, at: datetime) -> None:
    """Puts the rows of the fare that was typed into `data`, or says what is wrong with them."""
    try:
        cells = value_of(get_rule("rates.fare"), coop, data)
        FARE.check(cells)
        check_fare(coop, rows_of(cells), at)
        data["rows"] = rows_of(cells)
    except BadValue as bad:
        form.add_error("value", refusal_sentence(bad, coop))
    except Refused as refused:
        form.add_error("value", str(refused))
    except ValidationError as error:
        form.add_error("value", error)


class FareForm(MarkeForm):
    """A fare as a table of text, to try out before it is proposed."""

    def __init__(self, data: Any, *, coop: Coop, present: Sequence[Row], at: datetime) -> None:
        self.coop, self.at = coop, at
        cells = FARE.load(kept(present))
        self.base_fields = {**type(self).base_fields, **value_fields(get_rule("rates.fare"), coop, cells)}  # type: ignore[misc]
        super().__init__(data)
        self.fields["value"].label = gettext("The fare to try")
        self.fields["value"].says_optional = False  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "value" in data:
            read_fare(self, data, self.coop, self.at)
        return data


class OwnFareForm(MarkeForm):
    """A member's own amounts: one field for each row of the members' fare that may differ."""

    def __init__(
        self, data: Any, *, coop: Coop, common: Sequence[Row], mine: Sequence[Row], within: Bounds, at: datetime
    ) -> None:
        fields: dict[str, forms.Field] = {}
        for place, (row, own) in enumerate(zip(common, mine, strict=True)):
            if can_be_own(row):
                least, most = within.of(row.amount)
                between = {"least": format_money(least, coop.currency), "most": format_money(most, coop.currency)}
                fields[f"row_{place}"] = MoneyField(
                    currency=coop.currency, min_value=least, max_value=most, initial=own.amount, label=row_words(row, coop),
                    help_text=gettext("From %(least)s to %(most)s") % between,
                )  # fmt: skip
        fields["from_on"] = DateField(label=gettext("From"), initial=local_date(at, coop.timezone))
        self.base_fields = {**type(self).base_fields, **fields}  # type: ignore[misc]
        super().__init__(data)

    @property
    def amounts(self) -> dict[int, int]:
        """After `is_valid()`."""
        return {int(name[4:]): amount for name, amount in self.cleaned_data.items() if name.startswith("row_")}


class AgreementForm(MarkeForm):
    """What is agreed with a client."""

    client = forms.ChoiceField(label=_("With which client?"))
    job_kind = forms.ChoiceField(label=_("For which work?"), required=False)
    discount = PercentField(label=_("How much less they pay, in percent"))
    from_on = DateField(label=_("From"))
    until_on = DateField(
        label=_("Until"), required=False, help_text=_("The first day on which it no longer holds; empty: until you end it")
    )
    note = forms.CharField(label=_("Why?"), max_length=300, required=False, help_text=_("Every member can read it."))
    once_key = OnceKey()

    def __init__(self, data: Any, *, coop: Coop, most: Fraction, at: datetime) -> None:
        super().__init__(data, initial={"from_on": local_date(at, coop.timezone)})
        clients = (
            Client.objects.filter(coop=coop, party__erased_at=None).select_related("party").order_by("party__name", "number")
        )
        self.fields["client"].choices = [(str(client.number), str(client)) for client in clients]  # type: ignore[attr-defined]
        kinds = [("", gettext("Whatever they book")), *options(coop, "job_kind").items()]
        self.fields["job_kind"].choices = kinds  # type: ignore[attr-defined]
        self.fields["discount"].help_text = gettext("At most %(most)s without a vote of the members") % {
            "most": write_percent(most)
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        begins: date | None = data.get("from_on")
        ends: date | None = data.get("until_on")
        if begins and ends and ends <= begins:
            self.add_error("until_on", gettext("It ends after it begins. Choose a later day."))
        return data


class AgreementProposalForm(AgreementForm):
    """What the members are to agree with a client: as much less as they like, or a fare of the client's own."""

    field_order = ("client", "job_kind", "discount", "value", "from_on", "until_on", "note")

    def __init__(self, data: Any = None, *, coop: Coop, initial: Mapping[str, Any] | None = None) -> None:
        self.coop, self.at = coop, clock.now()
        self.base_fields = {**type(self).base_fields, **value_fields(get_rule("rates.fare"), coop, ())}  # type: ignore[misc]
        super().__init__(data, coop=coop, most=Fraction(1), at=self.at)
        del self.fields["once_key"]
        self.initial.update(initial or {})
        self.fields["discount"].help_text, self.fields["discount"].required = "", False
        self.fields["value"].label = gettext("A fare of their own")

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("value"):
            read_fare(self, data, self.coop, self.at)
        elif not data.get("discount") and "discount" not in self.errors:
            self.add_error("discount", gettext("Give a discount of more than 0 and at most 100 percent."))
        return data

    def effect_data(self) -> Data:
        """What is kept of the proposal. After `is_valid()`."""
        data = self.cleaned_data
        discount = data["discount"] or Fraction(0)
        return {
            "client": int(data["client"]), "job_kind": data["job_kind"], "discount": [discount.numerator, discount.denominator],
            "rows": kept(data.get("rows", ())), "from_on": data["from_on"].isoformat(),
            "until_on": data["until_on"].isoformat() if data["until_on"] else "", "note": data["note"],
        }  # fmt: skip
