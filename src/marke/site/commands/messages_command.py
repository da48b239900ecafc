"""`./marke messages`: for translators and developers."""

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

from marke.common.refusal import Refused
from marke.site.operations.translations import SOURCE, compile_translations

HELP = "Collect the texts to translate of every app into its locale/…/django.po (needs gettext)."


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--language", default="nl", metavar="LANGUAGE", help="which translation (nl)")


def run(arguments: argparse.Namespace) -> int:
    if shutil.which("xgettext") is None:
        raise Refused("xgettext is not installed here. Install it with: sudo apt-get install gettext")
    if not (arguments.language.isascii() and arguments.language.isalpha() and len(arguments.language) in (2, 3)):
        raise Refused(f"{arguments.language[:60]!r} is not a language. Give its two or three letters, such as nl.")
    for folder in app_folders():
        collect(folder, arguments.language)
    print(f"Collected the texts of {len(app_folders())} apps, compiled {compile_translations()} translations.")
    return 0


def app_folders() -> list[Path]:
    return sorted(path.parent for floor in ("marke", "marke_packs") for path in (SOURCE / floor).glob("*/apps.py"))


def collect(folder: Path, language: str) -> None:
    """Runs makemessages inside one app, so that each carries its own translations."""
    (folder / "locale").mkdir(exist_ok=True)
    command = [sys.executable, "-P", "-m", "django", "makemessages", "--locale", language, "--no-location", "--no-wrap"]
    environment = {**os.environ, "PYTHONPATH": f"{SOURCE}{os.pathsep}{SOURCE.parent}"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Refused(f"The texts of {folder.name} could not be collected: {done.stderr.strip()[-300:]}")
    catalogue = folder / "locale" / language / "LC_MESSAGES" / "django.po"
    if catalogue.exists():
        # A date that changes on every run would make every run a change.
        lines = [
            line
            for line in catalogue.read_text().splitlines(keepends=True)
            if not line.startswith(('"POT-Creation-Date', '"Report-Msgid-Bugs-To'))
        ]
        catalogue.write_text("".join(lines))
