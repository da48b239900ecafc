"""The dispatcher's board, and the yearly report on what was decided automatically."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import condition, require_POST, require_safe

from marke.common import clock
from marke.common.clock import local_date
from marke.common.views import csv_response, render
from marke.dispatch.board import Asked, board, stamp
from marke.dispatch.transparency import HEADER, NEVER_USED, USED, csv_rows, report
from marke.jobs import services
from marke.jobs.models import Job
from marke.jobs.needs import warning_for
from marke.jobs.permissions import job_or_404
from marke.jobs.views.doors import door_of
from marke.parties.http import CoopRequest
from marke.parties.models import Membership
from marke.parties.permissions import members_only, office_only


def _asked(request: CoopRequest) -> Asked:
    words, day, page, riders = (request.GET.get(name, "").strip()[:60] for name in ("q", "day", "page", "riders"))
    try:
        chosen = date.fromisoformat(day)
    except ValueError:
        chosen = local_date(clock.now(), request.coop.timezone)
    return Asked(min(max(chosen, date(2000, 1, 1)), date(2999, 1, 1)), words, page, riders)


def _stamp(request: CoopRequest) -> str:
    return stamp(request.coop, _asked(request), clock.now())


def _context(request: CoopRequest) -> dict[str, Any]:
    asked, at = _asked(request), clock.now()
    return {"board": board(request.coop, asked, at), "q": asked.words, "stamp": stamp(request.coop, asked, at)}


@require_safe
@office_only("coordinator")
def desk(request: CoopRequest) -> HttpResponse:
    """Who does what today: jobs, riders, map."""
    return render(request, "dispatch/desk.html", _context(request))


@require_safe
@office_only("coordinator")
@condition(etag_func=_stamp)
def rows(request: CoopRequest) -> HttpResponse:
    """The board alone, for a page that stays open: nothing is drawn and sent while nothing has changed."""
    return render(request, "dispatch/desk.html#board", _context(request))


@require_POST
@office_only("coordinator")
def moves(request: CoopRequest) -> HttpResponse:
    """One job is given to somebody, taken back, locked or unlocked."""
    number, _dash, seen = request.POST.get("job", "").partition("-")
    job, to = job_or_404(request, _number(number)), request.POST.get("to", "")
    said = _moved(request, job, to, _number(seen))
    if request.headers.get("X-Desk"):
        return render(request, "dispatch/desk.html#board", {**_context(request), "said": said})
    messages.success(request, said)
    query = {name: value for name in ("q", "day", "page", "riders") if (value := request.GET.get(name))}
    return redirect(reverse("dispatch:desk", args=[request.coop.slug]) + (f"?{urlencode(query)}" if query else ""))


def _moved(request: CoopRequest, job: Job, to: str, seen: int) -> str:
    """Does it, and says what was done. Nobody self-employed is assigned: they are asked."""
    at, words = clock.now(), {"number": str(job.number)}
    if to == "lock":
        services.lock_job(job=job, by=request.party, at=at)
        return _("Job %(number)s is locked: it stays where it is.") % words
    if to == "unlock":
        services.unlock_job(job=job)
        return _("Job %(number)s can be moved again.") % words
    member = _member(request, to)
    job = services.pass_on(job=job, membership=member, seen=seen, by=request.party, at=at, door=door_of(request))
    if member is None:
        return _("Job %(number)s waits for somebody again.") % words
    words["name"] = member.party.name
    given = job.worker_id == member.pk
    said = (_("Job %(number)s is given to %(name)s.") if given else _("%(name)s is asked for job %(number)s.")) % words
    if lacks := warning_for(job, member, at):
        said += " " + _("%(name)s lacks something that this job needs: %(words)s.") % {"name": member.party.name, "words": lacks}
    return said


@require_safe
@members_only
def this_year(request: CoopRequest) -> HttpResponse:
    return redirect("dispatch:transparency", request.coop.slug, local_date(clock.now(), request.coop.timezone).year)


@require_safe
@members_only
def transparency(request: CoopRequest, year: int) -> HttpResponse:
    """What was decided automatically in a year, for every member."""
    this_year = local_date(clock.now(), request.coop.timezone).year
    context = {"report": report(request.coop, _year(year)), "used": USED, "never_used": NEVER_USED, "this_year": this_year}
    return render(request, "dispatch/transparency.html", context)


@require_safe
@members_only
def transparency_csv(request: CoopRequest, year: int) -> HttpResponse:
    return csv_response(f"decisions-{request.coop.slug}-{year}.csv", HEADER, csv_rows(report(request.coop, _year(year))))


def _year(year: int) -> int:
    if not 2000 <= year <= 2999:
        raise Http404(_("There is no report of this year."))
    return year


def _member(request: CoopRequest, to: str) -> Membership | None:
    if to == "nobody":
        return None
    member = Membership.objects.filter(coop=request.coop, number=_number(to)).select_related("party").first()
    if member is None:
        raise Http404(_("There is no such member to ask."))
    return member


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0
