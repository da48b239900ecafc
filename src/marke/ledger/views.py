"""The pages of the money: mine, the co-op's, one account, one transaction, where each euro went."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from marke.common import clock
from marke.common.explain import Explanation
from marke.common.views import csv_response, page_of, render
from marke.ledger import queries
from marke.ledger.chart import CODES, chart, detail_name
from marke.ledger.explaining import explain_postings, rules_behind
from marke.ledger.exports import GENERAL_LEDGER_HEADER, beancount_text, general_ledger
from marke.ledger.kinds import fact_page, title
from marke.ledger.models import Account, Posting, Transaction
from marke.ledger.periods import Period, month_of, parse_period, quarter_of, year_of
from marke.ledger.permissions import (
    can_name,
    can_see_books,
    check_account,
    check_books,
    check_transaction,
    own_party_ids,
)
from marke.ledger.queries import AccountBalance, KindTotal, with_balance
from marke.ledger.standing import explain_ours, explain_own
from marke.ledger.statements import csv_header, csv_rows, lines
from marke.ledger.units import plain, write_amount
from marke.parties.http import CoopRequest
from marke.parties.models import Party
from marke.parties.permissions import check_belonged, members_only

MINE = (
    Account.Kind.EARNINGS,
    Account.Kind.ACTIVITY,
    Account.Kind.SHARES,
    Account.Kind.SHARES_PENDING,
    Account.Kind.REDEMPTION,
    Account.Kind.REFUNDS,
    Account.Kind.RECEIVABLE,
    Account.Kind.UNBILLED,
)


@require_safe
@members_only
def money(request: CoopRequest) -> HttpResponse:
    """What have I earned, and how does the co-op stand?"""
    own, today = _own_party(request), clock.local_date(clock.now(), request.coop.timezone)
    latest = list(queries.postings_of_party(request.coop, own)[:5])
    year = year_of(today)
    return render(
        request,
        "ledger/money.html",
        {
            "balances": _own_balances(request, own),
            "latest": lines(request.coop, latest),
            "year": year,
            "flow": _flow_rows(request, year),
            "totals": _totals(request),
            "sees_books": can_see_books(request),
        },
    )


@require_safe
def mine(request: CoopRequest) -> HttpResponse:
    """Everything that moved on my accounts."""
    own = _own_party(request)
    account = _own_account(request, own)
    page = page_of(request, queries.statement(account) if account else Posting.objects.none())
    context = {
        "balances": _own_balances(request, own),
        "account": account,
        "page": page,
        "lines": lines(request.coop, list(page), account) if account else [],
    }
    return render(request, "ledger/mine.html", context)


@require_safe
def mine_csv(request: CoopRequest) -> HttpResponse:
    account = _own_account(request, _own_party(request))
    rows = csv_rows(queries.statement(account).iterator(2_000), account) if account else iter(())
    return csv_response(f"{request.coop.slug}-my-money.csv", csv_header(), rows)


@require_safe
@members_only
def flow(request: CoopRequest, period: str = "") -> HttpResponse:
    """Where did each euro of our clients go?"""
    today = clock.local_date(clock.now(), request.coop.timezone)
    chosen = parse_period(period) if period else year_of(today)
    last = min(max(today, chosen.since), chosen.until)
    return render(
        request,
        "ledger/flow.html",
        {
            "period": chosen,
            "tabs": [
                (width, width == chosen) for width in (month_of(chosen.since), quarter_of(chosen.since), year_of(chosen.since))
            ],
            "flow": _flow_rows(request, chosen),
            "is_over": chosen.until <= last,
        },
    )


@require_safe
@members_only
def flow_csv(request: CoopRequest, period: str) -> HttpResponse:
    chosen, currency = parse_period(period), request.coop.currency
    found = queries.euro_flow(request.coop, chosen.since, chosen.until)
    rows = [[_part_name(part.account), plain(part.amount, currency), currency] for part in found.parts]
    return csv_response(f"{request.coop.slug}-flow-{chosen.code}.csv", [_("Where it went"), _("Amount"), _("Unit")], rows)


@require_safe
def accounts(request: CoopRequest) -> HttpResponse:
    """All accounts of one kind, for the treasurer and the coordinator."""
    check_books(request)
    totals = _totals(request)
    kind = request.GET.get("kind", "")
    page = page_of(request, _accounts(request, kind))
    rows = list(page)
    entries = chart(request.coop, rows)
    for one in rows:
        one.shown = one.balance * one.direction  # as people read this kind
    return render(
        request,
        "ledger/accounts.html",
        {
            "totals": totals,
            "kind": kind,
            "kind_label": Account.Kind(kind).label if kind in Account.Kind.values else "",
            "page": page,
            "rows": [(account, entries[account.pk]) for account in rows],
            "q": request.GET.get("q", ""),
            "csv": _csv_address(request, "ledger:accounts_csv"),
        },
    )


@require_safe
def accounts_csv(request: CoopRequest) -> HttpResponse:
    check_books(request)
    rows = list(_accounts(request, request.GET.get("kind", "")))
    entries = chart(request.coop, rows)
    table = [
        [entries[account.pk].code, entries[account.pk].name, plain(account.balance, account.unit), account.unit]  # type: ignore[attr-defined]
        for account in rows
    ]
    return csv_response(f"{request.coop.slug}-accounts.csv", [_("Code"), _("Account"), _("Balance"), _("Unit")], table)


@require_safe
def account(request: CoopRequest, pk: int) -> HttpResponse:
    """The statement of one account, with the balance after each line."""
    found = _account(request, pk)
    period = parse_period(request.GET["period"]) if request.GET.get("period") else None
    page = page_of(request, _statement(found, period))
    this_year = year_of(clock.local_date(clock.now(), request.coop.timezone))
    entry = chart(request.coop, [found])[found.pk]
    return render(
        request,
        "ledger/account.html",
        {
            "account": found,
            "entry": entry,
            "balance": queries.balance(found) * found.direction,
            "period": period,
            "is_whole": period is None,
            "tabs": [(one, one == period) for one in (this_year, this_year.before)],
            "page": page,
            "lines": lines(request.coop, list(page), found),
            "csv": _csv_address(request, "ledger:account_csv", found.pk),
        },
    )


@require_safe
def account_csv(request: CoopRequest, pk: int) -> HttpResponse:
    found = _account(request, pk)
    period = parse_period(request.GET["period"]) if request.GET.get("period") else None
    rows = csv_rows(_statement(found, period).iterator(2_000), found)
    return csv_response(f"{request.coop.slug}-{chart(request.coop, [found])[found.pk].code}.csv", csv_header(), rows)


@require_safe
def transaction(request: CoopRequest, number: int) -> HttpResponse:
    """What was booked, why, and what proves it."""
    check_belonged(request)
    found = Transaction.objects.filter(coop=request.coop, number=number).select_related("basis", "reverses", "by").first()
    if found is None:
        raise Http404(_("There is no transaction %(number)s.") % {"number": number})
    check_transaction(request, found)
    return render(
        request,
        "ledger/transaction.html",
        {
            "transaction": found,
            "title": title(found),
            "fact_page": fact_page(found, request.coop, bookkeeper=can_see_books(request)),
            "legs": _legs(request, found),
            "rules": rules_behind(found, request.coop),
            "by": found.by if found.by and (can_see_books(request) or found.by_id in own_party_ids(request)) else None,
            "reversed_by": found.reversals.first(),
        },
    )


@require_safe
def export_general_ledger(request: CoopRequest) -> HttpResponse:
    check_books(request)
    name = f"{request.coop.slug}-general-ledger.csv"
    return csv_response(name, GENERAL_LEDGER_HEADER, general_ledger(request.coop))


@require_safe
def export_beancount(request: CoopRequest) -> StreamingHttpResponse:
    check_books(request)
    response = StreamingHttpResponse(beancount_text(request.coop), content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{request.coop.slug}.beancount"'
    return response


def _csv_address(request: CoopRequest, name: str, *args: object) -> str:
    """The file beside a table holds what the table shows: the same filters, without the page."""
    filters = request.GET.copy()
    filters.pop("page", None)
    address = reverse(name, args=[request.coop.slug, *args])
    return f"{address}?{filters.urlencode()}" if filters else address


def _own_party(request: CoopRequest) -> Party:
    return check_belonged(request).party


def _own_account(request: CoopRequest, own: Party) -> Account | None:
    return Account.objects.filter(
        coop=request.coop, kind=Account.Kind.EARNINGS, party=own, unit=request.coop.currency, detail=""
    ).first()


def _own_balances(request: CoopRequest, own: Party) -> list[dict[str, Any]]:
    """What the co-op owes me comes first, also when it is nothing; the rest only when there is something."""
    found = [one for one in queries.balances(request.coop, party=own) if one.account.kind in MINE]
    found.sort(key=lambda one: MINE.index(Account.Kind(one.account.kind)))
    if not found or found[0].account.kind != Account.Kind.EARNINGS:
        found.insert(0, AccountBalance(Account(kind=Account.Kind.EARNINGS, unit=request.coop.currency), 0))
    return [
        {
            "label": _own_label(one.account),
            "amount": one.amount * one.account.direction,
            "unit": one.account.unit,
            "why": explain_own(one.account.kind, reverse("ledger:mine", args=[request.coop.slug])),
        }
        for one in found
        if one.amount or one.account.kind == Account.Kind.EARNINGS
    ]


def _own_label(account: Account) -> str:
    return {
        str(Account.Kind.EARNINGS): _("The co-op owes me"),
        str(Account.Kind.ACTIVITY): _("In my own business"),
        str(Account.Kind.SHARES): _("My share in the co-op"),
        str(Account.Kind.SHARES_PENDING): _("Paid for shares that are not mine yet"),
        str(Account.Kind.REDEMPTION): _("To be paid to me for shares"),
        str(Account.Kind.REFUNDS): _("Will be paid back to me"),
        str(Account.Kind.RECEIVABLE): _("My open invoices"),
        str(Account.Kind.UNBILLED): _("Done for me, not yet invoiced"),
    }[account.kind]


def _totals(request: CoopRequest) -> list[dict[str, Any]]:
    sees_books = can_see_books(request)
    accounts = reverse("ledger:accounts", args=[request.coop.slug]) if sees_books else ""
    return [_total(total, accounts) for total in queries.totals_by_kind(request.coop) if total.amount or sees_books]


def _total(total: KindTotal, accounts: str) -> dict[str, Any]:
    like = Account(kind=total.kind)
    return {
        "kind": total.kind,
        "code": CODES[total.kind],
        "label": like.get_kind_display(),
        "amount": total.amount * like.direction,
        "unit": total.unit,
        "accounts": total.accounts,
        "why": explain_ours(total.kind, accounts and f"{accounts}?kind={total.kind}"),
    }


def _flow_rows(request: CoopRequest, period: Period) -> dict[str, Any]:
    found = queries.euro_flow(request.coop, period.since, period.until)
    currency = request.coop.currency
    rows = [(_part_name(part.account), part.amount, write_amount(part.amount, currency)) for part in found.parts]
    return {"rows": rows, "total": write_amount(found.total, currency)}


def _part_name(account: Account) -> str:
    return {
        str(Account.Kind.EARNINGS): _("The people who did the work"),
        str(Account.Kind.CONTRIBUTION): _("The co-op"),
        str(Account.Kind.VAT): _("VAT"),
    }.get(account.kind) or detail_name(account)


def _accounts(request: CoopRequest, kind: str) -> QuerySet[Account]:
    rows = Account.objects.filter(coop=request.coop).select_related("party").order_by("kind", "party__name", "id")
    if kind in Account.Kind.values:
        rows = rows.filter(kind=kind)
    if words := request.GET.get("q", "").strip()[:100]:
        rows = rows.filter(party__name__icontains=words)
    return with_balance(rows)


def _account(request: CoopRequest, pk: int) -> Account:
    check_belonged(request)
    found = Account.objects.filter(coop=request.coop, pk=pk).select_related("party").first()
    if found is None:
        raise Http404(_("There is no such account."))
    check_account(request, found)
    return found


def _statement(account: Account, period: Period | None) -> QuerySet[Posting]:
    return queries.statement(account, period.since, period.until) if period else queries.statement(account)


def _legs(request: CoopRequest, found: Transaction) -> list[dict[str, Any]]:
    """The postings as this reader may see them: others' money of a kind as one sum, without names."""
    postings = list(Posting.objects.filter(transaction=found).select_related("account", "account__party").order_by("id"))
    for posting in postings:
        posting.transaction = found
    why = explain_postings(postings, coop=request.coop)
    named = [posting for posting in postings if can_name(request, posting.account)]
    entries = chart(request.coop, [posting.account for posting in named])
    shown = [
        _leg(entries[leg.account_id].name, entries[leg.account_id].code, leg.account.unit, leg.amount, why.get(leg.pk))
        for leg in named
    ]
    others = sorted((leg for leg in postings if leg not in named), key=lambda leg: (leg.account.kind, leg.account.unit))
    for (kind, unit), legs in groupby(others, key=lambda leg: (leg.account.kind, leg.account.unit)):
        shown.append(_sum_of_others(kind, unit, list(legs)))
    return shown


def _sum_of_others(kind: str, unit: str, legs: Sequence[Posting]) -> dict[str, Any]:
    label = _("%(kind)s: somebody else") if len(legs) == 1 else _("%(kind)s: %(count)s others together")
    name = label % {"kind": Account(kind=kind).get_kind_display(), "count": len(legs)}
    return _leg(name, CODES[kind], unit, sum(leg.amount for leg in legs), None)


def _leg(name: str, code: str, unit: str, amount: int, why: Explanation | None) -> dict[str, Any]:
    return {"name": name, "code": code, "unit": unit, "amount": amount, "credit": -amount, "why": why}
