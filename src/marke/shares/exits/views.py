"""Giving shares back: for the member, and for those who pay."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marke.common import clock
from marke.common.money import format_money, to_major
from marke.common.refusal import Refused
from marke.common.views import csv_response, render
from marke.ledger.position import position
from marke.parties.http import CoopRequest
from marke.parties.models import Membership
from marke.parties.permissions import can_office, check_belonged, check_office, my_offices, office_only
from marke.payments.permissions import MONEY_OFFICES
from marke.payments.queries import usable_account
from marke.rules.queries import rulebook
from marke.shares.exits import explaining, queries, terms
from marke.shares.exits.belonging import when_paid
from marke.shares.exits.forms import EndMembershipForm, ExitPaymentForm, GiveBackForm, LiquidityReportForm
from marke.shares.exits.queries import ExitStanding
from marke.shares.exits.statement import statement_pdf
from marke.shares.exits.words_of_tests import test_lines
from marke.shares.models import LiquidityReport, ShareClass, ShareExit
from marke.shares.queries import free_shares
from marke.shares.services import exit_payments
from marke.shares.services import exits as services
from marke_core.banking import show_iban

Kind = ShareExit.Kind


# The member


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


def _exit(request: CoopRequest, number: int) -> ExitStanding:
    """One's own exit; those who handle money see all. Others do not learn that it exists."""
    membership = check_belonged(request)
    found = queries.exits(request.coop).filter(number=number).first()
    if found is None or (found.membership_id != membership.pk and not can_office(request, *MONEY_OFFICES)):
        raise Http404
    found.coop = request.coop
    return queries.standing_of(found, clock.local_date(clock.now(), request.coop.timezone))


@require_safe
def exit_page(request: CoopRequest, number: int) -> HttpResponse:
    return _exit_page(request, _exit(request, number))


def _exit_page(request: CoopRequest, row: ExitStanding, form: ExitPaymentForm | None = None) -> HttpResponse:
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
    row = _exit(request, number)
    services.cancel_exit(exit=row.exit, by=request.party, at=clock.now())
    messages.success(request, _("Exit %(number)s is cancelled: the shares stay where they are.") % {"number": number})
    return redirect("shares:exit", request.coop.slug, number)


@require_safe
def exit_statement(request: CoopRequest, number: int) -> HttpResponse:
    """What the member keeps on paper."""
    row = _exit(request, number)
    if row.price is None:
        raise Http404
    response = HttpResponse(statement_pdf(row, clock.now()), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{request.coop.slug}-exit-{number}.pdf"'
    return response


# Those who pay


@require_POST
def exit_payment(request: CoopRequest, number: int) -> HttpResponse:
    check_office(request, *MONEY_OFFICES)
    row, form = _exit(request, number), ExitPaymentForm(request.POST, currency=request.coop.currency)
    if not form.is_valid():
        return _exit_page(request, row, form)
    answers = form.cleaned_data
    try:
        paid = exit_payments.pay_exit(
            exit=row.exit,
            amount=answers["amount"],
            date=answers["date"],
            once_key=answers["once_key"],
            by=request.party,
            at=clock.now(),
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _exit_page(request, row, form)
    messages.success(request, _("Booked: %(amount)s was paid.") % {"amount": format_money(paid.amount, request.coop.currency)})
    return redirect("shares:exit", request.coop.slug, number)


@require_safe
@office_only(*MONEY_OFFICES)
def exits(request: CoopRequest) -> HttpResponse:
    """Who is to be paid, in order; what the tests allow; who comes next."""
    coop, at = request.coop, clock.now()
    today = clock.local_date(at, coop.timezone)
    rows = queries.standings(queries.exits(coop), today)
    found = queries.queue(coop, at)
    later = [row for row in rows if row.state not in ("paid", "cancelled") and found.row_of(row.exit) is None]
    context = {
        "queue": found,
        "tests": test_lines(coop, found, rulebook(coop, at), today),
        "later": later,
        "ended": [row for row in rows if row.state in ("paid", "cancelled")][::-1],
        "later_left": sum(row.left for row in later),
    }
    return render(request, "shares/exits/exits.html", context)


@require_safe
@office_only(*MONEY_OFFICES)
def exits_csv(request: CoopRequest) -> HttpResponse:
    """Every exit, in the order of the queue."""
    coop = request.coop
    money = partial(to_major, currency=coop.currency)
    today = clock.local_date(clock.now(), coop.timezone)
    return csv_response(
        f"{coop.slug}-share-exits.csv",
        [
            _("Exit"),
            _("Asked on"),
            _("Member"),
            _("Name"),
            _("Why"),
            _("Class"),
            _("Shares"),
            _("Ends on"),
            _("State"),
            _("Paid in"),
            _("Owed"),
            _("Paid"),
            _("Due now"),
            _("Still to be paid"),
        ],
        (
            [
                row.exit.number,
                row.exit.asked_on.isoformat(),
                row.exit.membership.number,
                row.exit.membership.party.name,
                row.exit.get_kind_display(),
                str(row.exit.share_class),
                row.exit.shares,
                row.exit.effective_on.isoformat(),
                row.label,
                money(row.price.paid_in) if row.price else "",
                money(row.price.owed) if row.price else "",
                money(row.paid),
                money(max(row.due, 0)),
                money(row.left),
            ]
            for row in queries.standings(queries.exits(coop), today)
        ),
    )


@require_http_methods(["GET", "POST"])
@office_only(*MONEY_OFFICES)
def liquidity_reports(request: CoopRequest) -> HttpResponse:
    """Those in office say whether the co-op can pay its debts in the coming months."""
    coop, at = request.coop, clock.now()
    rules, now = rulebook(coop, at), position(coop)
    form = LiquidityReportForm(request.POST or None, currency=coop.currency, initial={"cash": now.cash})
    if request.method == "POST" and form.is_valid():
        answers = form.cleaned_data
        assert request.party is not None  # whoever holds an office is somebody
        office = next(office for office in MONEY_OFFICES if office in my_offices(request))
        try:
            signed = exit_payments.sign_report(coop=coop, **answers, office=str(office), by=request.party, at=at)
            messages.success(request, _("Signed: report %(number)s.") % {"number": signed.number})
            return redirect("shares:liquidity_report", coop.slug, signed.number)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    months = rules.value("shares.exit_liquidity_months") or 12
    context = {
        "form": form,
        "now": now,
        "reports": queries.reports(coop),
        "lead": ngettext(
            "What the co-op can pay in the coming %(months)s month, said and signed by those in office.",
            "What the co-op can pay in the coming %(months)s months, said and signed by those in office.",
            months,
        )
        % {"months": months},
    }
    return render(request, "shares/exits/liquidity_reports.html", context)


@require_safe
@office_only(*MONEY_OFFICES)
def liquidity_report(request: CoopRequest, number: int) -> HttpResponse:
    report = queries.reports(request.coop).filter(number=number).first()
    if report is None:
        raise Http404
    return render(request, "shares/exits/liquidity_report.html", {"report": report, "paid": _paid_by(report)})


def _paid_by(report: LiquidityReport) -> int:
    return sum(report.payments.values_list("amount", flat=True))


@require_http_methods(["GET", "POST"])
@office_only(*MONEY_OFFICES)
def end_membership(request: CoopRequest) -> HttpResponse:
    """Somebody died or was excluded: checked, then the membership and the shares end."""
    coop, at = request.coop, clock.now()
    open_ = (Membership.State.MEMBER, Membership.State.SUSPENDED)
    members = Membership.objects.filter(coop=coop, state__in=open_).select_related("party").order_by("number")
    form, rows = EndMembershipForm(request.POST or None, members=members), None
    if request.method == "POST" and form.is_valid():
        answers = form.cleaned_data
        membership, kind = answers["membership"], answers["kind"]
        membership.coop = coop
        if "sure" in request.POST:
            services.end_membership(
                membership=membership, kind=kind, note=answers["note"], once_key=answers["once_key"], by=request.party, at=at
            )
            messages.success(request, _("The membership of %(name)s has ended.") % {"name": membership.party.name})
            return redirect("shares:exits", coop.slug)
        rows = _ending(membership, kind, answers["note"], coop.currency)
    return render(request, "shares/exits/end_membership.html", {"form": form, "rows": rows})


def _ending(membership: Membership, kind: str, note: str, currency: str) -> list[tuple[str, str]]:
    """What ends, to be checked."""
    rules, at = rulebook(membership.coop, clock.now()), clock.now()
    rows = [(_("Who"), membership.party.name), (_("What happened"), str(Kind(kind).label)), (_("Decision"), note)]
    for share_class in ShareClass.objects.filter(coop=membership.coop, events__membership=membership).distinct():
        held = terms.held_of(membership, share_class)
        if held:
            found = terms.forecast(membership=membership, share_class=share_class, shares=held, kind=kind, rules=rules, at=at)
            said = ngettext("%(n)s, which brings %(owed)s", "%(n)s, which bring %(owed)s", held)
            rows.append((str(share_class), said % {"n": held, "owed": format_money(found.owed, currency)}))
            if found.plan:
                rows.append((_("When it is paid"), when_paid(found, currency)))
    return rows
