"""Who brings in bills, who sees them, and who approves."""

from __future__ import annotations

from datetime import datetime

from django.http import Http404
from django.utils.translation import gettext as _

from marke.bills import rulebook as rules
from marke.bills.models import Bill
from marke.common import clock
from marke.common.refusal import NotAllowed
from marke.parties.http import CoopRequest
from marke.parties.models import Coop, Membership, Party
from marke.parties.offices import offices_on
from marke.parties.permissions import can_office, check_member
from marke.payments.permissions import MONEY_OFFICES
from marke.rules.queries import rulebook


class MayNotApprove(NotAllowed):
    """The rule bills.approvers does not name this person."""


class MayNotBring(NotAllowed):
    """The rule bills.entered_by does not name this person."""


def check_may_approve(coop: Coop, party: Party, at: datetime) -> None:
    """Raises: MayNotApprove."""
    if not may_approve(coop, party, at):
        raise MayNotApprove(_("Bills are approved by others: the rule “Who approves bills” says by whom."))


def may_approve(coop: Coop, party: Party | None, at: datetime) -> bool:
    membership = Membership.objects.filter(coop=coop, party=party, state=Membership.State.MEMBER).first() if party else None
    if membership is None:
        return False
    if rulebook(coop, at).value(rules.APPROVERS) == rules.MEMBERS:
        return True
    return not offices_on(coop, clock.local_date(at, coop.timezone)).held_by(membership).isdisjoint(MONEY_OFFICES)


def sees_all(request: CoopRequest) -> bool:
    return can_office(request, *MONEY_OFFICES) or may_approve(request.coop, request.party, clock.now())


def may_bring(request: CoopRequest) -> bool:
    everybody = rulebook(request.coop, clock.now()).value(rules.ENTERED_BY) == rules.MEMBERS
    return everybody or can_office(request, *MONEY_OFFICES)


def check_may_bring(request: CoopRequest) -> None:
    """Raises: MayNotBring; what check_member raises."""
    check_member(request)
    if not may_bring(request):
        raise MayNotBring(
            _("Give the bill to the treasurer: the rule “Who brings in bills” names the treasurer and the coordinator.")
        )


def bill_or_404(request: CoopRequest, number: int) -> Bill:
    """For who approves and handles the money, and whoever brought it in. Raises: Http404; what check_member raises."""
    check_member(request)
    rows = (
        Bill.objects.filter(coop=request.coop)
        .with_left()
        .select_related("supplier__party", "activity", "transaction", "entered_by")
    )
    found = rows.filter(number=number).first()
    if found is None or not (sees_all(request) or (request.party and found.entered_by_id == request.party.pk)):
        raise Http404(_("There is no such bill, or it is not yours to see."))
    found.coop = request.coop
    return found
