"""Shares that go to others: asked for, agreed to, consented to, done."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marke.common import clock
from marke.common.refusal import NotAllowed, Refused
from marke.common.views import csv_response, page_of, render
from marke.parties.http import CoopRequest
from marke.parties.models import Membership
from marke.parties.permissions import can_office, check_belonged, check_member, members_only, office_only
from marke.payments.permissions import MONEY_OFFICES
from marke.rules.queries import rulebook
from marke.shares import queries, services
from marke.shares.forms import InheritanceForm, MoveForm, TransferForm
from marke.shares.models import ShareClass, ShareTransfer
from marke.shares.transfer_states import MOVES, TONES
from marke.shares.views.holder import holder

Reason, State = ShareTransfer.Reason, ShareTransfer.State
# What a member asks for by this form; an inheritance has a form of its own.
BY_FORM = {Reason.SALE, Reason.GIFT, Reason.GIFT_TO_COOP, Reason.CONVERSION}


@require_safe
@members_only
def transfers(request: CoopRequest) -> HttpResponse:
    """Those in which I have a part; those in office see all."""
    context = {"page": page_of(request, _transfers(request)), "officer": can_office(request, *MONEY_OFFICES)}
    return render(request, "shares/transfers.html", context)


@require_safe
@members_only
def transfers_csv(request: CoopRequest) -> HttpResponse:
    """As on the page."""
    header = [_("Transfer"), _("Date"), _("Why"), _("From"), _("To"), _("Shares"), _("State")]
    lines = (
        [
            row.number,
            clock.local_date(row.created_at, request.coop.timezone).isoformat(),
            row.get_reason_display(),
            row.giver.party.name,
            str(row.to_class)
            if row.reason == Reason.CONVERSION
            else row.receiver.party.name
            if row.receiver
            else request.coop.name,
            row.shares,
            row.state,
        ]
        for row in _transfers(request)
    )
    return csv_response(f"{request.coop.slug}-share-transfers.csv", header, lines)


def _transfers(request: CoopRequest) -> QuerySet[ShareTransfer]:
    rows = queries.transfers(request.coop)
    if can_office(request, *MONEY_OFFICES):
        return rows
    assert request.membership is not None
    return rows.filter(giver=request.membership) | rows.filter(receiver=request.membership)


@require_http_methods(["GET", "POST"])
def new_transfer(request: CoopRequest) -> HttpResponse:
    """?reason=sale, gift, gift_to_coop or conversion: first what, then a page to check it, then it is asked."""
    check_member(request)
    giver = holder(request)
    reason = request.GET.get("reason", Reason.SALE)
    if reason not in BY_FORM:
        raise Http404
    held = [row.share_class for row in queries.holdings_by_class(request.coop, membership=giver) if row.share_class]
    if not held:
        return render(request, "shares/transfer_none.html")
    form = _form(request, giver, held, reason)
    if request.method == "POST" and form.is_valid() and request.POST.get("checked") != "change":
        try:
            if request.POST.get("checked") == "yes":
                made = _ask(request, giver, form, reason)
                return redirect("shares:transfer", request.coop.slug, made.number)
            return render(request, "shares/transfer_check.html", _check(giver, form, reason))
        except Refused as refusal:
            form.add_error(None, str(refusal))
    context = {"form": form, "reason": reason, "title": _title(reason), "with_consent": _with_consent(request, reason)}
    return render(request, "shares/transfer_new.html", context)


def _form(request: CoopRequest, giver: Membership, held: list[ShareClass], reason: str) -> TransferForm:
    others: list[ShareClass] = []
    if reason == Reason.CONVERSION:
        others = [each for each in queries.classes(request.coop) if each.closed_at is None]
        if len(held) == 1:
            others = [each for each in others if each != held[0]]
        if not others:
            raise Http404
    return TransferForm(
        request.POST or None,
        giver=giver,
        classes=held,
        to_classes=others,
        to_member=reason in (Reason.SALE, Reason.GIFT),
    )


def _wanted(giver: Membership, form: TransferForm, reason: str) -> dict[str, Any]:
    return {
        "giver": giver,
        "receiver": form.cleaned_data.get("receiver"),
        "share_class": form.share_class(),
        "to_class": form.to_class(),
        "shares": form.cleaned_data["shares"],
        "reason": reason,
        "once_key": form.cleaned_data["once_key"],
    }


def _ask(request: CoopRequest, giver: Membership, form: TransferForm, reason: str) -> ShareTransfer:
    return services.ask_transfer(**_wanted(giver, form, reason), by=request.party, at=clock.now())


def _check(giver: Membership, form: TransferForm, reason: str) -> dict[str, Any]:
    """What the page to check shows. Raises what asking would raise, and asks nothing."""
    wanted, at = _wanted(giver, form, reason), clock.now()
    tried = services.try_transfer(**wanted, by=giver.party, at=at)
    rows = [(_("From"), giver.party.name)]
    if tried.receiver is not None and reason != Reason.CONVERSION:
        rows.append((_("To"), f"{tried.receiver.party.name} ({tried.receiver.number})"))
    if reason == Reason.GIFT_TO_COOP:
        rows.append((_("To"), giver.coop.name))
    shares = ngettext("%(n)s share", "%(n)s shares", tried.shares) % {"n": tried.shares}
    rows.append((_("What"), f"{shares}, {tried.share_class}"))
    if reason == Reason.CONVERSION:
        rows.append((_("Into"), str(tried.to_class)))
    return {"form": form, "reason": reason, "title": _title(reason), "rows": rows, "lead": _lead(reason)}


def _lead(reason: str) -> str:
    if reason == Reason.GIFT_TO_COOP:
        return _("The shares end, and what was paid for them stays with the co-op for good. This cannot be undone.")
    if reason == Reason.CONVERSION:
        return _("What was paid for the shares stays the same; it becomes shares of the other kind.")
    return _("What you agree between you about money is yours: the co-op books only whose the shares are.")


def _title(reason: str) -> str:
    return {
        Reason.SALE: _("Pass shares on"),
        Reason.GIFT: _("Give shares to a member"),
        Reason.GIFT_TO_COOP: _("Give shares to the co-op"),
        Reason.CONVERSION: _("Convert shares"),
    }[Reason(reason)]


def _with_consent(request: CoopRequest, reason: str) -> bool:
    key = "shares.conversion" if reason == Reason.CONVERSION else "shares.transfer"
    return reason != Reason.GIFT_TO_COOP and bool(rulebook(request.coop, clock.now()).value(key) == "consent")


def _found(request: CoopRequest, number: int) -> tuple[ShareTransfer, Membership]:
    """One's own transfer; those in office see all. Others do not learn that it exists."""
    membership = check_belonged(request)
    transfer = get_object_or_404(queries.transfers(request.coop), number=number)
    mine = membership.pk in (transfer.giver_id, transfer.receiver_id)
    if not mine and not can_office(request, *MONEY_OFFICES):
        raise Http404
    return transfer, membership


@require_safe
def transfer(request: CoopRequest, number: int) -> HttpResponse:
    found, membership = _found(request, number)
    return _page(request, found, membership, MoveForm())


def _page(request: CoopRequest, found: ShareTransfer, membership: Membership, form: MoveForm) -> HttpResponse:
    context = {
        "transfer": found,
        "state": State(found.state).label,
        "tone": TONES[State(found.state)],
        "several": len(queries.classes(request.coop)) > 1,
        "moves": list(found.moves.select_related("by")),
        "events": list(found.events.select_related("membership__party", "share_class", "lot", "transaction").order_by("number")),
        "may": _may(request, found, membership),
        "is_officer": can_office(request, *MONEY_OFFICES),
        "form": form,
    }
    return render(request, "shares/transfer.html", context)


def _may(request: CoopRequest, found: ShareTransfer, membership: Membership) -> frozenset[str]:
    """What the person who asks can do with it now."""
    state, may = State(found.state), set()
    open_ = MOVES[state]
    officer = can_office(request, *MONEY_OFFICES)
    receives = membership.pk == found.receiver_id
    on_paper = officer and found.receiver is not None and found.receiver.party.user_id is None
    if State.AGREED in open_ and (receives or on_paper):
        may |= {"agree", "refuse"}
    own = request.party is not None and request.party.pk in (found.giver.party_id, getattr(found.receiver, "party_id", None))
    if State.DONE in open_ and officer and found.reason != Reason.INHERITANCE and not own:
        may |= {"consent", "refuse"}
    if State.WITHDRAWN in open_ and (membership.pk == found.giver_id or (officer and found.reason == Reason.INHERITANCE)):
        may.add("withdraw")
    return frozenset(may)


@require_POST
def moves(request: CoopRequest, number: int) -> HttpResponse:
    """One of the moves that the page offers: agree, consent, refuse with a reason, withdraw."""
    check_member(request)
    found, membership = _found(request, number)
    form = MoveForm(request.POST)
    move = request.POST.get("move", "")
    if move not in ("agree", "consent", "refuse", "withdraw"):
        return _page(request, found, membership, MoveForm())
    if move not in _may(request, found, membership):
        if move in ("agree", "consent", "withdraw") and _is_done(found, move):
            return redirect("shares:transfer", request.coop.slug, number)
        raise NotAllowed(_("Transfer %(number)s is not yours to decide, or is decided already.") % {"number": number})
    if not form.is_valid():
        return _page(request, found, membership, form)
    try:
        _carry(request, found, move, form.cleaned_data["note"])
    except Refused as refusal:
        form.add_error("note" if move == "refuse" else None, str(refusal))
        return _page(request, found, membership, form)
    messages.success(request, _said(queries.transfers(request.coop).get(pk=found.pk)))
    return redirect("shares:transfer", request.coop.slug, number)


def _is_done(found: ShareTransfer, move: str) -> bool:
    """The same button twice: what it did stands."""
    after = {"agree": (State.AGREED, State.DONE), "consent": (State.DONE,), "withdraw": (State.WITHDRAWN,)}
    return found.state in after[move]


def _carry(request: CoopRequest, found: ShareTransfer, move: str, note: str) -> None:
    by, at = request.party, clock.now()
    match move:
        case "agree":
            services.agree_transfer(transfer=found, by=by, at=at)
        case "consent":
            services.consent_transfer(transfer=found, by=by, at=at)
        case "refuse":
            services.refuse_transfer(transfer=found, note=note, by=by, at=at)
        case _:
            services.withdraw_transfer(transfer=found, note=note, by=by, at=at)


def _said(found: ShareTransfer) -> str:
    return _("Transfer %(number)s: %(state)s.") % {"number": found.number, "state": State(found.state).label}


@require_http_methods(["GET", "POST"])
@office_only(*MONEY_OFFICES)
def inheritance(request: CoopRequest, number: int) -> HttpResponse:
    """What a member who has died held goes to an heir."""
    giver = get_object_or_404(Membership.objects.select_related("party", "coop"), coop=request.coop, number=number)
    giver.coop = request.coop
    held = queries.holdings_by_class(request.coop, membership=giver)
    form = InheritanceForm(request.POST or None, giver=giver)
    if request.method == "POST" and form.is_valid():
        heir = form.cleaned_data["heir"]
        try:
            if request.POST.get("checked") == "yes":
                made = services.inherit(
                    giver=giver,
                    heir=heir,
                    note=form.cleaned_data["note"],
                    once_key=form.cleaned_data["once_key"],
                    by=request.party,
                    at=clock.now(),
                )
                return redirect("shares:transfer", request.coop.slug, made[0].number)
            if request.POST.get("checked") != "change":
                rows = [
                    (_("From"), giver.party.name),
                    (_("To"), f"{heir.party.name} ({heir.number})"),
                    *((str(row.share_class), str(row.shares)) for row in held),
                    (_("By which paper it is known"), form.cleaned_data["note"]),
                ]
                return render(request, "shares/inheritance_check.html", {"form": form, "rows": rows, "giver": giver})
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return render(request, "shares/inheritance.html", {"form": form, "giver": giver, "held": held})
