"""The day has come: shares end, what they bring is fixed and owed, and interest falls due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marke.common import clock
from marke.ledger import queries as ledger_queries
from marke.ledger import services as ledger
from marke.ledger.closed_days import first_open_day
from marke.ledger.services import Account, NewAccount, NewPosting, Transaction
from marke.parties.models import Coop, Party
from marke.payments import services as payments
from marke.rules.queries import Rulebook, rulebook
from marke.shares.exits import queries as exit_queries
from marke.shares.exits import terms as exit_terms
from marke.shares.models import ExitInstalment, ExitMove, ExitPart, ExitPrice, ShareEvent, ShareExit
from marke.shares.services.register import capital_account, enter
from marke_core.share_exit import PricedLot

State = ShareExit.State
SCHEME = "share_exit"


@transaction.atomic
def take_effect(*, exit: ShareExit, by: Party | None, at: datetime) -> ShareExit:
    """The shares end: out of the capital, into what the co-op owes. Does nothing the second time.

    If fewer are held by now, those that are left end; if none, the exit is cancelled.
    """
    payments.lock_coop(exit.coop_id)
    exit = ShareExit.objects.select_related("coop", "membership__party", "membership__coop", "share_class").get(pk=exit.pk)
    if exit.moves.exclude(state=State.ASKED).exists():
        return exit
    shares = min(exit.shares, exit_terms.held_of(exit.membership, exit.share_class))
    if not shares:
        _move(exit, State.CANCELLED, None, at, _("the shares were no longer held"))
        return exit
    rules = rulebook(exit.coop, exit.asked_at)  # what was promised when it was asked
    day = first_open_day(exit.coop, exit.effective_on)
    parts, accounts = exit_terms.price_lots(
        rules=rules,
        share_class=exit.share_class,
        membership=exit.membership,
        kind=exit.kind,
        shares=shares,
        asked_on=exit.asked_on,
        on=exit.effective_on,
    )
    price = ExitPrice(
        coop=exit.coop,
        exit=exit,
        date=day,
        paid_in=sum(part.paid_in for part in parts),
        owed=sum(part.owed for part in parts),
        penalty=sum(part.penalty for part in parts),
        lost=sum(part.lost for part in parts),
        accounts_on=accounts.on if accounts else None,
        net_assets=accounts.worth.net_assets if accounts else None,
        capital=accounts.worth.capital if accounts else None,
    )
    price.transaction = _book(exit, price, shares, rules, by, at) if price.paid_in else None
    price.save()
    _enter_parts(exit, parts, price, by, at)
    _write_plan(exit, price, rules)
    _move(exit, State.DUE if price.owed else State.PAID, by, at)
    return exit


def _book(exit: ShareExit, price: ExitPrice, shares: int, rules: Rulebook, by: Party | None, at: datetime) -> Transaction:
    coop, party = exit.coop, exit.membership.party
    owed, reserve, result = ledger.open_accounts(
        coop=coop,
        accounts=[
            NewAccount(Account.Kind.REDEMPTION, party),
            NewAccount(Account.Kind.RESERVE, detail="legal"),
            NewAccount(Account.Kind.RESULT),
        ],
        at=at,
    )
    followed = rules.uids(*exit_terms.PRICE_RULES, share_class=exit.share_class.code)
    return ledger.post(
        coop=coop,
        kind=SCHEME,
        key=f"{SCHEME}:{exit.number}:1",
        date=price.date,
        postings=[
            NewPosting(capital_account(party, exit.share_class, at), price.paid_in, "capital"),
            NewPosting(owed, -price.owed, "owed"),
            NewPosting(reserve, -price.penalty, "penalty"),
            NewPosting(result, -price.lost, "lost"),
        ],
        by=by,
        at=at,
        basis=ledger.record_basis(coop=coop, scheme=SCHEME, version=1, rule_values=followed),
        facts={
            "share_exit": exit.number,
            "shares": shares,
            "paid_in": price.paid_in,
            "owed": price.owed,
            "penalty": price.penalty,
            "lost": price.lost,
            **({"net_assets": price.net_assets, "capital": price.capital} if price.net_assets is not None else {}),
        },
    )


def _enter_parts(exit: ShareExit, parts: Sequence[PricedLot], price: ExitPrice, by: Party | None, at: datetime) -> None:
    lots = {event.number: event for event in ShareEvent.objects.filter(coop=exit.coop, number__in=[part.key for part in parts])}
    for position, part in enumerate(parts, 1):
        event = enter(
            kind=ShareEvent.Kind.REDEEMED,
            membership=exit.membership,
            share_class=exit.share_class,
            lot=lots[part.key],
            price=lots[part.key].price,
            shares=-part.shares,
            amount=part.paid_in,
            on=price.date,
            transaction=price.transaction,
            at=at,
            by=by,
        )
        ExitPart.objects.create(
            coop=exit.coop,
            exit=exit,
            position=position,
            event=event,
            shares=part.shares,
            paid_in=part.paid_in,
            nominal=part.nominal,
            net_assets=part.net_assets,
            price=part.price,
            penalty=part.penalty,
        )


def _write_plan(exit: ShareExit, price: ExitPrice, rules: Rulebook) -> None:
    plan = exit_terms.plan_of(rules, exit.share_class, exit.kind, price.owed, exit.effective_on)
    ExitInstalment.objects.bulk_create([ExitInstalment(coop=exit.coop, exit=exit, **part._asdict()) for part in plan])


def _move(exit: ShareExit, state: str, by: Party | None, at: datetime, note: str = "") -> None:
    ExitMove.objects.create(coop=exit.coop, exit=exit, state=state, at=at, by=by, note=note)


def book_interest(*, exit: ShareExit, by: Party | None, at: datetime) -> None:
    """The interest of every instalment that has fallen due, each once."""
    today = clock.local_date(at, exit.coop.timezone)
    for part in exit.instalments.all():
        if part.due_on > today or not part.interest:
            continue
        key = f"share_interest:{exit.number}.{part.position}:1"
        if ledger_queries.transaction_of(exit.coop, key) is None:
            _book_interest(exit, part, key, by, at)


def _book_interest(exit: ShareExit, part: ExitInstalment, key: str, by: Party | None, at: datetime) -> None:
    coop = exit.coop
    cost, owed = ledger.open_accounts(
        coop=coop,
        accounts=[NewAccount(Account.Kind.INTEREST), NewAccount(Account.Kind.REDEMPTION, exit.membership.party)],
        at=at,
    )
    followed = rulebook(coop, exit.asked_at).uids("shares.exit_interest", share_class=exit.share_class.code)
    ledger.post(
        coop=coop,
        kind="share_interest",
        key=key,
        date=first_open_day(coop, part.due_on),
        postings=[NewPosting(cost, part.interest, "interest"), NewPosting(owed, -part.interest, "owed")],
        by=by,
        at=at,
        basis=ledger.record_basis(coop=coop, scheme="share_interest", version=1, rule_values=followed),
        facts={"share_exit": exit.number, "outstanding": part.outstanding, "interest": part.interest},
    )


@transaction.atomic
def turn_exits(*, coop: Coop, at: datetime, by: Party | None = None) -> int:
    """What a date decides: shares end, interest falls due, payments are suspended or not any more. Returns how many things."""
    payments.lock_coop(coop.pk)
    today, done = clock.local_date(at, coop.timezone), 0
    for exit in exit_queries.to_take_effect(coop, today):
        take_effect(exit=exit, by=by, at=at)
        done += 1
    found = exit_queries.queue(coop, at)
    for row in found.rows:
        book_interest(exit=row.standing.exit, by=by, at=at)
    return done + note_suspensions(coop=coop, by=by, at=at)


def note_suspensions(*, coop: Coop, by: Party | None, at: datetime) -> int:
    """Notes who cannot be paid by the tests, and who can again. Returns how many changed."""
    found, changed = exit_queries.queue(coop, at), 0
    for row in found.rows:
        exit, state = row.standing.exit, row.standing.state
        # A report that nobody wrote yet is a task until the last day of payment has gone by.
        waits = found.report_missing and len(found.narrow) == 1 and not row.standing.overdue
        if row.suspended and state == State.DUE and not waits:
            _move(exit, State.SUSPENDED, by, at, ",".join(check.name for check in found.narrow))
            enter(kind=ShareEvent.Kind.SUSPENDED, membership=exit.membership, share_class=exit.share_class, at=at, by=by)
            changed += 1
        elif not row.suspended and state == State.SUSPENDED:
            _move(exit, State.DUE, by, at)
            changed += 1
    return changed
