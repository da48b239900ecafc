"""What belongs to one co-op opens nothing at another, and who no longer belongs acts no longer."""

from __future__ import annotations

import logging
from datetime import timedelta
from functools import partial

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from marke.common import clock
from marke.parties import services
from marke.parties.models import Membership
from tests.architecture.addresses import Address, Arguments, addresses
from tests.architecture.test_addresses import EVERYBODY, WHO_GETS_IN
from tests.factories.parties import T0, make_coop, make_member, make_person
from tests.factories.rules import found
from tests.factories.scenes import Scene, make_scene
from tests.hostile.forms import Walker, row_counts
from tests.hostile.world import browser_of

pytestmark = pytest.mark.django_db

# The same at every co-op: the first decision, a key of a rule, a kind of file.
THE_SAME_EVERYWHERE = {"rules:decision", "rules:rule", "rules:rule_csv", "ledger:flow_in", "ledger:flow_csv", "intake:template"}
# A month or a kind of sheet, which each co-op has of its own.
THE_SAME_EVERYWHERE |= {
    "treasury:close", "treasury:vat_period", "treasury:vat_pdf", "treasury:vat_csv", "treasury:vat_return",
    "treasury:reports_period", "treasury:reports_pdf", "treasury:accountant", "treasury:report_csv", "treasury:folder_csv",
}  # fmt: skip
THE_SAME_EVERYWHERE |= {"activities:payroll"}
# A year, or a kind of work: what stands there is the other co-op's, or the reader's own.
THE_SAME_EVERYWHERE |= {
    "dispatch:transparency",
    "dispatch:transparency_csv",
    "rates:try",
    "rates:mine",
    "rates:end_mine",
    "rates:shown",
    "sellers:year",
    "sellers:year_csv",
    "sellers:reporting",
}
# Tells a member that they are one already, whatever the token.
TELLS_MEMBERS = {"parties:join_by"}
# What stays theirs: who they are, what they did and may take along, leaving, a call for help while they finish what they began, to say where what is still owed to them goes, and what is reported of them.
OWN = {"people:me", "people:erasure", "credentials:mine", "credentials:brought", "credentials:elsewhere"}
STAYS_THEIRS = {
    "suspended": OWN | {"parties:leave", "safety:alarms"},
    "left": OWN
    | {"payments:my_bank", "payments:cancel_change", "shares:mine", "shares:give_back", "capital:subscription", "sellers:mine"},
    "applicant": OWN
    | {"payments:my_bank", "payments:cancel_change", "shares:mine", "shares:give_back", "capital:subscription", "sellers:mine"}
    | {"parties:leave"},
}


@pytest.fixture(autouse=True)
def quiet(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL, "django.request")


def of_something() -> list[Address]:
    """Addresses below a co-op that name one of its things."""
    return [each for each in addresses() if "coop" in each.parameters and len(each.parameters) > 1]


def visited(browser: Client, *, method: str, path: str) -> tuple[HttpResponse, dict[str, int]]:
    return getattr(browser, method)(path), row_counts()


@pytest.mark.parametrize("method", ["get", "post"])
def test_ids_numbers_and_tokens_of_one_co_op_open_nothing_under_anothers_name(method: str) -> None:
    arguments = Arguments(make_scene())
    other = make_coop("other")
    found(other)
    officer = make_member(other, "Zed", offices=("coordinator", "treasurer"))
    walker = Walker({"O": browser_of(officer)})
    before, wrong = row_counts(), []
    for address in of_something():
        if address.name in THE_SAME_EVERYWHERE | TELLS_MEMBERS:
            continue
        path = arguments.path(address).replace("/velo/", "/other/", 1)
        answer, after = walker.ask("O", partial(visited, method=method, path=path))
        if answer.status_code not in (401, 404, 405) or after != before:
            wrong.append(f"{address.name} {path}: {answer.status_code}")
    assert wrong == []


def suspended(scene: Scene) -> Membership:
    return make_member(scene.coop, "Sus", offices=("coordinator", "treasurer"), state="suspended")


def left(scene: Scene) -> Membership:
    return make_member(scene.coop, "Lev", state="left")


def applicant(scene: Scene) -> Membership:
    return make_member(scene.coop, "App", state="applied")


def expired(scene: Scene) -> Membership:
    member = make_member(scene.coop, "Exp")
    today = clock.now().date()
    for office in ("coordinator", "treasurer"):
        services.give_mandate(
            coop=scene.coop, membership=member, office=office, starts_on=today - timedelta(days=90),
            ends_on=today - timedelta(days=1), by=None, at=T0, reason="for a while",
        )  # fmt: skip
    return member


def open_to(browser: Client, method: str, arguments: Arguments) -> set[str]:
    walker = Walker({"X": browser})
    came = set()
    for address in addresses():
        path = arguments.path(address)
        answer = walker.ask("X", lambda browser, path=path: getattr(browser, method)(path))  # type: ignore[misc]
        refused = answer.status_code in (401, 403, 404, 405)
        asked_who = answer.status_code == 302 and answer["Location"].startswith(reverse("account_login"))
        if not refused and not asked_who:
            came.add(address.name)
    return came


def anybody(method: int) -> set[str]:
    return {name for name, allowed in WHO_GETS_IN.items() if allowed[method] == EVERYBODY}


def test_who_no_longer_acts_can_send_nothing_but_what_stays_theirs() -> None:
    scene = make_scene()
    arguments = Arguments(scene)
    people = {"suspended": suspended(scene), "left": left(scene), "applicant": applicant(scene)}
    beyond = {name: open_to(browser_of(who), "post", arguments) - anybody(1) for name, who in people.items()}
    assert beyond == STAYS_THEIRS


@pytest.mark.parametrize(("method", "place"), [("get", 0), ("post", 1)])
def test_a_mandate_that_has_ended_opens_no_more_than_none(method: str, place: int) -> None:
    scene = make_scene()
    opened = open_to(browser_of(expired(scene)), method, Arguments(scene)) - anybody(place)
    assert opened == {name for name, allowed in WHO_GETS_IN.items() if "N" in allowed[place]} - anybody(place)


def test_who_left_asks_for_no_more_shares() -> None:
    scene = make_scene()
    gone = left(scene)
    before = row_counts()
    answer = browser_of(gone).post("/velo/shares/mine/", {"shares": "3", "once_key": "0123456789"})
    assert answer.status_code in (403, 409, 422, 200)
    assert row_counts() == before


def test_who_left_takes_part_in_no_share_issue() -> None:
    scene = make_scene()
    gone = left(scene)
    before = row_counts()
    path = reverse("capital:subscription", kwargs={"coop": "velo", "number": scene.issue.number})
    answer = browser_of(gone).post(path, {"shares": "3", "once_key": "0123456789"})
    assert answer.status_code in (403, 409, 422)
    assert row_counts() == before


def test_an_erased_person_is_signed_out_everywhere() -> None:
    person = make_person("Ines")
    here, there = browser_of(person), browser_of(person)
    here.post("/me/erasure/")
    assert there.get("/me/").status_code == 302
    assert there.post("/velo/join/", {"engagement": "employee"}).status_code in (302, 404)
