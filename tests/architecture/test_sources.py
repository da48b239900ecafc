"""Files have a home and fit in a head; the domain reads no clock; conditions are pure."""

import ast
from pathlib import Path

from tests.architecture.sources import ROOT, modules, shown

HOMELESS = {"utils.py", "util.py", "helpers.py", "helper.py", "misc.py", "common.py", "tools.py"}
# Rules are the members'; code that decides is called conditions. (STYLE: the word belongs to the rulebook.)
TAKEN = {"rules.py"}
LONGEST_FUNCTION = 60
LONGEST_FILE = 400
DOMAIN = {"services", "queries", "conditions", "models", "rulebook", "matching"}


def test_no_file_is_a_drawer_for_what_has_no_home():
    assert [shown(path) for path in modules() if path.name in HOMELESS | TAKEN] == []


def test_files_fit_in_a_head():
    assert [shown(path) for path in modules() if len(path.read_text().splitlines()) > LONGEST_FILE] == []


def test_every_csv_leaves_by_one_door():
    """Where a cell that begins like a formula is made harmless."""
    writers = ("csv.writer", "csv.DictWriter", "from csv import")
    found = {shown(path) for path in modules() if any(word in path.read_text() for word in writers)}
    assert found == {"src/marke/common/csv_files.py"}


def test_functions_fit_on_a_screen():
    long = []
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > LONGEST_FUNCTION:
                    long.append(f"{shown(path)}: {node.name} has {lines} lines")
    assert long == []


def test_the_domain_reads_no_clock():
    """Also not through marke.common.clock: a service, query or condition gets `at`."""
    asked = [
        f"{shown(path)}:{node.lineno}"
        for path in modules()
        if DOMAIN & set(path.with_suffix("").parts) and "site" not in path.parts
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("now", "clock.now", "timezone.now", "datetime.now")
    ]
    assert asked == []


def test_conditions_import_nothing_of_django_but_words():
    impure = []
    for path in modules():
        if path.name == "conditions.py":
            for node in ast.walk(ast.parse(path.read_text())):
                names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
                names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else names
                impure += [
                    f"{shown(path)}: {name}" for name in names if name.startswith("django") and name != "django.utils.translation"
                ]
    assert impure == []


def test_no_service_is_called_with_positions():
    """`by` and `at` by name: nobody confuses who did it with whom it was done to."""
    loose = [
        f"{shown(path)}: {node.name}"
        for path in modules()
        if "services" in path.with_suffix("").parts and "marke" in path.parts
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.FunctionDef) and node.name[0] != "_" and "by" in {each.arg for each in node.args.args}
    ]
    assert loose == []


def test_nothing_is_left_to_do():
    words = ("TO" + "DO", "FIX" + "ME", "XX" + "X:")
    left = [shown(path) for path in modules() if any(word in path.read_text() for word in words)]
    assert left == []


def test_locks_agree_and_name_no_address():
    pins = {name: _pins(ROOT / name) for name in ("requirements.lock", "requirements-dev.lock")}
    assert pins["requirements.lock"] <= pins["requirements-dev.lock"]
    for lock in ROOT.glob("requirements*.lock"):
        text = lock.read_text()
        assert "://" not in text
        assert "/" not in text.replace("-r pyproject.toml", "")


def _pins(lock: Path) -> set[str]:
    return {
        line.split(";")[0].rstrip(" \\") for line in lock.read_text().splitlines() if "==" in line and not line.startswith(" ")
    }
