"""Forms keep what was typed, name what is wrong, and say how to write it."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from django import forms
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from marke.common.forms import DateField, MarkeForm, MoneyField, OnceKey, PercentField


class Payment(MarkeForm):
    amount = MoneyField(currency="EUR", min_value=1, max_value=97_056)
    share = PercentField(required=False)
    day = DateField(required=False)
    member = forms.ChoiceField(choices=[("1", "Amina")], required=False)
    once_key = OnceKey()


KEY = "0123456789abcdef"


def sent(**values: Any) -> Payment:
    return Payment({"amount": "12.50", "once_key": KEY, **values})


def test_a_payment_cleans_to_whole_cents_and_exact_ratios() -> None:
    form = sent(share="12,5 %", day="31-3-2026")
    assert form.is_valid(), form.errors
    assert form.cleaned_data["amount"] == 1_250
    assert form.cleaned_data["share"] == Fraction(1, 8)
    assert form.cleaned_data["day"] == date(2026, 3, 31)


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("amount", "1,000.00", "€1,000.00 is too much. Enter at most €970.56."),
        ("amount", "0", "€0.00 is too little. Enter €0.01 or more."),
        ("amount", "-5", "−€5.00 is too little. Enter €0.01 or more."),
        ("amount", "ten", "“ten” is not an amount. Write it like 1,204.50."),
        ("amount", "", "Fill in “Amount”"),
        ("share", "101", "101 % is outside what is possible. Enter a percentage from 0 to 100."),
        ("share", "a lot", "“a lot” is not a percentage. Write it like 12.5."),
        ("day", "31 maart", "“31 maart” is not a date. Write it like 2026-03-31."),
        ("day", "2026-02-30", "“2026-02-30” is not a date. Write it like 2026-03-31."),
        ("once_key", "", "The form came without its key. Reload the page and send it again."),
    ],
)
def test_a_mistake_is_named_with_its_value_and_the_remedy(field: str, value: str, told: str) -> None:
    form = sent(**{field: value})
    assert form.errors[field] == [told]


@given(st.text(max_size=40))
def test_no_text_breaks_a_field(text: str) -> None:
    form = sent(amount=text, share=text, day=text, member=text, once_key=text)
    form.is_valid()
    for value in form.cleaned_data.values():
        assert value is None or isinstance(value, int | Fraction | date | str)


@given(st.fractions(0, 1, max_denominator=10_000).map(lambda f: Fraction(round(f * 10_000), 10_000)))
def test_a_percentage_that_is_shown_is_read_back(ratio: Fraction) -> None:
    shown = Payment(initial={"share": ratio})["share"].value()
    text = Payment.base_fields["share"].widget.format_value(shown)
    assert PercentField().clean(text) == ratio


def test_every_form_that_is_shown_has_a_key_of_its_own() -> None:
    first, second = (str(Payment()["once_key"].value()) for _ in range(2))
    assert first != second and len(first) >= 16


def test_the_currency_may_be_known_only_later() -> None:
    form = Payment({"amount": "1250", "once_key": KEY})
    field = form.fields["amount"]
    assert isinstance(field, MoneyField)
    field.max_value = None
    field.use_currency("JPY")
    assert form.is_valid() and form.cleaned_data["amount"] == 1_250
    assert "JPY" in str(form["amount"].help_text)


def test_what_was_typed_is_kept_and_the_summary_leads_to_the_field() -> None:
    html = Template('{% load cotton %}{% cotton form :form="form" submit="Pay" %}{% endcotton %}').render(
        Context({"form": sent(amount="ten thousand")})
    )
    assert 'value="ten thousand"' in html
    assert '<a href="#id_amount">“ten thousand” is not an amount' in html
    assert 'aria-invalid="true"' in html and 'id="id_amount_error"' in html
    assert 'aria-describedby="id_amount_helptext id_amount_error"' in html
    assert "novalidate" in html and " required" not in html


def test_what_may_stay_empty_says_so_in_words() -> None:
    html = Template('{% load cotton %}{% cotton form :form="form" submit="Pay" %}{% endcotton %}').render(
        Context({"form": Payment()})
    )
    assert html.count("(optional)") == 3
