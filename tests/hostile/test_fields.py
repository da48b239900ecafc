"""Every form that somebody can reach, with every kind of nonsense in every field: an answer, never a crash, nothing half-done."""

from __future__ import annotations

import logging
import traceback
from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import Any
from urllib.parse import quote_from_bytes

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client

from tests.architecture.test_addresses import NOT_SO, WHO_GETS_IN
from tests.hostile.forms import Form, row_counts
from tests.hostile.twice import done_twice
from tests.hostile.values import COMMON, NOT_UTF8, SCRIPT, VALUES
from tests.hostile.world import World, every_form, make_world, sampled


@pytest.fixture
def world(db: None, caplog: pytest.LogCaptureFixture) -> World:
    caplog.set_level(logging.CRITICAL, "django.request")
    return make_world()


@pytest.fixture
def forms(world: World) -> list[Form]:
    return every_form(world)


class Trial:
    """Sends forms, and keeps what went wrong."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.before = row_counts()
        self.faults: list[str] = []
        self.answers: Counter[int] = Counter()

    def send(self, form: Form, changed: dict[str, Any], what: str) -> None:
        left: dict[str, int] = {}

        def try_it(browser: Client) -> HttpResponse:
            form.lead(browser)
            before = row_counts() if form.before else self.before
            answer = form.send(browser, changed)
            if answer.status_code >= 400 and not connection.needs_rollback:  # a refusal leaves nothing behind
                left.update({table: rows - before[table] for table, rows in row_counts().items() if rows != before[table]})
            return answer

        answer = self.world.walker.ask(form.who, try_it)
        self.answers[answer.status_code] += 1
        self._judge(f"{form.name} as {form.who}, {what}", answer, left)

    def _judge(self, what: str, answer: Any, left: dict[str, int]) -> None:
        if answer.status_code >= 500:
            self.faults.append(f"{what}: {last_line(answer)}")
        elif left:
            self.faults.append(f"{what}: {answer.status_code} left {left}")
        elif SCRIPT.encode() in answer.content or b"<script>alert" in answer.content:
            self.faults.append(f"{what}: the script is on the page")
        elif len(answer.content) > 200_000 + 2 * 2**20:
            self.faults.append(f"{what}: a page of {len(answer.content)} bytes")


def last_line(answer: Any) -> str:
    if not answer.exc_info:
        return str(answer.status_code)
    kind, error, trace = answer.exc_info
    places = [f"{place.filename.rpartition('/')[2]}:{place.lineno}" for place in traceback.extract_tb(trace)]
    ours = [f"{p.filename.split('/src/')[1]}:{p.lineno}" for p in traceback.extract_tb(trace) if "/src/marke" in p.filename]
    return f"{kind.__name__}: {str(error)[:150]} at {ours[-1:]} {places[-1]}"


def never_met(forms: list[Form]) -> list[str]:
    met = {form.name for form in forms}
    posts = {name for name, (_get, post) in WHO_GETS_IN.items() if set(post) - set(NOT_SO) - {"."}}
    return [f"{name}: a form that nobody can reach" for name in sorted(posts - met)]


def as_it_stands_and_empty(world: World, forms: list[Form]) -> list[str]:
    trial = Trial(world)
    for form in forms:
        trial.send(form, {}, "as it stands")
        trial.send(form, dict.fromkeys(form.filled(), ""), "empty")
    return trial.faults


def nonsense_in_one_field(world: World, forms: list[Form], kinds: tuple[str, ...], every: int = 1) -> list[str]:
    """Each field gets one in so many kinds, beginning at another one than the field before."""
    trial = Trial(world)
    fields = [(form, field) for form in forms for field in form.filled()]
    for place, (form, field) in enumerate(sampled(fields, 2 if every > 1 else 1)):
        for kind in kinds[place % every :: every]:
            trial.send(form, {field: VALUES[kind]}, f"{kind} in {field}")
    return trial.faults


def test_every_form_answers_whatever_is_sent_and_does_a_thing_once(world: World, forms: list[Form]) -> None:
    """One walk through the house finds them for all that is tried, because the walk takes longer than the trying."""
    faults = never_met(forms) + as_it_stands_and_empty(world, forms)
    faults += nonsense_in_one_field(world, forms, COMMON, every=5)
    faults += bytes_that_are_no_letters(world, sampled(forms, 4)) + done_twice(world, forms)
    assert faults == [], "\n".join(faults)


@pytest.mark.long
def test_every_nonsense_in_any_one_field_is_answered_in_words(world: World, forms: list[Form]) -> None:
    faults = nonsense_in_one_field(world, forms, tuple(VALUES))
    assert faults == [], "\n".join(faults)


def bytes_that_are_no_letters(world: World, forms: Sequence[Form]) -> list[str]:
    faults = []
    for form in forms:
        for raw in NOT_UTF8:
            body = "&".join(f"{name}={quote_from_bytes(raw)}" for name in form.filled())
            answer = world.walker.ask(form.who, partial(send_raw, path=form.path, body=body))
            if answer.status_code >= 500:
                faults.append(f"{form.name}, {raw!r}: {last_line(answer)}")
    return faults


def send_raw(browser: Client, *, path: str, body: str) -> Any:
    return browser.post(path, body, content_type="application/x-www-form-urlencoded")
