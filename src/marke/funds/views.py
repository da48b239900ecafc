"""Our funds, and help from one another."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marke.common import charts, clock
from marke.common.days import day_in_words
from marke.common.money import format_money, to_major
from marke.common.refusal import Refused
from marke.common.views import csv_response, page_of, render
from marke.funds import queries, services
from marke.funds.forms import AidForm, DecideForm
from marke.funds.models import AidClaim
from marke.funds.rulebook import ALL, MANDATE
from marke.funds.words import label_of
from marke.ledger.monthly import MonthFlow
from marke.parties.http import CoopRequest
from marke.parties.permissions import can_office, check_office, members_only, office_only
from marke.payments.permissions import MONEY_OFFICES
from marke.rules.queries import rulebook
from marke_core.cover import Failure

TONES = {"asked": "warn", "granted": "good", "refused": "bad", "withdrawn": "plain"}


@require_safe
@members_only
def funds(request: CoopRequest) -> HttpResponse:
    coop, at = request.coop, clock.now()
    failure, top = queries.largest_failure(coop)
    is_officer = can_office(request, *MONEY_OFFICES)
    flows = queries.flows(coop, clock.local_date(at, coop.timezone))
    context = {
        "standings": queries.standings(coop),
        "failure": failure,
        # Members see how large, those who handle the money also who.
        "top": _bars(top, failure, coop.currency, named=is_officer),
        "chart": _chart(flows, coop.currency),
        "flows": [(_name(flow), flow) for flow in flows],
        "aid_on": queries.aid_is_on(rulebook(coop, at)),
        "month": queries.month_to_collect(coop, at) if is_officer else None,
        "is_officer": is_officer,
        "open_claims": queries.open_claims(coop).count() if is_officer else 0,
    }
    return render(request, "funds/funds.html", context)


def _bars(top: list[tuple[str, int]], failure: Failure | None, currency: str, *, named: bool) -> list[charts.Row]:
    rows = [(name if named and name else _("Client %(n)d") % {"n": place}, amount) for place, (name, amount) in enumerate(top, 1)]
    others = failure.everybody - sum(amount for _name, amount in top) if failure else 0
    if others:
        rows.append((_("All others"), others))
    return [(name, amount, format_money(amount, currency)) for name, amount in rows]


def _name(flow: MonthFlow) -> str:
    return label_of((flow.kind, flow.detail))


def _chart(flows: list[MonthFlow], currency: str) -> charts.Lines | None:
    """What came in and went out of all funds together, month by month."""
    months = sorted({flow.month for flow in flows})
    if len(months) < 2:
        return None
    sums = {month: [0, 0] for month in months}
    for flow in flows:
        sums[flow.month][0] += flow.came_in
        sums[flow.month][1] += flow.went_out
    return charts.Lines(
        labels=[day_in_words(month, "MMM y") for month in months],
        series=[
            charts.Series(_("Came in"), [sums[month][0] for month in months]),
            charts.Series(_("Went out"), [sums[month][1] for month in months], dashed=True),
        ],
        text=lambda amount: format_money(int(amount), currency),
    )


@require_safe
@members_only
def flows_csv(request: CoopRequest) -> HttpResponse:
    coop = request.coop
    rows = queries.flows(coop, clock.local_date(clock.now(), coop.timezone))
    return csv_response(
        f"{coop.slug}-funds.csv",
        [_("Fund"), _("Month"), _("Came in"), _("Went out")],
        (
            [
                _name(flow),
                flow.month.isoformat()[:7],
                to_major(flow.came_in, coop.currency),
                to_major(flow.went_out, coop.currency),
            ]
            for flow in rows
        ),
    )


@require_POST
@office_only(*MONEY_OFFICES)
def collection(request: CoopRequest) -> HttpResponse:
    """What is put together for the last whole month."""
    coop, at = request.coop, clock.now()
    month: date | None = queries.month_to_collect(coop, at)
    if month is not None:
        done = services.collect_aid(coop=coop, month=month, by=request.party, at=at)
        messages.success(
            request,
            _("%(total)s was put together by %(n)d members.")
            % {"total": format_money(done.total, coop.currency), "n": done.members},
        )
    return redirect("funds:funds", coop.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def aid(request: CoopRequest) -> HttpResponse:
    """What the rules say, whether I take part, what I asked for, and the form."""
    coop, at, membership = request.coop, clock.now(), request.membership
    assert membership is not None
    membership.coop = coop
    form = AidForm(request.POST if request.method == "POST" else None, coop=coop)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.ask_for_aid(
                membership=membership,
                amount=form.cleaned_data["amount"],
                reason=form.cleaned_data["reason"],
                paper=form.cleaned_data["paper"],
                once_key=form.cleaned_data["once_key"],
                by=request.party,
                at=at,
            )
            return redirect("funds:claim", coop.slug, made.number)
        except Refused as refused:
            form.add_error(None, str(refused))
    rules = rulebook(coop, at)
    since = queries.takes_part_since(membership, rules) if queries.aid_is_on(rules) else None
    first = since + rules.value("funds.aid_wait") if since else None
    context = {
        "form": form,
        "on": queries.aid_is_on(rules),
        "choice": rules.value("funds.aid_who") != ALL,
        "by_vote": rules.value("funds.aid_decided_by") != MANDATE,
        "since": since,
        "first": first,
        "may_ask": first is not None and first <= clock.local_date(at, coop.timezone),
        "most_claim": rules.value("funds.aid_most_claim"),
        "most_year": rules.value("funds.aid_most_year"),
        "page": page_of(request, queries.claims_of(membership)),
        "tones": TONES,
    }
    return render(request, "funds/aid.html", context, status=422 if form.errors else 200)


@require_POST
@members_only
def participation(request: CoopRequest) -> HttpResponse:
    membership = request.membership
    assert membership is not None
    membership.coop = request.coop
    change = services.leave_aid if request.POST.get("answer") == "leave" else services.join_aid
    change(membership=membership, by=request.party, at=clock.now())
    return redirect("funds:aid", request.coop.slug)


@require_safe
@office_only(*MONEY_OFFICES)
def claims(request: CoopRequest) -> HttpResponse:
    page = page_of(request, queries.claims(request.coop))
    return render(request, "funds/claims.html", {"page": page, "tones": TONES})


def _claim(request: CoopRequest, number: int) -> AidClaim:
    """Private to who asked and to who decides."""
    found = get_object_or_404(queries.claims(request.coop), number=number)
    found.coop = request.coop
    if request.party is None or found.claimant_id != request.party.pk:
        check_office(request, *MONEY_OFFICES)
    return found


def _page(request: CoopRequest, shown: AidClaim, form: DecideForm | None = None) -> HttpResponse:
    rules = rulebook(request.coop, clock.now())
    is_mine = request.party is not None and shown.claimant_id == request.party.pk
    by_mandate = rules.value("funds.aid_decided_by") == MANDATE
    is_open = shown.state == AidClaim.State.ASKED
    decides = is_open and not is_mine
    context = {
        "claim": shown,
        "tone": TONES[shown.state],
        "is_mine": is_mine,
        "can_withdraw": is_open and is_mine,
        "form": (form or DecideForm(coop=request.coop, initial={"granted": shown.amount})) if decides and by_mandate else None,
        "to_vote": decides and not by_mandate,
        "holds": queries.holdings(request.coop).get(("fund", "mutual"), 0) if decides else None,
    }
    return render(request, "funds/claim.html", context, status=422 if form is not None and form.errors else 200)


@require_safe
@members_only
def claim(request: CoopRequest, number: int) -> HttpResponse:
    return _page(request, _claim(request, number))


@require_POST
@office_only(*MONEY_OFFICES)
def decision(request: CoopRequest, number: int) -> HttpResponse:
    shown, form = _claim(request, number), DecideForm(request.POST, coop=request.coop)
    if form.is_valid():
        try:
            services.decide_claim(
                claim=shown,
                granted=form.cleaned_data["granted"],
                note=form.cleaned_data["note"],
                by=request.party,
                at=clock.now(),
            )
            messages.success(request, _("Request %(number)d is decided. The member sees it.") % {"number": number})
            return redirect("funds:claim", request.coop.slug, number)
        except Refused as refused:
            form.add_error(None, str(refused))
    return _page(request, shown, form)


@require_POST
@office_only(*MONEY_OFFICES)
def vote(request: CoopRequest, number: int) -> HttpResponse:
    assert request.party is not None
    proposal = services.put_claim_to_vote(claim=_claim(request, number), by=request.party, at=clock.now())
    return redirect("decisions:proposal", request.coop.slug, proposal.number)


@require_POST
@members_only
def withdrawal(request: CoopRequest, number: int) -> HttpResponse:
    shown = _claim(request, number)
    if request.party is None or shown.claimant_id != request.party.pk:
        raise Http404
    services.withdraw_claim(claim=shown, by=request.party, at=clock.now())
    return redirect("funds:aid", request.coop.slug)
