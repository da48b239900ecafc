"""Who may do what with the papers of an own business: whose it is, and who handles the co-op's money."""

from django.utils.translation import gettext as _

from marke.activities.models import Activity
from marke.common.refusal import NotAllowed
from marke.invoices.quote_queries import is_only_theirs
from marke.invoices.services.clients import DETAILS, open_details
from marke.parties.http import CoopRequest
from marke.parties.models import CircleMembership, Client
from marke.parties.permissions import can_office, check_member
from marke.payments.permissions import MONEY_OFFICES


class NotYourBusiness(NotAllowed):
    """The papers of somebody else's business."""


def runs(request: CoopRequest, activity: Activity) -> bool:
    """Whether the member who asks runs it, alone or in its team."""
    if request.membership is None:
        return False
    if activity.party_id is not None:
        return activity.party_id == request.membership.party_id
    return CircleMembership.objects.filter(circle=activity.circle_id, membership=request.membership).exists()


def can_see_papers(request: CoopRequest, activity: Activity | None) -> bool:
    return can_office(request, *MONEY_OFFICES) or (activity is not None and runs(request, activity))


def check_papers(request: CoopRequest, activity: Activity | None) -> None:
    """Raises: SignInNeeded, NotAMember, IsSuspended, NotYourBusiness."""
    check_member(request)
    if not can_see_papers(request, activity):
        raise NotYourBusiness(_("These papers are for whoever runs this business, and for who handles the co-op’s money."))


class NotYourClient(NotAllowed):
    """A client who came otherwise than by a quote of this member, for whom others work too, or who keeps the details themselves."""


def can_change_client(request: CoopRequest, client: Client) -> bool:
    """Whoever handles the money; whoever runs the business that brought the client, while nobody else has to do with them."""
    if can_office(request, *MONEY_OFFICES):
        return True
    if request.membership is None or open_details(client) != DETAILS:
        return False
    return is_only_theirs(client, request.membership)


def check_can_change_client(request: CoopRequest, client: Client) -> None:
    """Raises: SignInNeeded, NotAMember, IsSuspended, NotYourClient."""
    check_member(request)
    if not can_change_client(request, client):
        raise NotYourClient(
            _(
                "You may change the details of a client who came to the co-op by your quote, for whom nobody else in it works and "
                "who does not sign in. Ask who handles the co-op’s money to change these details."
            )
        )
