"""A few words at the top, fewer for those who are not members, and the page one is on is marked."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.urls import include, path, resolve

from marke.common import navigation
from marke.common.registry import Registry


@pytest.fixture(autouse=True)
def closed_gates(monkeypatch: pytest.MonkeyPatch) -> None:
    """The co-ops here have no rules to ask whether a gate is open."""
    monkeypatch.setattr(navigation, "gates", Registry("gate of pages"))


def page(request: HttpRequest, **_: Any) -> HttpResponse:
    return HttpResponse()


def app(name: str, *pages: tuple[str, str]) -> Any:
    return include(([path(address, page, name=page_name) for address, page_name in pages], name))


urlpatterns = [
    path("<slug:coop>/", app("site", ("", "home"))),
    path("<slug:coop>/", app("jobs", ("jobs/", "jobs"), ("book/", "book"), ("jobs/7/", "job"))),
    path("<slug:coop>/", app("ledger", ("money/", "money"), ("money/mine/", "mine"))),
    path("<slug:coop>/", app("payments", ("my-pay/", "my_pay"), ("statements/", "statements"))),
    path("<slug:coop>/", app("surplus", ("years/", "years"))),
    path("<slug:coop>/", app("shares", ("shares/mine/", "mine"), ("shares/requests/7/", "request"), ("shares/", "register"))),
    path("<slug:coop>/", app("rules", ("rules/", "rulebook"))),
    path("<slug:coop>/", app("decisions", ("proposals/", "proposals"))),
    path("<slug:coop>/", app("parties", ("members/", "members"), ("join/", "join"))),
]
pytestmark = pytest.mark.urls("tests.common.test_navigation")


def asked(address: str, *, member: str = "", client: bool = False, form: str = "cooperative") -> HttpRequest:
    request = RequestFactory().get(address)
    request.resolver_match = resolve(address)
    request.coop = SimpleNamespace(slug="velo", pack="", legal_form=form)  # type: ignore[attr-defined]
    request.membership = SimpleNamespace(state=member) if member else None  # type: ignore[attr-defined]
    request.client = object() if client else None  # type: ignore[attr-defined]
    return request


def words(request: HttpRequest) -> list[str]:
    return [str(entry.label) for entry in navigation.entries(request)]


def test_a_member_has_five_words() -> None:
    assert words(asked("/velo/", member="member")) == ["Today", "Jobs", "Money", "Rules", "Members"]


def test_a_client_and_a_visitor_have_three() -> None:
    assert words(asked("/velo/", client=True)) == ["Today", "Book", "Our rules"]
    assert words(asked("/velo/")) == ["Book", "Our rules", "Join"]
    assert words(asked("/velo/", member="applied")) == ["Book", "Our rules", "Join"]


@pytest.mark.parametrize(
    ("address", "current"),
    [("/velo/", "Today"), ("/velo/jobs/7/", "Jobs"), ("/velo/proposals/", "Rules"), ("/velo/join/", "Members")],
)
def test_a_page_belongs_to_one_word(address: str, current: str) -> None:
    marked = [str(entry.label) for entry in navigation.entries(asked(address, member="member")) if entry.current]
    assert marked == [current]


@pytest.mark.parametrize(("address", "current"), [("/velo/book/", ["Book"]), ("/velo/join/", ["Join"]), ("/velo/members/", [])])
def test_a_visitors_page_is_marked_where_it_is_one_of_theirs(address: str, current: list[str]) -> None:
    assert [str(entry.label) for entry in navigation.entries(asked(address)) if entry.current] == current


@pytest.mark.urls("tests.common.pages")
def test_a_word_without_a_page_is_left_out() -> None:
    request = RequestFactory().get("/")
    request.coop = SimpleNamespace(slug="velo", pack="")  # type: ignore[attr-defined]
    assert navigation.entries(request) == []


def parts(request: HttpRequest, *offices: str) -> list[tuple[str, bool]]:
    return [(str(entry.label), entry.current) for entry in navigation.part_entries(request, offices)]


def test_the_pages_beside_this_one_are_named_and_the_nearest_is_marked() -> None:
    assert parts(asked("/velo/proposals/", member="member")) == [("Our rules", False), ("Proposals", True)]
    assert parts(asked("/velo/jobs/7/", member="member")) == []  # no other page of its noun here


def test_a_visitor_sees_only_the_pages_that_are_public() -> None:
    assert parts(asked("/velo/proposals/")) == []


def test_a_share_request_belongs_to_my_shares_and_for_an_office_to_the_register() -> None:
    address = "/velo/shares/requests/7/"
    assert [label for label, current in parts(asked(address, member="member")) if current] == ["My shares"]
    assert [label for label, current in parts(asked(address, member="member"), "treasurer") if current] == ["Share register"]


def test_a_page_that_stands_among_no_others_has_no_row() -> None:
    assert parts(asked("/velo/book/", member="member")) == []


def test_the_pages_of_an_office_stand_after_those_of_everybody() -> None:
    found = navigation.part_entries(asked("/velo/statements/", member="member"), {"treasurer"})
    everybody = [str(entry.label) for entry in found if not entry.for_office]
    assert everybody == ["Overview", "My money", "My pay", "My shares", "Years"]
    assert [(str(entry.label), entry.current) for entry in found[5:]] == [("Bank statements", True), ("Share register", False)]
    for parts_of_noun in navigation.PARTS.values():
        assert len({part.url_name for part in parts_of_noun}) == len(parts_of_noun)


def test_a_group_without_a_legal_form_is_not_shown_what_only_a_legal_co_op_needs() -> None:
    named = [label for label, _current in parts(asked("/velo/money/", member="member"))]
    assert named == ["Overview", "My money", "My pay", "My shares", "Years"]
    named = [label for label, _current in parts(asked("/velo/money/", member="member", form="none"))]
    assert named == ["Overview", "My money", "My pay", "My shares"]


def test_money_asks_for_seven_pages_of_a_member() -> None:
    labels = [str(part.label) for part in navigation.PARTS["money"] if not part.offices and not part.gate]
    assert labels == ["Overview", "My money", "My pay", "My shares", "Years", "Our funds", "Raising capital"]
