"""Outside money turned into commons: what is still to be bought back."""

from datetime import timedelta
from fractions import Fraction

import pytest

from marke.capital.buying_back import Meter, meters
from marke.parties.models import Coop, Membership
from marke.payments.services import record_payment
from marke.rules.queries import rulebook
from marke.shares.models import ShareClass
from marke.shares.services import open_share_class, request_shares
from marke.shares.services.exit_effects import take_effect
from marke.shares.services.exits import ask_exit
from tests.factories.pages import browser_of
from tests.factories.parties import T0, make_coop, make_member
from tests.factories.rules import found
from tests.shares.scene import set_value

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def hold(who: Membership, share_class: ShareClass, shares: int) -> None:
    asked = request_shares(
        membership=who, share_class=share_class, shares=shares, once_key=f"{share_class.code} {who.number}", by=None, at=T0
    )
    record_payment(
        coop=who.coop,
        request=asked.payment_request,
        amount=asked.amount,
        date=T0.date(),
        once_key=f"pays {share_class.code} {who.number}",
        by=None,
        at=T0,
    )


@pytest.fixture
def funders() -> ShareClass:
    coop = make_coop()
    found(coop, shares__price=5_000)
    funders = open_share_class(coop=coop, code="funders", name="Funders", decision=None, by=None, at=T0)
    for key, value in (("capital.bought_back", True), ("shares.return_kind", "fixed"), ("shares.return_cap", [3, 100])):
        set_value(coop, key, value, share_class="funders", at=T0 + DAY)
    return funders


def read(coop: Coop) -> list[Meter]:
    return meters(coop, rulebook(coop, T0 + 2 * DAY))


def test_only_classes_that_are_bought_back_have_a_meter(funders: ShareClass) -> None:
    assert read(funders.coop) == [Meter(funders, 0, 0, Fraction(3, 100))]
    plain = make_coop("plain")
    found(plain)
    assert read(plain) == []


def test_what_is_given_back_turns_outside_money_into_commons(funders: ShareClass) -> None:
    coop = funders.coop
    ada, ben = make_member(coop, "Ada"), make_member(coop, "Ben")
    hold(ada, funders, 60)
    hold(ben, funders, 20)
    assert [(m.paid_in, m.bought_back, m.left) for m in read(coop)] == [(4_000_00, 0, 4_000_00)]
    exit = ask_exit(membership=ada, share_class=funders, shares=15, once_key="some back", by=None, at=T0 + 2 * DAY)
    take_effect(exit=exit, by=None, at=T0 + timedelta(days=400))
    (meter,) = read(coop)
    assert (meter.paid_in, meter.bought_back, meter.left, meter.per_cent) == (4_000_00, 750_00, 3_250_00, 18)


def test_every_member_sees_the_meter(funders: ShareClass) -> None:
    ada = make_member(funders.coop, "Ada")
    hold(ada, funders, 60)
    shown = browser_of(ada).get("/velo/capital/").content.decode()
    assert "Still to be bought back" in shown
    assert "€3,000.00" in shown
    assert "It brings at most 3% a year" in shown.replace("\xa0", "").replace("3 %", "3%")
