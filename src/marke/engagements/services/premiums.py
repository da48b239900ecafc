"""Premiums that were booked as a cost, taken back when the insurer's bill, which is the cost itself, has been booked."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marke.common.clock import local_date
from marke.common.money import format_money
from marke.common.refusal import Refused
from marke.engagements.queries import SET_ASIDE, set_aside
from marke.ledger import services as ledger
from marke.ledger.closed_days import first_open_day
from marke.ledger.lookup import transaction_of
from marke.ledger.services import Account, NewPosting
from marke.parties.models import Coop, Party


class NothingSetAside(Refused):
    """More is to be taken back than was set aside."""

    status = 422


def premiums_billed(*, coop: Coop, amount: int, once_key: str, by: Party | None, at: datetime) -> None:
    """So much of what was set aside is in a bill of the insurer now: it is not a cost twice. Raises: NothingSetAside."""
    key = f"engagement_billed:{once_key}"
    with transaction.atomic():
        ledger.lock_ledger(coop)
        if transaction_of(coop, key) is not None:
            return
        held = set_aside(coop)
        if not 0 < amount <= held:
            raise NothingSetAside(
                _("%(held)s is set aside, and %(amount)s is to be taken back. Give an amount up to that.")
                % {"held": format_money(held, coop.currency), "amount": format_money(amount, coop.currency)}
            )
        aside = ledger.open_account(coop=coop, kind=Account.Kind.PAYABLE, detail=SET_ASIDE, at=at)
        cost = ledger.open_account(coop=coop, kind=Account.Kind.EXPENSE, detail="insurance", at=at)
        day = local_date(at, coop.timezone)
        ledger.post(
            coop=coop, kind="engagement_billed", key=key, date=max(day, first_open_day(coop, day)),
            postings=[NewPosting(aside, amount, "billed"), NewPosting(cost, -amount, "not_twice")], by=by, at=at,
            facts={"amount": amount},
        )  # fmt: skip
