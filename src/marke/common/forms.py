"""Forms as Marke shows them: hint above the field, "(optional)" in words, what was typed is kept."""

from __future__ import annotations

import re
import secrets
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import pretty_name
from django.utils.functional import lazystr
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from marke.common.money import NotAnAmount, example, format_money, parse_money, to_major, western


class MarkeForm(forms.Form):
    """The base of all forms. The page shows them with <c-form :form="form" />."""

    # The browser's own bubbles are untranslatable and vanish; the answer comes from the server, beside the field.
    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if field.error_messages.get("required") == forms.Field.default_error_messages["required"]:
                field.error_messages["required"] = _required_message(name, field)


def _required_message(name: str, field: forms.Field) -> Any:
    label = field.label or pretty_name(name)
    if isinstance(field, forms.ChoiceField | forms.ModelChoiceField):
        return lazystr(_ChooseMessage(label))
    return lazystr(_EnterMessage(label))


class _EnterMessage:
    text = _("Fill in “%(label)s”")

    def __init__(self, label: object) -> None:
        self.label = label

    def __str__(self) -> str:
        return str(self.text) % {"label": self.label}


class _ChooseMessage(_EnterMessage):
    text = _("Choose an answer for “%(label)s”")


class OnceKey(forms.CharField):
    """A hidden key, new on every page shown: what is sent twice with the same key is done once."""

    widget = forms.HiddenInput

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("initial", lambda: secrets.token_urlsafe(16))
        kwargs.setdefault("max_length", 40)
        kwargs.setdefault("min_length", 8)
        kwargs.setdefault("label", _("Key of this form"))
        kwargs.setdefault("error_messages", {"required": _("The form came without its key. Reload the page and send it again.")})
        super().__init__(**kwargs)


class MoneyInput(forms.TextInput):
    def __init__(self, currency: str, attrs: dict[str, Any] | None = None) -> None:
        self.currency = currency
        super().__init__({"inputmode": "decimal", "autocomplete": "off", "class": "input--money", **(attrs or {})})

    def format_value(self, value: Any) -> str | None:
        """Minor units as one types them; what was typed is shown again as it was."""
        if isinstance(value, int):
            return str(to_major(value, self.currency))
        return None if value is None or value == "" else str(value)


class MoneyField(forms.Field):
    """An amount; cleans to an integer of minor units. `min_value` and `max_value` are minor units."""

    widget: Any = forms.TextInput

    def __init__(self, *, currency: str = "EUR", min_value: int | None = 0, max_value: int | None = None, **kwargs: Any) -> None:
        self.min_value, self.max_value = min_value, max_value
        self.hints_at_currency = "help_text" not in kwargs
        super().__init__(**kwargs)
        self.use_currency(currency)

    def use_currency(self, currency: str) -> None:
        """For forms whose currency is known only when they are made: self.fields["price"].use_currency("SEK")."""
        self.currency = currency
        self.widget = MoneyInput(currency)
        self.widget.is_required = self.required
        if self.hints_at_currency:
            self.help_text = lazystr(_MoneyHint(currency))

    def to_python(self, value: Any) -> int | None:
        if value in self.empty_values:
            return None
        if isinstance(value, int):
            return value
        try:
            return parse_money(str(value), self.currency)
        except NotAnAmount as error:
            raise ValidationError(str(error), code="invalid") from None

    def validate(self, value: int | None) -> None:
        super().validate(value)
        if value is None:
            return
        if self.min_value is not None and value < self.min_value:
            raise ValidationError(
                gettext("%(amount)s is too little. Enter %(least)s or more.")
                % {"amount": format_money(value, self.currency), "least": format_money(self.min_value, self.currency)},
                code="min_value",
            )
        if self.max_value is not None and value > self.max_value:
            raise ValidationError(
                gettext("%(amount)s is too much. Enter at most %(most)s.")
                % {"amount": format_money(value, self.currency), "most": format_money(self.max_value, self.currency)},
                code="max_value",
            )

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(initial) != self.to_python(data))
        except ValidationError:
            return True


class _MoneyHint:
    def __init__(self, currency: str) -> None:
        self.currency = currency

    def __str__(self) -> str:
        return gettext("In %(currency)s, for example %(example)s") % {
            "currency": self.currency,
            "example": example(self.currency),
        }


class PercentInput(forms.TextInput):
    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"inputmode": "decimal", "autocomplete": "off", "class": "input--percent", **(attrs or {})})

    def format_value(self, value: Any) -> str | None:
        if isinstance(value, Fraction):
            return f"{Decimal((value * 100).numerator) / Decimal((value * 100).denominator):.6f}".rstrip("0").rstrip(".")
        return None if value is None or value == "" else str(value)


class PercentField(forms.Field):
    """A percentage; "12", "12 %" and "12,5" clean to the ratios 3/25, 3/25 and 1/8, as a Fraction."""

    def __init__(self, *, min_value: int = 0, max_value: int = 100, **kwargs: Any) -> None:
        kwargs.setdefault("widget", PercentInput())
        kwargs.setdefault("help_text", _("In percent, for example 12.5"))
        self.min_value, self.max_value = min_value, max_value
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Fraction | None:
        if value in self.empty_values:
            return None
        if isinstance(value, Fraction):
            return value
        text = western(str(value)).replace("%", "").replace("٪", "").strip().replace(",", ".")
        if not re.fullmatch(r"-?\d{0,6}(\.\d{0,6})?", text) or not any(c.isdigit() for c in text):
            raise ValidationError(
                gettext("“%(text)s” is not a percentage. Write it like 12.5.") % {"text": str(value)[:40]}, code="invalid"
            )
        return Fraction(text if text[-1] != "." else text[:-1]) / 100

    def validate(self, value: Fraction | None) -> None:
        super().validate(value)
        if value is not None and not self.min_value <= value * 100 <= self.max_value:
            raise ValidationError(
                gettext("%(value)s %% is outside what is possible. Enter a percentage from %(least)s to %(most)s.")
                % {"value": PercentInput().format_value(value), "least": self.min_value, "most": self.max_value},
                code="range",
            )


class DateField(forms.DateField):
    """A calendar day, by the browser's own picker; also typed as 2026-03-31 or 31-3-2026."""

    widget = forms.DateInput

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
        kwargs.setdefault("input_formats", ["%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y", "%d.%m.%Y"])
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> date | None:
        try:
            return super().to_python(value)
        except ValidationError:
            raise ValidationError(
                gettext("“%(text)s” is not a date. Write it like 2026-03-31.") % {"text": str(value)[:40]}, code="invalid"
            ) from None


class DateTimeField(forms.DateTimeField):
    """A moment in the co-op's time zone, by the browser's own picker; within the years that every time zone can write."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}))
        kwargs.setdefault("input_formats", ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%d-%m-%Y %H:%M"])
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        try:
            moment = super().to_python(value)
            if moment is not None and not date.min.year + 1 < moment.year < date.max.year:
                raise ValidationError("beyond the calendar")
            return moment
        except (ValidationError, OverflowError) as error:
            told = getattr(error, "params", None)
            if told and getattr(error, "code", "") == "ambiguous_timezone":
                return _when_the_clocks_change(told["datetime"], told["current_timezone"])
            raise ValidationError(
                gettext("“%(text)s” is not a date and time. Write it like 2026-03-31 14:30.") % {"text": str(value)[:40]},
                code="invalid",
            ) from None


def _when_the_clocks_change(local: datetime, zone: tzinfo) -> datetime:
    """An hour that comes twice means the first time. Raises: ValidationError for one that is left out."""
    moment = local.replace(tzinfo=zone)
    if moment.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == local:
        return moment
    raise ValidationError(
        gettext("On %(day)s there is no %(time)s: the clocks go forward then. Choose an hour earlier or later.")
        % {"day": f"{local:%Y-%m-%d}", "time": f"{local:%H:%M}"},
        code="invalid",
    )
