"""Which proposals there are, what waits for whom."""

from datetime import datetime

from django.db.models import Case, Count, Exists, IntegerField, OuterRef, Q, QuerySet, Value, When

from marke.decisions.conditions import OPEN, State
from marke.decisions.models import Ballot, Proposal, RollEntry
from marke.parties.models import Coop, Membership, Party


def proposals(coop: Coop, viewer: Party | None = None) -> QuerySet[Proposal]:
    """What `viewer` may read, open ones first: votes by their close, then discussions, then what has ended, newest first.

    What was never put up for discussion, a draft or one thrown away, is seen by its author only.
    """
    rows = Proposal.objects.filter(Q(discussed_from__isnull=False) | Q(author=viewer), coop=coop)
    place = Case(
        When(state=State.VOTING, then=Value(0)),
        When(state=State.DISCUSSING, then=Value(1)),
        When(state=State.DRAFT, then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )
    return rows.select_related("author", "decision").annotate(place=place).order_by("place", "-number")


def with_turnout(rows: QuerySet[Proposal]) -> QuerySet[Proposal]:
    """Adds `entitled` and `cast`."""
    return rows.annotate(entitled=Count("roll", distinct=True), cast=Count("roll__ballot", distinct=True))


def needs_my_vote(memberships: list[Membership], at: datetime) -> QuerySet[Proposal]:
    """Open votes in which one of these memberships is entitled and has not voted, the soonest to close first."""
    waiting = RollEntry.objects.filter(proposal=OuterRef("pk"), membership__in=memberships, ballot=None)
    rows = Proposal.objects.filter(state=State.VOTING, closes_at__gt=at)
    return rows.filter(Exists(waiting)).select_related("coop", "author").order_by("closes_at", "id")


def open_proposals(coop: Coop) -> QuerySet[Proposal]:
    """Being discussed or voted on."""
    return Proposal.objects.filter(coop=coop, state__in=OPEN).select_related("author").order_by("closes_at", "-number")


def my_entries(proposal: Proposal, memberships: list[Membership]) -> list[RollEntry]:
    """The places on the roll that these memberships hold, each with its ballot if cast."""
    rows = RollEntry.objects.filter(proposal=proposal, membership__in=memberships)
    return list(rows.select_related("membership__party", "ballot").order_by("membership__number"))


def ballots(proposal: Proposal) -> QuerySet[Ballot]:
    """Every ballot with who cast it, in the order of member numbers. Votes are open: members see each other's."""
    rows = Ballot.objects.filter(entry__proposal=proposal)
    return rows.select_related("entry__membership__party", "cast_by").order_by("entry__membership__number")


def failed_effects(coop: Coop) -> QuerySet[Proposal]:
    """Adopted, but could not be carried out: a mandated person is asked."""
    rows = Proposal.objects.filter(coop=coop, state=State.ADOPTED, effect_state=Proposal.EffectState.FAILED)
    return rows.select_related("decision").order_by("ended_at", "id")
