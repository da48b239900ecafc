"""Questions about rounds."""

from __future__ import annotations

from django.db.models import Prefetch, QuerySet

from marke.common.rounds import round_kinds
from marke.parties.models import Coop
from marke.rounds.models import Round, RoundMove, Wish


def rounds(coop: Coop, kind: str = "") -> QuerySet[Round]:
    """The co-op's rounds, of one kind or of all, the newest first."""
    rows = Round.objects.filter(coop=coop, kind__in=[known.kind for known in round_kinds])
    return (rows.filter(kind=kind) if kind else rows).order_by("-id")


def with_moves(rows: QuerySet[Round]) -> QuerySet[Round]:
    """Adds who did what when, in one query for all."""
    return rows.prefetch_related(Prefetch("moves", queryset=RoundMove.objects.select_related("by", "round").order_by("id")))


def move_of(round: Round, state: str) -> RoundMove | None:
    """Who brought it into this state last, and when; None while nobody has."""
    return round.moves.filter(state=state).select_related("by").order_by("-id").first()


def moves_of(round: Round) -> QuerySet[RoundMove]:
    """Its whole way, from the beginning."""
    return round.moves.select_related("by", "round").order_by("id")


def prepared(coop: Coop, kind: str) -> Round | None:
    """The newest round of a kind that is being prepared."""
    return rounds(coop, kind).filter(state__in=Round.PREPARED).first()


def standing_wishes(round: Round) -> QuerySet[Wish]:
    """What was not withdrawn, in the order in which it was made."""
    return Wish.objects.filter(round=round, withdrawn_at=None).select_related("party").order_by("id")
