"""Dropping a file in, saying what its columns are, booking."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from marke.common.forms import DateField, MarkeForm
from marke.common.uploads import UploadField, column_fields
from marke.intake.columns import FIELDS
from marke.intake.models import Batch
from marke.intake.reading import MAX_BYTES


class UploadForm(MarkeForm):
    file = UploadField(
        label=_("Spreadsheet"),
        help_text=_("A .xlsx or CSV file with one person per row. Nothing is booked before you have checked it."),
        accept=".xlsx,.csv,.txt,.tsv",
        most=MAX_BYTES,
        too_large=_("This file is %(size)d MB; at most %(most)d MB can be read. Keep only the columns that are needed."),
    )


class ColumnsForm(MarkeForm):
    """One choice per column of the file."""

    def __init__(self, data: Any = None, *, batch: Batch) -> None:
        super().__init__(data)
        self.fields |= column_fields(batch.header, batch.rows, batch.mapping, FIELDS)

    def mapping(self) -> list[str]:
        return [self.cleaned_data[name] for name in self.fields]


class BookForm(MarkeForm):
    opening_date = DateField(label=_("How it was on"), help_text=_("The day on which these shares and balances were so"))

    def __init__(self, data: Any = None, *, today: date, adds_up: bool) -> None:
        super().__init__(data, initial={"opening_date": today})
        self.today = today
        if not adds_up:
            self.fields["leave_out_faulty"] = forms.BooleanField(
                label=_("Leave out what does not add up, and book the rest"),
                error_messages={
                    "required": _("Say that what does not add up may be left out, or correct the file and drop it in again.")
                },
            )

    def clean_opening_date(self) -> date:
        day: date = self.cleaned_data["opening_date"]
        if day > self.today:
            raise ValidationError(gettext("%(day)s has not come yet. Choose today or an earlier day.") % {"day": day.isoformat()})
        if day.year < 1900:
            raise ValidationError(gettext("%(day)s is too long ago. Choose a day after 1900.") % {"day": day.isoformat()})
        return day
