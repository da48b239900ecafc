"""The mail that asks once, and that a client can stop."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from marke.common.clockwork import Wheel
from marke.common.mail import write_mail
from marke.feedback.models import Feedback, FeedbackRequest, FeedbackSilence, FeedbackVersion, Scale
from marke.feedback.rulebook import LATEST_MAIL
from marke.jobs.models import Job
from marke.parties.models import Client, Coop
from marke.rules.queries import Rulebook, rulebook

DONE = (Job.State.DONE, Job.State.CONFIRMED, Job.State.SETTLED)
# No rule waits longer: first until the mail is due, then while it is late.
FURTHEST_BACK = 2 * LATEST_MAIL
AT_ONCE = 200


@transaction.atomic
def stop_asking(*, client: Client, at: datetime) -> FeedbackSilence:
    return FeedbackSilence.objects.get_or_create(client=client, defaults={"coop": client.coop, "at": at})[0]


@transaction.atomic
def ask_again(*, client: Client) -> None:
    FeedbackSilence.objects.filter(client=client).delete()


def ask_for_feedback(*, at: datetime) -> int:
    """Writes the mails that are due, each by itself; returns how many."""
    done = 0
    rulebooks: dict[int, Rulebook] = {}
    for job in _due(at)[:AT_ONCE]:
        if job.coop_id not in rulebooks:
            rulebooks[job.coop_id] = rulebook(job.coop, at)
        if _is_asked(job, rulebooks[job.coop_id], at):
            done += _ask(job, rulebooks[job.coop_id], at)
    return done


def _due(at: datetime) -> QuerySet[Job]:
    """Done lately, and neither asked nor answered, of clients who have an address and did not say no."""
    rows = Job.objects.filter(state__in=DONE, done_at__gt=at - FURTHEST_BACK, done_at__lte=at - timedelta(hours=1))
    rows = rows.filter(feedback_request=None, client__feedback_silence=None).exclude(client__party__email="")
    answered = Feedback.objects.filter(about=Feedback.About.WORK, said_at__gt=at - FURTHEST_BACK, job__isnull=False).values("job")
    return rows.exclude(pk__in=answered).select_related("coop", "client__party", "service").order_by("done_at", "pk")


def _is_asked(job: Job, rules: Rulebook, at: datetime) -> bool:
    assert job.done_at is not None
    due = job.done_at + rules.value("feedback.mail_after")
    return bool(rules.value("feedback.mail")) and due <= at < due + rules.value("feedback.mail_late")


def _ask(job: Job, rules: Rulebook, at: datetime) -> int:
    try:
        with transaction.atomic():
            FeedbackRequest.objects.create(coop=job.coop, job=job, at=at)
            with override(job.client.party.language):
                _write(job, rules.value("feedback.asks"), at)
    except IntegrityError:
        return 0  # another worker was first
    return 1


def _write(job: Job, scale: str, at: datetime) -> None:
    here = settings.BASE_URL + reverse("feedback:say", args=[job.coop.slug, job.token])
    stop = settings.BASE_URL + reverse("feedback:letters", args=[job.coop.slug, job.token])
    words = {"coop": job.coop.name, "number": job.number}
    write_mail(
        to=job.client.party.email,
        subject=_("%(coop)s: how was job %(number)d?") % words,
        text="\n".join(
            [
                _("%(service)s is done. How was it?") % {"service": job.service.name},
                "",
                *_links(scale, here),
                "",
                _("You can add a sentence for everybody, and a note that only we read."),
                "",
                _("Do not ask me again: %(link)s") % {"link": stop},
                "",
            ]
        ),
        at=at,
    )


def _links(scale: str, here: str) -> list[str]:
    if scale == Scale.STARS:
        return [f"{'★' * stars}{'☆' * (5 - stars)}  {here}?value={stars}" for stars in (5, 4, 3, 2, 1)]
    if scale == Scale.THUMBS:
        return [_("Good: %(link)s") % {"link": f"{here}?value=1"}, _("Not good: %(link)s") % {"link": f"{here}?value=0"}]
    return [here]


def _turn(at: datetime) -> int:
    return ask_for_feedback(at=at) + forget_old_notes(at=at)


def forget_old_notes(*, at: datetime) -> int:
    """What was said about a place goes when its time is over, by each co-op's rule."""
    old = Feedback.objects.filter(about=Feedback.About.PLACE, said_at__lte=at - timedelta(days=7)).exclude(sentence="", note="")
    gone = 0
    for coop in Coop.objects.filter(pk__in=old.values("coop")):
        since = at - rulebook(coop, at).value("feedback.place_days")
        gone += blank(old.filter(coop=coop, said_at__lte=since))
    return gone


def blank(rows: QuerySet[Feedback]) -> int:
    """Takes the words and leaves the score, in what was said and in what was said before."""
    FeedbackVersion.objects.filter(feedback__in=rows).update(sentence="", note="")
    return rows.update(sentence="", note="")


FEEDBACK_WHEEL = Wheel("feedback", _turn)
