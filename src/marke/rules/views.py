"""Our rules, one rule, the book of decisions, the agreement."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from marke.common import clock
from marke.common.views import csv_response, page_of, pdf_response, render
from marke.parties.http import CoopRequest
from marke.parties.permissions import members_only
from marke.rules import agreement as agreements
from marke.rules import book, queries
from marke.rules.paragraphs import Paragraph, first_and_rest, own_and_common, read_rules
from marke.rules.permissions import can_propose, can_see_decisions
from marke.rules.registry import get_rule, sources
from marke.rules.services import attest


def _reading(request: CoopRequest) -> dict[str, Any]:
    """What the templates of rules ask of whoever reads."""
    return {"can_propose": can_propose(request), "can_see_decisions": can_see_decisions(request)}


@require_safe
def rulebook(request: CoopRequest) -> HttpResponse:
    first, rest = first_and_rest(read_rules(request.coop, clock.now()))
    return render(request, "rules/rulebook.html", {"first": first, "rest": rest, **_reading(request)})


@require_safe
def rule(request: CoopRequest, key: str) -> HttpResponse:
    found = get_rule(key)
    paragraph = _paragraph_of(request, key)
    rows = book.history_rows(request.coop, found, clock.now())
    return render(request, "rules/rule.html", {"rule": found, "paragraph": paragraph, "rows": rows, **_reading(request)})


def _paragraph_of(request: CoopRequest, key: str) -> Paragraph | None:
    return next(iter(read_rules(request.coop, clock.now(), [key])), None)


@require_safe
def rule_csv(request: CoopRequest, key: str) -> HttpResponse:
    found = get_rule(key)
    rows = book.history_rows(request.coop, found, clock.now())
    header = [_("From"), _("For"), _("Value"), _("As data"), _("Decision"), _("State")]
    cells = (
        [row.entry.valid_from.isoformat(), row.scope, row.text, json.dumps(row.entry.value), row.entry.decision.number, row.state]
        for row in rows
    )
    return csv_response(f"{request.coop.slug}-{key}.csv", header, cells)


@require_safe
@members_only
def register(request: CoopRequest) -> HttpResponse:
    page = page_of(request, queries.register(request.coop))
    entries = book.entries(request.coop, list(page.object_list))
    return render(request, "rules/register.html", {"page": page, "entries": entries})


@require_safe
@members_only
def register_csv(request: CoopRequest) -> HttpResponse:
    header = [_("Number"), _("Taken at"), _("Kind"), _("Title"), _("Text"), _("What it changed"), _("Tally")]
    entries = book.entries(request.coop, list(queries.register(request.coop)))
    cells = (
        [
            entry.decision.number,
            entry.decision.taken_at.isoformat(),
            entry.decision.get_kind_display(),
            entry.decision.title,
            entry.decision.text,
            "; ".join(f"{change.title}: {change.text}" for change in entry.changes),
            json.dumps(entry.decision.tally) if entry.decision.tally else "",
        ]
        for entry in entries
    )
    return csv_response(f"{request.coop.slug}-decisions.csv", header, cells)


@require_safe
@members_only
def decision(request: CoopRequest, number: int) -> HttpResponse:
    found = queries.register(request.coop).filter(number=number).first()
    if found is None:
        raise Http404(_("There is no decision %(number)s in the book.") % {"number": number})
    context = {
        "decision": found,
        "entry": book.entries(request.coop, [found])[0],
        "tally": book.tally_rows(found),
        "attestations": queries.attestations(found),
        "sources": [link for source in sources if (link := source(found))],
    }
    return render(request, "rules/decision.html", context)


@require_safe
def agreement(request: CoopRequest) -> HttpResponse:
    at = clock.now()
    own, common = own_and_common(read_rules(request.coop, at), request.coop)
    first, rest = first_and_rest(own)
    founding, signers = agreements.agreed(request.coop)
    has_agreed = any(request.party and row.party_id == request.party.pk for row in signers)
    context = {
        "at": at,
        "first": first,
        "rest": rest,
        "common": agreements.common_line(common),
        "founding": founding,
        "signers": signers,
        "may_agree": founding is not None and can_propose(request) and not has_agreed,
        **_reading(request),
    }
    return render(request, "rules/agreement.html", context)


@require_safe
def agreement_pdf(request: CoopRequest) -> HttpResponse:
    paper = agreements.agreement_pdf(request.coop, clock.now(), with_names=can_see_decisions(request))
    response = pdf_response(f"{request.coop.slug}-agreement.pdf", paper)
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
@members_only
def attestation(request: CoopRequest) -> HttpResponse:
    founding = queries.founding_of(request.coop)
    if founding is None or request.party is None:
        raise Http404(_("%(coop)s has no founding decision yet.") % {"coop": request.coop.name})
    attest(decision=founding, party=request.party, at=clock.now())
    messages.success(request, _("You have agreed to decision %(number)s.") % {"number": founding.number})
    return redirect("rules:agreement", coop=request.coop.slug)
