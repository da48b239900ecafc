"""INV-ACTIVITY-1: at every date, what activities hold by their entries is what the ledger holds for them, and nothing is lost."""

from __future__ import annotations

import random
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import transaction

from marke.activities.checks import booked, held
from marke.activities.models import Activity, Entry, Grant
from marke.activities.services import (
    close_activity,
    end_months,
    open_activity,
    pay_out_due,
    record_grant,
    return_grant,
    share,
    tell_expense,
    write_off,
)
from marke.common.invariants import invariants
from marke.common.refusal import Refused
from marke.decisions.what_if import what_if
from marke.ledger.queries import sums_by_detail
from marke.ledger.services import Account
from marke.parties.services import create_circle, join_circle
from tests.factories.activities import asked, invoiced, open_for, paid
from tests.factories.parties import T0, make_client, make_coop, make_member
from tests.factories.rules import found

RULES = (
    {"activities__reserve": [1, 10], "activities__limit_client": 70_000},
    {"activities__payout_on": "paid", "activities__expenses_off": [1, 1], "activities__monthly_fee": 3_000},
    {"activities__cap_month": 9_000, "activities__floor_month": 5_000, "activities__limit_activity": 50_000},
    {"activities__payout_on": "worked", "activities__payout_days": 3, "activities__limit_client": 60_000},
)


class Life:
    """Forty things that happen to three businesses and a team, one after the other."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.coop = make_coop(f"life{seed}")
        found(self.coop, activities__open_to="teams", **RULES[seed % len(RULES)])
        self.members = [make_member(self.coop, name) for name in ("Ann", "Bo", "Cy")]
        self.officer = make_member(self.coop, "Tess", offices=("treasurer",))
        self.clients = [make_client(self.coop, name) for name in ("Zoo", "Inn")]
        circle = create_circle(coop=self.coop, name="Film", by=None, at=T0)
        for member in self.members:
            join_circle(circle=circle, membership=member, by=None, at=T0)
        self.own = [open_for(member) for member in self.members]
        self.own.append(open_activity(coop=self.coop, name="Film", circle=circle, once_key="film", by=None, at=T0))
        self.at, self.papers = T0, 0

    def go_on(self) -> None:
        self.at += timedelta(hours=self.chance.randrange(1, 130))
        activity = Activity.objects.get(pk=self.chance.choice(self.own).pk)
        often = [self.invoice, self.invoice, self.invoice, self.pay, self.pay, self.clock, self.clock]
        seldom = [self.credit, self.spend, self.write_off, self.share, self.close, self.grant, self.give_back]
        happens = self.chance.choice([*often, *seldom])
        with suppress(Refused), transaction.atomic():
            happens(activity)

    def invoice(self, activity: Activity) -> None:
        self.papers += 1
        net, days = self.chance.randrange(1, 90_000), self.chance.choice((None, -30, -2, 0, 1, 12, 60))
        worked_on = None if days is None else self.at.date() + timedelta(days=days)
        invoiced(
            activity, self.chance.choice(self.clients), net, f"2026-{self.papers}", vat=net * 21 // 100, at=self.at,
            worked_on=worked_on,
        )  # fmt: skip

    def _some(self, activity: Activity) -> Entry | None:
        return Entry.objects.filter(activity=activity, kind="invoice", request__withdrawn_at=None).order_by("?").first()

    def credit(self, activity: Activity) -> None:
        if (entry := self._some(activity)) is not None:
            self.papers += 1
            net = self.chance.randrange(1, entry.invoiced + 1)
            client = next(client for client in self.clients if client.party_id == entry.client_id)
            invoiced(activity, client, -net, f"CN-{self.papers}", vat=-(net * 21 // 100), at=self.at, of=entry.paper)

    def grant(self, activity: Activity) -> None:
        self.papers += 1
        record_grant(
            activity=activity, funder="City", what="A mural", amount=self.chance.randrange(1, 90_000), granted_on=self.at.date(),
            due_on=self.at.date(), once_key=f"grant-{self.papers}", by=self.officer.party, at=self.at,
        )  # fmt: skip

    def give_back(self, activity: Activity) -> None:
        if (found := Grant.objects.filter(activity=activity).order_by("?").first()) is not None:
            return_grant(grant=found, by=self.officer.party, at=self.at)

    def pay(self, activity: Activity) -> None:
        if (entry := self._some(activity)) is not None:
            paid(activity, entry.paper, self.chance.randrange(1, asked(activity, entry.paper).amount + 1), self.at)

    def spend(self, activity: Activity) -> None:
        tell_expense(
            activity=activity, what="Paper", amount=self.chance.randrange(1, 5_000), spent_on=T0.date(), picture=None,
            once_key=str(self.at), by=self.chance.choice(self.members).party, at=self.at,
        )  # fmt: skip

    def write_off(self, activity: Activity) -> None:
        if (entry := self._some(activity)) is not None and self.chance.random() < 0.3:
            write_off(income=entry, reason="bankrupt", by=self.officer.party, at=self.at)

    def share(self, activity: Activity) -> None:
        weights = [(own.number, self.chance.randrange(5)) for own in self.own[:3]]
        share(
            activity=self.own[3], total=self.chance.randrange(1, 40_000), key="hours", weights=weights, once_key=str(self.at),
            by=None, at=self.at,
        )  # fmt: skip

    def clock(self, activity: Activity) -> None:
        end_months(self.at)
        pay_out_due(self.at)

    def close(self, activity: Activity) -> None:
        if self.chance.random() < 0.2:
            close_activity(activity=activity, by=None, at=self.at)


@pytest.mark.django_db
@pytest.mark.parametrize("seed", [0, 1, 2, 3, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(4, 40))])
def test_whatever_happens_activities_and_ledger_agree_at_every_date(seed):
    life = Life(seed)
    for _turn in range(40):
        life.go_on()
    coop = life.coop
    days = sorted({day + timedelta(days=1) for day in Entry.objects.filter(coop=coop).values_list("date", flat=True)})
    assert len(days) > 5
    for day in [*days[:: max(1, len(days) // 8)], days[-1]]:
        assert held(coop, day) == booked(coop, day)
        assert sum(sums_by_detail(coop, list(Account.Kind.values), day).values()) == 0
    assert list(invariants.get("INV-ACTIVITY-1").check(coop)) == []
    assert not Entry.objects.filter(coop=coop, kind="payout", moved__gt=0).exists()


@pytest.mark.django_db
def test_a_year_is_replayed_under_another_contribution_cap_and_fee():
    coop = make_coop("smart")
    found(coop, activities__open_to="members", activities__reserve=[1, 10])
    client, at = make_client(coop, "Zoo"), T0
    members = [make_member(coop, name) for name in ("Ann", "Bo", "Cy", "Di")]
    for place, member in enumerate(members):
        own = open_for(member)
        for month in range(3):
            invoiced(own, client, 100_000 + place, f"2026-{place}{month}", at=at + timedelta(days=30 * month))
        invoiced(own, client, 50_000, f"2026-{place}x", at=at)
        invoiced(own, client, -50_000, f"CN-{place}", at=at + timedelta(days=1), of=f"2026-{place}x")
    later = at + timedelta(days=100)
    seen = what_if(coop=coop, key="activities.contribution", value=[1, 10], viewer=members[0].party, at=later)
    assert (seen.sentence, seen.common.before, seen.common.after) == ("", 12 * 6_500, 12 * 10_000 + 0)
    assert seen.me is not None and (seen.me.before, seen.me.after) == (3 * 93_500, 3 * 90_000)
    capped = what_if(coop=coop, key="activities.cap_year", value=10_000, viewer=members[0].party, at=later)
    assert (capped.common.before, capped.common.after) == (12 * 6_500, 4 * 10_000)
