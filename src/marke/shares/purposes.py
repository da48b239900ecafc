"""What a payment for shares means."""

from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from marke.payments.models import PaymentRequest
from marke.payments.purposes import Purpose
from marke.shares.queries import CALL_PURPOSE, PURPOSE
from marke.shares.services import call_payment_counted, payment_counted, payment_taken_back


def _describe(request: PaymentRequest) -> str:
    return gettext("Share request %(number)s") % {"number": request.subject}


def _describe_call(request: PaymentRequest) -> str:
    return gettext("The rest of share request %(number)s") % {"number": request.subject}


def _url(request: PaymentRequest) -> str:
    return reverse("shares:request", kwargs={"coop": request.coop.slug, "number": int(request.subject)})


SHARE = Purpose(
    kind=PURPOSE,
    label=gettext_lazy("Shares"),
    describe=_describe,
    url=_url,
    paid=payment_counted,
    taken_back=payment_taken_back,
)
CALL = Purpose(
    kind=CALL_PURPOSE,
    label=gettext_lazy("Shares, the rest"),
    describe=_describe_call,
    url=_url,
    paid=call_payment_counted,
    taken_back=payment_taken_back,
)
