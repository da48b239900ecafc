"""What is kept of somebody about feedback, and what goes when they are forgotten."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Q

from marke.feedback.models import Feedback, FeedbackAnswer, FeedbackHiding
from marke.feedback.services.asking import blank
from marke.parties.events import PartyErased
from marke.parties.models import Party
from marke.parties.my_data import moment

Rows = Iterable[Mapping[str, Any]]
About = Feedback.About


def given(party: Party) -> Rows:
    """What somebody said, about work or a place, as it stands now and before."""
    rows = (
        Feedback.objects.filter(author=party).select_related("coop", "job", "order").prefetch_related("versions").order_by("id")
    )
    for said in rows:
        words: list[tuple[Any, Any]] = [(old, old.said_at) for old in said.versions.all()]
        for each, at in [*words, (said, said.changed_at or said.said_at)]:
            yield {
                "co-op": said.coop.name,
                "job": said.job.number if said.job else "",
                "order": said.order.number if said.order else "",
                "about": said.about,
                "scale": each.scale,
                "score": "" if each.score is None else each.score,
                "sentence": each.sentence,
                "note": each.note,
                "said_at": moment(at),
            }


def received(party: Party) -> Rows:
    """What was said about somebody's work, or about a place of theirs. By whom, and about what, is the other's."""
    mine = Q(about=About.WORK, worker__party=party) | Q(about=About.PLACE, client__party=party)
    for said in Feedback.objects.filter(mine).select_related("coop").prefetch_related("answers").order_by("shuffle", "id"):
        yield {
            "co-op": said.coop.name,
            "about": said.about,
            "scale": said.scale,
            "score": "" if said.score is None else said.score,
            "sentence": said.sentence,
            "answers": " / ".join(answer.text for answer in said.answers.all()),
        }


def forget_words(event: PartyErased) -> None:
    """The words go that somebody said, and those about them; the scores stay, under no name."""
    party = event.party
    theirs = Q(author=party) | Q(worker__party=party) | Q(client__party=party)
    blank(Feedback.objects.filter(theirs))
    Feedback.objects.filter(client__party=party).update(place="")
    FeedbackAnswer.objects.filter(Q(by=party) | Q(feedback__author=party)).delete()
    FeedbackHiding.objects.filter(feedback__author=party).update(contest="", answer="", reason="")
