"""For those with a mandate everything that was said, for the member what can be answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from marke.common import clock
from marke.common.refusal import NotAllowed, Refused
from marke.common.views import page_of, render
from marke.feedback import services
from marke.feedback.forms import AnswerForm, ContestAnswerForm, HideForm, PlaceForm
from marke.feedback.models import Feedback
from marke.feedback.queries import PLACE, WORK, everything, hiding_of, is_about, whose_circles
from marke.invoices.quote_queries import title_of
from marke.jobs.permissions import DECIDING, check_can_work, job_or_404
from marke.parties.http import CoopRequest
from marke.parties.models import Circle, Membership
from marke.parties.permissions import can_office, check_member, members_only, office_only


class NotYours(NotAllowed):
    """One sentence with its answers is for the member, their circles, and those with a mandate."""


@require_safe
@office_only(*DECIDING)
def all_said(request: CoopRequest) -> HttpResponse:
    rows = everything(request.coop).filter(about=WORK)
    shown = "notes" if request.GET.get("show") == "notes" else "all"
    if shown == "notes":
        rows = rows.exclude(note="")
    return render(request, "feedback/all.html", {"page": page_of(request, rows), "tab": {shown: True}})


def _said_or_404(request: CoopRequest, pk: int) -> Feedback:
    """Raises: NotYours."""
    check_member(request)
    found = everything(request.coop).filter(pk=pk, about=WORK).first()
    if found is None or request.membership is None:
        raise Http404(_("Nothing like that was said at %(coop)s.") % {"coop": request.coop.name})
    found.coop = request.coop
    hidden = hiding_of(found) is not None or not found.sentence
    answers = found.worker_id == request.membership.pk or _circles(found, request.membership).exists()
    if not can_office(request, *DECIDING) and (hidden or not answers):
        raise NotYours(_("This is for the member whose work it was, for their circles, and for those with a mandate."))
    return found


def _circles(said: Feedback, own: Membership) -> Any:
    """Circles for which this member may answer: theirs, and those whose work it was."""
    rows = Circle.objects.filter(circlemembership__membership=own, closed_at=None)
    return rows.filter(pk__in=whose_circles(said)).order_by("name")


@require_safe
@members_only
def one(request: CoopRequest, pk: int) -> HttpResponse:
    return _page(request, _said_or_404(request, pk))


def _page(request: CoopRequest, said: Feedback, **refused: forms.Form) -> HttpResponse:
    assert request.membership is not None
    own, officer = request.membership, can_office(request, *DECIDING)
    hidden, is_mine = hiding_of(said), said.worker_id == own.pk
    circles = _circles(said, own)
    may_answer = bool(said.sentence) and hidden is None and (is_mine or circles.exists())
    office = officer and not is_about(said, own)
    waits = hidden is not None and hidden.contested_at is not None and hidden.answered_at is None
    context = {
        "said": said,
        "title": title_of(said.order) if said.order is not None else "",
        "officer": office,
        "is_mine": is_mine,
        "hidden": hidden,
        "answers": said.answers.select_related("by", "circle"),
        "versions": list(said.versions.all()) if office else [],
        "answer_form": AnswerForm(circles=circles, own=is_mine) if may_answer else None,
        "hide_form": HideForm() if office and hidden is None and said.sentence else None,
        "contest_form": ContestAnswerForm() if office and waits and hidden and hidden.by_id != own.party_id else None,
        **refused,
    }
    return render(request, "feedback/one.html", context, status=422 if refused else 200)


def _do(request: CoopRequest, said: Feedback, name: str, form: forms.Form, act: Callable[[dict[str, Any]], str]) -> HttpResponse:
    if form.is_valid():
        try:
            messages.success(request, act(form.cleaned_data))
            return redirect("feedback:one", request.coop.slug, said.pk)
        except Refused as refused:
            form.add_error(None, str(refused))
    return _page(request, said, **{name: form})


def _own(request: CoopRequest) -> Membership:
    assert request.membership is not None
    return request.membership


@require_POST
@members_only
def answers(request: CoopRequest, pk: int) -> HttpResponse:
    said = _said_or_404(request, pk)
    form = AnswerForm(request.POST, circles=_circles(said, _own(request)), own=said.worker_id == _own(request).pk)

    def act(answers: dict[str, Any]) -> str:
        services.answer(said=said, text=answers["text"], circle=answers.get("circle"), by=_own(request), at=clock.now())
        return _("Your answer stands under the sentence.")

    return _do(request, said, "answer_form", form, act)


@require_POST
@office_only(*DECIDING)
def hiding(request: CoopRequest, pk: int) -> HttpResponse:
    said = _said_or_404(request, pk)

    def act(answers: dict[str, Any]) -> str:
        services.hide(said=said, reason=answers["reason"], by=_own(request), at=clock.now())
        return _("These words are hidden. Who said them can contest it.")

    return _do(request, said, "hide_form", HideForm(request.POST), act)


@require_POST
@office_only(*DECIDING)
def contest(request: CoopRequest, pk: int) -> HttpResponse:
    said = _said_or_404(request, pk)

    def act(answers: dict[str, Any]) -> str:
        lift = answers["lift"] == "yes"
        services.answer_contest(said=said, lift=lift, text=answers["text"], by=_own(request), at=clock.now())
        return _("It is answered.")

    return _do(request, said, "contest_form", ContestAnswerForm(request.POST), act)


@require_POST
@members_only
def place(request: CoopRequest, number: int) -> HttpResponse:
    """The worker says what is good to know about a place."""
    job = job_or_404(request, number)
    check_can_work(request, job)
    form = PlaceForm(request.POST)
    if not form.is_valid():
        return render(request, "feedback/place.html", {"job": job, "form": form}, status=422)
    services.say(work=job, about=PLACE, **form.cleaned_data, by=request.party, at=clock.now())
    messages.success(request, _("Who works there next reads it."))
    return redirect("jobs:job", request.coop.slug, number)
