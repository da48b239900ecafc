"""Who may see and move a job."""

from django.http import Http404
from django.utils.translation import gettext as _

from marke.common.refusal import NotAllowed
from marke.jobs.models import Job
from marke.parties.http import CoopRequest
from marke.parties.permissions import can_office, check_member, check_office

COORDINATING = ("coordinator",)
# Answering contests and disputes: a human with any mandate, so that nobody has to answer their own.
DECIDING = ("coordinator", "treasurer", "secretary")


class SomebodyElsesJob(NotAllowed):
    """The page is for the worker, and for those with a mandate."""


def is_worker(request: CoopRequest, job: Job) -> bool:
    return request.membership is not None and job.worker_id == request.membership.pk


def can_coordinate(request: CoopRequest) -> bool:
    return can_office(request, *COORDINATING)


def check_can_coordinate(request: CoopRequest) -> None:
    check_office(request, *COORDINATING)


def can_see_job(request: CoopRequest, job: Job) -> bool:
    return is_worker(request, job) or can_office(request, *DECIDING)


def check_can_see_job(request: CoopRequest, job: Job) -> None:
    """Raises: SomebodyElsesJob."""
    check_member(request)
    if not can_see_job(request, job):
        raise SomebodyElsesJob(
            _("Job %(number)s is somebody else’s. Why it was not offered to you stands under “Who was asked”.")
            % {"number": job.number}
        )


def check_can_work(request: CoopRequest, job: Job) -> None:
    """The worker, or the coordinator who writes down what the worker said. Raises: SomebodyElsesJob."""
    check_member(request)
    if not is_worker(request, job) and not can_coordinate(request):
        raise SomebodyElsesJob(
            _("Job %(number)s is somebody else’s. Only its worker or the coordinator can do this.") % {"number": job.number}
        )


def job_or_404(request: CoopRequest, number: int) -> Job:
    rows = Job.objects.filter(coop=request.coop, number=number)
    job = rows.select_related("service", "client__party", "worker__party").first()
    if job is None:
        raise Http404(_("There is no job %(number)d at %(coop)s.") % {"number": number, "coop": request.coop.name})
    job.coop = request.coop
    return job
