"""What the codes of answers mean, to a person."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from marke_core.einvoice.response import ACCEPTED, CONDITIONALLY, IN_PROCESS, PAID, RECEIVED, REJECTED, UNDER_QUERY

ANSWERS = {
    RECEIVED: _("received"),
    IN_PROCESS: _("being worked on"),
    UNDER_QUERY: _("the client asks something"),
    CONDITIONALLY: _("accepted on a condition"),
    REJECTED: _("the client refuses it"),
    ACCEPTED: _("the client accepts it"),
    PAID: _("paid, says the client"),
}
# Of a paper in a member's name it is the member who answers.
ANSWERS_OF_MEMBERS = ANSWERS | {
    UNDER_QUERY: _("the member asks something"),
    REJECTED: _("the member refuses it"),
    ACCEPTED: _("the member accepts it"),
    PAID: _("paid, says the member"),
}
# What the words cannot carry alone.
ANSWER_TONES = {UNDER_QUERY: "warn", CONDITIONALLY: "warn", REJECTED: "bad", ACCEPTED: "good", PAID: "good"}
STATE_TONES = {"delivered": "good", "refused": "bad", "failed": "bad"}
# The codes of reasons and of what is asked for, as Peppol lists them (OPStatusReason, OPStatusAction).
REASONS = {
    "NON": _("no particular reason"),
    "REF": _("a reference is missing or wrong"),
    "LEG": _("something that the law asks for is missing"),
    "REC": _("it is not for us"),
    "QUA": _("the quality is not as agreed"),
    "DEL": _("the delivery is not as agreed"),
    "PRI": _("the price is not as agreed"),
    "QTY": _("the quantity is not as agreed"),
    "ITM": _("what was delivered is not what was ordered"),
    "PAY": _("the payment terms are not as agreed"),
    "UNR": _("it is not recognised"),
    "FIN": _("the payment cannot be made so"),
    "PPD": _("it is paid in part"),
    "OTH": _("another reason"),
    "NOA": _("nothing is asked"),
    "PIN": _("send what is missing"),
    "NIN": _("send a new invoice"),
    "CNF": _("send a credit note for the whole"),
    "CNP": _("send a credit note for a part"),
    "CNA": _("send a credit note for what was paid"),
}
