"""What was said, what may be shown of it, and what it comes to. Each question costs the same, however much was said."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

from django.db.models import BigIntegerField, Count, Exists, F, IntegerField, OuterRef, Prefetch, Q, QuerySet, Value, Window
from django.db.models.functions import Coalesce, RowNumber

from marke.feedback.conditions import CIRCLE, COOP, MEMBER, Tally, held_back
from marke.feedback.models import Feedback, FeedbackAnswer, FeedbackHiding
from marke.invoices.models import Quote
from marke.jobs.models import Job
from marke.parties.models import Circle, CircleMembership, Coop, Membership
from marke.rules.queries import Rulebook

WORK, PLACE = Feedback.About.WORK, Feedback.About.PLACE
KEYS = {
    COOP: Value(0, output_field=IntegerField()),
    # What is said about a team's order counts for the team, and for no member of it.
    CIRCLE: Coalesce("circle_id", "worker__circlemembership__circle_id", output_field=BigIntegerField()),
    MEMBER: F("worker"),
}
LATEST_NOTES = 5


def about_work(coop: Coop) -> QuerySet[Feedback]:
    return Feedback.objects.filter(coop=coop, about=WORK)


def tallies(rows: QuerySet[Feedback], by: str, scale: str, least: int) -> dict[int, Tally]:
    """What the scores come to, by co-op (key 0), circle or member, without the newest that are held back. Two questions."""
    scored = _keyed(rows.filter(scale=scale, score__isnull=False), by)
    counts: dict[int, dict[int, int]] = defaultdict(dict)
    for key, score, n in scored.values_list("key", "score").annotate(n=Count("pk")).order_by():
        counts[key][score] = n
    back = {key: held_back(sum(found.values()), least) for key, found in counts.items()}
    for key, score, turn in _newest(scored, least).values_list("key", "score", "turn"):
        if turn <= back[key]:
            counts[key][score] -= 1
    return {key: Tally(scale, found) for key, found in counts.items() if sum(found.values())}


def _keyed(rows: QuerySet[Any], by: str) -> QuerySet[Any]:
    keyed: QuerySet[Any] = rows.annotate(key=KEYS[by]).exclude(key=None)
    return keyed


def _newest(rows: QuerySet[Any], least: int) -> QuerySet[Any]:
    order = [F("said_at").desc(), F("pk").desc()]
    newest: QuerySet[Any] = rows.annotate(turn=Window(RowNumber(), partition_by=[F("key")], order_by=order)).filter(
        turn__lt=least
    )
    return newest


def sentences(rows: QuerySet[Feedback], by: str, least: int) -> QuerySet[Feedback]:
    """The words that may be shown, in no order that tells which is the latest, with their answers."""
    said = rows.exclude(sentence="").exclude(Exists(FeedbackHiding.objects.filter(feedback=OuterRef("pk"), lifted_at=None)))
    keyed = _keyed(said, by)
    back = {key: held_back(n, least) for key, n in keyed.values_list("key").annotate(n=Count("pk")).order_by()}
    newest = _newest(keyed, least).values_list("pk", "key", "turn")
    late = {pk for pk, key, turn in newest if turn <= back[key]}
    shown = said.exclude(pk__in=late)
    if by == CIRCLE:
        shown = shown.filter(Q(circle__isnull=False) | Q(worker__circlemembership__isnull=False)).distinct()
    elif by == MEMBER:
        shown = shown.filter(worker__isnull=False)
    answers = Prefetch("answers", FeedbackAnswer.objects.select_related("by", "circle"))
    return shown.select_related("worker__party").prefetch_related(answers).order_by("shuffle", "pk")


def about_circle(circle: Circle) -> QuerySet[Feedback]:
    """About the work of those who are in it, and about its own orders."""
    return about_work(circle.coop).filter(Q(circle=circle) | Q(worker__circlemembership__circle=circle))


def of_circle(circle: Circle, rules: Rulebook) -> Tally | None:
    return tallies(about_circle(circle), COOP, rules.value("feedback.asks"), rules.value("feedback.least")).get(0)


def everything(coop: Coop) -> QuerySet[Feedback]:
    """For those in office: also what is for the co-op alone, and what is hidden."""
    rows = Feedback.objects.filter(coop=coop).select_related(
        "job__service", "order", "client__party", "worker__party", "circle", "author"
    )
    return rows.prefetch_related("answers", "hidings", "versions")


def of_work(work: Job | Quote, about: str) -> Feedback | None:
    key = {"job": work} if isinstance(work, Job) else {"order": work}
    return Feedback.objects.filter(**key, about=about).prefetch_related("hidings").first()


def whose_circles(said: Feedback) -> QuerySet[Circle]:
    """Those of the member whose work it was; of a team's order the team."""
    if said.circle_id is not None:
        return Circle.objects.filter(pk=said.circle_id)
    return Circle.objects.filter(circlemembership__membership=said.worker_id)


def is_about(said: Feedback, membership: Membership) -> bool:
    """Whether it was their work, alone or in the team."""
    if said.worker_id is None:
        return CircleMembership.objects.filter(circle=said.circle_id, membership=membership).exists()
    return said.worker_id == membership.pk


def notes_about_place(job: Job, rules: Rulebook, at: datetime) -> list[Feedback]:
    """What those who worked at this place before say about it."""
    since = at - rules.value("feedback.place_days")
    rows = Feedback.objects.filter(coop=job.coop, about=PLACE, client=job.client, place=place_key(job), said_at__gt=since)
    return list(rows.exclude(Q(sentence="") | Q(job=job)).select_related("worker__party").order_by("-said_at")[:LATEST_NOTES])


def place_key(job: Job) -> str:
    return " ".join(job.place.lower().split())[:200]


def hiding_of(said: Feedback) -> FeedbackHiding | None:
    return next((hiding for hiding in said.hidings.all() if hiding.lifted_at is None), None)


def contested(coop: Coop) -> QuerySet[FeedbackHiding]:
    """Waits for somebody with a mandate, who did not hide it themselves."""
    rows = FeedbackHiding.objects.filter(coop=coop, contested_at__isnull=False, answered_at=None, lifted_at=None)
    return rows.select_related("feedback__job", "feedback__order", "by").order_by("contested_at")
