"""What a browser says about where it is."""

from decimal import Decimal
from typing import Any

from django import forms

from marke.common.forms import MarkeForm


class DegreesField(forms.DecimalField):
    """Degrees, as a browser gives them; cleans to an integer, times 1e7."""

    widget = forms.HiddenInput

    def __init__(self, most: int) -> None:
        super().__init__(min_value=-most, max_value=most)

    def clean(self, value: Any) -> Any:
        degrees = super().clean(str(value)[:24] if value else value)
        return None if degrees is None else int(degrees * Decimal(10**7))


class PositionForm(MarkeForm):
    lat, lon = DegreesField(90), DegreesField(180)
    accuracy = forms.DecimalField(required=False, min_value=0, max_value=10**6)
