"""The day of the co-op counts, wherever the server stands."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marke.common.clock import local_date, local_midnight, twelve_months_before

ZONES = ("Europe/Brussels", "Pacific/Auckland", "America/New_York", "Pacific/Kiritimati", "Pacific/Pago_Pago")
EVE = datetime(2026, 12, 31, 11, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "at", "since"),
    [
        # In Auckland 2027 has begun: the twelve months are those from 2 January 2026 on.
        ("Pacific/Auckland", EVE, datetime(2026, 1, 1, 11, tzinfo=UTC)),
        ("Europe/Brussels", EVE, datetime(2025, 12, 31, 23, tzinfo=UTC)),
        # What was on 29 February 2028 counts until 28 February 2029; what was on 1 March no longer on 1 March.
        ("Europe/Brussels", datetime(2029, 2, 27, 12, tzinfo=UTC), datetime(2028, 2, 27, 23, tzinfo=UTC)),
        ("Europe/Brussels", datetime(2028, 3, 1, 12, tzinfo=UTC), datetime(2027, 3, 1, 23, tzinfo=UTC)),
    ],
)
def test_twelve_months_begin_at_a_local_midnight(zone: str, at: datetime, since: datetime) -> None:
    assert twelve_months_before(at, zone) == since


@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)), st.sampled_from(ZONES))
def test_twelve_months_are_a_year_of_whole_days(at: datetime, zone: str) -> None:
    since = twelve_months_before(at, zone)
    assert since == local_midnight(local_date(since, zone), zone)
    assert timedelta(364) < at - since <= timedelta(366, hours=2)
    assert local_date(since, zone).year == local_date(at, zone).year - 1 or local_date(since, zone).timetuple()[1:3] == (1, 1)
