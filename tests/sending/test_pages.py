"""The treasurer's pages about e-invoices."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from marke.common.asks import asks
from marke.invoices.models import Invoice
from marke.parties.models import Coop
from marke.sending import services
from marke.sending.access_point import access_points
from marke.sending.models import Connection, Transmission
from marke_core.einvoice.check import check
from tests.factories.invoices import DONE
from tests.factories.pages import browser_of
from tests.factories.parties import make_member

pytestmark = pytest.mark.django_db

HTTP = {"kind": "http", "url": "https://ap.example/v1", "key": "k-1", "participant": "0208:0417497106"}


@pytest.fixture
def treasurer(coop: Coop) -> Any:
    return browser_of(make_member(coop, "Lea", offices=("treasurer",)))


def test_a_co_op_is_connected_and_the_key_is_never_shown(coop: Coop, treasurer: Any) -> None:
    assert "Not connected" in treasurer.get("/velo/e-invoices/").content.decode()
    assert 'value="0208:0417497106"' in treasurer.get("/velo/e-invoices/connection/").content.decode()  # by its VAT number
    assert treasurer.post("/velo/e-invoices/connection/", HTTP).status_code == 302
    page = treasurer.get("/velo/e-invoices/").content.decode()
    assert "0208:0417497106" in page and "k-1" not in page
    treasurer.post("/velo/e-invoices/connection/closing/")
    assert Connection.objects.get().closed_at is not None


@pytest.mark.parametrize(
    "wrong", [{"participant": "0208:1"}, {"url": "http://ap.example"}, {"key": ""}, {"kind": "partner"}, {"kind": "fax"}]
)
def test_what_is_wrong_is_said_and_nothing_is_connected(coop: Coop, treasurer: Any, wrong: dict[str, str]) -> None:
    """The trading partner is for the demo: elsewhere nobody may take it for the network."""
    assert not access_points.get("partner").offered
    assert treasurer.post("/velo/e-invoices/connection/", HTTP | wrong).status_code == 422
    assert not Connection.objects.exists()


def test_a_client_is_given_another_place_or_none(coop: Coop, gallery: Any, treasurer: Any) -> None:
    treasurer.post("/velo/e-invoices/connection/", HTTP)
    assert "0208:0999900348" in treasurer.get("/velo/e-invoices/").content.decode()
    assert treasurer.post(f"/velo/e-invoices/clients/{gallery.number}/", {"participant": "peppol"}).status_code == 422
    treasurer.post(f"/velo/e-invoices/clients/{gallery.number}/", {"participant": ""})
    page = treasurer.get("/velo/e-invoices/").content.decode()
    assert "0208:0999900348" not in page and "by mail only, with a PDF" in page


def test_a_paper_that_was_not_sent_can_be_had_as_a_file(
    coop: Coop, gallery: Any, issue: Callable[..., Invoice], treasurer: Any
) -> None:
    number = issue().number
    assert f"/velo/e-invoices/{number}/file.xml" in treasurer.get(f"/velo/invoices/{number}/").content.decode()
    file = treasurer.get(f"/velo/e-invoices/{number}/file.xml")
    assert check(file.content).valid
    services.write_recipient(client=gallery, participant="", by=None, at=DONE)
    refused = treasurer.get(f"/velo/e-invoices/{number}/file.xml")
    assert refused.status_code == 409
    assert "It is not known where" in refused.content.decode()


def test_a_paper_says_how_it_went_and_what_was_answered(
    coop: Coop, gallery: Any, issue: Callable[..., Invoice], treasurer: Any, django_assert_max_num_queries: Any
) -> None:
    """Whose number ends so refuses everything."""
    services.open_connection(
        coop=coop, kind="partner", url="", key="", participant="0208:0417497106", by=None, at=DONE - timedelta(days=1)
    )
    services.write_recipient(client=gallery, participant="0060:123456000", by=None, at=DONE)
    for price in (100, 200, 300):
        issue(price)
    for turn in (services.prepare, services.deliver, services.follow, services.collect):
        turn(DONE + timedelta(minutes=1))
    number = Transmission.objects.order_by("id")[0].paper.number
    with django_assert_max_num_queries(22):
        page = treasurer.get("/velo/e-invoices/").content.decode()
    assert page.count("the client refuses it") == 6  # at the top, because somebody has to look, and among all
    assert page.index("Somebody has to look") < page.index("Not ordered by us") < page.index("What was sent")
    page = treasurer.get(f"/velo/e-invoices/{number}/").content.decode()
    assert "Not ordered by us" in page and "a reference is missing or wrong" in page
    file = treasurer.get(f"/velo/e-invoices/{number}/file.xml")
    assert file.content == bytes(Transmission.objects.order_by("id")[0].content)
    (task,) = asks.get("sending").of_offices(coop, frozenset({"treasurer"}), DONE)  # type: ignore[misc]
    assert task.sentence == "3 e-invoices need a look"
