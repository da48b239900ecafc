"""What a command does and which settings there are stands in the reference, because it is tested here."""

import argparse
import re

import pytest

from marke.site.cli import COMMANDS, parser
from tests.architecture.sources import ROOT, SOURCE

REFERENCE = (ROOT / "docs" / "reference" / "commands.md").read_text()


def _parsers() -> dict[str, argparse.ArgumentParser]:
    (action,) = (each for each in parser()._actions if isinstance(each, argparse._SubParsersAction))
    return dict(action.choices)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_stands_in_the_reference(name):
    assert f"## `./marke {name}" in REFERENCE
    options = [text for each in _parsers()[name]._actions for text in each.option_strings if each.help != argparse.SUPPRESS]
    section = REFERENCE.split(f"## `./marke {name}")[1].split("\n## ")[0]
    assert [option for option in options if option not in section and option not in ("-h", "--help")] == []


def test_every_setting_from_the_environment_stands_in_the_reference():
    settings = (SOURCE / "marke" / "site" / "settings.py").read_text()
    script = (ROOT / "marke").read_text()
    named = set(re.findall(r"\b(MARKE_[A-Z_]+|DATABASE_URL)\b", settings + script))
    assert sorted(name for name in named if name not in REFERENCE) == []
