"""Dropping a bank statement in, and saying how a spreadsheet is to be read."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marke.common.forms import MarkeForm
from marke.common.uploads import UploadField, column_fields
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
    file = UploadField(
        label=_("Bank statement"),
        help_text=_(
            "The statement that your bank's pages offer for download, as a file that ends in .xml, .cod or .csv; not the PDF. "
            "Your bank may call it camt.053 or CODA. Nothing is booked yet."
        ),
        accept=".xml,.cod,.coda,.csv,.txt,.tsv,.bc2",
        most=MOST_BYTES,
        too_large=_("This file is %(size)d MB; at most %(most)d MB can be read. Download it in shorter periods."),
    )


class LayoutForm(MarkeForm):
    """One choice for each column of the spreadsheet, and how days and decimals are written."""

    def __init__(self, data: Any = None, *, statement: BankStatement) -> None:
        super().__init__(data)
        self.fields |= column_fields(statement.header, statement.rows, statement.columns, FIELD_NAMES)
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
