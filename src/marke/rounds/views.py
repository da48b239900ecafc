"""All rounds of a co-op, whatever their kind: what state each is in, and who did what when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from marke.common.navigation import soft_reverse
from marke.common.rounds import RoundKind, round_kinds
from marke.common.views import csv_response, page_of, render
from marke.parties.http import CoopRequest
from marke.parties.permissions import can_office, members_only
from marke.rounds import queries
from marke.rounds.models import Round

TONES = {
    "draft": "plain", "open": "warn", "closed": "warn", "final": "warn", "released": "warn", "sent": "warn",
    "settled": "good", "cancelled": "plain",
}  # fmt: skip


@require_safe
@members_only
def rounds(request: CoopRequest) -> HttpResponse:
    kind = _kind(request)
    page = page_of(request, queries.with_moves(queries.rounds(request.coop, kind.kind if kind else "")))
    used = set(Round.objects.filter(coop=request.coop).order_by().values_list("kind", flat=True).distinct())
    context = {
        "page": page,
        "rows": [_row(request, round) for round in page],
        "kind": kind,
        "kinds": [known for known in round_kinds if known.kind in used],
    }
    return render(request, "rounds/rounds.html", context)


def _kind(request: CoopRequest) -> RoundKind | None:
    """The kind that ?kind= asks for; all of them when there is no such kind."""
    wanted = request.GET.get("kind", "")
    return round_kinds.get(wanted) if wanted in round_kinds else None


def _row(request: CoopRequest, round: Round) -> dict[str, object]:
    kind = round_kinds.get(round.kind)
    may_open = not kind.offices or can_office(request, *kind.offices)
    return {
        "round": round,
        "tone": TONES[round.state],
        "url": soft_reverse(kind.url_name, request.coop.slug, round.number) if may_open else "",
        "moves": [(move, round.word_for(move.state)) for move in round.moves.all()],
    }


@require_safe
@members_only
def rounds_csv(request: CoopRequest) -> HttpResponse:
    """A line for each thing that somebody did."""
    kind = _kind(request)
    rows = queries.with_moves(queries.rounds(request.coop, kind.kind if kind else ""))
    header = [_("Round"), _("Title"), _("From"), _("Until"), _("State"), _("When"), _("Who")]
    return csv_response(f"{request.coop.slug}-rounds.csv", header, _csv_lines(rows))


def _csv_lines(rows: Iterable[Round]) -> Iterator[list[object]]:
    for round in rows:
        for move in round.moves.all():
            yield [
                round.name,
                round.title,
                round.since or "",
                round.until or "",
                round.word_for(move.state),
                move.at.isoformat(),
                move.by.name if move.by else "",
            ]
