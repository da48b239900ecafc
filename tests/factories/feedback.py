"""What was said, for tests."""

from datetime import datetime, timedelta

from marke.feedback.models import Feedback
from marke.feedback.services import say
from marke.parties.models import Client, Membership
from tests.factories.jobs import make_job, settle


def make_said(
    client: Client, worker: Membership, score: int | None = 5, sentence: str = "", note: str = "", *, at: datetime
) -> Feedback:
    """A job that was done, and what the client said two hours later."""
    job = settle(make_job(client.coop, client, at=at), worker, at=at)
    return say(work=job, about="work", score=score, sentence=sentence, note=note, by=client.party, at=at + timedelta(hours=4))
