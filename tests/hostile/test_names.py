"""A name that is a script, a formula and a command of the typesetter at once: on every page, paper and sheet it is a name."""

from __future__ import annotations

import csv
import io
import logging

import pytest

from marke.common import clock
from marke.invoices.services import issue_invoice
from marke.jobs.models import Service
from marke.parties.models import Circle, Coop, Party
from marke.site.operations.doctor import examine
from tests.architecture.addresses import addresses
from tests.architecture.test_addresses import NOT_SO, WHO_GETS_IN
from tests.hostile.test_fields import last_line
from tests.hostile.world import LETTERS, World, make_world

NAME = '=1+1"><script>alert(1)</script>#panic("x") $x^2$ {{7|add:7}} %s *_`\\ @you <l> \u05e9\u05dc\u05d5\u05dd 🏴;'


def test_a_hostile_name_is_only_a_name_wherever_it_stands(db: None, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL, "django.request")
    world = make_world()
    coop, at = world.scene.coop, clock.now()
    Party.objects.update(name=NAME, street=NAME, city=NAME)
    Coop.objects.update(name=NAME, street=NAME, city=NAME)
    Service.objects.update(name=NAME[:80], description=NAME)
    Circle.objects.update(name=NAME[:80])
    coop.refresh_from_db()
    client = type(world.scene.client).objects.get(pk=world.scene.client.pk)
    invoice = issue_invoice(coop=coop, client=client, by=None, at=at)
    wrong = []
    for who, path in [*readers(world), ("T", f"/velo/invoices/{invoice.number}/invoice.pdf")]:
        answer = world.walker.ask(who, lambda browser, path=path: browser.get(path))  # type: ignore[misc]
        kind = answer.get("Content-Type", "")
        if answer.status_code >= 500:
            wrong.append(f"{path}: {last_line(answer)}")
        elif kind.startswith(("text/html", "image/svg")) and b"<script>alert" in answer.content:
            wrong.append(f"{path}: the script is on the page")
        elif kind.startswith("text/csv") and formulas(answer.content.decode("utf-8-sig")):
            wrong.append(f"{path}: a formula in the sheet")
        elif kind == "application/pdf" and not answer.content.startswith(b"%PDF-"):
            wrong.append(f"{path}: no PDF")
    assert wrong == [], "\n".join(wrong)
    assert [finding for finding in examine([coop]) if finding.violations] == []


def readers(world: World) -> list[tuple[str, str]]:
    """Every page, and the first of our people who may open it."""
    found = []
    for address in addresses():
        allowed = WHO_GETS_IN[address.name][0]
        who = None if allowed == NOT_SO else next((letter for letter in LETTERS if letter in allowed), None)
        if who:
            found.append((who, world.arguments.path(address)))
    return found


def formulas(sheet: str) -> list[str]:
    return [cell for row in csv.reader(io.StringIO(sheet)) for cell in row if cell.startswith(("=", "@"))]
