"""What stands behind the question mark, and what stands in the address itself, as nobody would type it."""

from __future__ import annotations

import logging
import re
from pathlib import Path
from urllib.parse import quote_from_bytes, urlencode

import pytest

from tests.architecture.addresses import Address, addresses
from tests.architecture.test_addresses import NOT_SO, WHO_GETS_IN
from tests.hostile.test_fields import last_line
from tests.hostile.values import NOT_UTF8, PARAMETERS, VALUES
from tests.hostile.world import LETTERS, World, make_world, sampled

SRC = Path(__file__).resolve().parents[2] / "src"


@pytest.fixture
def world(db: None, caplog: pytest.LogCaptureFixture) -> World:
    caplog.set_level(logging.CRITICAL, "django")
    return make_world()


def reader(address: Address) -> str | None:
    """The first of our people who gets in."""
    allowed = WHO_GETS_IN[address.name][0]
    return None if allowed == NOT_SO else next((who for who in LETTERS if who in allowed), None)


def broken(world: World, who: str, path: str) -> list[str]:
    answer = world.walker.ask(who, lambda browser: browser.get(path))
    return [f"{path[:120]} as {who}: {last_line(answer)}"] if answer.status_code >= 500 else []


def test_every_parameter_that_the_program_reads_is_tried() -> None:
    source = "\n".join(path.read_text() for path in SRC.rglob("*.py"))
    read = set(re.findall(r"\.GET(?:\.get(?:list)?\(|\[)\s*\"([\w-]+)\"", source))
    assert read - set(PARAMETERS) == set()


def _nonsense_behind_the_question_mark(world: World, kinds: tuple[str, ...], every: int = 1) -> list[str]:
    wrong = []
    for address in sampled(addresses(), every):
        if (who := reader(address)) is None:
            continue
        path = world.arguments.path(address)
        for kind in kinds:
            if len(VALUES[kind]) <= 5000:
                wrong += broken(world, who, f"{path}?{urlencode(dict.fromkeys(PARAMETERS, VALUES[kind]))}")
        for raw in NOT_UTF8:
            wrong += broken(world, who, f"{path}?{'&'.join(f'{name}={quote_from_bytes(raw)}' for name in PARAMETERS)}")
    return wrong


def test_nonsense_behind_the_question_mark_still_shows_a_page(world: World) -> None:
    wrong = _nonsense_behind_the_question_mark(world, ("NUL", "10^30", "the first day", "a script"), every=4)
    assert wrong == [], "\n".join(wrong)


@pytest.mark.long
def test_every_nonsense_behind_the_question_mark_still_shows_a_page(world: World) -> None:
    wrong = _nonsense_behind_the_question_mark(world, tuple(VALUES))
    assert wrong == [], "\n".join(wrong)


@pytest.mark.long
def test_one_parameter_alone_still_shows_a_page(world: World) -> None:
    """What one parameter refuses does not hide what another one breaks."""
    wrong = []
    for address in addresses():
        if (who := reader(address)) is not None and "coop" in address.parameters:
            for name in PARAMETERS:
                wrong += broken(world, who, f"{world.arguments.path(address)}?{name}=%00{'9' * 40}")
    assert wrong == [], "\n".join(wrong)


PLACES = [
    "0",
    "9" * 30,
    "9223372036854775808",
    "-1",
    "%00",
    "a%00b",
    "%ED%A0%80",
    "%2e%2e%2f%2e%2e%2f",
    "x" * 2000,
    "'",
    "{{7}}",
    "٣",
    "²",
]


@pytest.mark.parametrize("every", [5, pytest.param(1, marks=pytest.mark.long)], ids=["some", "all"])
def test_nonsense_in_the_address_itself_is_not_found(world: World, every: int) -> None:
    wrong = []
    for address in sampled(addresses(), every):
        who = reader(address) or "F"
        path = world.arguments.path(address)
        parts = path.strip("/").split("/")
        for place, part in enumerate(parts):
            if re.search(r"[0-9A-Z]", part) or place == 0:
                for nonsense in PLACES:
                    changed = (
                        "/" + "/".join([*parts[:place], nonsense, *parts[place + 1 :]]) + ("/" if path.endswith("/") else "")
                    )
                    wrong += broken(world, who, changed)
    assert wrong == [], "\n".join(wrong)
