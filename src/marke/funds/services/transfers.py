"""Money moves between funds by a decision only; what is kept for good does not move at all."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marke.common import clock
from marke.common.money import format_money
from marke.common.refusal import Refused
from marke.funds import queries
from marke.funds.conditions import may_leave
from marke.ledger import services as ledger
from marke.parties.models import Coop, Party
from marke.rules.models import Decision

Key = tuple[str, str]


class KeptForGood(Refused):
    """The law, the statutes or a promise keep it where it is."""


class NotInTheFund(Refused):
    """The fund does not hold that much."""


def check_transfer(coop: Coop, source: Key, target: Key, amount: int) -> None:
    """Raises: KeptForGood, NotInTheFund."""
    if not may_leave(source):
        raise KeptForGood(
            _(
                "What is in this reserve stays there: by the rules about reserves (“Legal reserve”, “Statutory reserve”) it makes good "
                "losses, is never moved to another fund and never paid to members. Choose another fund to take it from."
            )
        )
    holds = queries.holdings(coop).get(source, 0)
    if source == target or not 0 < amount <= holds:
        raise NotInTheFund(
            _("%(amount)s cannot be moved: the fund holds %(holds)s. Choose two different funds and an amount that is there.")
            % {"amount": format_money(amount, coop.currency), "holds": format_money(holds, coop.currency)}
        )


@transaction.atomic
def move_between_funds(
    *, coop: Coop, source: Key, target: Key, amount: int, decision: Decision, by: Party | None, at: datetime
) -> ledger.Transaction:
    """Carries out a decision. Raises: KeptForGood, NotInTheFund."""
    ledger.lock_ledger(coop)
    check_transfer(coop, source, target, amount)
    accounts = [ledger.open_account(coop=coop, kind=kind, detail=detail, at=at) for kind, detail in (source, target)]
    return ledger.post(
        coop=coop,
        kind="fund_transfer",
        key=f"fund_transfer:{decision.number}:1",
        date=clock.local_date(at, coop.timezone),
        postings=[ledger.NewPosting(accounts[0], amount, "moved_from"), ledger.NewPosting(accounts[1], -amount, "moved_to")],
        by=by,
        at=at,
        facts={"decision": decision.number, "amount": amount},
    )
