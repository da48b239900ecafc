"""Who may call, and who answers."""

from django.utils.translation import gettext as _

from marke.common.refusal import NotAllowed
from marke.parties.http import CoopRequest
from marke.parties.models import Membership
from marke.parties.permissions import check_member, is_member, my_offices
from marke.safety.models import Alarm
from marke.safety.queries import duty, on_duty


class NotOnDuty(NotAllowed):
    """The call is for others."""


def check_can_call(request: CoopRequest) -> Membership:
    """Everybody who belongs, also who is suspended. Raises: SignInNeeded, NotAMember."""
    if not is_member(request):
        check_member(request)
    assert request.membership is not None
    request.membership.coop = request.coop
    return request.membership


def is_on_duty(request: CoopRequest) -> bool:
    """Whoever holds the office that the rule names; everybody where nobody does."""
    if duty(request.coop, request.asked_at) in my_offices(request):
        return True
    return request.membership is not None and request.membership.pk in {
        each.pk for each in on_duty(request.coop, request.asked_at)
    }


def check_can_see_alarm(request: CoopRequest, alarm: Alarm) -> Membership:
    """Raises: NotOnDuty."""
    me = check_can_call(request)
    if alarm.membership_id != me.pk and not is_on_duty(request):
        raise NotOnDuty(_("Those on duty see this call and answer it. If you know something, call them."))
    return me
