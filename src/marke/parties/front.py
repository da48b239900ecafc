"""Where somebody lands, and which words at the root of the site are taken."""

from django.urls import NoReverseMatch, reverse

from marke.parties.models import Client, Membership, User

# What a co-op may not be called, because a page of the installation is there or may be one day.
RESERVED_SLUGS = frozenset(
    {
        *("about", "accounts", "admin", "api", "app", "assets", "co-op", "coop", "coops"),
        *("data", "demo", "docs", "favicon", "federation", "found", "health", "help", "home"),
        *("join", "language", "languages", "legal", "login", "logout", "mail", "me", "media"),
        *("new", "offline", "outbox", "pages", "patterns", "ping", "press", "privacy", "robots"),
        *("search", "service-worker", "settings", "setup", "sign-in", "sitemap", "start", "static", "status"),
        *("support", "terms", "up", "welcome", "well-known", "work", "www"),
    }
)


def home_of(user: User) -> str:
    """The page after signing in: the co-op of somebody who belongs to one, else the account."""
    slugs = list(
        Membership.objects.filter(party__user=user)
        .exclude(state__in=[Membership.State.LEFT, Membership.State.REFUSED])
        .values_list("coop__slug", flat=True)[:2]
    ) or list(Client.objects.filter(party__user=user).values_list("coop__slug", flat=True)[:2])
    if len(slugs) == 1:
        try:
            return reverse("site:home", args=[slugs[0]])
        except NoReverseMatch:
            return f"/{slugs[0]}/"
    return reverse("people:me")
