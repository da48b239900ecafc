"""Giving shares back: for the member."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marke.common import clock
from marke.common.money import format_money
from marke.common.refusal import Refused
from marke.common.views import pdf_response, render
from marke.parties.http import CoopRequest
from marke.parties.models import Membership
from marke.parties.permissions import can_office, check_belonged
from marke.payments.permissions import MONEY_OFFICES
from marke.payments.queries import usable_account
from marke.rules.queries import rulebook
from marke.shares.exits import explaining, queries, terms
from marke.shares.exits.belonging import when_paid
from marke.shares.exits.forms import ExitPaymentForm, GiveBackForm
from marke.shares.exits.queries import ExitStanding
from marke.shares.exits.statement import statement_pdf
from marke.shares.models import ShareClass, ShareExit
from marke.shares.queries import free_shares
from marke.shares.services import exit_payments
from marke.shares.services import exits as services
from marke_core.banking import show_iban

Kind = ShareExit.Kind


@require_http_methods(["GET", "POST"])
def give_back(request: CoopRequest) -> HttpResponse:
    """What I would get, when and why; then, checked, it is asked for."""
    membership, at = check_belonged(request), clock.now()
    membership.coop = request.coop
    free = _free(membership)
    form = GiveBackForm(request.POST or None, classes=free, initial={"shares": next(iter(free.values()), None)})
    found = None
    if request.method == "POST" and form.is_valid():
        answers = form.cleaned_data
        share_class, shares, rules = answers["share_class"], answers["shares"], rulebook(request.coop, at)
        try:
            services.check_exit(membership=membership, share_class=share_class, shares=shares, rules=rules, at=at)
            if "sure" in request.POST:
                made = services.ask_exit(
                    membership=membership,
                    share_class=share_class,
                    shares=shares,
                    once_key=answers["once_key"],
                    by=request.party,
                    at=at,
                )
                messages.success(request, _("Noted: exit %(number)s.") % {"number": made.number})
                return redirect("shares:exit", request.coop.slug, made.number)
            found = terms.forecast(
                membership=membership, share_class=share_class, shares=shares, kind=Kind.REQUEST, rules=rules, at=at
            )
        except Refused as refusal:
            form.add_error("shares", str(refusal))
    context = {"form": form, "free": free, "found": found, "mine": _mine(membership)}
    if found is not None:
        context |= _forecast_whys(request, found) | {"when": when_paid(found, request.coop.currency) if found.plan else ""}
    return render(request, "shares/exits/give_back.html", context)


def _free(membership: Membership) -> dict[ShareClass, int]:
    """How many shares of each class can be asked back."""
    found = {}
    for share_class in ShareClass.objects.filter(coop=membership.coop, events__membership=membership).distinct():
        count = free_shares(membership, share_class)
        if count > 0:
            found[share_class] = count
    return found


def _mine(membership: Membership) -> list[ExitStanding]:
    today = clock.local_date(clock.now(), membership.coop.timezone)
    return queries.standings(queries.exits_of(membership), today)


def _forecast_whys(request: CoopRequest, found: terms.Forecast) -> dict[str, Any]:
    coop = request.coop
    rules, money = rulebook(coop, clock.now()), partial(_money, coop.currency)
    accounts = (found.accounts.worth.net_assets, found.accounts.worth.capital) if found.accounts else None
    return {
        "why_amount": explaining.explain_price(
            coop=coop,
            rules=rules,
            share_class=found.share_class,
            parts=len(found.parts),
            paid_in=found.paid_in,
            penalty=found.penalty,
            lost=found.lost,
            accounts=accounts,
            money=money,
        ),
        "why_day": explaining.explain_day(coop, rules, found.share_class),
        "why_plan": explaining.explain_plan(coop, rules, found.share_class, in_parts=bool(found.interest) or len(found.plan) > 1),
    }


def _money(currency: str, minor: int) -> str:
    return format_money(minor, currency)


def own_exit(request: CoopRequest, number: int) -> ExitStanding:
    """One's own exit; those who handle money see all. Others do not learn that it exists."""
    membership = check_belonged(request)
    found = queries.exits(request.coop).filter(number=number).first()
    if found is None or (found.membership_id != membership.pk and not can_office(request, *MONEY_OFFICES)):
        raise Http404
    found.coop = request.coop
    return queries.standing_of(found, clock.local_date(clock.now(), request.coop.timezone))


@require_safe
def exit_page(request: CoopRequest, number: int) -> HttpResponse:
    return show_exit(request, own_exit(request, number))


def show_exit(request: CoopRequest, row: ExitStanding, form: ExitPaymentForm | None = None) -> HttpResponse:
    coop, at = request.coop, clock.now()
    officer = can_office(request, *MONEY_OFFICES)
    context: dict[str, Any] = {"row": row, "is_officer": officer, "moves": row.moves, "can_cancel": _can_cancel(row)}
    rules = rulebook(coop, row.exit.asked_at)
    context["why_day"] = explaining.explain_day(coop, rules, row.exit.share_class)
    if row.price is None:
        context |= _expected(request, row)
    else:
        context |= _priced(request, row)
    if row.due > 0:
        found = queries.queue(coop, at)
        place = found.row_of(row.exit)
        if place is not None:
            context["place"] = place
            context["suspended_why"] = exit_payments.why_suspended(found, place, coop.currency) if place.suspended else ""
            if officer:
                account = usable_account(coop, row.exit.membership.party, at)
                context["account"] = (show_iban(account.iban), account.holder) if account else None
                today = clock.local_date(at, coop.timezone)
                context["form"] = form or ExitPaymentForm(
                    currency=coop.currency, initial={"amount": place.payable, "date": today}
                )
    return render(request, "shares/exits/exit.html", context)


def _can_cancel(row: ExitStanding) -> bool:
    left = row.exit.membership.state == Membership.State.LEFT
    return row.state == ShareExit.State.ASKED and row.exit.effective_on >= row.today and not left


def _expected(request: CoopRequest, row: ExitStanding) -> dict[str, Any]:
    """What it would bring if it took effect today."""
    exit = row.exit
    shares = min(exit.shares, terms.held_of(exit.membership, exit.share_class))
    if row.state != ShareExit.State.ASKED or not shares:
        return {}
    rules = rulebook(request.coop, exit.asked_at)
    parts, accounts = terms.price_lots(
        rules=rules,
        share_class=exit.share_class,
        membership=exit.membership,
        kind=exit.kind,
        shares=shares,
        asked_on=exit.asked_on,
        on=row.today,
    )
    owed = sum(part.owed for part in parts)
    plan = terms.plan_of(rules, exit.share_class, exit.kind, owed, exit.effective_on)
    found = terms.Forecast(exit.share_class, shares, exit.effective_on, parts, accounts, plan)
    when = when_paid(found, request.coop.currency) if plan else ""
    return {"found": found, "when": when, **_forecast_whys(request, found)}


def _priced(request: CoopRequest, row: ExitStanding) -> dict[str, Any]:
    price, coop = row.price, request.coop
    assert price is not None
    rules, parts = rulebook(coop, row.exit.asked_at), list(row.exit.parts.select_related("event__lot"))
    accounts = (price.net_assets, price.capital) if price.net_assets is not None and price.capital is not None else None
    return {
        "price": price,
        "lots": parts,
        "why_amount": explaining.explain_price(
            coop=coop,
            rules=rules,
            share_class=row.exit.share_class,
            parts=len(parts),
            paid_in=price.paid_in,
            penalty=price.penalty,
            lost=price.lost,
            accounts=accounts,
            money=partial(_money, coop.currency),
        ),
        "why_plan": explaining.explain_plan(
            coop, rules, row.exit.share_class, in_parts=len(row.plan) > 1 or any(part.interest for part in row.plan)
        ),
    }


@require_POST
def exit_cancellation(request: CoopRequest, number: int) -> HttpResponse:
    row = own_exit(request, number)
    services.cancel_exit(exit=row.exit, by=request.party, at=clock.now())
    messages.success(request, _("Exit %(number)s is cancelled: the shares stay where they are.") % {"number": number})
    return redirect("shares:exit", request.coop.slug, number)


@require_safe
def exit_statement(request: CoopRequest, number: int) -> HttpResponse:
    """What the member keeps on paper."""
    row = own_exit(request, number)
    if row.price is None:
        raise Http404
    return pdf_response(f"{request.coop.slug}-exit-{number}.pdf", statement_pdf(row, clock.now()))
