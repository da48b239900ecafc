"""Bank statements: dropped in, looked at, booked."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marke.common import clock
from marke.common.money import to_major
from marke.common.refusal import Refused
from marke.common.views import csv_response, file_response, page_of, render
from marke.parties.http import CoopRequest
from marke.parties.permissions import office_only
from marke.payments import services
from marke.payments import statement_queries as queries
from marke.payments.payables import payables
from marke.payments.permissions import MONEY_OFFICES
from marke.payments.recognition import describe
from marke.payments.statement_forms import LayoutForm, StatementForm
from marke.payments.statement_models import BankEntry, BankStatement
from marke.payments.statement_sample import KINDS, kinds_for, sample_statement
from marke_core.banking import show_iban, show_reference

Meaning = BankEntry.Meaning
PER_PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
@office_only(*MONEY_OFFICES)
def statements(request: CoopRequest) -> HttpResponse:
    """The place to drop a statement, and those that were dropped before."""
    form = StatementForm(request.POST, request.FILES) if request.method == "POST" else StatementForm()
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            statement = services.receive_statement(
                coop=request.coop, filename=file.name, content=file.read(), by=request.party, at=clock.now()
            )
        except Refused as refused:
            form.add_error("file", str(refused))
        else:
            return redirect("payments:statement", request.coop.slug, statement.number)
    page = page_of(request, queries.statements(request.coop))
    context = {"form": form, "page": page, "samples": kinds_for(request.coop)}
    return render(request, "payments/statements.html", context, status=422 if form.errors else 200)


def _statement(request: CoopRequest, number: int) -> BankStatement:
    rows = BankStatement.objects.select_related("uploaded_by", "booked_by")
    statement = get_object_or_404(rows, coop=request.coop, number=number)
    statement.coop = request.coop
    return statement


@dataclass(frozen=True)
class Row:
    """An entry as the page shows it."""

    entry: BankEntry
    what: str  # the request that it pays, or what we owe
    who: str
    url: str
    reference: str
    iban: str
    left: int | None  # still to be paid on it
    over: int  # paid beyond what was asked for
    answers: tuple[tuple[str, str, str], ...]  # value, label, variant of the button


def _rows(statement: BankStatement, entries: list[BankEntry]) -> list[Row]:
    left = queries.left_on(entries)
    return [_row(entry, statement, left.get(entry.request_id or 0)) for entry in entries]


def _row(entry: BankEntry, statement: BankStatement, left: int | None) -> Row:
    over = max(0, entry.amount - left) if left is not None and left > 0 and not entry.settled_at else 0
    what = describe(entry, statement.coop)
    url = ""
    if entry.payment is not None:
        url = reverse("payments:payment", args=[statement.coop.slug, entry.payment.number])
    elif entry.run is not None:
        url = reverse("payments:pay_run", args=[statement.coop.slug, entry.run.number])
    elif entry.owed_kind:
        url = payables.get(entry.owed_kind).url(statement.coop, entry.owed_subject)
    reference = show_reference(entry.reference) if entry.reference else ""
    who = entry.request.party.name if entry.request else entry.about
    return Row(entry, what, who, url, reference, show_iban(entry.iban), left, over, _answers(entry, statement, left, over))


def _answers(entry: BankEntry, statement: BankStatement, left: int | None, over: int) -> tuple[tuple[str, str, str], ...]:
    """What can be said about an entry, in the order in which it is offered."""
    open_ = statement.state == BankStatement.State.PREVIEW
    if not (entry.waits or open_):
        return ()
    offered: list[tuple[str, str, str]] = []
    undecided = entry.decided_at is None
    if entry.meaning == Meaning.REQUEST and over and undecided:
        offered += [("yes:refund", _("Yes, send the rest back"), ""), ("yes:gift", _("Yes, keep the rest as a gift"), "quiet")]
    elif (entry.is_proposal or (entry.waits and not entry.certain)) and entry.meaning != Meaning.UNKNOWN:
        offered += [("yes", _("Yes"), "")] if left is None or left > 0 else []
    if entry.meaning in (
        Meaning.REQUEST,
        Meaning.REFUND,
        Meaning.TAKEN_BACK,
        Meaning.COST,
        Meaning.OWED,
        Meaning.GIVEN_BACK,
    ) and (undecided or open_):
        offered.append(("no", _("No"), "quiet" if offered else "plain"))
    if entry.meaning in (Meaning.KNOWN, Meaning.RECORDED) and open_:
        offered.append(("other", _("It is another one"), "quiet"))
    if entry.amount < 0 and entry.meaning == Meaning.UNKNOWN:
        offered.append(("cost", _("A cost of the bank"), "quiet"))
    return tuple(offered)


@require_safe
@office_only(*MONEY_OFFICES)
def statement(request: CoopRequest, number: int) -> HttpResponse:
    return _page(request, _statement(request, number))


def _page(request: CoopRequest, shown: BankStatement, layout: LayoutForm | None = None, status: int = 200) -> HttpResponse:
    overview = queries.overview(shown)
    show = request.GET.get("show", "")
    labels = {
        "": (_("All"), overview.total),
        "proposed": (_("Is it this?"), overview.counts["proposed"]),
        "unknown": (_("Not yet understood"), overview.counts["unknown"]),
        "matched": (_("Understood"), overview.counts["matched"]),
        "known": (_("Known already"), overview.counts["known"]),
    }
    if shown.state == BankStatement.State.BOOKED:
        labels["waiting"] = (_("Waits for you"), overview.waiting)
    show = show if show in labels else ""
    page = page_of(request, queries.entries(shown, show), PER_PAGE)
    context = {
        "statement": shown,
        "overview": overview,
        "balances": queries.balances(shown),
        "iban": show_iban(shown.iban),
        "show": show,
        "groups": [(key, label, count) for key, (label, count) in labels.items() if count or not key],
        "page": page,
        "rows": _rows(shown, list(page.object_list)),
        "layout_form": layout or (LayoutForm(statement=shown) if shown.rows and shown.state == "preview" else None),
        "fresh": overview.total - overview.counts["known"],
    }
    return render(request, "payments/statement.html", context, status=status)


@require_POST
@office_only(*MONEY_OFFICES)
def columns(request: CoopRequest, number: int) -> HttpResponse:
    shown = _statement(request, number)
    if shown.state != BankStatement.State.PREVIEW or not shown.rows:
        return redirect("payments:statement", request.coop.slug, number)
    form = LayoutForm(request.POST, statement=shown)
    if form.is_valid():
        try:
            services.choose_layout(
                statement=shown,
                columns=form.columns(),
                date_format=form.cleaned_data["date_format"],
                decimal=form.cleaned_data["decimal"],
                by=request.party,
                at=clock.now(),
            )
            return redirect("payments:statement", request.coop.slug, number)
        except Refused as refused:
            form.add_error(None, str(refused))
    return _page(request, shown, form, 422)


@require_POST
@office_only(*MONEY_OFFICES)
def booking(request: CoopRequest, number: int) -> HttpResponse:
    services.book_statement(statement=_statement(request, number), by=request.party, at=clock.now())
    messages.success(request, _("Statement %(number)d is booked.") % {"number": number})
    return redirect("payments:statement", request.coop.slug, number)


@require_POST
@office_only(*MONEY_OFFICES)
def discarding(request: CoopRequest, number: int) -> HttpResponse:
    services.discard_statement(statement=_statement(request, number), by=request.party, at=clock.now())
    messages.success(request, _("Statement %(number)d is thrown away. Nothing of it was booked.") % {"number": number})
    return redirect("payments:statements", request.coop.slug)


@require_POST
@office_only(*MONEY_OFFICES)
def proposals(request: CoopRequest, number: int) -> HttpResponse:
    services.confirm_proposals(statement=_statement(request, number), by=request.party, at=clock.now())
    return redirect("payments:statement", request.coop.slug, number)


@require_POST
@office_only(*MONEY_OFFICES)
def entry(request: CoopRequest, number: int, position: int) -> HttpResponse:
    """One answer about one entry, before it is booked or after."""
    shown = _statement(request, number)
    about = get_object_or_404(BankEntry.objects.select_related("statement"), statement=shown, position=position)
    answer, _colon, surplus = request.POST.get("answer", "").partition(":")
    say = services.settle_entry if shown.state == BankStatement.State.BOOKED else services.decide_entry
    say(entry=about, answer=answer, surplus=surplus, by=request.party, at=clock.now())
    back = reverse("payments:statement", args=[request.coop.slug, number])
    return redirect(f"{back}?{request.GET.urlencode()}#e{position}" if request.GET else f"{back}#e{position}")


@require_safe
@office_only(*MONEY_OFFICES)
def statement_csv(request: CoopRequest, number: int) -> HttpResponse:
    coop, shown = request.coop, _statement(request, number)
    header = [_("Entry"), _("Day"), _("Amount"), _("Name"), _("Account"), _("Text"), _("Reference"), _("Meaning"), _("About")]
    return csv_response(
        f"{coop.slug}-bank-statement-{number}.csv",
        header,
        (
            [
                row.position,
                row.booked_on.isoformat(),
                to_major(row.amount, coop.currency),
                row.name,
                row.iban,
                row.text,
                row.reference,
                row.get_meaning_display(),
                ", ".join(filter(None, (describe(row, coop), row.about))),
            ]
            for row in queries.entries(shown, request.GET.get("show", "")).iterator(2_000)
        ),
    )


@require_safe
@office_only(*MONEY_OFFICES)
def sample(request: CoopRequest, kind: str) -> HttpResponse:
    """In the demo: a statement in which open requests are paid, to try it."""
    if kind not in kinds_for(request.coop):
        raise Http404
    return file_response(f"{request.coop.slug}-sample.{kind}", sample_statement(request.coop, kind, clock.now()), KINDS[kind][1])
