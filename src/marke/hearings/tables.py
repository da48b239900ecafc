"""Hearings as others count and compare them: the list as a table, and what the yearly report says of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from marke.hearings.models import Case, Suspension
from marke.hearings.words import broken
from marke.parties.models import Coop

CSV_HEADER = (
    "number", "member", "state", "opened_by", "opened_at", "broken", "told_at", "answer_until", "outcome", "suspension_days",
    "decided_at", "appealed_at", "upheld", "final_at",
)  # fmt: skip


def csv_rows(found: QuerySet[Case]) -> Iterator[tuple[object, ...]]:
    for case in found.iterator(chunk_size=500):
        moments = (case.decided_at, case.appealed_at)
        yield (
            case.number, case.membership.party.name, case.state, case.opened_by.name, case.opened_at.isoformat(), broken(case),
            _said(case.notice_at), _said(case.statement_until), case.outcome, case.suspension_days or "",
            *(_said(moment) for moment in moments), "" if case.upheld is None else int(case.upheld), _said(case.final_at),
        )  # fmt: skip


def _said(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""


def of_a_year(coop: Coop, begins: datetime, ends: datetime) -> list[tuple[str, int]]:
    """What was decided about members in that time, by humans and after a hearing; who was suspended meanwhile; what was
    appealed and set aside. Three queries."""
    decided = Case.objects.filter(coop=coop, decided_at__gte=begins, decided_at__lt=ends)
    outcomes = dict(decided.order_by().values_list("outcome").annotate(Count("id")))
    rows = [(str(label), outcomes[outcome]) for outcome, label in Case.Outcome.choices if outcome in outcomes]
    meanwhile = Suspension.objects.filter(coop=coop, interim=True, since__gte=begins, since__lt=ends).count()
    appealed = decided.filter(appealed_at__isnull=False).aggregate(all=Count("id"), aside=Count("id", filter=Q(upheld=False)))
    rows += [(_("Suspended meanwhile, for safety"), meanwhile)] if meanwhile else []
    rows += [(_("Appealed"), appealed["all"])] if appealed["all"] else []
    rows += [(_("set aside on appeal"), appealed["aside"])] if appealed["aside"] else []
    return rows
