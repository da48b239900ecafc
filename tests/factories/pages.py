"""Reading pages as somebody."""

from django.test import Client as Browser

from marke.parties.models import Membership, Party


def browser_of(who: Membership | Party | None) -> Browser:
    """A browser in which this person is signed in; a stranger's for None."""
    browser = Browser()
    party = who.party if isinstance(who, Membership) else who
    if party is not None:
        assert party.user is not None
        browser.force_login(party.user, backend="django.contrib.auth.backends.ModelBackend")
    return browser
