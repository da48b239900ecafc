"""Who plans, who signs up, who reserves."""

from django.http import Http404
from django.utils.translation import gettext as _

from marke.common.refusal import NotAllowed
from marke.parties.http import CoopRequest
from marke.parties.models import Membership
from marke.parties.permissions import can_office, check_member, check_office
from marke.rules.queries import rulebook
from marke.slots.models import Shift

PLANNING = ("coordinator",)


class OnlyThePlannerReserves(NotAllowed):
    """The rule says that whoever plans reserves."""


def can_plan(request: CoopRequest) -> bool:
    return can_office(request, *PLANNING)


def check_can_plan(request: CoopRequest) -> None:
    check_office(request, *PLANNING)


def myself(request: CoopRequest) -> Membership:
    """The membership of whoever asks. Raises: SignInNeeded, NotAMember, IsSuspended."""
    check_member(request)
    assert request.membership is not None
    request.membership.coop = request.coop
    return request.membership


def can_reserve(request: CoopRequest) -> bool:
    return can_plan(request) or rulebook(request.coop, request.asked_at).value("slots.reserves") == "members"


def check_can_reserve(request: CoopRequest) -> None:
    """Raises: OnlyThePlannerReserves."""
    check_member(request)
    if not can_reserve(request):
        raise OnlyThePlannerReserves(_("By the rule, the coordinator reserves. Ask them."))


def shift_or_404(request: CoopRequest, number: int) -> Shift:
    """What is not published yet is there for who plans only."""
    found = Shift.objects.filter(coop=request.coop, number=number).first()
    if found is None or (found.published_at is None and not can_plan(request)):
        raise Http404(_("There is no shift %(number)d at %(coop)s.") % {"number": number, "coop": request.coop.name})
    found.coop = request.coop
    return found
