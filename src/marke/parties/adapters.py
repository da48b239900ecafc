"""How signing in meets the people of the installation."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.models import EmailAddress
from django.http import HttpRequest

from marke.common import clock
from marke.parties.front import home_of
from marke.parties.models import User
from marke.parties.services.people import link_sign_in


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """A sign-in is linked to a person only when it is proven that the mail address is theirs."""

    def login(self, request: HttpRequest, user: Any) -> None:
        """Everybody who signs in comes through here, after their address was proven by a code."""
        if EmailAddress.objects.filter(user=user, email__iexact=user.email, verified=True).exists():
            by_code = any(record.get("method") == "code" for record in get_authentication_records(request, user))
            link_sign_in(user=user, keep_password=not by_code, at=clock.now())
        super().login(request, user)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """After signing in: the co-op, when there is only one; else my account."""
        assert isinstance(request.user, User)
        return home_of(request.user)
