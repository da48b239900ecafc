"""What a business has offered and what was ordered from it, for its page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from marke.activities.models import Activity
from marke.common.promises import Promised, PromiseKind
from marke.invoices.quote_queries import orders_left, quoted

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


def _read(activity: Activity, today: date) -> Promised:
    return Promised(quoted(activity, today), orders_left(activity))


def _links(activity: Activity) -> Sequence[tuple[str | _StrPromise, str]]:
    slug = activity.coop.slug
    return (
        (_("Make a quote"), reverse("invoices:new_quote", args=[slug, activity.number])),
        (_("Quotes and orders"), reverse("invoices:quotes", args=[slug])),
        (_("Between businesses"), reverse("invoices:internal_orders", args=[slug])),
    )


QUOTES = PromiseKind("quotes", _read, _links)
