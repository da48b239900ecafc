"""What a key may do. A key of a client reaches only what is that client's."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

BOOK, JOBS, MEMBERS, OFFERS = "book", "jobs", "members", "offers"
SCOPES = {
    BOOK: _("Ask for prices, book and cancel"),
    JOBS: _("See jobs and how they go"),
    MEMBERS: _("See who the members are"),
    OFFERS: _("See who was asked for which job"),
}
# Who the members are and who was asked is no client's business.
OF_CLIENTS = (BOOK, JOBS)


def fitting(scopes: Sequence[str], *, for_client: bool) -> list[str]:
    """Those that there are, in their order, and that a key of a client may have."""
    return [scope for scope in SCOPES if scope in scopes and not (for_client and scope not in OF_CLIENTS)]
