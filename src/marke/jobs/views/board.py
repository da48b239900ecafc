"""What a member takes without being asked first: jobs from the board; and whether they agree to be given work."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marke.common import clock
from marke.common.views import page_of, render
from marke.jobs import services
from marke.jobs.permissions import job_or_404
from marke.jobs.queries import on_the_board
from marke.jobs.splits import earned_each
from marke.jobs.views.member import myself
from marke.parties.http import CoopRequest
from marke.parties.permissions import members_only


@require_safe
@members_only
def board(request: CoopRequest) -> HttpResponse:
    """The open jobs that I may take, the next first, with what each brings."""
    me, at = myself(request), clock.now()
    page = page_of(request, on_the_board(me, at))
    rows = list(zip(page, earned_each(list(page), me, at), strict=True))
    return render(request, "jobs/board.html", {"page": page, "rows": rows})


@require_POST
@members_only
def taking(request: CoopRequest, number: int) -> HttpResponse:
    job = job_or_404(request, number)
    services.take_job(job=job, membership=myself(request), by=request.party, at=clock.now())
    messages.success(request, _("Job %(number)s is yours.") % {"number": number})
    return redirect("jobs:job", request.coop.slug, number)


@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def agreement(request: CoopRequest) -> HttpResponse:
    """Whether I am given work without being asked each time. My word, any day."""
    me = myself(request)
    if request.method == "POST":
        services.agree(membership=me, given=request.POST.get("given") == "yes", by=request.party, at=clock.now())
        return redirect("jobs:agreement", request.coop.slug)
    words = me.agreements.order_by("-at", "-id")[:10]
    return render(request, "jobs/agreement.html", {"agrees": services.agrees_to_be_given_work(me), "words": words})
