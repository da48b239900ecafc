"""Every template compiles, carries no style or script of its own, and speaks Dutch too."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.template.loader import get_template

from marke.site.operations.translations import catalogues
from tests.architecture.sources import SOURCE, shown

TEMPLATES = sorted(path for path in SOURCE.rglob("templates/**/*") if path.suffix in (".html", ".txt", ".svg"))
# The policy of the pages would refuse these; templates/…/*.svg may carry attributes that only look alike.
FORBIDDEN = {
    "a style of its own": re.compile(r"<style(?![^>]*nonce)|\sstyle="),
    "a script of its own": re.compile(r"<script(?![^>]*(nonce|src))|\son[a-z]+=|javascript:"),
}


def _name(path: Path) -> str:
    parts = path.parts
    return "/".join(parts[len(parts) - 1 - parts[::-1].index("templates") + 1 :])


def test_every_template_compiles():
    wrong = []
    for path in TEMPLATES:
        try:
            get_template(_name(path))
        except Exception as error:  # whatever it is, it names the file
            wrong.append(f"{shown(path)}: {error}")
    assert wrong == []


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_template_carries(what):
    assert [shown(path) for path in TEMPLATES if path.suffix == ".html" and FORBIDDEN[what].search(path.read_text())] == []


def test_every_dutch_text_is_there_and_certain():
    missing = []
    for path in catalogues():
        with path.open("rb") as stream:
            for message in read_po(stream, locale="nl"):
                said = message.string if isinstance(message.string, tuple) else (message.string,)
                if message.id and (message.fuzzy or not all(said)):
                    missing.append(f"{shown(path)}: {message.id!r}")
    assert missing == []


def test_every_text_of_the_program_has_been_collected(tmp_path):
    """Collecting again, in a copy, finds nothing that is not in the catalogues: ./marke messages."""
    if shutil.which("xgettext") is None:
        pytest.fail("needs gettext: apt-get install gettext")
    copy = tmp_path / "src"
    shutil.copytree(SOURCE, copy, ignore=shutil.ignore_patterns("*.pyc", "*.mo", "vendor"))
    for floor in ("marke", "marke_packs"):
        for app in (copy / floor).glob("*/apps.py"):
            (app.parent / "locale" / "nl" / "LC_MESSAGES").mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "django", "makemessages", "--locale", "nl", "--no-location", "--no-wrap", "--no-obsolete"]
    done = subprocess.run(command, cwd=copy, capture_output=True, text=True, env={"PATH": "/usr/bin:/bin"}, check=False)
    assert done.returncode == 0, done.stderr
    uncollected = []
    for collected in sorted(copy.glob("*/**/locale/nl/LC_MESSAGES/django.po")):
        ours = SOURCE / collected.relative_to(copy)
        uncollected += [f"{shown(ours)}: {text!r}" for text in sorted(_texts(collected) - _texts(ours))]
    assert uncollected == []


def _texts(path: Path) -> set[str]:
    if not path.exists():
        return set()
    with path.open("rb") as stream:
        return {str(message.id) for message in read_po(stream, locale="nl") if message.id}
