"""Somebody takes part in an issue, pays for it, or thinks better of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from marke.capital import queries
from marke.capital.conditions import PURPOSE, State
from marke.capital.models import ShareIssue, Subscription
from marke.capital.services.sending_back import send_back
from marke.common import clock
from marke.common.money import format_money
from marke.common.refusal import Refused
from marke.ledger import services as ledger
from marke.ledger.services import Account
from marke.parties.events import MemberLeft, MemberRefused
from marke.parties.models import Membership, Party
from marke.payments.models import Payment, PaymentRequest
from marke.payments.services import lock_coop, request_payment, withdraw_request
from marke.rounds.models import Wish
from marke.rounds.services import lock_round, make_wish, move_round, withdraw_wish
from marke.rules.queries import Rulebook, rulebook
from marke.shares.queries import shares_of
from marke.shares.services.eligibility import check_may_ask
from marke.shares.services.notes import acknowledge_note


class TooMuchOfTheIssue(Refused):
    """One person takes no more than this of an issue."""


class TakesPartAlready(Refused):
    """What is paid for is not changed: it is withdrawn, and asked for anew."""


class IssueIsDealt(Refused):
    """Who gets what is final: a payment for it stays as it is."""


@transaction.atomic
def subscribe(
    *, issue: ShareIssue, membership: Membership, shares: int, noted: bool = False, once_key: str, by: Party | None, at: datetime
) -> Subscription:
    """Takes part with so many shares, and asks for their payment. As long as nothing is paid, a later number replaces it.

    noted: has read the information note of the class, where one is to be read. The same `once_key` subscribes once.

    Raises: NotOpen, TooMuchOfTheIssue, TakesPartAlready; what the rules of the class refuse.
    """
    lock_coop(issue.coop_id)
    if first := Subscription.objects.filter(coop=issue.coop, wish__once_key=once_key).first():
        return first
    membership = Membership.objects.select_related("coop", "party").get(pk=membership.pk)
    rules = rulebook(membership.coop, at)
    before = queries.subscription_of(issue, membership)
    if before is not None and before.standing:
        _check_unpaid(before)
        withdraw_request(request=before.subscription.payment_request, by=by, at=at)
    wish = make_wish(
        round=issue.round,
        party=membership.party,
        amount=issue.worth(shares),
        data={"shares": shares},
        once_key=once_key,
        by=by,
        at=at,
    )
    check_may_ask(membership, issue.share_class, shares, rules)
    _check_bounds(issue, membership, shares)
    acknowledge_note(share_class=issue.share_class, party=membership.party, noted=noted, rules=rules, at=at)
    return _enter(issue, membership, shares, _fee(issue, membership, rules), wish, at)


def _check_unpaid(before: queries.Taken) -> None:
    if before.paid:
        currency = before.subscription.issue.coop.currency
        raise TakesPartAlready(
            _(
                "You take part with %(shares)s shares, and %(paid)s is paid on them. Withdraw first; you get back what you paid. "
                "Then take part anew."
            )
            % {"shares": before.subscription.shares, "paid": format_money(before.paid, currency)}
        )


def _check_bounds(issue: ShareIssue, membership: Membership, shares: int) -> None:
    """Raises: TooMuchOfTheIssue."""
    money = {"name": membership.party.name, "shares": shares}
    most = issue.maximum if issue.each is None else min(issue.each, issue.maximum)
    if shares > most:
        raise TooMuchOfTheIssue(
            _("One person takes at most %(most)s shares of this issue. Ask for no more than that.") % {**money, "most": most}
        )
    if issue.most_capital is None:
        return
    before = queries.put_in(membership)
    if before + issue.worth(shares) > issue.most_capital:
        currency = issue.coop.currency
        raise TooMuchOfTheIssue(
            _(
                "This offer is made without a document, so nobody puts in more than %(most)s, with what they hold already. "
                "%(name)s holds or has asked for %(before)s; there is room for %(room)s shares."
            )
            % {
                **money,
                "most": format_money(issue.most_capital, currency),
                "before": format_money(before, currency),
                "room": max(0, (issue.most_capital - before) // issue.price),
            }
        )


def _fee(issue: ShareIssue, membership: Membership, rules: Rulebook) -> int:
    """The entry fee, for whoever takes the first shares of the class."""
    fee: int = rules.value("shares.entry_fee", share_class=issue.share_class.code)
    return 0 if shares_of(membership, issue.share_class) else fee


def _enter(issue: ShareIssue, membership: Membership, shares: int, fee: int, wish: Wish, at: datetime) -> Subscription:
    coop = membership.coop
    assert issue.round.closes_at is not None
    asked = request_payment(
        coop=coop,
        purpose=PURPOSE,
        subject=f"{issue.number}.{membership.number}",
        party=membership.party,
        account=ledger.open_account(coop=coop, kind=Account.Kind.SHARES_PENDING, party=membership.party, at=at),
        amount=issue.worth(shares) + fee,
        # The last day, where it closes at midnight.
        due_date=clock.local_date(issue.round.closes_at - timedelta.resolution, coop.timezone),
        at=at,
    )
    return Subscription.objects.create(
        coop=coop,
        issue=issue,
        membership=membership,
        wish=wish,
        payment_request=asked,
        shares=shares,
        entry_fee=fee,
    )


@transaction.atomic
def withdraw_subscription(*, subscription: Subscription, by: Party | None, at: datetime) -> Subscription:
    """Thinks better of it, until the issue is final; what was paid is sent back.

    Raises: AlreadyWithdrawn, NotOpen.
    """
    lock_coop(subscription.coop_id)
    withdraw_wish(wish=subscription.wish, by=by, at=at)
    withdraw_request(request=subscription.payment_request, by=by, at=at)
    taken = queries.with_paid(queries.subscriptions(subscription.issue).filter(pk=subscription.pk))
    send_back(taken, reason="withdrawn", by=by, at=at)
    return taken[0].subscription


def payment_counted(*, request: PaymentRequest, payment: Payment, by: Party | None, at: datetime) -> None:
    """The purpose's reaction: an issue that closes when it is full may be so now. Raises: IssueIsDealt."""
    subscription = _locked(request, at)
    issue = subscription.issue
    round = issue.round
    if not issue.closes_when_full or round.state != State.OPEN:
        return
    if sum(row.shares_paid for row in queries.standing(issue)) >= issue.maximum:
        move_round(round=round, to=State.CLOSED, by=None, at=at)


def payment_taken_back(*, request: PaymentRequest, payment: Payment, by: Party | None, at: datetime) -> None:
    """The purpose's reaction: a payment was booked in error. Raises: IssueIsDealt."""
    _locked(request, at)


def _locked(request: PaymentRequest, at: datetime) -> Subscription:
    """The subscription, while payments may still change. Raises: IssueIsDealt."""
    subscription = queries.paid_by(request)
    round = lock_round(subscription.issue.round)
    subscription.issue.round = round
    if round.state not in (State.OPEN, State.CLOSED) or subscription.sent_back:
        raise IssueIsDealt(
            _("“%(round)s” is %(state)s, so what was paid for it stays as it is. Book what is wrong as a payment of its own.")
            % {"round": round.name, "state": round.get_state_display().lower()}
        )
    return subscription


def withdraw_on_leaving(event: MemberLeft | MemberRefused) -> None:
    """Left, or was not admitted: what was paid for shares of an issue that is not dealt yet is sent back."""
    rows = Subscription.objects.filter(membership=event.membership, wish__withdrawn_at=None, allotted=None)
    for row in rows.filter(issue__round__state__in=(State.OPEN, State.CLOSED)).select_related("wish__round", "payment_request"):
        withdraw_subscription(subscription=row, by=event.by, at=event.at)
