"""What docs/how-to/write-a-pack.md shows works as it stands there, and is short."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/how-to/write-a-pack.md"
FILE = re.compile(r"^`(walkies/\w+\.py)`:\n\n```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MOST_LINES = 150

TRIAL = """
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from datetime import UTC, datetime
from marke.common.invariants import invariants
from marke.jobs.models import Job
from marke.packs.registry import packs
from marke.site.demo.year import Year
pack = packs.get("walkies")
year = Year(pack, pack.demos[0], datetime(2026, 11, 20, 12, tzinfo=UTC))
for _day in year.play():
    pass
assert [fault for one in invariants for fault in one.check(year.coop)] == []
print(year.coop.name, Job.objects.filter(coop=year.coop, state="settled").count())
"""


def _files() -> dict[str, str]:
    return dict(FILE.findall(PAGE.read_text()))


def test_a_new_sector_takes_at_most_150_lines() -> None:
    assert set(_files()) == {"walkies/apps.py", "walkies/pack.py", "walkies/demo.py"}
    assert sum(text.count("\n") for text in _files().values()) <= MOST_LINES


def test_its_co_op_is_founded_works_and_keeps_every_invariant(tmp_path: Path) -> None:
    folder = tmp_path / "own"
    (folder / "walkies").mkdir(parents=True)
    (tmp_path / "data").mkdir()
    (folder / "walkies/__init__.py").touch()
    for name, text in _files().items():
        (folder / name).write_text(text)
    settings = {"DJANGO_SETTINGS_MODULE": "marke.site.settings", "MARKE_PACKS": "walkies", "MARKE_DATA": str(tmp_path / "data")}
    path = os.pathsep.join([str(ROOT / "src"), str(folder)])
    environment = {**os.environ, **settings, "PYTHONPATH": path, "DATABASE_URL": ""}
    done = subprocess.run([sys.executable, "-c", TRIAL], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    name, settled = done.stdout.rsplit(None, 1)
    assert name == "Vier Poten"
    assert int(settled) > 20
