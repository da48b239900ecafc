"""The client's own pages, by the link of the job: say how it was, change it, contest, ask to be left alone."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from marke.common import clock
from marke.common.refusal import Refused
from marke.common.views import render
from marke.feedback import services
from marke.feedback.conditions import NONE
from marke.feedback.forms import ContestForm, SayForm
from marke.feedback.models import Feedback, FeedbackSilence
from marke.feedback.queries import WORK, hiding_of, of_job
from marke.jobs.models import Job
from marke.parties.http import CoopRequest
from marke.rules.queries import rulebook


def _job_or_404(request: CoopRequest, token: str) -> Job:
    rows = Job.objects.filter(coop=request.coop, token=token[:40])
    found = rows.select_related("service", "client__party", "client__coop", "worker__party").first()
    if found is None:
        raise Http404(_("This link does not lead to a booking. Use the link in your letter, or call us."))
    found.coop = request.coop
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def say(request: CoopRequest, token: str) -> HttpResponse:
    """?value=4 is the answer that was tapped in the mail: it is said when the form is sent, not before."""
    job, at = _job_or_404(request, token), clock.now()
    rules = rulebook(request.coop, at)
    said = of_job(job, WORK)
    initial = {"score": said.score, "sentence": said.sentence, "note": said.note} if said else {}
    if (value := request.GET.get("value", "")).isdecimal() and len(value) < 3:
        initial["score"] = int(value)
    public = rules.value("feedback.shown") != NONE
    posted = _with_what_was_said(request, said) if request.method == "POST" else None
    form = SayForm(posted, scale=rules.value("feedback.asks"), public=public, initial=initial)
    if posted is not None and form.is_valid():
        try:
            services.say(job=job, about=WORK, **form.cleaned_data, by=None, at=at)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Thank you. You can add something, or change it."))
            return redirect("feedback:say", request.coop.slug, job.token)
    return _page(request, job, said, form)


def _with_what_was_said(request: CoopRequest, said: Feedback | None) -> Any:
    """A tap on a star alone keeps the words that were said before."""
    posted = request.POST.copy()
    if said is not None and "sentence" not in posted and "note" not in posted:
        posted["sentence"], posted["note"] = said.sentence, said.note
    return posted


def _page(
    request: CoopRequest, job: Job, said: Feedback | None, form: SayForm, contest: ContestForm | None = None
) -> HttpResponse:
    until, at = services.open_until(job, clock.now()), clock.now()
    hidden = hiding_of(said) if said is not None else None
    may_contest = hidden is not None and hidden.contested_at is None
    context = {
        "job": job,
        "said": said,
        "form": form if until is not None and at < until else None,
        "until": until,
        "hidden": hidden,
        "contest_form": (contest or ContestForm()) if may_contest else None,
        "silent": FeedbackSilence.objects.filter(client=job.client).exists(),
    }
    refused = form.errors or (contest is not None and contest.errors)
    return render(request, "feedback/say.html", context, status=422 if refused else 200)


@require_POST
def contest(request: CoopRequest, token: str) -> HttpResponse:
    job, form = _job_or_404(request, token), ContestForm(request.POST)
    said = of_job(job, WORK)
    if said is None:
        raise Http404(_("Nothing was said about this job yet."))
    if form.is_valid():
        services.contest(said=said, text=form.cleaned_data["text"], at=clock.now())
        messages.success(request, _("Thank you. Somebody else looks at it, and the answer appears here."))
        return redirect("feedback:say", request.coop.slug, job.token)
    scale = rulebook(request.coop, clock.now()).value("feedback.asks")
    return _page(request, job, said, SayForm(scale=scale), form)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def letters(request: CoopRequest, token: str) -> HttpResponse:
    """Asked no more, or again. The link in the mail only shows the button: programs that look at links press none."""
    job = _job_or_404(request, token)
    if request.method == "POST":
        if request.POST.get("answer") == "again":
            services.ask_again(client=job.client)
            messages.success(request, _("You are asked again."))
        else:
            services.stop_asking(client=job.client, at=clock.now())
            messages.success(request, _("You are not asked any more."))
        return redirect("feedback:letters", request.coop.slug, job.token)
    silent = FeedbackSilence.objects.filter(client=job.client).exists()
    return render(request, "feedback/letters.html", {"job": job, "silent": silent})
