"""Members are paid together: one person makes the run final, another one releases it, then it goes to the bank."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from marke.common import clock
from marke.common.money import format_money
from marke.common.numbering import next_number
from marke.common.refusal import Refused
from marke.ledger import services as ledger
from marke.ledger.services import Account, Basis
from marke.parties.models import Coop, Membership, Party
from marke.payments import queries
from marke.payments.conditions import can_move
from marke.payments.models import PayRun, PayRunLine
from marke.payments.permissions import check_may_release
from marke.rules.queries import rulebook

State = PayRun.State
LeftOut = PayRunLine.LeftOut


class NotThisMove(Refused):
    """A pay run in this state cannot do that."""


class AnotherRunIsPrepared(Refused):
    """The same earnings would stand in two runs."""


class NobodyToPay(Refused):
    """Nothing is owed that can be paid."""


class UntilTooLate(Refused):
    """What will be earned tomorrow cannot be paid today."""


class DraftIsOutdated(Refused):
    """What is owed, or where to, has changed since the draft was made."""


class OwedLessNow(Refused):
    """A correction came in between: the run would pay more than is owed."""


@dataclass(frozen=True)
class _Line:
    party_id: int
    account_id: int
    amount: int
    iban: str
    holder: str
    left_out: str


@transaction.atomic
def draft_pay_run(*, coop: Coop, until: date, by: Party | None, at: datetime) -> PayRun:
    """Proposes what each member is paid: what was earned before `until` and is still owed.

    Members who cannot be paid now stand in it too, left out, with the reason.

    Raises: AnotherRunIsPrepared, UntilTooLate, NobodyToPay.
    """
    number = next_number(PayRun, coop)
    prepared = PayRun.objects.filter(coop=coop, state__in=(State.DRAFT, State.FINAL, State.RELEASED)).first()
    if prepared is not None:
        raise AnotherRunIsPrepared(
            _("Pay run %(number)s is %(state)s. Send or cancel it before you start another one.")
            % {"number": prepared.number, "state": prepared.get_state_display().lower()}
        )
    today = clock.local_date(at, coop.timezone)
    if until > today + timedelta(days=1):
        raise UntilTooLate(
            _("%(until)s is too late: what was earned up to today, %(today)s, can be paid. Choose a day up to tomorrow.")
            % {"until": until.isoformat(), "today": today.isoformat()}
        )
    lines = _lines(coop, until, at)
    if not lines:
        raise NobodyToPay(_("Nobody is owed anything that was earned before %(until)s.") % {"until": until.isoformat()})
    run = PayRun.objects.create(coop=coop, number=number, until=until, created_at=at, created_by=by)
    _write(run, lines)
    return run


@transaction.atomic
def redraft_pay_run(*, run: PayRun, by: Party | None, at: datetime) -> PayRun:
    """Brings a draft up to date with what is owed now. Raises: NotThisMove, NobodyToPay."""
    run = _lock(run)
    if run.state != State.DRAFT:
        raise _not_this_move(run, State.DRAFT)
    lines = _lines(run.coop, run.until, at)
    if not lines:
        raise NobodyToPay(
            _("Nobody is owed anything any more that was earned before %(until)s. Cancel this run.")
            % {"until": run.until.isoformat()}
        )
    run.lines.all().delete()
    _write(run, lines)
    return run


@transaction.atomic
def finalise_pay_run(*, run: PayRun, by: Party | None, at: datetime) -> PayRun:
    """Fixes amounts and accounts; from here on another person looks at it.

    Raises: NotThisMove, DraftIsOutdated, NobodyToPay when every line is left out.
    """
    run = _move(run, State.FINAL)
    lines = _lines(run.coop, run.until, at)
    if lines != _written(run):
        raise DraftIsOutdated(
            _("What is owed or where it goes has changed since pay run %(number)s was drafted. Draft it again and look.")
            % {"number": run.number}
        )
    if all(line.left_out for line in lines):
        raise NobodyToPay(
            _("Everybody in pay run %(number)s is left out; the reasons stand beside the names. There is nothing to pay.")
            % {"number": run.number}
        )
    run.finalised_at, run.finalised_by = at, by
    run.save()
    return run


@transaction.atomic
def release_pay_run(*, run: PayRun, by: Party, at: datetime) -> PayRun:
    """A second person says: pay it. Who may is the rule payments.release.

    Raises: NotThisMove, SamePerson, MayNotRelease.
    """
    run = _move(run, State.RELEASED)
    check_may_release(run, by, at)
    run.released_at, run.released_by = at, by
    run.save()
    return run


@transaction.atomic
def send_pay_run(*, run: PayRun, by: Party | None, at: datetime) -> PayRun:
    """The file went to the bank: what members were owed is now on its way.

    Raises: NotThisMove; OwedLessNow when a correction came in between.
    """
    run = _move(run, State.SENT)
    lines = list(run.lines.filter(left_out="").select_related("account", "party"))
    ledger.lock_ledger(run.coop)
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
                    ledger.NewPosting(line.account, line.amount, "paid_to_member"),
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
    PayRunLine.objects.bulk_update(lines, ["transaction"], batch_size=500)
    run.sent_at, run.sent_by = at, by
    run.save()
    return run


@transaction.atomic
def confirm_pay_run(*, run: PayRun, date: date | None = None, by: Party | None, at: datetime) -> PayRun:
    """The bank carried it out on `date` (today, if nobody says otherwise): the money has left.

    Raises: NotThisMove; UntilTooLate when `date` lies in the future.
    """
    run = _move(run, State.CONFIRMED)
    today = clock.local_date(at, run.coop.timezone)
    day = date or today
    if day > today:
        raise UntilTooLate(
            _("%(day)s has not come yet; today is %(today)s. Write the day on which the money left the bank.")
            % {"day": day.isoformat(), "today": today.isoformat()}
        )
    total = sum(run.lines.filter(left_out="").values_list("amount", flat=True))
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
    run.confirmed_at, run.confirmed_by, run.confirmed_date = at, by, day
    run.save()
    return run


@transaction.atomic
def cancel_pay_run(*, run: PayRun, by: Party | None, at: datetime) -> PayRun:
    """Until it is sent, a run can be dropped; what is owed stays owed. Raises: NotThisMove."""
    run = _move(run, State.CANCELLED)
    run.cancelled_at, run.cancelled_by = at, by
    run.save()
    return run


def _lines(coop: Coop, until: date, at: datetime) -> list[_Line]:
    minimum = rulebook(coop, at).value("payments.minimum")
    accounts = queries.usable_accounts(coop, at)
    waiting = queries.parties_with_waiting_accounts(coop, at)
    members = Membership.objects.filter(coop=coop).values_list("party_id", "number", "state")
    numbers = {party: number for party, number, _state in members}
    # For who has left, what is too little now would never become more.
    left = {party for party, _number, state in members if state == Membership.State.LEFT}
    lines = []
    for owed in queries.owed(coop, until):
        account = accounts.get(owed.party_id)
        if account is None:
            reason = LeftOut.WAITING.value if owed.party_id in waiting else LeftOut.NO_ACCOUNT.value
        else:
            reason = LeftOut.BELOW_MINIMUM.value if owed.amount < minimum and owed.party_id not in left else ""
        iban, holder = (account.iban, account.holder) if account else ("", "")
        lines.append(_Line(owed.party_id, owed.account_id, owed.amount, iban, holder, reason))
    return sorted(lines, key=lambda line: (numbers.get(line.party_id, 10**9), line.party_id))


def _written(run: PayRun) -> list[_Line]:
    return [_Line(line.party_id, line.account_id, line.amount, line.iban, line.holder, line.left_out) for line in run.lines.all()]


def _write(run: PayRun, lines: list[_Line]) -> None:
    PayRunLine.objects.bulk_create(
        [
            PayRunLine(
                coop=run.coop,
                run=run,
                position=position,
                party_id=line.party_id,
                account_id=line.account_id,
                amount=line.amount,
                iban=line.iban,
                holder=line.holder,
                reference=f"PAY-{run.number}-{position}",
                left_out=line.left_out,
            )
            for position, line in enumerate(lines, 1)
        ],
        batch_size=500,
    )


def _basis(coop: Coop, scheme: str, keys: tuple[str, ...], at: datetime) -> Basis:
    rules = rulebook(coop, at)
    values = {key: str(rules.entry(key).uid) for key in keys}
    return ledger.record_basis(coop=coop, scheme=scheme, version=1, rule_values=values)


def _lock(run: PayRun) -> PayRun:
    return PayRun.objects.select_for_update(of=("self",)).select_related("coop").get(pk=run.pk)


def _move(run: PayRun, state: str) -> PayRun:
    run = _lock(run)
    if not can_move(run, state):
        raise _not_this_move(run, state)
    run.state = state
    return run


def _not_this_move(run: PayRun, state: str) -> NotThisMove:
    return NotThisMove(
        _("Pay run %(number)s is “%(now)s” and cannot become “%(wanted)s”. Open it again to see what can be done.")
        % {
            "number": run.number,
            "now": run.get_state_display(),
            "wanted": str(dict(State.choices)[State(state)]),
        }
    )


def _check_still_owed(coop: Coop, lines: list[PayRunLine]) -> None:
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
