"""What a payment of a grant means: the books know it already, so nothing more happens."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from marke.activities.models import Grant
from marke.parties.models import Party
from marke.payments.models import Payment, PaymentRequest
from marke.payments.purposes import Purpose


def _describe(request: PaymentRequest) -> str:
    return gettext("Grant %(number)s") % {"number": request.subject}


def _url(request: PaymentRequest) -> str:
    number = request.subject.removeprefix("GR-")
    grant = Grant.objects.filter(coop=request.coop_id, number=number).select_related("activity").first()
    slug = request.coop.slug
    return reverse("activities:grants", args=[slug, grant.activity.number]) if grant else reverse("activities:every", args=[slug])


def _nothing_more(*, request: PaymentRequest, payment: Payment, by: Party | None, at: datetime) -> None:
    return


GRANT = Purpose(
    kind="grant", label=gettext_lazy("Grants"), describe=_describe, url=_url, paid=_nothing_more, taken_back=_nothing_more
)
