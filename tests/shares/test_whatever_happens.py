"""Property: whatever members, officers and banks do, no cent is lost, and register and ledger agree at every date."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marke.common.refusal import Refused
from marke.ledger.models import Posting
from marke.parties.models import Coop, Membership
from marke.payments.models import Payment, PaymentRequest
from marke.payments.services import record_payment, reverse_payment
from marke.shares import queries, services
from marke.shares.models import ShareClass, ShareEvent, ShareRequest, ShareTransfer
from marke_core import share_register
from tests.factories.parties import T0, make_coop, make_member
from tests.shares.scene import DAY, faults, founded, open_class, set_value

pytestmark = pytest.mark.django_db
STEPS = [
    "ask",
    "pay",
    "pay_part",
    "reverse",
    "cancel",
    "refund",
    "call",
    "sell",
    "agree",
    "consent",
    "give",
    "convert",
    "inherit",
    "wait",
]


@pytest.fixture
def coop() -> Coop:
    coop = founded(make_coop(), shares__transfer="consent", shares__conversion="members", shares__reflection=86_400)
    set_value(coop, "shares.entry_fee", 333)
    open_class(coop, "part", price=2_500, paid_in_minimum=[1, 4], transfer="members", entry_fee=0, reflection=0)
    return coop


class World:
    """What the steps work on; every step is done or refused, never half."""

    def __init__(self, coop: Coop) -> None:
        self.coop, self.at = coop, T0 + DAY
        self.classes = [services.ordinary_class(coop, T0), *ShareClass.objects.filter(code="part")]
        self.members = [make_member(coop, f"M{number}", with_user=False) for number in range(3)]

    def do(self, step: str, who: int, shares: int, key: str) -> None:
        member, share_class = self.members[who % 3], self.classes[shares % 2]
        self.at += timedelta(hours=7)
        try:
            with transaction.atomic():
                getattr(self, step)(member, share_class, shares, key)
        except Refused:
            pass

    def wait(self, *_: object) -> None:
        self.at += 2 * DAY
        services.allot_after_reflection(coop=self.coop, at=self.at)

    def ask(self, member: Membership, share_class: ShareClass, shares: int, key: str) -> None:
        wanted = [(each, shares) for each in self.classes] if shares == 3 else [(share_class, shares)]
        services.request_several(membership=member, wanted=wanted, once_key=key, by=member.party, at=self.at)

    def pay(self, member: Membership, share_class: ShareClass, shares: int, key: str, part: int = 0) -> None:
        open_ = PaymentRequest.objects.open().filter(coop=self.coop, party=member.party)
        for number, asked in enumerate(open_[:1] if part else open_):
            record_payment(
                coop=self.coop, request=asked, amount=part or asked.amount, date=self.at.date(), once_key=f"{key}.{number}",
                surplus="refund", by=None, at=self.at,
            )  # fmt: skip

    def pay_part(self, member: Membership, share_class: ShareClass, shares: int, key: str) -> None:
        self.pay(member, share_class, shares, key, part=1_111 * shares)

    def reverse(self, member: Membership, *_: object) -> None:
        paid = Payment.objects.filter(request__party=member.party, reversed_at=None).order_by("-number").first()
        if paid:
            reverse_payment(payment=paid, reason="x", by=None, at=self.at)

    def cancel(self, member: Membership, *_: object) -> None:
        for request in ShareRequest.objects.filter(membership=member).order_by("-number")[:1]:
            services.cancel_request(request=request, by=None, at=self.at)

    def refund(self, member: Membership, share_class: ShareClass, shares: int, key: str) -> None:
        for request in ShareRequest.objects.filter(membership=member).order_by("number"):
            if queries.standing_of(request).cancelled:
                services.refund_shares(request=request, date=self.at.date(), once_key=key, by=None, at=self.at)

    def call(self, member: Membership, share_class: ShareClass, *_: object) -> None:
        services.call_class(coop=self.coop, share_class=self.classes[1], by=None, at=self.at)

    def sell(self, member: Membership, share_class: ShareClass, shares: int, key: str, reason: str = "sale") -> None:
        other = self.members[(self.members.index(member) + 1) % 3]
        services.ask_transfer(
            giver=member, receiver=None if reason == "gift_to_coop" else other, share_class=share_class, shares=shares,
            reason=reason, once_key=key, by=member.party, at=self.at,
            to_class=next(each for each in self.classes if each != share_class) if reason == "conversion" else None,
        )  # fmt: skip

    def give(self, member: Membership, share_class: ShareClass, shares: int, key: str) -> None:
        self.sell(member, share_class, shares, key, "gift_to_coop")

    def convert(self, member: Membership, share_class: ShareClass, shares: int, key: str) -> None:
        self.sell(member, share_class, shares, key, "conversion")

    def inherit(self, member: Membership, share_class: ShareClass, shares: int, key: str) -> None:
        heir = self.members[(self.members.index(member) + 2) % 3]
        services.inherit(giver=member, heir=heir, note="deed", once_key=key, by=None, at=self.at)

    def agree(self, member: Membership, *_: object) -> None:
        for found in ShareTransfer.objects.filter(receiver=member).order_by("-number")[:2]:
            services.agree_transfer(transfer=found, by=member.party, at=self.at)

    def consent(self, *_: object) -> None:
        for found in ShareTransfer.objects.order_by("-number")[:2]:
            services.consent_transfer(transfer=found, by=None, at=self.at)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 2), st.integers(1, 4)), min_size=5, max_size=30))
def test_whatever_happens_no_cent_is_lost_and_register_and_ledger_agree_at_every_date(
    coop: Coop, steps: list[tuple[str, int, int]]
) -> None:
    with transaction.atomic():
        world = World(coop)
        for name in ("ask", "pay"):  # so that there is something to do from the start
            for who in range(3):
                world.do(name, who, 3, f"{name}{who}")
        world.wait()
        for number, (step, who, shares) in enumerate(steps):
            world.do(step, who, shares, f"s{number}")
        assert not faults(coop)
        check_money(coop)
        check_dates(coop)
        transaction.set_rollback(True)


def check_money(coop: Coop) -> None:
    """All that came in is capital, waits, was paid back, or is the co-op's for good."""
    totals: dict[str, int] = defaultdict(int)
    for kind, amount in Posting.objects.filter(coop=coop).values_list("account__kind", "amount"):
        totals[kind] += amount
    assert totals["bank"] == -(totals["shares"] + totals["shares_pending"] + totals["refunds"] + totals["reserve"])
    assert set(totals) <= {"bank", "shares", "shares_pending", "refunds", "reserve"}
    assert totals["shares_pending"] <= 0


def check_dates(coop: Coop) -> None:
    """At the end of every day, by member and class: the ledger's balance is the register's capital."""
    events = queries.read_events(ShareEvent.objects.filter(coop=coop))
    party = dict(Membership.objects.filter(coop=coop).values_list("pk", "party_id"))
    for day in sorted({event.date for event in events}):
        registered = {
            (party[member], "" if code == "ordinary" else code): amount
            for (member, code), amount in share_register.capital(events, day).items()
        }
        booked: dict[tuple[int | None, str], int] = defaultdict(int)
        legs = Posting.objects.filter(coop=coop, account__kind="shares", transaction__date__lte=day)
        for owner, detail, amount in legs.values_list("account__party", "account__detail", "amount"):
            booked[owner, detail] -= amount
        assert {key: amount for key, amount in booked.items() if amount} == registered
        held = {key for key, shares in share_register.holdings_by_class(events, day).items() if shares}
        assert {(party[member], "" if code == "ordinary" else code) for member, code in held} >= set(registered)
        rows = queries.holdings_by_class(coop, day)
        assert sum(row.amount for row in rows) == sum(registered.values())
        lots = share_register.lots(events, day)
        assert sum(lot.paid for lot in lots) == sum(registered.values())
