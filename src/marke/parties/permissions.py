"""Who may: `check_x` raises, `can_x` asks."""

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any, TypeVar, cast

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marke.common import clock
from marke.common.refusal import NotAllowed
from marke.parties.http import CoopRequest
from marke.parties.models import Mandate, Membership, User
from marke.parties.offices import LapsedOffice, Offices, offices_on
from marke.parties.queries import may_act_for

View = TypeVar("View", bound=Callable[..., HttpResponseBase])
SAFE = {"GET", "HEAD", "OPTIONS"}


class SignInNeeded(NotAllowed):
    """A stranger asks for a page of somebody; the middleware leads them to sign in."""


class NotAMember(NotAllowed):
    pass


class IsSuspended(NotAllowed):
    pass


class HoldsNoOffice(NotAllowed):
    pass


class AddressNotProven(NotAllowed):
    """Whose mail address it is has not been shown yet by a code."""


def _offices(request: CoopRequest) -> Offices:
    """Read once per request."""
    held: Offices | None = getattr(request, "_offices", None)
    if held is None:
        held = offices_on(request.coop, clock.local_date(request.asked_at, request.coop.timezone))
        cast(Any, request)._offices = held
    return held


def my_offices(request: CoopRequest) -> frozenset[str]:
    """The offices in which the person who asks may act now."""
    if request.membership is None or request.membership.state != Membership.State.MEMBER:
        return frozenset()
    return _offices(request).held_by(request.membership)


def lapsed_offices_for(request: CoopRequest) -> list[LapsedOffice]:
    return list(_offices(request).lapsed.values())


def holds_office(*, membership: Membership, office: str, on: date) -> bool:
    """Whether this member may act in the office on that day, by mandate or by what the rule mandates.lapse says."""
    return office in offices_on(membership.coop, on).held_by(membership)


def is_member(request: CoopRequest) -> bool:
    return request.membership is not None and request.membership.state in (
        Membership.State.MEMBER,
        Membership.State.SUSPENDED,
    )


def check_signed_in(request: CoopRequest) -> None:
    if request.party is None:
        raise SignInNeeded(_("Sign in to see this page."))


def check_member(request: CoopRequest) -> None:
    """Members may; the suspended may look, not act.

    Raises: SignInNeeded, NotAMember, IsSuspended.
    """
    check_signed_in(request)
    if not is_member(request):
        raise NotAMember(
            _("This page is for members of %(coop)s. If you want to become one, ask a member for an invitation.")
            % {"coop": request.coop.name}
        )
    assert request.membership is not None
    if request.membership.state == Membership.State.SUSPENDED and request.method not in SAFE:
        raise IsSuspended(
            _("Your membership of %(coop)s is suspended: you can look, but not act. The coordinator can tell you why.")
            % {"coop": request.coop.name}
        )


def check_belonged(request: CoopRequest) -> Membership:
    """For pages about what a co-op holds of somebody: that stays theirs to see and to ask for when they have left.

    Raises: SignInNeeded, NotAMember, IsSuspended.
    """
    check_signed_in(request)
    membership = request.membership or _former(request)
    if membership is None or membership.state in (Membership.State.MEMBER, Membership.State.SUSPENDED):
        check_member(request)
    assert membership is not None
    return membership


def _former(request: CoopRequest) -> Membership | None:
    """The membership that has ended, of the person who asks or of whom they act for. Read once per request."""
    if not hasattr(request, "_former"):
        assert request.party is not None
        acted = may_act_for(request.party, clock.local_date(request.asked_at, request.coop.timezone))
        found = Membership.objects.filter(
            coop=request.coop, party__in=[request.party, *acted], state=Membership.State.LEFT
        ).select_related("party")
        cast(Any, request)._former = found.order_by("number").first()
    former: Membership | None = cast(Any, request)._former
    if former is not None:
        former.coop = request.coop
    return former


def can_office(request: CoopRequest, *offices: str) -> bool:
    return not my_offices(request).isdisjoint(offices)


def check_office(request: CoopRequest, *offices: str) -> None:
    """Raises: SignInNeeded, NotAMember, IsSuspended, HoldsNoOffice."""
    check_member(request)
    if not can_office(request, *offices):
        names = str(gettext_lazy(" or ")).join(str(Mandate.Office(office).label).lower() for office in offices)
        raise HoldsNoOffice(
            _("This page is for the %(offices)s of %(coop)s. Under Mandates you see who that is.")
            % {"offices": names, "coop": request.coop.name}
        )


def members_only(view: View) -> View:
    @wraps(view)
    def guarded(request: CoopRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        check_member(request)
        return view(request, *args, **kwargs)

    return cast(View, guarded)


def office_only(*offices: str) -> Callable[[View], View]:
    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: CoopRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            check_office(request, *offices)
            return view(request, *args, **kwargs)

        return cast(View, guarded)

    return guard


def signed_in_only(view: View) -> View:
    @wraps(view)
    def guarded(request: CoopRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        check_signed_in(request)
        return view(request, *args, **kwargs)

    return cast(View, guarded)


def proven_only(view: View) -> View:
    """Refuses who came in by an address that they only typed. A stranger passes: the view itself asks them to sign in."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user = request.user
        if isinstance(user, User) and user.address_proven_at is None:
            raise AddressNotProven(
                _(
                    "It is not certain yet that %(email)s is yours. Sign out, sign in with the code that we mail you, and come back."
                )
                % {"email": user.email}
            )
        return view(request, *args, **kwargs)

    return cast(View, checked)
