"""A mistake in one member's line of a closed year: taken back, and booked anew. The difference comes from what is carried."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marke.common.clock import local_date
from marke.common.money import format_money
from marke.common.refusal import Refused
from marke.ledger import services as ledger
from marke.ledger.closing import first_open_day
from marke.ledger.lookup import transaction_of
from marke.ledger.queries import balance
from marke.ledger.services import Account, NewPosting
from marke.parties.models import Party
from marke.rounds.models import Round
from marke.rounds.services import lock_round
from marke.surplus.models import Correction, MemberYear
from marke.surplus.rounds import YEAR_CLOSE

Kind = Account.Kind


class CannotCorrect(Refused):
    """This line cannot be corrected, or not this way."""


@transaction.atomic
def correct_member_year(
    *,
    line: MemberYear,
    paid: int,
    withheld: int,
    kept: int,
    reason: str,
    version: int | None = None,
    by: Party | None,
    at: datetime,
) -> Correction:
    """Takes back what was booked for this member and books it anew. Until it is paid; both entries stay to be seen.

    version: the one that this makes, as its author saw it; whoever was quicker is not overwritten.

    Raises: CannotCorrect.
    """
    coop = line.coop
    ledger.lock_ledger(coop)
    round = lock_round(line.year.round)
    _check(round, paid, withheld, kept, reason)
    version = _next_version(line, version)
    key = f"{YEAR_CLOSE}:{round.number}.{line.position}"
    day = first_open_day(coop, local_date(at, coop.timezone))
    before = transaction_of(coop, f"{key}:{version - 1}")
    if before is not None:
        ledger.reverse(transaction=before, key=f"{key}:{version - 1}:reversed", date=day, by=by, at=at)
    _check_carried(line, paid + withheld + kept)
    postings = _postings(line, paid, withheld, kept, at)
    if postings:
        ledger.post(
            coop=coop,
            kind=YEAR_CLOSE,
            key=f"{key}:{version}",
            date=day,
            postings=postings,
            basis=before.basis if before else None,
            facts={"version": version, "paid": paid, "withheld": withheld, "kept": kept},
            by=by,
            at=at,
        )
    return Correction.objects.create(
        coop=coop, line=line, version=version, paid=paid, withheld=withheld, kept=kept, reason=reason.strip(), at=at, by=by
    )


def _postings(line: MemberYear, paid: int, withheld: int, kept: int, at: datetime) -> list[NewPosting]:
    """From the result to what this member gets; none where that is nothing."""

    def account(kind: Kind, party: Party | None = None) -> Account:
        return ledger.open_account(coop=line.coop, kind=kind, party=party, at=at)

    party = line.membership.party
    parts = (
        (Kind.SURPLUS, paid, "paid", party),
        (Kind.WITHHOLDING, withheld, "withheld", None),
        (Kind.ALLOCATED, kept, "kept", party),
    )
    postings = [NewPosting(account(kind, whose), -amount, name) for kind, amount, name, whose in parts if amount]
    return [NewPosting(account(Kind.RESULT), paid + withheld + kept, "share"), *postings] if postings else []


def _check_carried(line: MemberYear, wanted: int) -> None:
    """After what was booked for this member is taken back: what is carried is all that there is. Raises: CannotCorrect."""
    coop = line.coop
    carried = -balance(ledger.open_account(coop=coop, kind=Kind.RESULT, at=line.year.computed_at))
    if wanted > max(carried, line.total):
        raise CannotCorrect(
            _(
                "%(wanted)s is more than there is: %(most)s at most, with what is left for later years. Correct what others got too "
                "much first, or give less."
            )
            % {"wanted": format_money(wanted, coop.currency), "most": format_money(max(carried, line.total), coop.currency)}
        )


def _next_version(line: MemberYear, wanted: int | None) -> int:
    """Raises: CannotCorrect."""
    version = Correction.objects.filter(line=line).count() + 2
    if wanted not in (None, version):
        raise CannotCorrect(_("This line was corrected meanwhile. Look at it again; it may be right now."))
    return version


def _check(round: Round, paid: int, withheld: int, kept: int, reason: str) -> None:
    if round.state != Round.State.FINAL:
        raise CannotCorrect(
            _("“%(year)s” is %(state)s. A member's line is corrected after the decision and before it is paid.")
            % {"year": round.name, "state": round.get_state_display().lower()}
        )
    if min(paid, withheld, kept) < 0:
        raise CannotCorrect(_("What a member gets of a year cannot be less than nothing. Give amounts of 0 or more."))
    if not reason.strip():
        raise CannotCorrect(_("Say why it is corrected; everybody concerned can read it."))
