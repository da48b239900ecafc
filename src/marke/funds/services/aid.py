"""Taking part in mutual aid, and what is put together month by month."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from marke.common import clock
from marke.common.refusal import Refused
from marke.funds import queries
from marke.funds.models import AidCollection, AidParticipation
from marke.funds.rulebook import ALL, PERCENT
from marke.ledger import owed
from marke.ledger import services as ledger
from marke.ledger.monthly import credited_by_party
from marke.ledger.services import Account
from marke.parties.models import Coop, Membership, Party
from marke.rules.queries import Rulebook, rulebook
from marke_core.money import share_of

BOOKED_AS_WORK = ("job",)


class NoAid(Refused):
    """The rules know no mutual aid."""


class EverybodyTakesPart(Refused):
    """There is nothing to choose."""


class MonthNotOver(Refused):
    """What will be earned is not known yet."""


def check_aid_is_on(rules: Rulebook) -> None:
    if not queries.aid_is_on(rules):
        raise NoAid(_("Nothing is put together for mutual aid here. Propose to change the rule “Mutual aid” first."))


@transaction.atomic
def join_aid(*, membership: Membership, by: Party | None, at: datetime) -> AidParticipation:
    """Takes part from today on. Joining twice is joining once. Raises: NoAid, EverybodyTakesPart."""
    _check_choice(membership.coop, at)
    Membership.objects.select_for_update(of=("self",)).get(pk=membership.pk)
    standing = queries.participation(membership)
    today = clock.local_date(at, membership.coop.timezone)
    return standing or AidParticipation.objects.create(coop=membership.coop, membership=membership, since=today)


@transaction.atomic
def leave_aid(*, membership: Membership, by: Party | None, at: datetime) -> None:
    """Takes part no more from today on; what was put in stays. Raises: NoAid, EverybodyTakesPart."""
    _check_choice(membership.coop, at)
    standing = AidParticipation.objects.select_for_update().filter(membership=membership, until=None).first()
    if standing is not None:
        standing.until = clock.local_date(at, membership.coop.timezone)
        standing.save(update_fields=["until"])


def _check_choice(coop: Coop, at: datetime) -> None:
    rules = rulebook(coop, at)
    check_aid_is_on(rules)
    if rules.value("funds.aid_who") == ALL:
        raise EverybodyTakesPart(_("Every member takes part in mutual aid here, by the rule “Mutual aid: who takes part”."))


@transaction.atomic
def collect_aid(*, coop: Coop, month: date, by: Party | None, at: datetime) -> AidCollection:
    """Books what each who took part in `month` (its first day) puts together; the same month again changes nothing.

    Never more than is owed to the member now. Raises: NoAid, MonthNotOver.
    """
    ledger.lock_ledger(coop)
    if (done := AidCollection.objects.filter(coop=coop, month=month).first()) is not None:
        return done
    rules, today = rulebook(coop, at), clock.local_date(at, coop.timezone)
    check_aid_is_on(rules)
    until = (month + timedelta(days=32)).replace(day=1)
    if month.day != 1 or until > today:
        raise MonthNotOver(
            _("%(month)s is not over yet. Collect it when the month has ended.") % {"month": month.isoformat()[:7]}
        )
    amounts = _amounts(coop, rules, month, until)
    mutual = ledger.open_account(coop=coop, kind=Account.Kind.FUND, detail="mutual", at=at)
    accounts = ledger.open_accounts(
        coop=coop, accounts=[ledger.NewAccount(Account.Kind.EARNINGS, member.party) for member, _a, _e in amounts], at=at
    )
    followed = rules.uids("funds.aid", "funds.aid_percent", "funds.aid_fixed", "funds.aid_who")
    basis = ledger.record_basis(coop=coop, scheme="aid_contribution", version=1, rule_values=followed)
    ledger.post_many(
        coop=coop,
        transactions=[
            ledger.NewTransaction(
                kind="aid_contribution",
                key=f"aid_contribution:{month:%Y%m}.{member.number}:1",
                date=today,
                postings=[
                    ledger.NewPosting(account, amount, "put_in"),
                    ledger.NewPosting(mutual, -amount, "put_together"),
                ],
                basis=basis,
                facts={"month": month.isoformat()[:7], "earned": earned, "amount": amount},
            )
            for (member, amount, earned), account in zip(amounts, accounts, strict=True)
        ],
        by=by,
        at=at,
    )
    return AidCollection.objects.create(
        coop=coop,
        month=month,
        total=sum(amount for _member, amount, _earned in amounts),
        members=len(amounts),
        collected_at=at,
        collected_by=by,
    )


def _amounts(coop: Coop, rules: Rulebook, since: date, until: date) -> list[tuple[Membership, int, int]]:
    """(member, what is put in, what was earned), without those who put in nothing."""
    earned = credited_by_party(coop, Account.Kind.EARNINGS, since, until, transaction_kinds=BOOKED_AS_WORK)
    owed_now = owed.owed_now(coop, Account.Kind.EARNINGS)
    by_part = rules.value("funds.aid") == PERCENT
    part, fixed = rules.value("funds.aid_percent"), rules.value("funds.aid_fixed")
    rows = []
    for member in queries.participants(coop, rules, since, until):
        own = earned.get(member.party_id, 0)
        wanted = share_of(own, part) if by_part else fixed
        amount = max(0, min(wanted, owed_now.get(member.party_id, 0)))
        if amount:
            rows.append((member, int(amount), own))
    return rows
