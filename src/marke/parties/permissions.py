"""Who may: `check_x` raises, `can_x` asks."""

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any, TypeVar, cast

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marke.common import clock
from marke.common.refusal import NotAllowed
from marke.parties.http import CoopRequest
from marke.parties.models import Mandate, Membership
from marke.parties.offices import LapsedOffice, Offices, offices_on

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
