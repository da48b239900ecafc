"""Making a proposal: choose what it does, fill it in, look at it once more."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from marke.common import clock
from marke.common.effects import Effect, effects
from marke.common.refusal import Refused
from marke.common.views import render
from marke.decisions import services
from marke.decisions.conditions import MANDATE, State
from marke.decisions.forms import ProposalForm
from marke.decisions.methods import method_rule, times
from marke.decisions.models import Proposal
from marke.decisions.sentences import method_sentence
from marke.decisions.views.found import found_proposal
from marke.decisions.views.proposals import page_url
from marke.decisions.views.what_if import RULE_EFFECT
from marke.parties.http import CoopRequest
from marke.parties.models import Coop
from marke.parties.permissions import can_office, members_only
from marke.parties.policy import admission_method
from marke.parties.queries import applicants
from marke.rules.queries import Rulebook, rulebook
from marke.rules.registry import get_rule, in_order
from marke.rules.sentences import sentence_html
from marke.rules.value_fields import value_fields
from marke_core.rulebook import scope_parts

RESOLUTION = "resolution"


@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def new_proposal(request: CoopRequest) -> HttpResponse:
    """?effect=rule&key=jobs.contribution, ?effect=admit&membership=7, ?effect=resolution; without it, what one may choose."""
    chosen = request.GET.get("effect", "")
    if not chosen:
        return _choices(request)
    if chosen != RESOLUTION and chosen not in effects:
        raise Http404(f"A proposal cannot do '{chosen}'.")
    effect = effects.get(chosen) if chosen != RESOLUTION else None
    if chosen == "admit" and admission_method(request.coop, clock.now()) == MANDATE and can_office(request, "coordinator"):
        number = request.GET.get("membership", "")
        anchor = f"#member-{int(number)}" if number.isdecimal() and len(number) <= 9 else ""
        return redirect(reverse("decisions:applications", args=[request.coop.slug]) + anchor)
    initial = _initial(request, effect)
    posted = request.POST if request.method == "POST" else None
    proposal_form = ProposalForm(posted, titled=effect is not None)
    effect_form = _effect_form(effect, posted, request.coop, initial)
    if posted is not None and proposal_form.is_valid() and (effect_form is None or effect_form.is_valid()):
        try:
            proposal = _draft(request, proposal_form.cleaned_data, effect, effect_form)
        except Refused as refused:
            (effect_form or proposal_form).add_error(None, str(refused))
        else:
            return redirect(page_url(proposal))
    return _form_page(request, proposal_form, effect_form, effect, initial, status=422 if posted else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_draft(request: CoopRequest, number: int) -> HttpResponse:
    """Changes a draft before anybody else has read it."""
    proposal = found_proposal(request, number)
    assert request.party is not None
    if proposal.state != State.DRAFT:
        raise Http404("Only a draft is changed.")
    effect = effects.get(proposal.effect_kind) if proposal.effect_kind else None
    posted = request.POST if request.method == "POST" else None
    proposal_form = ProposalForm(posted, titled=effect is not None, initial={"title": proposal.title, "text": proposal.text})
    initial = _initial_of_draft(proposal)
    effect_form = _effect_form(effect, posted, request.coop, initial)
    if posted is not None and proposal_form.is_valid() and (effect_form is None or effect_form.is_valid()):
        try:
            data = effect_data(effect_form)
            changed = services.change_draft(
                proposal=proposal,
                title=proposal_form.cleaned_data["title"] or _title(request.coop, effect, data),
                text=proposal_form.cleaned_data["text"],
                effect_data=data,
                by=request.party,
                at=clock.now(),
            )
        except Refused as refused:
            (effect_form or proposal_form).add_error(None, str(refused))
        else:
            return redirect(page_url(changed))
    status = 422 if posted else 200
    return _form_page(request, proposal_form, effect_form, effect, initial, status=status, draft=proposal)


def _choices(request: CoopRequest) -> HttpResponse:
    rules = rulebook(request.coop, clock.now())
    sentences = [(rule, sentence_html(rule, rules.value(rule.key), request.coop)) for rule in in_order() if _has(rules, rule.key)]
    first = [(rule, text) for rule, text in sentences if rule.rank <= 7]
    more = [(rule, text) for rule, text in sentences if rule.rank > 7]
    context = {"first": first, "more": more, "applicants": applicants(request.coop)}
    return render(request, "decisions/choose.html", context)


def _has(rules: Rulebook, key: str) -> bool:
    try:
        rules.entry(key)
    except Refused:
        return False
    return True


def _initial(request: CoopRequest, effect: Effect | None) -> dict[str, Any]:
    if effect is None:
        return {}
    # A whole table may come as a value.
    asked = {
        name: str(value)[: 4_000 if name == "value" else 200] for name, value in request.GET.items() if name != "effect" and value
    }
    if "key" in asked:
        get_rule(asked["key"])
        asked.setdefault("from_date", earliest_month(request.coop).isoformat())
    return asked


def _initial_of_draft(proposal: Proposal) -> dict[str, Any]:
    """What the effect's form shows of a draft: a rule's value as one types it, everything else as it is kept."""
    data = dict(proposal.effect_data)
    if proposal.effect_kind != RULE_EFFECT:
        return data
    rule = get_rule(data["key"])
    fields = value_fields(rule, proposal.coop, rule.type.load(data["value"]))
    scope = {f"scope_{dimension}": value for dimension, value in scope_parts(data.get("scope", "")).items()}
    return {"key": rule.key, "from_date": data["from"], **scope, **{name: field.initial for name, field in fields.items()}}


def earliest_month(coop: Coop) -> date:
    """The first of the month after a vote that begins to be discussed today has closed."""
    at = clock.now()
    discussion, voting = times(rulebook(coop, at))
    closed = clock.local_date(at + discussion + voting, coop.timezone)
    return (closed.replace(day=1) + timedelta(days=32)).replace(day=1)


def _effect_form(effect: Effect | None, posted: Any, coop: Coop, initial: dict[str, Any]) -> forms.Form | None:
    if effect is None:
        return None
    if effect.form is None:
        raise Http404(f"'{effect.kind}' is not proposed by form.")
    return effect.form(posted, coop=coop, initial=initial)  # type: ignore[call-arg]


def effect_data(form: forms.Form | None) -> dict[str, Any]:
    """What is kept of the effect's form, plain JSON."""
    if form is None:
        return {}
    data: dict[str, Any] = form.effect_data()  # type: ignore[attr-defined]
    return data


def _title(coop: Coop, effect: Effect | None, data: dict[str, Any]) -> str:
    """What the effect says of itself, as a title."""
    sentence = str(effect.describe(coop, data)).rstrip(".") if effect else ""
    return sentence if len(sentence) <= 120 else f"{sentence[:119]}…"


def _draft(request: CoopRequest, answers: dict[str, Any], effect: Effect | None, effect_form: forms.Form | None) -> Proposal:
    assert request.party is not None
    data = effect_data(effect_form)
    at = clock.now()
    if effect is not None:
        effect.validate(request.coop, data, at)
    return services.draft_proposal(
        coop=request.coop,
        title=answers["title"] or _title(request.coop, effect, data),
        text=answers["text"],
        effect_kind=effect.kind if effect else "",
        effect_data=data,
        once_key=answers["once_key"],
        by=request.party,
        at=at,
    )


def _form_page(
    request: CoopRequest,
    proposal_form: ProposalForm,
    effect_form: forms.Form | None,
    effect: Effect | None,
    initial: dict[str, Any],
    *,
    status: int,
    draft: Proposal | None = None,
) -> HttpResponse:
    rules = rulebook(request.coop, clock.now())
    discussion, voting = times(rules)
    rule = get_rule(initial["key"]) if effect is not None and initial.get("key") else None
    context = {
        "proposal_form": proposal_form,
        "effect_form": effect_form,
        "effect": effect,
        "draft": draft,
        "rule": rule,
        "now": sentence_html(rule, rules.value(rule.key), request.coop) if rule and _has(rules, rule.key) else "",
        "what_if": rule is not None and rule.preview == "money",
        "method_sentence": method_sentence(rules.value(method_rule(effect.kind if effect else ""))),
        "discussion": discussion,
        "voting": voting,
        "heading": _heading(effect, draft),
    }
    return render(request, "decisions/new.html", context, status=status)


def _heading(effect: Effect | None, draft: Proposal | None) -> str:
    if draft is not None:
        return _("Change your draft")
    return str(effect.label) if effect else _("Propose something else")
