"""What a payment for shares of an issue means."""

from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from marke.capital.conditions import LOAN, PURPOSE
from marke.capital.services import loan_paid, loan_payment_taken_back, payment_counted, payment_taken_back
from marke.payments.models import PaymentRequest
from marke.payments.purposes import Purpose


def _describe(request: PaymentRequest) -> str:
    return gettext("Share issue %(number)s") % {"number": request.subject.partition(".")[0]}


def _url(request: PaymentRequest) -> str:
    number = int(request.subject.partition(".")[0])
    return reverse("capital:issue", kwargs={"coop": request.coop.slug, "number": number})


ISSUE_PAYMENT = Purpose(
    kind=PURPOSE,
    label=gettext_lazy("Share issue"),
    describe=_describe,
    url=_url,
    paid=payment_counted,
    taken_back=payment_taken_back,
)


def _describe_loan(request: PaymentRequest) -> str:
    return gettext("Loan %(number)s") % {"number": request.subject}


def _loan_url(request: PaymentRequest) -> str:
    return reverse("capital:loan", kwargs={"coop": request.coop.slug, "number": int(request.subject)})


LOAN_PAYMENT = Purpose(
    kind=LOAN,
    label=gettext_lazy("Loan by a member"),
    describe=_describe_loan,
    url=_loan_url,
    paid=loan_paid,
    taken_back=loan_payment_taken_back,
)
