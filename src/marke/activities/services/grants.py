"""Grants: booked as what a business earns, with the contribution by their own rate; taken back as long as nothing was paid."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marke.activities.models import Activity, Grant
from marke.activities.services.booking import locked
from marke.activities.services.income import Income, income, left_of
from marke.activities.services.opening import check_open
from marke.common.clock import local_date
from marke.common.numbering import next_number
from marke.common.refusal import Refused
from marke.ledger import services as ledger
from marke.ledger.closed_days import first_open_day
from marke.ledger.services import Account, NewPosting
from marke.parties.models import Coop, Party
from marke.parties.services import create_party
from marke.payments.queries import paid_on
from marke.payments.services import request_payment, withdraw_request

KIND, DETAIL = "activity_grant", "grant"
LONGEST_NAME = 120


class NotAGrant(Refused):
    """Without a giver or a purpose, of a day to come, or to be paid before it was granted."""

    status = 422


class GrantWasPaid(Refused):
    """Money has come in for it, so it is not simply taken back."""


@transaction.atomic
def record_grant(
    *,
    activity: Activity,
    funder: str,
    what: str,
    amount: int,
    granted_on: date,
    due_on: date,
    once_key: str,
    by: Party,
    at: datetime,
) -> Grant:
    """Books it as what the funder owes, and asks for it with a reference of its own. A form that is sent twice gives the first.

    Raises: NotAGrant, ActivityClosed.
    """
    activity = locked(activity)
    coop = activity.coop
    if first := Grant.objects.filter(coop=coop, once_key=once_key).first():
        return first
    check_open(activity)
    funder, what = " ".join(funder.split())[:LONGEST_NAME], " ".join(what.split())[:140]
    if not funder or not what or amount <= 0 or granted_on > local_date(at, coop.timezone) or due_on < granted_on:
        raise NotAGrant(
            _(
                "Say who gives it, what for and how much, a day that is not in the future, and by when it is paid, which is not before that."
            )
        )
    giver = _funder(coop, funder, at)
    grant = Grant(
        coop=coop, activity=activity, number=next_number(Grant, coop), funder=giver, what=what, amount=amount,
        granted_on=granted_on, noted_at=at, noted_by=by, once_key=once_key,
    )  # fmt: skip
    owed = _owed(coop, at)
    request_payment(
        coop=coop, purpose="grant", subject=grant.paper, party=giver, account=owed, amount=amount, due_date=due_on, at=at
    )
    made = income(
        coop=coop, activity=activity, paper=grant.paper, net=amount, date=_day(coop, granted_on), at=at, purpose="grant", grant=True,
        by=by,
    )  # fmt: skip
    _book(grant, made, owed, amount, 1, by, at)
    grant.entry = made.entry
    grant.save(force_insert=True)
    return grant


@transaction.atomic
def return_grant(*, grant: Grant, by: Party, at: datetime) -> Grant:
    """Written down in error, or withdrawn by who gave it, before anything was paid: every part comes back as it was taken.

    Raises: GrantWasPaid. A second click changes nothing.
    """
    activity = locked(grant.activity)
    grant = Grant.objects.select_related("entry__request", "funder", "coop").get(pk=grant.pk)
    if grant.returned_at is not None:
        return grant
    request, left = grant.entry.request, left_of(grant.entry)["income"]
    assert request is not None
    if paid_on(request) or left != grant.amount:
        raise GrantWasPaid(
            _("Of %(paper)s something was paid or written off already. Send back what has to go back as a payment.")
            % {"paper": grant.paper}
        )
    day = _day(grant.coop, local_date(at, grant.coop.timezone))
    made = income(coop=grant.coop, activity=activity, paper=f"{grant.paper}-0", net=-left, date=day, at=at, of=grant.paper, by=by)
    _book(grant, made, _owed(grant.coop, at), -left, 2, by, at)
    withdraw_request(request=request, by=by, at=at)
    grant.returned_at, grant.returned_by = at, by
    grant.save(update_fields=["returned_at", "returned_by"])
    return grant


def _funder(coop: Coop, name: str, at: datetime) -> Party:
    """Whoever gave before is known by name."""
    known = Grant.objects.filter(coop=coop, funder__name=name).select_related("funder").first()
    if known is not None:
        return known.funder
    return create_party(kind=Party.Kind.ORGANISATION, name=name, language=coop.language, at=at)


def _owed(coop: Coop, at: datetime) -> Account:
    """One account for all who give: it is no client's, and no invoice stands behind it."""
    return ledger.open_account(coop=coop, kind=Account.Kind.RECEIVABLE, detail=DETAIL, at=at)


def _day(coop: Coop, day: date) -> date:
    return max(day, first_open_day(coop, day))


def _book(grant: Grant, made: Income, owed: Account, amount: int, version: int, by: Party, at: datetime) -> None:
    ledger.post(
        coop=grant.coop,
        kind=KIND,
        key=f"{KIND}:{grant.activity.number}.{grant.number}:{version}",
        date=made.entry.date,
        postings=[NewPosting(owed, amount, "granted"), *made.postings],
        basis=made.basis,
        facts={"grant": grant.number, **made.facts},
        by=by,
        at=at,
    )
