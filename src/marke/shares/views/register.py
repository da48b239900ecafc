"""The register: who holds what on a day, what waits, and every entry."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from marke.common import clock
from marke.common.money import to_major
from marke.common.views import csv_response, page_of, pdf_response, render
from marke.parties.http import CoopRequest
from marke.parties.models import Coop
from marke.parties.permissions import office_only
from marke.payments.permissions import MONEY_OFFICES
from marke.rules.queries import Rulebook, rulebook
from marke.shares import queries, services
from marke.shares.forms import CallForm, RegisterDayForm
from marke.shares.models import ShareClass
from marke.shares.papers import register_pdf


def _asked(request: CoopRequest) -> tuple[RegisterDayForm, date, ShareClass | None, list[ShareClass]]:
    """The day and the class that the address asks for; today and all where it does not, or asks for nonsense."""
    today = clock.local_date(clock.now(), request.coop.timezone)
    classes = queries.classes(request.coop)
    form = RegisterDayForm(request.GET or None, classes=classes)
    answers = form.cleaned_data if form.is_bound and form.is_valid() else {}
    on = answers.get("on") or today
    chosen = next((each for each in classes if each.code == answers.get("of")), None)
    if not form.is_bound:
        form = RegisterDayForm(initial={"on": on}, classes=classes)
    return form, on, chosen, classes


@require_safe
@office_only(*MONEY_OFFICES)
def register(request: CoopRequest) -> HttpResponse:
    """Who holds what on a day, what is asked for, what is to be called, and what is to be paid back."""
    coop, at = request.coop, clock.now()
    form, on, chosen, classes = _asked(request)
    held = queries.holdings_on(coop, on, chosen)
    context = {
        "form": form,
        "on": on,
        "chosen": chosen,
        "several": len(classes) > 1,
        "holdings": page_of(request, held),
        "votes": _votes(coop, on, classes, rulebook(coop, at)),
        "shares": sum(holding.shares for holding in held),
        "amount": sum(holding.amount for holding in held),
        "waiting": queries.waiting_requests(coop)[:200],
        "unpaid": [row for row in queries.not_fully_paid(coop) if row.uncalled],
        "call_form": CallForm(),
        "refunds": queries.refunds_due(coop),
        "transfers": list(queries.open_transfers(coop)),
    }
    return render(request, "shares/register.html", context)


@require_safe
@office_only(*MONEY_OFFICES)
def entries(request: CoopRequest) -> HttpResponse:
    """The log itself, the latest first."""
    rows = queries.events(request.coop).order_by("-number")
    context = {"page": page_of(request, rows), "several": len(queries.classes(request.coop)) > 1}
    return render(request, "shares/entries.html", context)


def _votes(coop: Coop, on: date, classes: list[ShareClass], rules: Rulebook) -> dict[int, int]:
    """Votes by membership id, where not simply every holder has one."""
    by_head = all(rules.value("shares.votes", share_class=each.code) == "member" for each in classes)
    return {} if by_head else queries.votes_on(coop, on, rules)


@require_safe
@office_only(*MONEY_OFFICES)
def register_csv(request: CoopRequest) -> HttpResponse:
    """Every event, in order: the register itself."""
    coop = request.coop
    head = [_("Place"), _("Date"), _("What"), _("Kind of share"), _("Member"), _("Name"), _("With"), _("Request"), _("Transfer")]
    return csv_response(
        f"{coop.slug}-share-register.csv",
        [*head, _("From place"), _("Shares"), _("Issue price"), _("Amount")],
        (
            [
                event.number,
                event.date.isoformat(),
                event.get_kind_display(),
                event.share_class.code,
                event.membership.number,
                event.membership.party.name,
                event.counterparty.number if event.counterparty else "",
                event.request.number if event.request else "",
                event.transfer.number if event.transfer else "",
                event.lot.number if event.lot else "",
                event.shares,
                to_major(event.price, coop.currency) if event.price else "",
                to_major(event.amount, coop.currency),
            ]
            for event in queries.events(coop).order_by("number")
        ),
    )


@require_safe
@office_only(*MONEY_OFFICES)
def holdings_csv(request: CoopRequest) -> HttpResponse:
    """Who held what at the end of a day, by class."""
    coop = request.coop
    _form, on, chosen, _classes = _asked(request)
    rows = [row for row in queries.holdings_by_class(coop, on) if chosen is None or row.share_class == chosen]
    return csv_response(
        f"{coop.slug}-shares-{on.isoformat()}.csv",
        [_("Day"), _("Member"), _("Name"), _("Kind of share"), _("Shares"), _("Paid for them")],
        (
            [
                on.isoformat(),
                row.membership.number,
                row.membership.party.name,
                row.share_class.code if row.share_class else "",
                row.shares,
                to_major(row.amount, coop.currency),
            ]
            for row in rows
        ),
    )


@require_safe
@office_only(*MONEY_OFFICES)
def register_paper(request: CoopRequest) -> HttpResponse:
    """The register of a day as a paper to sign or keep."""
    _form, on, chosen, _classes = _asked(request)
    rows = [row for row in queries.holdings_by_class(request.coop, on) if chosen is None or row.share_class == chosen]
    paper = register_pdf(request.coop, rows, on, clock.now())
    return pdf_response(f"{request.coop.slug}-share-register-{on.isoformat()}.pdf", paper)


@require_POST
@office_only(*MONEY_OFFICES)
def calls(request: CoopRequest) -> HttpResponse:
    """The rest of the price of all shares that are not fully paid is called."""
    form = CallForm(request.POST)
    if form.is_valid():
        done = sum(
            services.call_class(coop=request.coop, share_class=each, by=request.party, at=clock.now())
            for each in queries.classes(request.coop)
        )
        said = ngettext("The rest of %(n)s request is called.", "The rest of %(n)s requests is called.", done)
        messages.success(request, said % {"n": done})
    return redirect("shares:register", request.coop.slug)
