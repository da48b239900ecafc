"""Why an e-invoice cannot be read, in the words of people."""

from __future__ import annotations

from django.utils.translation import gettext as _

from marke_core.einvoice.refused import BadEInvoice


def reason_in_words(bad: BadEInvoice) -> str:
    words = {
        "empty": _("The file is empty."),
        "too_large": _("The file is too large."),
        "xml": _("The file is no XML that can be read; ask the supplier for it again."),
        "document_type": _("The file declares entities or a document type, which no e-invoice does and which can do harm."),
        "too_deep": _("The file is nested deeper than any e-invoice."),
        "too_many": _("The file has more elements than any e-invoice."),
        "not_an_invoice": _("This XML is no e-invoice: neither UBL nor CII."),
        "missing": _("The e-invoice does not say what it must."),
        "currency": _("The e-invoice has amounts in more than one currency."),
        "attachment": _("A file inside the e-invoice cannot be read."),
    }
    sentence = words.get(bad.reason) or _("Something in the e-invoice cannot be read.")
    return f"{sentence} ({bad.path})" if bad.path else sentence
