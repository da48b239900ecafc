"""Our legal form, comparing forms, the change and its deed."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from marke.common import clock
from marke.common.navigation import soft_reverse
from marke.common.refusal import Refused
from marke.common.views import csv_response, render
from marke.parties.http import CoopRequest
from marke.parties.permissions import members_only, my_offices, office_only
from marke.rules.permissions import can_propose, can_see_decisions
from marke.rules.registry import get_rule, rules
from marke.statutes import pages
from marke.statutes.changes import changes, released
from marke.statutes.forms import ChooseForm, DeedForm, besides_of, forms_of
from marke.statutes.permissions import RECORDERS
from marke.statutes.queries import awaiting_deed, our_form
from marke.statutes.sentences import BOUND_LABELS, KIND_LABELS, figure_in_words, label_of
from marke.statutes.services import record_deed
from marke_core.statutes import REGIMES, figures_of, regime


def _everywhere(request: HttpRequest) -> bool:
    return request.GET.get("all") == "1"


@require_safe
def ours(request: CoopRequest) -> HttpResponse:
    """What we are, since when, and which figures bind us."""
    at = clock.now()
    form = our_form(request.coop, clock.local_date(at, request.coop.timezone))
    context = {
        "ours": form,
        "label": label_of(form.form) if form.form else "",
        "also": [label_of(each) for each in form.also],
        "awaiting": label_of(regime(form.awaiting.regime)) if form.awaiting else "",
        "coming": [(one, " + ".join(label_of(regime(code)) for code in one.codes)) for one in form.coming],
        "groups": pages.figure_groups(request.coop, form.bindings, at),
        "can_propose": can_propose(request),
        "can_see_decisions": can_see_decisions(request),
        "can_record": form.awaiting is not None and not my_offices(request).isdisjoint(RECORDERS),
    }
    return render(request, "statutes/ours.html", context)


def _figures(request: CoopRequest) -> list[dict[str, Any]]:
    """The figures that bind us, as plain data."""
    at = clock.now()
    form = our_form(request.coop, clock.local_date(at, request.coop.timezone))
    rows = [row for group in pages.figure_groups(request.coop, form.bindings, at) for row in group.rows]
    return [
        {
            "figure": row.key,
            "regime": row.binding.regime.code,
            "rule": row.rule.key,
            "title": str(row.rule.title),
            "bound": row.binding.stated.bound.value,
            "value": row.binding.stated.value,
            "in_words": row.says,
            "ours": row.ours,
            "keeps_to_it": row.keeps,
            "own": None if row.binding.own is None else {"says": row.binding.own.says, "value": row.binding.own.value},
            "source": row.source,
            "checked_on": row.binding.stated.checked_on,
            "not_verified": row.doubt,
        }
        for row in rows
    ]


@require_safe
def figures_json(request: CoopRequest) -> HttpResponse:
    at = clock.now()
    form = our_form(request.coop, clock.local_date(at, request.coop.timezone))
    told = {
        "coop": request.coop.slug,
        "form": form.form.code if form.form else None,
        "also": [each.code for each in form.also],
        "since": form.adoption.holds_from.isoformat() if form.adoption else None,
        "deed": None
        if form.deed is None
        else {"date": form.deed.date.isoformat(), "number": form.deed.number, "registration": form.deed.registration_number},
        "awaits_deed": form.awaiting is not None,
        "figures": _figures(request),
    }
    response = JsonResponse(told, json_dumps_params={"indent": 1, "ensure_ascii": False})
    response["Content-Disposition"] = f'attachment; filename="{request.coop.slug}-legal-form.json"'
    return response


@require_safe
def figures_csv(request: CoopRequest) -> HttpResponse:
    header = [_("Rule"), _("What the form says"), _("Our rule"), _("Keeps to it"), _("Source"), _("Not verified"), _("Figure")]
    rows = (
        [
            row["title"],
            row["in_words"],
            row["ours"],
            _("yes") if row["keeps_to_it"] else _("no"),
            row["source"],
            row["not_verified"],
            row["figure"],
        ]
        for row in _figures(request)
    )
    return csv_response(f"{request.coop.slug}-legal-form.csv", header, rows)


@require_safe
def compare(request: CoopRequest) -> HttpResponse:
    """Forms beside each other: votes, what is kept, what capital gets, leaving, winding up."""
    everywhere = _everywhere(request)
    day = clock.local_date(clock.now(), request.coop.timezone)
    country = request.coop.country
    context = {
        "everywhere": everywhere,
        "questions": pages.by_question(request.coop, forms_of(country, everywhere=everywhere), day),
        "besides": pages.beside_a_form(request.coop, besides_of(country, everywhere=everywhere), day),
        "can_propose": can_propose(request),
    }
    return render(request, "statutes/compare.html", context)


@require_safe
def compare_csv(request: CoopRequest) -> HttpResponse:
    day = clock.local_date(clock.now(), request.coop.timezone)
    header = [_("Kind"), _("Form"), _("Country"), _("Rule"), _("Binds"), _("Value"), _("Source"), _("Checked"), _("Not verified")]
    rows = (
        [
            KIND_LABELS[each.kind],
            label_of(each),
            each.country,
            get_rule(figure.rule).title,
            BOUND_LABELS[figure.bound],
            figure_in_words(get_rule(figure.rule), figure, request.coop),
            figure.source,
            figure.checked_on,
            figure.doubt,
        ]
        for each in REGIMES.values()
        for _of, figure in figures_of([each.code], day)
        if figure.rule in rules
    )
    return csv_response("legal-forms.csv", header, rows)


@require_safe
@members_only
def choose(request: CoopRequest) -> HttpResponse:
    """The first step of a change: which form. What is chosen travels in the address, so that the back button works."""
    asked = "regime" in request.GET
    everywhere = _everywhere(request)
    now = our_form(request.coop, clock.local_date(clock.now(), request.coop.timezone))
    initial = {"regime": now.form.code if now.form else "informal", "also": [each.code for each in now.also]}
    form = ChooseForm(request.GET if asked else None, coop=request.coop, everywhere=everywhere, initial=initial)
    if asked and form.is_valid():
        return redirect(f"{reverse('statutes:preview', args=[request.coop.slug])}?{_query(form)}")
    return render(request, "statutes/choose.html", {"form": form, "everywhere": everywhere}, status=422 if asked else 200)


def _query(form: ChooseForm) -> str:
    chosen = form.cleaned_data
    told = {"regime": chosen["regime"], "also": ",".join(chosen["also"]), "from_date": chosen["from_date"].isoformat()}
    return urlencode({**told, **({"already": "1"} if chosen["already"] else {})})


@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def preview(request: CoopRequest) -> HttpResponse:
    """The second step: rule by rule what stays, what must change and what is set; then it is proposed."""
    told = request.GET
    data = {
        "regime": told.get("regime", ""),
        "also": [code for code in told.get("also", "").split(",") if code],
        "from_date": told.get("from_date", ""),
        "already": told.get("already", ""),
    }
    form = ChooseForm(data, coop=request.coop, everywhere=True)
    if not form.is_valid():
        return render(request, "statutes/choose.html", {"form": form, "everywhere": True}, status=422)
    codes, day = (form.cleaned_data["regime"], *form.cleaned_data["also"]), form.cleaned_data["from_date"]
    if request.method == "POST":
        take = ",".join(sorted({key[:60] for key in request.POST.getlist("take")}))
        query = f"effect=legal_form&{_query(form)}&{urlencode({'take': take})}"
        return redirect(f"{soft_reverse('decisions:new', request.coop.slug)}?{query}")
    context = {
        "label": label_of(regime(codes[0])),
        "also": [label_of(regime(code)) for code in codes[1:]],
        "day": day,
        "rows": pages.change_rows(request.coop, changes(request.coop, codes, day)),
        "released": released(request.coop, codes, day),
        "needs_deed": regime(codes[0]).needs_deed and not form.cleaned_data["already"],
        "can_propose": can_propose(request),
        "back": f"{reverse('statutes:choose', args=[request.coop.slug])}",
    }
    return render(request, "statutes/preview.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@office_only(*RECORDERS)
def deed(request: CoopRequest) -> HttpResponse:
    """Record the deed: filled in, looked at once more, recorded."""
    waiting = awaiting_deed(request.coop)
    posted = request.POST if request.method == "POST" else None
    form = DeedForm(posted)
    context: dict[str, Any] = {"form": form, "waiting": waiting, "label": label_of(regime(waiting.regime)) if waiting else ""}
    if posted is None:
        return render(request, "statutes/deed.html", context)
    if not form.is_valid():
        return render(request, "statutes/deed.html", context, status=422)
    if "sure" not in posted:
        return render(request, "statutes/deed.html", {**context, "rows": _rows(form)})
    try:
        record_deed(coop=request.coop, by=request.party, at=clock.now(), **form.cleaned_data)
    except Refused as refused:
        form.add_error(None, str(refused))
        return render(request, "statutes/deed.html", context, status=422)
    messages.success(request, _("The deed is recorded. Everything else stays as it was."))
    return redirect("statutes:ours", coop=request.coop.slug)


def _rows(form: DeedForm) -> list[tuple[object, object]]:
    return [(field.label, form.cleaned_data[field.name] or "–") for field in form]
