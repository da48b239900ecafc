"""The treasurer's month, pressed by eight at once while others book: closed once, handed in once, nothing behind it."""

from __future__ import annotations

from datetime import date

import pytest

from marke.common.invariants import invariants
from marke.ledger.models import ClosedPeriod, Transaction
from marke.ledger.periods import parse_period
from marke.ledger.queries import totals_by_kind
from marke.payments.models import Payment
from marke.payments.services import record_payment
from marke.treasury.models import MonthClose, VatPayment, VatReturn
from marke.treasury.services import close_month, hand_in_vat, record_vat_payment
from tests.factories.processes import PROCESSES, at_once
from tests.treasury.conftest import LATER, House

pytestmark = pytest.mark.django_db(transaction=True)
MARCH, QUARTER = parse_period("2026-03"), parse_period("2026-q1")


def sound(house: House) -> bool:
    return [fault for one in invariants for fault in one.check(house.coop)] == []


def vat(house: House) -> int:
    return sum(total.amount for total in totals_by_kind(house.coop) if total.kind == "vat")


def test_a_month_is_closed_once_while_others_book_in_it(house: House) -> None:
    """What was seen at the close is what the closed books say ever after."""

    def act(number: int) -> object:
        if number % 2:
            return close_month(coop=house.coop, period=MARCH, bank_said=None, by=house.treasurer.party, at=LATER)
        return record_payment(
            coop=house.coop, request=None, amount=1_00, date=date(2026, 3, 31), once_key=f"paid {number}", by=None, at=LATER
        )

    said = at_once(act)
    assert set(said) <= {"done", "ClosedAlready", "PeriodClosed"}
    assert said.count("ClosedAlready") == PROCESSES // 2 - 1
    [close] = MonthClose.objects.all()
    assert ClosedPeriod.objects.count() == 1
    assert close.bank_booked == 1_00 * Payment.objects.filter(date__lt=MARCH.until).count()
    assert sound(house)


def test_one_form_hands_the_vat_in_once(house: House) -> None:
    def act(_: int) -> object:
        return hand_in_vat(coop=house.coop, period=QUARTER, deductible=10_00, once_key="a form", by=None, at=LATER)

    assert at_once(act) == ["done"] * PROCESSES
    assert (VatReturn.objects.count(), Transaction.objects.count(), vat(house)) == (1, 1, 10_00)


def test_of_eight_forms_the_last_replaces_those_before(house: House) -> None:
    def act(number: int) -> object:
        return hand_in_vat(coop=house.coop, period=QUARTER, deductible=number * 1_00, once_key=f"{number}", by=None, at=LATER)

    assert at_once(act) == ["done"] * PROCESSES
    assert list(VatReturn.objects.order_by("number").values_list("number", flat=True)) == list(range(1, PROCESSES + 1))
    assert vat(house) == VatReturn.objects.latest("number").deductible
    assert sound(house)


def test_one_form_pays_the_vat_once(house: House) -> None:
    done = hand_in_vat(coop=house.coop, period=QUARTER, once_key="in", by=None, at=LATER)

    def act(_: int) -> object:
        return record_vat_payment(vat_return=done, amount=7_00, date=LATER.date(), once_key="a form", by=None, at=LATER)

    assert at_once(act) == ["done"] * PROCESSES
    assert (VatPayment.objects.count(), vat(house)) == (1, 7_00)
