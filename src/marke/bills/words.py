"""Codes in the words of people."""

from django.utils.translation import gettext_lazy as _

# UNCL 4343, as far as we answer.
ANSWER_WORDS = {"UQ": _("asked about"), "RE": _("refused"), "AP": _("accepted"), "PD": _("paid")}
# OPStatusReason of Peppol Invoice Response.
REASON_WORDS = {
    "OTH": _("something else"),
    "REF": _("a reference is missing or wrong"),
    "LEG": _("it does not say what the law wants"),
    "REC": _("it is not meant for us"),
    "QUA": _("the goods or the work were not good"),
    "DEL": _("it was not delivered"),
    "PRI": _("the price is wrong"),
    "QTY": _("the quantity is wrong"),
    "ITM": _("something else than ordered"),
    "PAY": _("the terms of payment are wrong"),
    "UNR": _("we do not know this order"),
    "FIN": _("the amount or the bank account is not right"),
    "PPD": _("it is paid in part already"),
}
