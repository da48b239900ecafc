"""What a payment of an invoice means."""

from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from marke.invoices.queries import PURPOSE
from marke.invoices.services.crediting import payment_counted, payment_taken_back
from marke.payments.models import PaymentRequest
from marke.payments.purposes import Purpose


def _describe(request: PaymentRequest) -> str:
    return gettext("Invoice %(number)s") % {"number": request.subject}


def _url(request: PaymentRequest) -> str:
    return reverse("invoices:invoice", kwargs={"coop": request.coop.slug, "number": request.subject})


INVOICE = Purpose(
    kind=PURPOSE,
    label=gettext_lazy("Invoices"),
    describe=_describe,
    url=_url,
    paid=payment_counted,
    taken_back=payment_taken_back,
)
