"""A member's own businesses: the list, one with where it stands, its statement, its ending."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marke.activities import queries, services
from marke.activities.forms import ExemptForm, OpenForm, PartForm, WagesForm
from marke.activities.models import Activity
from marke.activities.permissions import activity_or_404, check_runs
from marke.activities.rulebook import NOBODY, TEAMS
from marke.activities.services.choosing import chosen_part
from marke.activities.services.closing import check_nothing_waits
from marke.activities.standing import standing
from marke.common import clock
from marke.common.money import format_money
from marke.common.promises import promise_kinds
from marke.common.refusal import Refused
from marke.common.views import csv_response, page_of, render
from marke.ledger.queries import statement
from marke.ledger.services import Account
from marke.ledger.statements import csv_header, csv_rows, lines
from marke.parties.http import CoopRequest
from marke.parties.models import Circle, Membership
from marke.parties.permissions import can_office, check_belonged, check_member, members_only
from marke.payments.permissions import MONEY_OFFICES
from marke.rules.queries import Rulebook, rulebook
from marke_core.schemes.activity import CHOSEN_LEAST, CHOSEN_MOST, MILLION


@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: CoopRequest) -> HttpResponse:
    member, at = check_belonged(request), clock.now()
    if request.method == "POST":
        check_member(request)
    may_open = member.state == Membership.State.MEMBER and rulebook(request.coop, at).value("activities.open_to") != NOBODY
    form = OpenForm(request.POST or None, circles=_teams(member, rulebook(request.coop, at))) if may_open else None
    if request.method == "POST" and form is not None and form.is_valid():
        said = form.cleaned_data
        team = said.get("circle")
        opened = services.open_activity(
            coop=request.coop, name=said["name"], member=None if team else member, circle=team, once_key=said["once_key"],
            by=request.party, at=at,
        )  # fmt: skip
        return redirect("activities:activity", request.coop.slug, opened.number)
    page = page_of(request, queries.of_member(member))
    held = queries.balances(request.coop, list(page))
    context = {
        "page": page,
        "rows": [(activity, held.get(activity.pk, 0)) for activity in page],
        "form": form,
        "is_officer": can_office(request, *MONEY_OFFICES),
    }
    return render(request, "activities/mine.html", context, status=422 if form is not None and form.errors else 200)


def _teams(member: Membership, rules: Rulebook) -> list[Circle]:
    if rules.value("activities.open_to") != TEAMS:
        return []
    return list(Circle.objects.filter(circlemembership__membership=member, closed_at=None).order_by("name"))


@require_safe
def activity(request: CoopRequest, number: int) -> HttpResponse:
    shown, at = activity_or_404(request, number), clock.now()
    account = _account(shown)
    page = page_of(request, statement(account)) if account else None
    context = _context(request, shown) | {
        "standing": standing(shown, at),
        "page": page,
        "lines": lines(request.coop, list(page), account) if page and account else [],
    }
    return render(request, "activities/activity.html", context)


def _context(request: CoopRequest, shown: Activity, **forms: Any) -> dict[str, Any]:
    """Who looks, and the forms that they may fill in; `forms`: those with what was typed."""
    at, rules = clock.now(), rulebook(request.coop, clock.now())
    member = queries.membership_of(shown)
    is_officer = can_office(request, *MONEY_OFFICES)
    runs = queries.runs(shown, request.membership) and request.membership is not None and shown.is_open
    may_choose = runs and rules.value(CHOSEN_MOST) > 0
    is_employee = member is not None and member.engagement == Membership.Engagement.EMPLOYEE
    exempts = is_officer and shown.is_open and not queries.runs(shown, request.membership)
    return {
        "activity": shown,
        "runs": runs,
        "is_officer": is_officer,
        "links": [link for kind in promise_kinds for link in kind.links(shown)],
        "exemptions": list(shown.exemptions.filter(until__gt=clock.local_date(at, request.coop.timezone))),
        "part": _chosen_words(shown, at),
        "bounds": (rules.value(CHOSEN_LEAST), rules.value(CHOSEN_MOST)),
        "part_form": forms.get("part_form") or (PartForm() if may_choose else None),
        "wages_form": forms.get("wages_form") or (WagesForm(coop=request.coop) if runs and is_employee else None),
        "exempt_form": forms.get("exempt_form") or (ExemptForm() if exempts else None),
    }


def _chosen_words(shown: Activity, at: Any) -> str:
    part = chosen_part(shown, at)
    return "" if part < 0 else f"{part * 100 / MILLION:g} %"


def _account(shown: Activity) -> Account | None:
    return Account.objects.filter(
        coop=shown.coop, kind=Account.Kind.ACTIVITY, party=shown.party, unit=shown.coop.currency, detail=str(shown.number)
    ).first()


@require_safe
def statement_csv(request: CoopRequest, number: int) -> HttpResponse:
    shown = activity_or_404(request, number)
    account = _account(shown)
    rows = csv_rows(statement(account), account) if account else []
    return csv_response(f"{request.coop.slug}-business-{number}.csv", csv_header(), rows)


@require_POST
@members_only
def part(request: CoopRequest, number: int) -> HttpResponse:
    shown = activity_or_404(request, number)
    check_runs(request, shown)
    form = PartForm(request.POST)
    if form.is_valid():
        try:
            services.choose_part(activity=shown, part=form.cleaned_data["part"], by=request.party, at=clock.now())
            messages.success(request, _("It holds for every invoice from now on."))
            return redirect("activities:activity", request.coop.slug, number)
        except Refused as refused:
            form.add_error("part", str(refused))
    return _again(request, shown, part_form=form)


@require_POST
@members_only
def wages(request: CoopRequest, number: int) -> HttpResponse:
    shown = activity_or_404(request, number)
    check_runs(request, shown)
    form = WagesForm(request.POST, coop=request.coop)
    if form.is_valid():
        try:
            entry = services.pay_wages(
                activity=shown, amount=form.cleaned_data["amount"], minutes=form.minutes(), by=request.party, at=clock.now()
            )
            said = _("%(amount)s is with whoever makes the wages.") % {
                "amount": format_money(-entry.moved, request.coop.currency)
            }
            messages.success(request, said)
            return redirect("activities:activity", request.coop.slug, number)
        except Refused as refused:
            form.add_error("amount", str(refused))
    return _again(request, shown, wages_form=form)


@require_POST
@members_only
def exemption(request: CoopRequest, number: int) -> HttpResponse:
    shown = activity_or_404(request, number)
    services.check_may_exempt(activity=shown, is_officer=can_office(request, *MONEY_OFFICES), by=request.party)
    form = ExemptForm(request.POST)
    if form.is_valid():
        try:
            services.exempt(activity=shown, **form.cleaned_data, by=request.party, at=clock.now())
            messages.success(request, _("It is written down, with why."))
            return redirect("activities:activity", request.coop.slug, number)
        except Refused as refused:
            form.add_error(None, str(refused))
    return _again(request, shown, exempt_form=form)


def _again(request: CoopRequest, shown: Activity, **forms: Any) -> HttpResponse:
    """The page once more, with what was typed."""
    context = _context(request, shown, **forms) | {"standing": standing(shown, clock.now())}
    return render(request, "activities/activity.html", context, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def ending(request: CoopRequest, number: int) -> HttpResponse:
    """What would be paid out, and then it is over."""
    shown, at, refusal = activity_or_404(request, number), clock.now(), ""
    check_runs(request, shown)
    if request.method == "POST":
        try:
            services.close_activity(activity=shown, by=request.party, at=at)
            messages.success(request, _("The business is closed. What it held goes with the next pay run."))
            return redirect("activities:activity", request.coop.slug, number)
        except Refused as refused:
            refusal = str(refused)
    totals = queries.totals(shown)
    context = {"activity": shown, "rest": totals.balance + totals.reserve, "refusal": refusal, "waits": _waits(shown, at)}
    return render(request, "activities/ending.html", context, status=422 if refusal else 200)


def _waits(activity: Activity, at: datetime) -> str:
    """Why it cannot end now; "" where it can."""
    try:
        check_nothing_waits(activity, at)
    except Refused as refused:
        return str(refused)
    return ""
