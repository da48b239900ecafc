"""Why a job has its price: what was promised at the booking."""

import pytest

from marke.jobs.models import JobEvent
from marke.jobs.price_words import price_why
from tests.factories.jobs import make_job, make_service
from tests.factories.parties import make_client, make_coop
from tests.factories.rules import found

pytestmark = pytest.mark.django_db


def test_the_parts_of_a_price_add_up_to_what_the_client_pays() -> None:
    coop = make_coop()
    found(coop)
    job = make_job(coop, make_client(coop), service=make_service(coop, "House cleaning", 2500, per="hour"), minutes=180)
    why = price_why(job, [], vat=1575)
    assert why.formula == "The price an hour, times the hours, as promised at the booking"
    assert why.values == (("House cleaning, 3 hours", "€75.00"), ("VAT", "€15.75"))
    assert why.rules == ()


def test_a_price_that_was_questioned_does_not_claim_to_be_the_one_of_the_booking() -> None:
    coop = make_coop()
    found(coop)
    job = make_job(coop, make_client(coop), service=make_service(coop))
    why = price_why(job, [JobEvent(state="disputed")])
    assert "after a question or a correction" in why.formula
    assert why.values == ()
