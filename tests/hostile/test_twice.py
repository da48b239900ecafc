"""A double click, a post that is repeated, the back button after success: everything is done once."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from tests.hostile.forms import Form, row_counts
from tests.hostile.world import every_form, make_world


def test_the_same_form_sent_twice_is_done_once(db: None, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL, "django.request")
    world = make_world()
    wrong, done = [], set()
    for form in every_form(world):
        again: list[Any] = []

        def twice(browser: Client, form: Form = form, again: list[Any] = again) -> HttpResponse:
            form.lead(browser)
            again.append(row_counts())
            first = form.send(browser)
            again.append(row_counts())
            again.append(form.send(browser))
            again.append(row_counts())
            return first

        first = world.walker.ask(form.who, twice)
        before, once, second, two = again
        if once != before:
            done.add(form.name)
        grown = {table: two[table] - rows for table, rows in once.items() if two[table] != rows}
        if grown:
            wrong.append(f"{form.name} as {form.who} {form.buttons}: {first.status_code}, then {second.status_code}: {grown}")
        if second.status_code >= 500:
            wrong.append(f"{form.name} as {form.who}: {second.status_code}")
    assert wrong == [], "\n".join(wrong)
