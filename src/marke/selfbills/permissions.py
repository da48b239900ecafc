"""Who sees invoices in a member's name: whose name it is, and who handles the co-op's money."""

from __future__ import annotations

from django.http import Http404
from django.utils.translation import gettext as _

from marke.parties.http import CoopRequest
from marke.parties.models import Membership
from marke.parties.permissions import can_office, check_belonged
from marke.payments.permissions import MONEY_OFFICES
from marke.selfbills.models import SelfBill, SelfBillAgreement
from marke.selfbills.queries import agreements, bills


def bill_or_404(request: CoopRequest, number: str) -> SelfBill:
    """Raises: Http404; what check_belonged raises."""
    found = bills(request.coop).filter(number=number).first()
    if found is None or not _may_see(request, found.agreement.membership):
        raise Http404(_("There is no such invoice, or it is not in your name."))
    return found


def agreement_or_404(request: CoopRequest, number: int) -> SelfBillAgreement:
    """Raises: Http404; what check_belonged raises."""
    found = agreements(request.coop).filter(number=number).first()
    if found is None or not _may_see(request, found.membership):
        raise Http404(_("There is no such agreement, or it is not yours."))
    return found


def _may_see(request: CoopRequest, whose: Membership) -> bool:
    return check_belonged(request).pk == whose.pk or can_office(request, *MONEY_OFFICES)
