"""Forms of quotes and orders."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from marke.common.forms import DateField, MarkeForm, MoneyField, OnceKey, PercentField
from marke.common.money import western
from marke.invoices.client_forms import BuyerForm
from marke.invoices.lines import UNITS
from marke.invoices.models import QuoteLine, QuoteVersion
from marke.invoices.services.quoting import Content, NewLine
from marke.invoices.vat_choices import Advice, VatChoice, label_of, read_choice
from marke.parties.detail_forms import clean_vat_number
from marke.parties.models import Client, Coop

MOST_PRICE = 10**10
NEW = "new"
BLANK_LINES = 2


class NewQuoteForm(BuyerForm):
    """For whom, and about what."""

    field_order = ("title", "client", "name", "kind", "email")

    title = forms.CharField(label=_("What is it about?"), max_length=120, widget=forms.TextInput(attrs={"class": "input--wide"}))
    client = forms.ChoiceField(label=_("For whom?"), widget=forms.RadioSelect)
    name = forms.CharField(label=_("Name"), max_length=120, required=False)
    kind = forms.ChoiceField(
        label=_("Who is it?"),
        choices=[("organisation", _("a business or organisation")), ("person", _("a person"))],
        required=False,
    )
    email = forms.EmailField(label=_("Mail address"), required=False, help_text=_("The quote and the invoice go there."))
    once_key = OnceKey()

    def __init__(self, data: Any = None, *, coop: Coop, clients: Sequence[Client]) -> None:
        super().__init__(data, initial={"country": coop.country, "client": str(clients[0].number) if clients else NEW})
        for name in ("name", "kind", "country"):
            self.fields[name].says_optional = False  # type: ignore[attr-defined]
        self.coop, self.known = coop, {str(client.number): client for client in clients}
        choices = [(number, client.party.name) for number, client in self.known.items()]
        self.fields["client"].choices = [*choices, (NEW, gettext("a new client"))]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("client") == NEW:
            if not data.get("name"):
                self.add_error("name", _("Write the name of the new client."))
            try:
                data["vat_number"] = clean_vat_number(data.get("vat_number", ""), data.get("country") or self.coop.country)
            except forms.ValidationError as error:
                self.add_error("vat_number", error)
        return data

    @property
    def client_chosen(self) -> Client | None:
        """After `is_valid()`."""
        return self.known.get(self.cleaned_data["client"])

    @property
    def details(self) -> dict[str, str]:
        """Of a new client, after `is_valid()`."""
        names = ("name", "kind", "email", "vat_number", "street", "postcode", "city", "country")
        return {name: self.cleaned_data[name] for name in names}


class ContentForm(MarkeForm):
    """What a quote says beside its lines."""

    title = forms.CharField(label=_("What is it about?"), max_length=120, widget=forms.TextInput(attrs={"class": "input--wide"}))
    place = forms.CharField(label=_("Where"), max_length=160, required=False)
    begins_on = DateField(label=_("From"), required=False)
    ends_on = DateField(label=_("To"), required=False)
    valid_until = DateField(label=_("The quote is valid until"))
    term_days = forms.IntegerField(
        label=_("Days to pay after the invoice"), min_value=0, widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )
    reference = forms.CharField(
        label=_("The client’s own reference"), max_length=60, required=False, help_text=_("It stands on the invoice.")
    )
    note = forms.CharField(
        label=_("What else is agreed"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, data: Any = None, *, version: QuoteVersion, longest_term: int) -> None:
        super().__init__(data, initial={name: getattr(version, name) for name in Content.__dataclass_fields__})
        self.longest_term = longest_term

    def clean_term_days(self) -> int:
        days: int = self.cleaned_data["term_days"]
        if days > self.longest_term:
            raise forms.ValidationError(
                gettext("%(days)s days are more than our rule allows. Give at most %(most)s.")
                % {"days": days, "most": self.longest_term}
            )
        return days

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        begins, ends = data.get("begins_on"), data.get("ends_on")
        if begins and ends and ends < begins:
            self.add_error("ends_on", _("It ends before it begins. Write a later day."))
        return data

    @property
    def content(self) -> Content:
        """After `is_valid()`."""
        return Content(**{name: self.cleaned_data[name] for name in Content.__dataclass_fields__})


class LineForm(MarkeForm):
    """One line; without a text and a price it is none."""

    text = forms.CharField(
        label=_("What"), max_length=200, required=False, widget=forms.TextInput(attrs={"class": "input--wide"})
    )
    quantity = forms.CharField(
        label=_("How much"), max_length=20, required=False, widget=forms.TextInput(attrs={"inputmode": "decimal"})
    )
    unit = forms.ChoiceField(label=_("Unit"), choices=list(UNITS.items()), required=False)
    price = MoneyField(label=_("Price for one"), required=False, max_value=MOST_PRICE, help_text="")
    discount = PercentField(label=_("Discount"), required=False, help_text="")
    vat = forms.ChoiceField(label=_("VAT"), required=False)

    def __init__(self, data: Any, *, place: int, coop: Coop, advice: Advice, line: QuoteLine | None = None) -> None:
        super().__init__(data, prefix=f"l{place}", initial=_initial(line, advice))
        self.place, self.kept = place, _kept(line)
        self.fields["price"].use_currency(coop.currency)  # type: ignore[attr-defined]
        self.fields["vat"].choices = [(choice.key, label_of(choice)) for choice in advice.choices]  # type: ignore[attr-defined]
        for field in self.fields.values():
            field.says_optional = False  # type: ignore[attr-defined]

    @property
    def number(self) -> int:
        return self.place + 1

    @property
    def is_blank(self) -> bool:
        data = getattr(self, "cleaned_data", {})
        return not data.get("text") and data.get("price") is None and not self.errors

    def clean_quantity(self) -> int:
        """Thousandths."""
        text = western(self.cleaned_data["quantity"]).replace(",", ".")
        if not text:
            return 1000
        whole, _dot, rest = text.partition(".")
        if not (whole or rest) or not (whole + rest).isdecimal() or len(whole) > 7 or len(rest) > 3:
            raise forms.ValidationError(
                gettext("“%(text)s” is not a number with at most three decimals. Write it like 7.5.") % {"text": text[:20]}
            )
        return int((whole or "0") + rest.ljust(3, "0"))

    def clean_discount(self) -> int:
        """Thousandths."""
        ratio = self.cleaned_data["discount"] or Fraction(0)
        if (ratio * 1000).denominator != 1:
            raise forms.ValidationError(gettext("Write the discount with at most one decimal, for example 7.5."))
        return int(ratio * 1000)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("price") is not None and not data.get("text") and "text" not in self.errors:
            self.add_error("text", gettext("Write in line %(number)s what it is for.") % {"number": self.number})
        if data.get("text") and data.get("price") is None and "price" not in self.errors:
            self.add_error("price", gettext("Write in line %(number)s what it costs.") % {"number": self.number})
        return data

    @property
    def line(self) -> NewLine:
        """After `is_valid()`, of one that is not blank."""
        data = self.cleaned_data
        vat = read_choice(data["vat"]) or VatChoice("", 0)
        return NewLine(data["text"], data["quantity"], data["unit"] or "C62", data["price"], data["discount"], vat)

    @property
    def net(self) -> int | None:
        """What it comes to; None where it does not yet."""
        if not self.is_bound and self.kept is not None:
            return self.kept.net
        if not self.is_bound or self.errors or self.is_blank:
            return None
        return self.line.net


def _initial(line: QuoteLine | None, advice: Advice) -> dict[str, Any]:
    if line is None:
        return {"unit": "HUR", "vat": advice.suggested.key}
    quantity = Decimal(line.quantity_milli).scaleb(-3).normalize()
    return {
        "text": line.text,
        "quantity": f"{quantity:f}",
        "unit": line.unit,
        "price": line.unit_price,
        "discount": Fraction(line.discount_permille, 1000) if line.discount_permille else None,
        "vat": VatChoice(line.vat_category, line.vat_permille).key,
    }


def _kept(line: QuoteLine | None) -> NewLine | None:
    if line is None:
        return None
    vat = VatChoice(line.vat_category, line.vat_permille)
    return NewLine(line.text, line.quantity_milli, line.unit, line.unit_price, line.discount_permille, vat)


class AnswerForm(MarkeForm):
    """The client's yes."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=32_000)
    name = forms.CharField(label=_("Your name"), max_length=120, help_text=_("It becomes an order in this name."))


class DeclineForm(MarkeForm):
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=32_000)
    note = forms.CharField(
        label=_("Why not?"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Whoever made the quote reads it."),
    )  # fmt: skip


class ToldForm(AnswerForm):
    """The client said yes by telephone or on paper."""

    name = forms.CharField(label=_("Who said yes"), max_length=120)
    note = forms.CharField(label=_("How"), max_length=300, required=False, help_text=_("For example: signed on paper, by phone"))


class PartForm(MarkeForm):
    """How much of an order is invoiced."""

    how = forms.ChoiceField(label=_("What is invoiced?"), widget=forms.RadioSelect)
    part = PercentField(label=_("If a part: how much of the order"), required=False, min_value=0)
    words = forms.CharField(
        label=_("If a part: what it is called"),
        max_length=40,
        required=False,
        help_text=_("For example: Advance, First instalment"),
    )
    done_on = DateField(
        label=_("Last day of the work"),
        required=False,
        help_text=_("Of what is invoiced now. It stands on the invoice. Empty: as the order says."),
    )
    # What was left when the page was read: so a second click, or somebody else meanwhile, is noticed.
    left = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, begun: bool, done_on: date | None = None) -> None:
        super().__init__(data, initial={"how": "all", "done_on": done_on})
        whole = gettext("all that is left") if begun else gettext("the whole order")
        self.fields["how"].choices = [("all", whole), ("part", gettext("a part of it"))]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("how") == "part" and not data.get("part") and "part" not in self.errors:
            self.add_error("part", _("Write how much of the order, for example 30."))
        return data

    @property
    def share(self) -> Fraction | None:
        """After `is_valid()`."""
        return self.cleaned_data["part"] if self.cleaned_data["how"] == "part" else None
