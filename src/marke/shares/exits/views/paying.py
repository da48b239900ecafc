"""Paying shares back: the queue, the tests, the reports, and who died or was excluded."""

from __future__ import annotations

from functools import partial

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
from marke.parties.permissions import check_office, my_offices, office_only
from marke.payments.permissions import MONEY_OFFICES
from marke.rules.queries import rulebook
from marke.shares.exits import queries, terms
from marke.shares.exits.belonging import when_paid
from marke.shares.exits.forms import EndMembershipForm, ExitPaymentForm, LiquidityReportForm
from marke.shares.exits.views.member import own_exit, show_exit
from marke.shares.exits.words_of_tests import test_lines
from marke.shares.models import LiquidityReport, ShareClass, ShareExit
from marke.shares.services import exit_payments
from marke.shares.services import exits as services

Kind = ShareExit.Kind


@require_POST
def exit_payment(request: CoopRequest, number: int) -> HttpResponse:
    check_office(request, *MONEY_OFFICES)
    row, form = own_exit(request, number), ExitPaymentForm(request.POST, currency=request.coop.currency)
    if not form.is_valid():
        return show_exit(request, row, form)
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
        return show_exit(request, row, form)
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
    """Somebody died: checked, then the membership and the shares end."""
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
    rows = [(_("Who"), membership.party.name), (_("What happened"), str(Kind(kind).label)), (_("How it is known"), note)]
    for share_class in ShareClass.objects.filter(coop=membership.coop, events__membership=membership).distinct():
        held = terms.held_of(membership, share_class)
        if held:
            found = terms.forecast(membership=membership, share_class=share_class, shares=held, kind=kind, rules=rules, at=at)
            said = ngettext("%(n)s, which brings %(owed)s", "%(n)s, which bring %(owed)s", held)
            rows.append((str(share_class), said % {"n": held, "owed": format_money(found.owed, currency)}))
            if found.plan:
                rows.append((_("When it is paid"), when_paid(found, currency)))
    return rows
