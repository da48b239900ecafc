"""What a payment for work can be for, beside an invoice."""

from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from marke.jobs.services import gifts
from marke.jobs.services.tips import PURPOSE, tip_paid, tip_taken_back
from marke.payments.models import PaymentRequest
from marke.payments.purposes import Purpose


def _job(request: PaymentRequest) -> int:
    return int(request.subject.partition(".")[0])


def _describe(request: PaymentRequest) -> str:
    return gettext("Tip for job %(number)s") % {"number": _job(request)}


def _url(request: PaymentRequest) -> str:
    return reverse("jobs:job", kwargs={"coop": request.coop.slug, "number": _job(request)})


def _describe_gift(request: PaymentRequest) -> str:
    return gettext("Gift with job %(number)s") % {"number": _job(request)}


TIP = Purpose(kind=PURPOSE, label=gettext_lazy("Tips"), describe=_describe, url=_url, paid=tip_paid, taken_back=tip_taken_back)
GIFT = Purpose(
    kind=gifts.PURPOSE,
    label=gettext_lazy("Gifts for good causes"),
    describe=_describe_gift,
    url=_url,
    paid=gifts.gift_paid,
    taken_back=gifts.gift_taken_back,
)
