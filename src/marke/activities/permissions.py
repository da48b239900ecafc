"""Who sees an activity, and who acts for it."""

from __future__ import annotations

from django.http import Http404
from django.utils.translation import gettext as _

from marke.activities import queries
from marke.activities.models import Activity
from marke.common.refusal import NotAllowed
from marke.parties.http import CoopRequest
from marke.parties.permissions import can_office, check_belonged, check_member
from marke.payments.permissions import MONEY_OFFICES


class NotYourBusiness(NotAllowed):
    """Only whoever runs it acts for it."""


def activity_or_404(request: CoopRequest, number: int) -> Activity:
    """For whoever runs it or did, and for those who handle the money. Raises: Http404; what check_belonged raises."""
    belonged = check_belonged(request)
    found = queries.activities(request.coop).filter(number=number).first()
    if found is None or not (queries.runs(found, belonged) or can_office(request, *MONEY_OFFICES)):
        raise Http404(_("There is no such business, or it is not yours."))
    found.coop = request.coop
    return found


def check_runs(request: CoopRequest, activity: Activity) -> None:
    """Raises: NotYourBusiness; what check_member raises."""
    check_member(request)
    if not queries.runs(activity, request.membership):
        raise NotYourBusiness(_("This is not your business: only whoever runs it does this."))
