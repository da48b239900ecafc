"""A team shares what it has: the form, what each would get and why, and then it is booked."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from marke.activities import queries, services
from marke.activities.forms import ShareForm
from marke.activities.models import Activity
from marke.activities.permissions import activity_or_404, check_runs
from marke.activities.splitting import Part, sentence
from marke.common import clock
from marke.common.money import format_money
from marke.common.refusal import Refused
from marke.common.views import render
from marke.parties.http import CoopRequest
from marke.parties.permissions import members_only


@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def sharing(request: CoopRequest, number: int) -> HttpResponse:
    """POST shows what each would get; with `move` = “book” it is booked."""
    shown, at = activity_or_404(request, number), clock.now()
    check_runs(request, shown)
    if shown.circle_id is None:
        raise Http404(_("Only a team shares."))
    members = list(queries.members_activities(shown))
    form = ShareForm(request.POST or None, coop=request.coop, members=members)
    parts: list[Part] = []
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        asked = {"activity": shown, "total": said["total"], "key": said["key"], "weights": form.weights(), "at": at}
        try:
            if request.POST.get("move") == "book":
                services.share(**asked, once_key=said["once_key"], by=request.party)
                messages.success(request, _("It is shared: each part stands in its member’s own business."))
                return redirect("activities:activity", request.coop.slug, number)
            parts = services.preview(**asked)
        except Refused as refused:
            form.add_error(None, str(refused))
    context = {
        "activity": shown,
        "form": form,
        "members": members,
        "due": queries.due(shown, at),
        "rows": _rows(shown, form, parts, members),
        "total": sum(part.amount for part in parts),
    }
    return render(request, "activities/sharing.html", context, status=422 if form.errors else 200)


def _rows(shown: Activity, form: ShareForm, parts: list[Part], members: list[Activity]) -> list[tuple[str, int, str]]:
    """The name, the amount, and why."""
    if not parts:
        return []
    money = partial(format_money, currency=shown.coop.currency)
    total, key = form.cleaned_data["total"], form.cleaned_data["key"]
    of_all = sum(bool(part.weight) if key == "per_head" else part.weight for part in parts)
    names = {own.number: own.party.name if own.party else own.name for own in members}
    return [(names[part.number], part.amount, sentence(part, total, key, of_all, money)) for part in parts]
