"""What the app below, about people, asks about shares that are given back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from marke.common import clock
from marke.common.money import format_money
from marke.ledger.closed_days import written_day
from marke.parties.models import Membership, Party
from marke.rules.queries import rulebook
from marke.shares.exits import queries, terms
from marke.shares.models import ExitPayment, ShareClass, ShareExit

Rows = Iterable[Mapping[str, Any]]


def share_exits(party: Party) -> Rows:
    """Every exit of somebody's shares, and what it brings."""
    rows = ShareExit.objects.filter(membership__party=party).select_related("coop", "share_class", "price")
    for exit in rows.prefetch_related("moves").order_by("id"):
        price = getattr(exit, "price", None)
        moves = list(exit.moves.all())
        yield {
            "co-op": exit.coop.name,
            "exit": exit.number,
            "why": exit.kind,
            "class": exit.share_class.code,
            "shares": exit.shares,
            "asked_on": exit.asked_on.isoformat(),
            "ends_on": exit.effective_on.isoformat(),
            "state": moves[-1].state if moves else "",
            "paid_in": price.paid_in if price else "",
            "owed": price.owed if price else "",
            "kept_as_penalty": price.penalty if price else "",
            "kept_as_loss": price.lost if price else "",
        }


def share_payments(party: Party) -> Rows:
    """What was paid to somebody for shares."""
    rows = ExitPayment.objects.filter(exit__membership__party=party).select_related("coop", "exit").order_by("id")
    for payment in rows:
        yield {
            "co-op": payment.coop.name,
            "exit": payment.exit.number,
            "date": payment.date.isoformat(),
            "amount": payment.amount,
        }


def leaving_notes(membership: Membership) -> Sequence[str]:
    """When the shares of somebody who leaves now end, what they bring, and when it is paid."""
    coop, at = membership.coop, clock.now()
    rules, notes = rulebook(coop, at), []
    for share_class in ShareClass.objects.filter(coop=coop, events__membership=membership).distinct().order_by("position"):
        free = terms.held_of(membership, share_class) - terms.bound_of(membership, share_class)
        if free > 0:
            found = terms.forecast(
                membership=membership, share_class=share_class, shares=free, kind=ShareExit.Kind.LEAVING, rules=rules, at=at
            )
            notes += _forecast_notes(found, coop.currency)
    rows = queries.exits_of(membership).filter(effective_on__gte=clock.local_date(at, coop.timezone), price=None)
    for row in rows.exclude(moves__state=ShareExit.State.CANCELLED):
        notes.append(
            _("The %(shares)s shares of exit %(number)s, which you asked back before, end on %(day)s.")
            % {"shares": row.shares, "number": row.number, "day": written_day(row.effective_on)}
        )
    return notes


def _forecast_notes(found: terms.Forecast, currency: str) -> list[str]:
    ends = ngettext(
        "Your %(shares)s share (%(paid)s paid in) ends on %(day)s; you get %(owed)s for it.",
        "Your %(shares)s shares (%(paid)s paid in) end on %(day)s; you get %(owed)s for them.",
        found.shares,
    ) % {
        "shares": found.shares,
        "paid": format_money(found.paid_in, currency),
        "day": written_day(found.effective_on),
        "owed": format_money(found.owed, currency),
    }
    return [ends, when_paid(found, currency)] if found.plan else [ends]


def when_paid(found: terms.Forecast, currency: str) -> str:
    """In one sentence: until which day, or in how many instalments."""
    if len(found.plan) == 1 and not found.interest:
        return _("It is paid by %(day)s, as far as the tests in the rulebook allow.") % {
            "day": written_day(found.plan[-1].due_on)
        }
    return ngettext(
        "It is paid in %(count)s instalment by %(day)s, with %(interest)s interest in all, as far as the tests in the rulebook "
        "allow.",
        "It is paid in %(count)s yearly instalments until %(day)s, with %(interest)s interest in all, as far as the tests in the "
        "rulebook allow.",
        len(found.plan),
    ) % {
        "count": len(found.plan),
        "day": written_day(found.plan[-1].due_on),
        "interest": format_money(found.interest, currency),
    }
