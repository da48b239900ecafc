"""What clients said in the last months of the demo, and one hearing that ended with a warning. All of it is made up."""

from datetime import datetime, timedelta
from random import Random

from django.utils.translation import gettext as _

from marke.feedback.models import Feedback
from marke.feedback.services import Said, record
from marke.hearings.models import Case
from marke.hearings.services import Verdict, decide_case, give_statement, open_case, settle_due
from marke.invoices.models import Quote
from marke.invoices.quote_queries import done_at
from marke.jobs.models import Job
from marke.parties.models import Coop, Mandate, Membership

MONTHS = timedelta(days=120)
HEARING_WAS = timedelta(days=70)
# Of ten answers: mostly good, as with people one knows.
STARS = (5, 5, 5, 5, 4, 5, 4, 3, 5, 2)


def _sentences() -> dict[int, tuple[str, ...]]:
    return {
        5: (_("On time and friendly."), _("Exactly as agreed."), _("Thank you, again next week!"), _("I would recommend you.")),
        4: (_("Good work, a little late."), _("Fine, next time please ring first.")),
        3: (_("It took longer than we had thought."),),
        2: (_("Nobody told us that it would be half an hour later."),),
    }


def _words_about_orders() -> tuple[str, ...]:
    return (
        _("It is better than we had imagined."),
        _("We would ask for it again tomorrow."),
        _("Listened well, and delivered on the day."),
        _("Clear about the price from the beginning."),
    )


def say_what_clients_said(coop: Coop, at: datetime) -> int:
    """About half of the jobs done in the last months, and most of the assignments of the year; returns how many."""
    chance, sentences = Random(f"said {coop.slug}"), _sentences()
    jobs = Job.objects.filter(coop=coop, done_at__gt=at - MONTHS, done_at__lt=at - timedelta(days=2), worker__isnull=False)
    said = []
    for job in jobs.select_related("coop", "client__party", "worker__party").order_by("done_at", "id"):
        if chance.random() < 0.5:
            continue
        assert job.done_at is not None
        stars = chance.choice(STARS)
        words = chance.choice(sentences[stars]) if chance.random() < 0.3 else ""
        answer = _("Sorry, the tyre was flat. I will call next time.") if stars == 2 and words else ""
        said.append(Said(work=job, at=job.done_at + timedelta(hours=3), score=stars, sentence=words, answer=answer))
        if chance.random() < 0.03:
            note = _("The bell does not work, knock hard.")
            said.append(Said(work=job, at=job.done_at, sentence=note, about=Feedback.About.PLACE))
    return len(record(coop=coop, said=[*said, *_about_orders(coop, at, chance)]))


def _about_orders(coop: Coop, at: datetime, chance: Random) -> list[Said]:
    """What was said about most of the assignments that were done in the year."""
    said, words = [], _words_about_orders()
    for order in Quote.objects.filter(coop=coop, state=Quote.State.ORDERED).select_related("coop", "activity").order_by("number"):
        done = done_at(order)
        if done is None or done > at - timedelta(days=2) or chance.random() < 0.2:
            continue
        stars = chance.choice(STARS)
        sentence = chance.choice(words) if stars > 3 and chance.random() < 0.5 else ""
        said.append(Said(work=order, at=done + timedelta(days=1), score=stars, sentence=sentence))
    return said


def hold_a_hearing(coop: Coop, at: datetime) -> Case | None:
    """Long over: a member was told, answered, and got a warning. None where too few hold an office."""
    told = at - HEARING_WAS
    offices = Mandate.objects.filter(coop=coop, ended_at=None, circle=None, membership__state=Membership.State.MEMBER)
    by_office = {mandate.office: mandate.membership for mandate in offices.select_related("membership__party")}
    coordinator, treasurer = by_office.get("coordinator"), by_office.get("treasurer")
    others = Membership.objects.filter(coop=coop, state=Membership.State.MEMBER, admitted_at__lt=told, party__kind="person")
    about = others.exclude(mandates__in=offices).select_related("party", "coop").order_by("number").last()
    if coordinator is None or treasurer is None or about is None or coordinator == treasurer:
        return None
    case = open_case(
        membership=about, agreed=_("who cannot come says so before the job begins"),
        grounds=_("Three times nobody came and nobody called. Two clients waited for an hour."),
        once_key="demo hearing", by=coordinator.party, at=told,
    )  # fmt: skip
    give_statement(
        case=case, text=_("My phone was broken and I had no number of yours at hand. I should have found another way."),
        by=about.party, at=told + timedelta(days=3),
    )  # fmt: skip
    reasons = _("It happened three times, so a warning. The co-op gives everybody a card with the numbers to call.")
    decided = decide_case(
        case=case, verdict=Verdict(Case.Outcome.WARNING), reasons=reasons, by=treasurer.party, at=told + timedelta(days=6)
    )
    settle_due(at=at, coop=coop)
    return decided
