"""How each kind of share works."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from marke.common import clock
from marke.common.money import to_major
from marke.common.views import csv_response, render
from marke.parties.http import CoopRequest
from marke.parties.models import Membership
from marke.parties.permissions import members_only
from marke.rules.queries import rulebook
from marke.shares import queries
from marke.shares.class_sentences import class_view, shared_and_own
from marke.shares.models import ShareClass


@require_safe
@members_only
def classes(request: CoopRequest) -> HttpResponse:
    """Each class as the sentences of its rules, and how much of it there is."""
    coop, at = request.coop, clock.now()
    rules = rulebook(coop, at)
    found = queries.classes(coop)
    held = queries.capital_by_class(coop, clock.local_date(at, coop.timezone))
    shown = found or [ShareClass(coop=coop, code="ordinary", opened_at=coop.created_at)]
    shared, views = shared_and_own([class_view(each, rules, coop) for each in shown])
    context = {
        "rows": [(view, *held.get(view.share_class.pk or 0, (0, 0))) for view in views],
        "shared": shared,
        "several": len(found) > 1,
        "can_propose": request.membership is not None and request.membership.state == Membership.State.MEMBER,
    }
    return render(request, "shares/classes.html", context)


@require_safe
@members_only
def classes_csv(request: CoopRequest) -> HttpResponse:
    """How much there is of each class today."""
    coop = request.coop
    held = queries.capital_by_class(coop, clock.local_date(clock.now(), coop.timezone))
    return csv_response(
        f"{coop.slug}-share-classes.csv",
        [_("Kind of share"), _("Name"), _("Shares"), _("Paid for them")],
        (
            [each.code, str(each), held.get(each.pk, (0, 0))[0], to_major(held.get(each.pk, (0, 0))[1], coop.currency)]
            for each in queries.classes(coop)
        ),
    )
