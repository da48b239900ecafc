"""A till that sends its booking eight times at the same moment: it is booked once, and every answer names the same job."""

from __future__ import annotations

from datetime import timedelta

import pytest

from marke.common import clock
from marke.doors.models import ApiBooking
from marke.jobs.models import Job
from tests.factories.doors import Program, make_program
from tests.factories.jobs import make_service
from tests.factories.parties import make_client, make_coop
from tests.factories.processes import PROCESSES, at_once
from tests.factories.rules import found


@pytest.mark.django_db(transaction=True)
def test_bookings_with_the_same_idempotency_key_at_once_are_one():
    coop = make_coop("velo")
    found(coop)
    till = make_program(coop, make_client(coop))
    when = (clock.now() + timedelta(hours=3)).isoformat()
    wanted = {"service": make_service(coop).pk, "starts_at": when, "place": {"address": "Rue du Midi 12"}}

    def act(_: int) -> None:
        answer = Program(coop, till.key).book(wanted, "order-0001")
        assert (answer.status_code, answer.json()["number"]) == (201, 1), answer.content  # type: ignore[attr-defined]

    assert at_once(act) == ["done"] * PROCESSES
    assert (Job.objects.count(), ApiBooking.objects.count()) == (1, 1)
