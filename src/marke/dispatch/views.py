"""The dispatcher's board, and the yearly report on what was decided automatically."""

from __future__ import annotations

from datetime import date, datetime
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
from marke.dispatch.chosen import Chosen, chosen, number
from marke.dispatch.transparency import HEADER, NEVER_USED, USED, csv_rows, report
from marke.jobs import services
from marke.jobs.models import Job
from marke.jobs.needs import warning_for, warnings
from marke.jobs.services import PassedOn
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
    """What was chosen is given to somebody, taken back, locked or unlocked: one job, several as one trip, or a whole trip."""
    said = _moved(request, chosen(request.coop, request.POST.getlist("job")), request.POST.get("to", ""))
    if request.headers.get("X-Desk"):
        return render(request, "dispatch/desk.html#board", {**_context(request), "said": said})
    messages.success(request, said)
    query = {name: value for name in ("q", "day", "page", "riders") if (value := request.GET.get(name))}
    return redirect(reverse("dispatch:desk", args=[request.coop.slug]) + (f"?{urlencode(query)}" if query else ""))


def _moved(request: CoopRequest, what: Chosen, to: str) -> str:
    """Does it, and says what was done. Nobody self-employed is assigned: they are asked."""
    at = clock.now()
    if to == "lock":
        services.lock_jobs(jobs=what.jobs, by=request.party, at=at)
        return _said(
            what, _("Job %(number)s is locked: it stays where it is."), _("Jobs %(number)s are locked: they stay where they are.")
        )
    if to == "unlock":
        services.unlock_jobs(jobs=what.jobs)
        return _said(what, _("Job %(number)s can be moved again."), _("Jobs %(number)s can be moved again."))
    member = _member(request, to)
    done = _passed_on(request, what, member, at)
    if member is None:
        return _said(what, _("Job %(number)s waits for somebody again."), _("Jobs %(number)s wait for somebody again."))
    name = member.party.name
    if done.given:
        one, several = _("Job %(number)s is given to %(name)s."), _("Jobs %(number)s are given to %(name)s, as one trip.")
    else:
        one, several = _("%(name)s is asked for job %(number)s."), _("%(name)s is asked for jobs %(number)s, as one trip.")
    return " ".join([_said(what, one, several, name), *done.warnings, *_lacks(done.jobs, member, at)])


def _said(what: Chosen, one: str, several: str, name: str = "") -> str:
    """The sentence that fits, of one job or of several."""
    return (one if what.is_one else several) % {"number": what.numbers, "name": name}


def _passed_on(request: CoopRequest, what: Chosen, member: Membership | None, at: datetime) -> PassedOn:
    by, door = request.party, door_of(request)
    if what.is_one:
        (job,) = what.jobs
        job = services.pass_on(job=job, membership=member, seen=what.seen[job.pk], by=by, at=at, door=door)
        return PassedOn([job], member is not None and job.worker_id == member.pk, [])
    return services.pass_on_together(jobs=what.jobs, membership=member, seen=what.seen, whole=what.whole, by=by, at=at, door=door)


def _lacks(jobs: list[Job], member: Membership, at: datetime) -> list[str]:
    """What the member lacks for each, where the rule only warns."""
    name = member.party.name
    if len(jobs) == 1:
        lacks = warning_for(jobs[0], member, at)
        return [_("%(name)s lacks something that this job needs: %(words)s.") % {"name": name, "words": lacks}] if lacks else []
    found = warnings(jobs, [member], at)
    return [
        _("%(name)s lacks something that job %(number)s needs: %(words)s.") % {"name": name, "number": job.number, "words": words}
        for job in jobs
        if (words := found.get(job.pk, {}).get(member.pk))
    ]


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
    member = Membership.objects.filter(coop=request.coop, number=number(to)).select_related("party").first()
    if member is None:
        raise Http404(_("There is no such member to ask."))
    return member
