"""Shares that are due for a year in which a member used the co-op."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction

from marke.common import clock
from marke.ledger.owed import parties_with_entries
from marke.ledger.services import Account
from marke.parties.models import Coop, Membership
from marke.payments import services as payments
from marke.rules.models import RuleValue
from marke.rules.queries import Rulebook, rulebook
from marke.shares import queries
from marke.shares.models import ShareClass, ShareRequest
from marke.shares.services.classes import ordinary_class
from marke.shares.services.eligibility import is_for
from marke.shares.services.requests import draft_request, enter_requests

KEY = "shares.per_year_of_use"
# Earning through the co-op is use, and so is buying from it.
USE = (Account.Kind.EARNINGS, Account.Kind.RECEIVABLE)
NOT_USE = ("opening", "payment", "payment_match", "pay_run", "refund", "year_pay", "year_repay")


def request_for_use(*, coop: Coop, at: datetime) -> int:
    """Asks every member who used the co-op this year, or the year before, for the shares that the rules make due.

    Once for each member, class and year, however often it runs. Use counts from the day on which the rule came into force.
    Returns: how many requests were made.
    """
    if not RuleValue.objects.filter(coop=coop, key=KEY, replaced_at=None).exclude(value=0).exists():
        return 0
    year = clock.local_date(at, coop.timezone).year
    return sum(_request_for_year(coop, each, at) for each in (year - 1, year))


@transaction.atomic
def _request_for_year(coop: Coop, year: int, at: datetime) -> int:
    payments.lock_coop(coop.pk)
    ordinary = ordinary_class(coop, at)
    end = clock.local_midnight(date(year + 1, 1, 1), coop.timezone) - timedelta(microseconds=1)
    then, now = rulebook(coop, min(at, end)), rulebook(coop, at)
    if not then.has(KEY) or not now.has("shares.price"):
        return 0
    of_coop = [each for each in queries.classes(coop) if each.closed_at is None] or [ordinary]
    return sum(_request_for_class(share_class, year, then, now, at) for share_class in of_coop)


def _request_for_class(share_class: ShareClass, year: int, then: Rulebook, now: Rulebook, at: datetime) -> int:
    coop, due = share_class.coop, then.value(KEY, share_class=share_class.code)
    if not due:
        return 0
    in_force = clock.local_date(then.entry(KEY, share_class=share_class.code).valid_from, coop.timezone)
    since, until = max(date(year, 1, 1), in_force), date(year + 1, 1, 1)
    used = parties_with_entries(coop, USE, since, until, except_kinds=NOT_USE)
    asked = ShareRequest.objects.filter(share_class=share_class, year_of_use=year).values("membership")
    members = Membership.objects.filter(coop=coop, state=Membership.State.MEMBER).exclude(pk__in=asked)
    made = 0
    for membership in members.select_related("party", "coop").order_by("number"):
        if membership.party_id in used and is_for(membership, share_class, now):
            key = f"use:{year}:{share_class.code}:{membership.number}"
            draft = draft_request(membership, share_class, due, now, once_key=key, year_of_use=year, at=at)
            enter_requests([draft], by=None, at=at)
            made += 1
    return made
