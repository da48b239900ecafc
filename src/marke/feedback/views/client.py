"""The client's own pages, by the link of the job or the order: say how it was, change it, contest, ask to be left alone."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
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
from marke.feedback.queries import WORK, hiding_of, of_work
from marke.invoices.models import Quote
from marke.invoices.quote_queries import title_of
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


def _order_or_404(request: CoopRequest, token: str) -> Quote:
    rows = Quote.objects.filter(coop=request.coop, token=token[:40], state__in=(Quote.State.ORDERED, Quote.State.CLOSED))
    found = rows.select_related("client__party", "activity__circle").first()
    if found is None:
        raise Http404(_("This link does not lead to an order. Use the link in your letter, or call us."))
    found.coop = request.coop
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def say(request: CoopRequest, token: str) -> HttpResponse:
    return _say(request, _job_or_404(request, token))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def say_order(request: CoopRequest, token: str) -> HttpResponse:
    return _say(request, _order_or_404(request, token))


def _address(work: Job | Quote, page: str = "") -> str:
    name = "feedback:say" if isinstance(work, Job) else "feedback:say_order"
    return reverse(name + page, args=[work.coop.slug, work.token])


def _say(request: CoopRequest, work: Job | Quote) -> HttpResponse:
    """?value=4 is the answer that was tapped in the mail: it is said when the form is sent, not before."""
    at = clock.now()
    rules = rulebook(request.coop, at)
    said = of_work(work, WORK)
    initial = {"score": said.score, "sentence": said.sentence, "note": said.note} if said else {}
    if (value := request.GET.get("value", "")).isdecimal() and len(value) < 3:
        initial["score"] = int(value)
    public = rules.value("feedback.shown") != NONE
    posted = _with_what_was_said(request, said) if request.method == "POST" else None
    form = SayForm(posted, scale=rules.value("feedback.asks"), public=public, initial=initial)
    if posted is not None and form.is_valid():
        try:
            services.say(work=work, about=WORK, **form.cleaned_data, by=None, at=at)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Thank you. You can add something, or change it."))
            return redirect(_address(work))
    return _page(request, work, said, form)


def _with_what_was_said(request: CoopRequest, said: Feedback | None) -> Any:
    """A tap on a star alone keeps the words that were said before."""
    posted = request.POST.copy()
    if said is not None and "sentence" not in posted and "note" not in posted:
        posted["sentence"], posted["note"] = said.sentence, said.note
    return posted


def _page(
    request: CoopRequest, work: Job | Quote, said: Feedback | None, form: SayForm, contest: ContestForm | None = None
) -> HttpResponse:
    at = clock.now()
    until = services.open_until(work, at)
    hidden = hiding_of(said) if said is not None else None
    may_contest = hidden is not None and hidden.contested_at is None
    context = {
        **_what(work),
        "here": _address(work),
        "contest_here": _address(work, "_contest"),
        "said": said,
        "form": form if until is not None and at < until else None,
        "until": until,
        "hidden": hidden,
        "contest_form": (contest or ContestForm()) if may_contest else None,
        "silent": FeedbackSilence.objects.filter(client=work.client).exists(),
    }
    refused = form.errors or (contest is not None and contest.errors)
    return render(request, "feedback/say.html", context, status=422 if refused else 200)


def _what(work: Job | Quote) -> dict[str, Any]:
    if isinstance(work, Job):
        return {"job": work, "what": work.service.name}
    return {"order": work, "what": title_of(work)}


@require_POST
def contest(request: CoopRequest, token: str) -> HttpResponse:
    return _contest(request, _job_or_404(request, token))


@require_POST
def contest_order(request: CoopRequest, token: str) -> HttpResponse:
    return _contest(request, _order_or_404(request, token))


def _contest(request: CoopRequest, work: Job | Quote) -> HttpResponse:
    form, said = ContestForm(request.POST), of_work(work, WORK)
    if said is None:
        raise Http404(_("Nothing was said about this yet."))
    if form.is_valid():
        services.contest(said=said, text=form.cleaned_data["text"], at=clock.now())
        messages.success(request, _("Thank you. Somebody else looks at it, and the answer appears here."))
        return redirect(_address(work))
    scale = rulebook(request.coop, clock.now()).value("feedback.asks")
    return _page(request, work, said, SayForm(scale=scale), form)


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
