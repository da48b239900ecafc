"""A double click, a post that is repeated, the back button after success: everything is done once."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.test import Client

from tests.hostile.forms import Form, row_counts
from tests.hostile.world import World


def done_twice(world: World, forms: list[Form]) -> list[str]:
    """Which of the forms, sent twice, do something twice."""
    wrong = []
    for form in forms:
        again: list[Any] = []

        def twice(browser: Client, form: Form = form, again: list[Any] = again) -> HttpResponse:
            form.lead(browser)
            first = form.send(browser)
            again.append(row_counts())
            again.append(form.send(browser))
            again.append(row_counts())
            return first

        first = world.walker.ask(form.who, twice)
        once, second, two = again
        grown = {table: two[table] - rows for table, rows in once.items() if two[table] != rows}
        if grown:
            wrong.append(f"{form.name} as {form.who} {form.buttons}: {first.status_code}, then {second.status_code}: {grown}")
        if second.status_code >= 500:
            wrong.append(f"{form.name} as {form.who}: {second.status_code}")
    return wrong
