"""Dropping a bank statement in, and saying how a spreadsheet is to be read."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from marke.common.forms import MarkeForm
from marke.payments.statement_models import BankStatement
from marke_core.banking.bank_csv import DATE_FORMATS
from marke_core.banking.statements import MOST_BYTES

FIELD_NAMES = {
    "date": _("Day"),
    "value_date": _("Value day"),
    "amount": _("Amount"),
    "debit": _("What went out"),
    "credit": _("What came in"),
    "sign": _("In or out (a word or a sign)"),
    "name": _("Name of the other side"),
    "iban": _("Account of the other side"),
    "text": _("Text"),
    "reference": _("Structured reference"),
    "bank_reference": _("The bank's own number"),
    "currency": _("Currency"),
    "own_iban": _("Our own account"),
    "balance": _("Balance after it"),
}


class StatementForm(MarkeForm):
    file = forms.FileField(
        label=_("Bank statement"),
        help_text=_("camt.053 (.xml), CODA (.cod) or CSV, as your bank offers it for download. Nothing is booked yet."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xml,.cod,.coda,.csv,.txt,.tsv,.bc2"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise ValidationError(
                gettext("This file is %(size)d MB; at most %(most)d MB can be read. Download it in shorter periods.")
                % {"size": file.size // 2**20 + 1, "most": MOST_BYTES // 2**20}
            )
        return file


class LayoutForm(MarkeForm):
    """One choice for each column of the spreadsheet, and how days and decimals are written."""

    def __init__(self, data: Any = None, *, statement: BankStatement) -> None:
        super().__init__(data)
        choices = [("", _("leave it out")), *FIELD_NAMES.items()]
        for place, (title, chosen) in enumerate(zip(statement.header, statement.columns, strict=True)):
            example = next((row[place] for row in statement.rows if row[place]), "")
            self.fields[f"column_{place}"] = forms.ChoiceField(
                choices=choices,
                required=False,
                initial=chosen,
                label=title[:60] or gettext("Column %(n)d") % {"n": place + 1},
                help_text=gettext("For example “%(text)s”") % {"text": example[:60]} if example else "",
            )
        self.fields["date_format"] = forms.ChoiceField(
            label=_("How days are written"),
            choices=list(DATE_FORMATS.items()),
            initial=statement.date_format,
            help_text=_("The examples all mean 31 March 2026."),
        )
        self.fields["decimal"] = forms.ChoiceField(
            label=_("How decimals are written"),
            choices=[(",", "1.204,50"), (".", "1,204.50")],
            initial=statement.decimal,
        )

    def columns(self) -> list[str]:
        return [self.cleaned_data[name] for name in self.fields if name.startswith("column_")]
