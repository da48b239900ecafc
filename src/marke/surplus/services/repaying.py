"""What was kept in members' names falls due after so many years, and goes to their pay; also to who left since."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.db import transaction

from marke.common.clock import local_date
from marke.ledger import services as ledger
from marke.ledger.closing import first_open_day
from marke.ledger.owed import owed_now
from marke.ledger.position import position
from marke.ledger.services import Account, Holders, Streamed
from marke.rounds.models import Round
from marke.rules.queries import rulebook
from marke.surplus.kept import YEAR_REPAY, falls_due, line_key, made_shares
from marke.surplus.lines import CHUNK, read_lines
from marke.surplus.models import Correction, KeptRepaid, YearClose
from marke.surplus.services.paying import to_pay
from marke.surplus.services.previews import locked_year

Kind = Account.Kind
VERSION = 1
Due = list[tuple[int, int, int, str]]  # position, minor units, id and uid of the party


def repay_due(at: datetime) -> int:
    """The wheel: every paid year whose kept part has fallen due. Returns how many years were paid back."""
    years = YearClose.objects.filter(round__state=Round.State.SETTLED, kept__gt=0, kept_repaid=None)
    return sum(repay_kept(year=year, at=at) is not None for year in years.select_related("round", "coop").order_by("pk"))


@transaction.atomic
def repay_kept(*, year: YearClose, at: datetime) -> KeptRepaid | None:
    """Moves what is left of what was kept of a year to members' pay. Once for every year; None while it is not due.

    What became shares, and what a loss took since, is not there any more. Where the rules test net assets, it waits
    until they bear it: the wheel comes again.
    """
    coop = year.coop
    ledger.lock_ledger(coop)
    year = locked_year(year)
    today, due_on = local_date(at, coop.timezone), falls_due(year)
    if year.round.state != Round.State.SETTLED or due_on is None or due_on > today:
        return None
    if KeptRepaid.objects.filter(year=year).exists():
        return None
    due = _due(year)
    total = sum(amount for _position, amount, _party, _uid in due)
    if rulebook(coop, at).value("surplus.net_assets") and position(coop).net_assets < total:
        return None
    if due:
        ledger.post_stream(
            coop=coop,
            kind=YEAR_REPAY,
            date=first_open_day(coop, today),
            chunks=(due[start : start + CHUNK] for start in range(0, len(due), CHUNK)),
            transactions=partial(_transactions, year),
            basis=ledger.record_basis(
                coop=coop,
                scheme=YEAR_REPAY,
                version=VERSION,
                rule_values={"surplus.kept_for": year.rule_values["surplus.kept_for"]},
            ),
            by=None,
            at=at,
        )
    return KeptRepaid.objects.create(coop=coop, year=year, amount=total, members=len(due), at=at)


def _due(year: YearClose) -> Due:
    """How much of each line is paid back, never more than is still kept in that member's name."""
    corrected = dict(Correction.objects.filter(line__year=year).order_by("version").values_list("line__position", "kept"))
    became = made_shares(year)
    members = dict(year.lines.filter(membership__in=became).values_list("position", "membership"))
    have = owed_now(year.coop, Kind.ALLOCATED)
    due: Due = []
    for line in read_lines(year):
        kept = corrected.get(line.position, line.kept) - became.get(members.get(line.position, 0), (0, 0))[1]
        amount = min(kept, have.get(line.party_id, 0))
        if amount > 0:
            due.append((line.position, amount, line.party_id, line.party_uid))
    return due


def _transactions(year: YearClose, due: Due) -> Streamed:
    places, amounts, parties, uids = zip(*due, strict=True)
    return to_pay("allocated", "kept", [line_key(YEAR_REPAY, year, place) for place in places], amounts, Holders(parties, uids))
