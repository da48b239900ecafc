"""The end of an issue: closed, dealt, released by a second person, carried out; or everybody gets their money back."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from marke.capital import queries
from marke.capital.conditions import State
from marke.capital.models import ShareIssue, Subscription
from marke.capital.queries import Taken
from marke.capital.services.sending_back import send_back
from marke.common import clock
from marke.common.money import format_money
from marke.common.numbering import next_number
from marke.common.refusal import Refused
from marke.parties.models import Membership, Party
from marke.payments.services import lock_coop, withdraw_request
from marke.rounds.models import Round
from marke.rounds.services import check_move, lock_round, move_round
from marke.rules.queries import rulebook
from marke.shares.models import ShareEvent, ShareRequest
from marke.shares.services.allotment import allot_if_ready
from marke.shares.services.register import enter


class MinimumNotReached(Refused):
    """An issue of all or nothing that came to too little is cancelled, not dealt."""


class StillReconsidering(Refused):
    """Somebody may still withdraw."""


@transaction.atomic
def close_issue(*, issue: ShareIssue, by: Party | None, at: datetime) -> Round:
    """Takes no more subscriptions; payments that are on their way still count. Raises: NotThisMove."""
    lock_coop(issue.coop_id)
    return move_round(round=issue.round, to=State.CLOSED, by=by, at=at)


@transaction.atomic
def finalise_issue(*, issue: ShareIssue, by: Party | None, at: datetime) -> Round:
    """Fixes who gets how many shares of what is paid for. Who has not paid takes part no longer.

    Raises: NotThisMove, MinimumNotReached, StillReconsidering.
    """
    lock_coop(issue.coop_id)
    round = lock_round(issue.round)
    check_move(round, State.FINAL)
    taken = queries.standing(issue)
    _check_reflection(issue, taken, at)
    dealt = queries.dealt(issue, taken)
    if not dealt.reached:
        raise MinimumNotReached(
            _("%(paid)s is paid for, and %(minimum)s were asked for at least. Cancel the issue; everybody gets their money back.")
            % {
                "paid": format_money(issue.worth(dealt.wanted), issue.coop.currency),
                "minimum": format_money(issue.worth(max(1, issue.minimum)), issue.coop.currency),
            }
        )
    for row, shares in zip(taken, dealt.parts, strict=True):
        row.subscription.allotted = shares
        if row.left:
            withdraw_request(request=row.subscription.payment_request, by=by, at=at)
    Subscription.objects.bulk_update([row.subscription for row in taken], ["allotted"], batch_size=500)
    return move_round(round=round, to=State.FINAL, by=by, at=at, result_digest=digest_of([row.subscription for row in taken]))


def digest_of(subscriptions: list[Subscription]) -> str:
    """SHA-256 of who gets what: lines of member, shares asked for, shares dealt, in the order of subscription."""
    lines = [f"{sub.membership.number} {sub.shares} {sub.allotted}\n" for sub in subscriptions]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _check_reflection(issue: ShareIssue, taken: list[Taken], at: datetime) -> None:
    reflection = rulebook(issue.coop, at).value("shares.reflection", share_class=issue.share_class.code)
    over = queries.reflection_over_at(issue, taken, reflection)
    if reflection and over is not None and at < over:
        raise StillReconsidering(
            _("Who subscribed last may still withdraw until %(day)s. Make the issue final after that.")
            % {"day": clock.local_date(over, issue.coop.timezone).isoformat()}
        )


@transaction.atomic
def release_issue(*, issue: ShareIssue, by: Party | None, at: datetime) -> Round:
    """A second person has looked at who gets what. Raises: NotThisMove, SamePerson."""
    lock_coop(issue.coop_id)
    return move_round(round=issue.round, to=State.RELEASED, by=by, at=at)


@transaction.atomic
def settle_issue(*, issue: ShareIssue, by: Party | None, at: datetime) -> Round:
    """Allots the shares, booked as capital, and owes back what is left over. Who has left meanwhile gets everything back.

    Raises: NotThisMove.
    """
    lock_coop(issue.coop_id)
    round = move_round(round=issue.round, to=State.SETTLED, by=by, at=at)
    taken = queries.standing(issue)
    for row in taken:
        sub = row.subscription
        if sub.allotted and sub.membership.state == Membership.State.MEMBER:
            _allot(sub, by, at)
    send_back(taken, reason="dealt", by=by, at=at)
    return round


def _allot(sub: Subscription, by: Party | None, at: datetime) -> None:
    """A paid request of as many shares as were dealt, which the register allots as it does every other."""
    membership, issue = sub.membership, sub.issue
    assert sub.allotted is not None
    membership.coop = issue.coop
    issue.share_class.coop = issue.coop
    request = ShareRequest.objects.create(
        coop=issue.coop,
        number=next_number(ShareRequest, issue.coop),
        membership=membership,
        share_class=issue.share_class,
        shares=sub.allotted,
        price=issue.price,
        entry_fee=sub.entry_fee,
        rule_value=issue.rule_value,
        payment_request=sub.payment_request,
        created_at=at,
        once_key=f"share issue {issue.number}.{membership.number}",
    )
    about: dict[str, Any] = {"membership": membership, "share_class": issue.share_class, "request": request, "at": at, "by": by}
    enter(kind=ShareEvent.Kind.REQUESTED, price=issue.price, **about)
    enter(kind=ShareEvent.Kind.PAID, amount=request.amount, **about)
    allot_if_ready(request=request, by=by, at=at)
    sub.request = request
    sub.save(update_fields=["request"])


@transaction.atomic
def cancel_issue(*, issue: ShareIssue, by: Party | None, at: datetime, note: str = "") -> Round:
    """It does not carry, or is not wanted any more: everybody gets back what they paid. Raises: NotThisMove."""
    lock_coop(issue.coop_id)
    round = move_round(round=issue.round, to=State.CANCELLED, by=by, at=at, note=note)
    taken = queries.standing(issue)
    for row in taken:
        withdraw_request(request=row.subscription.payment_request, by=by, at=at)
    send_back(taken, reason="cancelled", by=by, at=at)
    return round


def turn_issue(round: Round, at: datetime) -> bool:
    """What a date decides: the window closes."""
    if round.state != State.OPEN or round.closes_at is None or at < round.closes_at:
        return False
    close_issue(issue=queries.of_round(round), by=None, at=at)
    return True
