"""The pages about what work costs: for a stranger, a member, the coordinator; with and without JavaScript."""

import pytest
from django.test import Client as Browser
from django.urls import reverse

from marke.rates.models import ClientFare, MemberFare
from tests.factories.pages import browser_of
from tests.factories.parties import make_client, make_coop, make_member
from tests.factories.rates import make_fare_coop
from tests.factories.rules import found

pytestmark = pytest.mark.django_db


@pytest.fixture
def coop(db):
    return make_fare_coop(rates__set_by="member")


def page(browser, name, *args, **query):
    return browser.get(reverse(f"rates:{name}", args=["velo", *args]), query).content.decode()


def test_a_stranger_reads_the_fare_and_works_out_an_example(coop):
    text = page(Browser(), "rates", km="12", minutes="70", items="1", kg="", day="1", hour="12", begins="Centre", ends="Centre")
    assert "Per km beyond 2" in text and "10 km × €1.40" in text and "€19.00" in text
    assert "My own fare" not in text


@pytest.mark.parametrize(("hour", "total"), [("19", "€9.20"), ("20", "€11.50")])
def test_the_example_follows_the_hour(coop, hour, total):
    assert total in page(Browser(), "rates", km="5", items="1", hour=hour, day="1", begins="Centre", ends="Centre")


def test_with_htmx_only_the_answer_comes_back(coop):
    text = Browser().get(reverse("rates:rates", args=["velo"]), {"km": "12"}, headers={"HX-Request": "true"}).content.decode()
    assert 'id="answer"' in text and "<h1" not in text


def test_what_was_typed_wrong_is_said_and_kept(coop):
    text = page(Browser(), "rates", km="twelve", hour="99")
    assert "twelve" in text and "Correct what you filled in" in text


def test_a_co_op_without_a_fare_says_so(db):
    found(make_coop())
    assert "Everything has a fixed price" in page(Browser(), "rates")


def test_a_member_sets_their_own_fare_and_sees_it(coop):
    amina = browser_of(make_member(coop, "Amina"))
    address = reverse("rates:mine", args=["velo", "delivery"])
    form = {"row_0": "6.00", "row_1": "1.40", "row_2": "1.50", "row_3": "2.00", "row_5": "8.50", "from_on": "2999-01-01"}
    refused = amina.post(address, form)
    assert refused.status_code == 422 and not MemberFare.objects.exists()
    from marke.common import clock

    done = amina.post(address, {**form, "from_on": clock.local_date(clock.now(), coop.timezone).isoformat()})
    assert done.status_code == 302
    assert "Your own fare counts since" in amina.get(address).content.decode()


def test_beyond_the_bounds_the_form_says_which(coop):
    amina = browser_of(make_member(coop, "Amina"))
    refused = amina.post(reverse("rates:mine", args=["velo", "delivery"]), {"row_0": "99.00", "from_on": "2026-12-01"})
    assert refused.status_code == 422 and "€7.50" in refused.content.decode()
    assert not MemberFare.objects.exists()


def test_where_the_fare_is_the_same_for_all_the_page_says_by_which_rule(db):
    coop = make_fare_coop()
    assert "The fare is the same for all" in page(browser_of(make_member(coop)), "mine", "delivery")


def test_a_fare_is_tried_before_it_is_proposed(coop):
    amina = browser_of(make_member(coop, "Amina"))
    address = reverse("rates:try", args=["velo", "delivery"])
    text = amina.post(
        address, {"value": "Base; 7,00\nBy formula; ; ; ; ; ; ; ; km / 2\nSurcharge; ; 10 %; ; Sunday"}
    ).content.decode()
    assert "€9.50" in text and "Propose this fare" in text
    wrong = amina.post(address, {"value": "Base; 7,00\nExtra; 2; ; ; ; ; ; Moon"})
    assert wrong.status_code == 422 and "“Moon”" in wrong.content.decode() and "Base; 7,00" in wrong.content.decode()


def test_the_coordinator_agrees_with_a_client_and_every_member_sees_it(coop):
    client, joris, amina = make_client(coop), make_member(coop, "Joris", offices=("coordinator",)), make_member(coop, "Amina")
    from marke.common import clock

    form = {"client": client.number, "job_kind": "", "discount": "10", "note": "every day", "once_key": "0123456789abcdef",
            "from_on": clock.local_date(clock.now(), coop.timezone).isoformat(), "until_on": ""}  # fmt: skip
    address = reverse("rates:agree", args=["velo"])
    assert browser_of(amina).post(address, form).status_code == 403 and not ClientFare.objects.exists()
    too_much = browser_of(joris).post(address, {**form, "discount": "40"})
    assert too_much.status_code == 422 and not ClientFare.objects.exists()
    assert browser_of(joris).post(address, form).status_code == 302
    text = page(browser_of(amina), "agreements")
    assert "10%" in text and "every day" in text and "End it" not in text
    agreed = ClientFare.objects.get()
    assert browser_of(joris).post(reverse("rates:end_agreement", args=["velo", agreed.pk])).status_code == 302
    agreed.refresh_from_db()
    assert agreed.until_on == agreed.from_on


def test_the_proposal_page_takes_a_whole_fare_from_the_address(coop):
    typed = "\n".join(f"Per item; 1,{n:02}; ; {n}" for n in range(1, 40))
    text = browser_of(make_member(coop)).get(
        reverse("decisions:new", args=["velo"]), {"effect": "rule", "key": "rates.fare", "value": typed}
    ).content.decode()  # fmt: skip
    assert "Per item; 1,39; ; 39" in text


@pytest.mark.parametrize("effect", ["client_fare"])
def test_a_member_may_propose_more_for_a_client(coop, effect):
    make_client(coop)
    answer = browser_of(make_member(coop)).get(reverse("decisions:new", args=["velo"]), {"effect": effect})
    assert answer.status_code == 200 and "A fare of their own" in answer.content.decode()
