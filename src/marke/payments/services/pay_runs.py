"""What is owed is paid together: one person makes the run final, another one releases it, then it goes to the bank."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import partial
from itertools import groupby

from django.db import transaction
from django.utils.translation import gettext as _

from marke.common import clock
from marke.common.money import format_money
from marke.common.refusal import Refused
from marke.ledger import services as ledger
from marke.ledger.services import Account, Basis
from marke.parties.models import Coop, Party
from marke.payments import queries
from marke.payments.conditions import PAID_TO_MEMBER, PAY_RUN, earned_before
from marke.payments.models import PayRunLine
from marke.payments.payables import payables
from marke.payments.permissions import check_may_release
from marke.payments.services.incoming import lock_coop
from marke.payments.services.outgoing import send_lines
from marke.payments.services.pay_lines import lines_now, write_lines, written_lines
from marke.rounds.models import Round
from marke.rounds.services import begin_round, check_move, lock_round, move_round
from marke.rules.queries import rulebook

State = Round.State


class NobodyToPay(Refused):
    """Nothing is owed that can be paid."""


class UntilTooLate(Refused):
    """What will be earned tomorrow cannot be paid today."""


class DraftIsOutdated(Refused):
    """What is owed, or where to, has changed since the draft was made."""


class OwedLessNow(Refused):
    """A correction came in between: the run would pay more than is owed."""


@transaction.atomic
def draft_pay_run(*, coop: Coop, until: date, by: Party | None, at: datetime) -> Round:
    """Proposes what is paid: what members earned before `until` and is still owed, and what else is due (`payables`).

    Who cannot be paid now stands in it too, left out, with the reason.

    Raises: AnotherIsPrepared, since the same earnings would stand in two runs; UntilTooLate, NobodyToPay.
    """
    run = begin_round(coop=coop, kind=PAY_RUN, until=until, by=by, at=at)
    today = clock.local_date(at, coop.timezone)
    if until > today + timedelta(days=1):
        raise UntilTooLate(
            _("%(until)s is too late: what was earned up to today, %(today)s, can be paid. Choose a day up to tomorrow.")
            % {"until": until.isoformat(), "today": today.isoformat()}
        )
    lines = lines_now(coop, until, at)
    if not lines:
        raise NobodyToPay(
            _("Nobody is owed anything that was earned before %(until)s, and nothing else is to be paid.")
            % {"until": until.isoformat()}
        )
    write_lines(run, lines)
    return run


@transaction.atomic
def redraft_pay_run(*, run: Round, by: Party | None, at: datetime) -> Round:
    """Brings a draft up to date with what is owed now. Raises: NotThisMove, NobodyToPay."""
    run = lock_round(run)
    check_move(run, State.FINAL)
    until = earned_before(run)
    lines = lines_now(run.coop, until, at)
    if not lines:
        raise NobodyToPay(
            _("Nobody is owed anything any more that was earned before %(until)s. Cancel this run.")
            % {"until": until.isoformat()}
        )
    run.pay_lines.all().delete()
    write_lines(run, lines)
    return run


@transaction.atomic
def finalise_pay_run(*, run: Round, by: Party | None, at: datetime) -> Round:
    """Fixes amounts and accounts; from here on another person looks at it.

    Raises: NotThisMove, DraftIsOutdated, NobodyToPay when every line is left out.
    """
    run = move_round(round=run, to=State.FINAL, by=by, at=at)
    lines = lines_now(run.coop, earned_before(run), at)
    if lines != written_lines(run):
        raise DraftIsOutdated(
            _("What is owed or where it goes has changed since pay run %(number)s was drafted. Draft it again and look.")
            % {"number": run.number}
        )
    if all(line.left_out for line in lines):
        raise NobodyToPay(
            _("Everybody in pay run %(number)s is left out; the reasons stand beside the names. There is nothing to pay.")
            % {"number": run.number}
        )
    return run


@transaction.atomic
def release_pay_run(*, run: Round, by: Party, at: datetime) -> Round:
    """A second person says: pay it. Who may is the rule payments.release.

    Raises: NotThisMove, SamePerson, MayNotRelease.
    """
    run = lock_round(run)
    check_move(run, State.RELEASED)
    check_may_release(run, by, at)
    return move_round(round=run, to=State.RELEASED, by=by, at=at)


@transaction.atomic
def send_pay_run(*, run: Round, by: Party | None, at: datetime) -> Round:
    """The file went to the bank: what was owed is now on its way. All of it, or, when a line is refused, nothing.

    Raises: NotThisMove; OwedLessNow when a correction came in between; what the payables raise.
    """
    lock_coop(run.coop_id)
    run = move_round(round=run, to=State.SENT, by=by, at=at)
    lines = list(run.pay_lines.filter(left_out="").select_related("account", "party", "run").order_by("position"))
    ledger.lock_ledger(run.coop)
    for kind, same in groupby(lines, key=lambda line: line.kind):
        group = list(same)
        if kind == PayRunLine.PAY:
            _send_pay(run, group, by, at)
            continue
        pay = payables.get(kind).pay
        assert pay is not None
        pay(coop=run.coop, lines=group, send=partial(send_lines, coop=run.coop, lines=group, by=by, at=at), by=by, at=at)
    PayRunLine.objects.bulk_update(lines, ["transaction"], batch_size=500)
    return run


def _send_pay(run: Round, lines: Sequence[PayRunLine], by: Party | None, at: datetime) -> None:
    _check_still_owed(run.coop, lines)
    transit = ledger.open_account(coop=run.coop, kind=Account.Kind.TRANSIT, at=at)
    basis = _basis(run.coop, "pay", ("payments.rhythm", "payments.minimum"), at)
    booked = ledger.post_many(
        coop=run.coop,
        transactions=[
            ledger.NewTransaction(
                kind="pay",
                key=f"pay:{run.number}.{line.position}:1",
                date=clock.local_date(at, run.coop.timezone),
                postings=[
                    ledger.NewPosting(line.account, line.amount, PAID_TO_MEMBER),
                    ledger.NewPosting(transit, -line.amount, "on_its_way"),
                ],
                basis=basis,
                facts={"pay_run": run.number, "line": line.position, "amount": line.amount},
            )
            for line in lines
        ],
        by=by,
        at=at,
    )
    for line, posted in zip(lines, booked, strict=True):
        line.transaction = posted


@transaction.atomic
def confirm_pay_run(*, run: Round, date: date | None = None, arrived: int = 0, by: Party | None, at: datetime) -> Round:
    """The bank carried it out on `date` (today, if nobody says otherwise): the money has left.

    `arrived`: what of it was booked already, transfer by transfer, from bank statements.

    Raises: NotThisMove; UntilTooLate when `date` lies in the future.
    """
    today = clock.local_date(at, run.coop.timezone)
    day = date or today
    run = move_round(round=run, to=State.SETTLED, by=by, at=at, on=day)
    if day > today:
        raise UntilTooLate(
            _("%(day)s has not come yet; today is %(today)s. Write the day on which the money left the bank.")
            % {"day": day.isoformat(), "today": today.isoformat()}
        )
    total = sum(run.pay_lines.filter(left_out="").values_list("amount", flat=True)) - arrived
    if not total:
        return run
    ledger.post(
        coop=run.coop,
        kind="pay_run",
        key=f"pay_run:{run.number}:1",
        date=day,
        postings=[
            ledger.NewPosting(ledger.open_account(coop=run.coop, kind=Account.Kind.TRANSIT, at=at), total, "arrived"),
            ledger.NewPosting(ledger.open_account(coop=run.coop, kind=Account.Kind.BANK, at=at), -total, "paid_out"),
        ],
        by=by,
        at=at,
        basis=_basis(run.coop, "pay_run", ("payments.release",), at),
        facts={"pay_run": run.number, "amount": total},
    )
    return run


@transaction.atomic
def cancel_pay_run(*, run: Round, by: Party | None, at: datetime) -> Round:
    """Until it is sent, a run can be dropped; what is owed stays owed. Raises: NotThisMove."""
    return move_round(round=run, to=State.CANCELLED, by=by, at=at)


def _basis(coop: Coop, scheme: str, keys: tuple[str, ...], at: datetime) -> Basis:
    return ledger.record_basis(coop=coop, scheme=scheme, version=1, rule_values=rulebook(coop, at).uids(*keys))


def _check_still_owed(coop: Coop, lines: Sequence[PayRunLine]) -> None:
    owed = queries.owed_now(coop)
    for line in lines:
        if owed.get(line.party_id, 0) < line.amount:
            raise OwedLessNow(
                _(
                    "%(name)s is owed %(owed)s now, and the run pays %(amount)s: something was corrected in between. "
                    "Cancel this run and draft a new one."
                )
                % {
                    "name": line.party.name,
                    "owed": format_money(owed.get(line.party_id, 0), coop.currency),
                    "amount": format_money(line.amount, coop.currency),
                }
            )
