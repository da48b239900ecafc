"""A co-op that has its form already when it is founded here says which; who has none is asked nothing more."""

import pytest
from django.test import Client as Browser
from lxml.html import HtmlElement, document_fromstring

from marke.parties.models import Coop
from marke.parties.services import create_party
from marke.rules.models import Decision
from marke.rules.queries import rulebook
from marke.site.services import Plan, found_coop
from marke.statutes.limits import BeyondTheFigure
from marke.statutes.models import Adoption
from marke.statutes.queries import awaiting_deed, our_form
from tests.factories.parties import T0

pytestmark = pytest.mark.django_db


def plan(**changes: object) -> Plan:
    plain = {
        "name": "Glans",
        "pack": "home_services",
        "country": "BE",
        "legal_form": "cooperative",
        "language": "en",
        "rules": {},
    }
    return Plan(**{**plain, **changes})  # type: ignore[arg-type]


def found_it(**changes: object) -> Coop:
    founder = create_party(name="Ineke", email="ineke@example.org", language="en", at=T0)
    return found_coop(plan=plan(**changes), founder=founder, at=T0).coop


def test_its_first_rules_are_those_of_its_form_by_the_founding_decision() -> None:
    coop = found_it(regime="be_cv")
    book = rulebook(coop, T0)
    assert book.value("shares.exit_price") == "net_assets"
    assert book.value("shares.exit_window") == 6  # what one begins with; nobody has decided anything else yet
    assert book.entry("shares.exit_price").decision.kind == Decision.Kind.FOUNDING
    assert our_form(coop, T0.date()).form.code == "be_cv"  # type: ignore[union-attr]
    assert awaiting_deed(coop) is None


def test_a_rule_that_its_form_does_not_allow_is_refused_and_nothing_is_founded() -> None:
    with pytest.raises(BeyondTheFigure, match="allows"):
        found_it(regime="be_cv", rules={"shares.exit_price": "paid_in"})
    assert not Coop.objects.exists()


def test_without_a_form_nothing_is_asked_and_nothing_binds() -> None:
    coop = found_it(legal_form="none")
    assert not Adoption.objects.exists()
    assert rulebook(coop, T0).value("shares.exit_window") == 0


START = {"name": "Glans", "pack": "home_services", "country": "BE", "founder": "Ineke", "email": "ineke@example.org"}


def test_the_pages_ask_which_form_only_of_who_has_one(client: Browser) -> None:
    client.post("/start/", {**START, "legal_form": "none"})
    assert "Which one is it?" not in client.get("/start/rules/").content.decode()
    client.post("/start/", {**START, "legal_form": "cooperative"})
    told = client.get("/start/rules/").content.decode()
    assert "Which one is it?" in told
    assert "CV / SC, co-operative company (Belgium)" in told
    assert "SCIC" not in told


def filled_in(page: HtmlElement) -> dict[str, str]:
    """What a browser would send of the page's main form as it stands."""
    form = next(form for form in page.forms if form.get("class") == "form")
    return {name: str(value) for name, value in form.form_values()}


def test_the_form_that_was_chosen_stands_on_the_last_page_and_is_founded(client: Browser) -> None:
    client.post("/start/", {**START, "legal_form": "cooperative"})
    asked = document_fromstring(client.get("/start/rules/").content.decode())
    answer = client.post("/start/rules/", {**filled_in(asked), "regime": "be_cv"})
    assert answer.status_code == 302, answer.content[:3000]
    assert "co-operative company (Belgium)" in client.get("/start/check/").content.decode()
    client.post("/start/check/")
    assert Adoption.objects.get().regime == "be_cv"
