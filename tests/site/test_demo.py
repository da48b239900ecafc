"""The life that a demo co-op is given: one that a treasurer would show."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from marke.ledger.queries import sums_by_detail
from marke.ledger.services import Account
from marke.packs.registry import Pack
from marke.site.demo.year import Year
from marke_packs.delivery.pack import PACK as DELIVERY
from marke_packs.home_services.pack import PACK as HOME_SERVICES

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]
# The weeks between the first payday and the day on which most clients have paid.
FIRST_WEEKS = 75


@pytest.mark.parametrize("pack", [DELIVERY, HOME_SERVICES], ids=lambda pack: pack.demo.slug)
@pytest.mark.parametrize("today", [datetime(2026, 11, 22, 12, tzinfo=UTC), datetime(2026, 3, 15, 12, tzinfo=UTC)])
def test_its_bank_never_falls_below_zero(pack: Pack, today: datetime) -> None:
    assert pack.demo is not None
    days = min(pack.demo.days, FIRST_WEEKS)
    year = Year(pack, replace(pack.demo, days=days, proposals=(), applicant=None), today)
    for _day in year.play():
        pass
    held = [
        sum(sums_by_detail(year.coop, [Account.Kind.BANK], year.first + timedelta(days=number)).values())
        for number in range(days + 2)
    ]
    assert max(held) > 0
    assert min(held) >= 0, min(held)
