"""A year is recomputed without Marke, to the cent, by the script that travels with it."""

from __future__ import annotations

import ast
import hashlib
import subprocess
import sys
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marke.surplus import services
from marke.surplus.exporting import SCRIPT, NoSuchYear, export_year, year_called
from marke_core.split import Ties, divide
from tests.surplus.scene import closed, earn, make_year

pytestmark = pytest.mark.django_db


def recompute(folder: Path) -> subprocess.CompletedProcess[str]:
    """In a bare interpreter: no site packages, no environment, another folder."""
    command = [sys.executable, "-I", "-S", str(folder / "recompute.py")]
    return subprocess.run(command, capture_output=True, text=True, cwd="/", env={}, check=False)


def unpacked(year, folder: Path) -> Path:
    export_year(year, folder / "year.zip")
    with zipfile.ZipFile(folder / "year.zip") as archive:
        archive.extractall(folder)
    return folder


def test_the_script_gets_every_cent_and_the_fingerprint(tmp_path):
    coop, people = make_year(
        jobs=(3, 2, 2),
        price=101_37,
        surplus__legal_reserve=[15, 100],
        surplus__workers=[1, 2],
        surplus__members=[1, 2],
        surplus__cash=[1, 5],
        surplus__withholding_patronage=[1, 10],
        surplus__seniority=[3, 100],
    )
    year = closed(coop, people)
    said = recompute(unpacked(year, tmp_path))
    assert said.returncode == 0, said.stdout + said.stderr
    assert year.digest in said.stdout
    assert "3 members" in said.stdout


def test_the_script_is_thirty_lines_that_fit_the_page():
    lines = SCRIPT.read_text("utf-8").splitlines()
    assert len(lines) <= 30
    assert max(map(len, lines)) <= 130


def test_the_file_has_the_fingerprint_that_was_voted_on(tmp_path):
    """So that `sha256sum year.txt` says it too."""
    coop, people = make_year(surplus__members=[1, 1])
    year = closed(coop, people)
    assert hashlib.sha256((unpacked(year, tmp_path) / "year.txt").read_bytes()).hexdigest() == year.digest


FALSIFIED = {
    "a cent paid to another": (" 2400 0 0 ", " 2401 0 0 ", "member 1 should have [2400, 0, 0]"),
    "a part of another size": ('"members":2400', '"members":2300', "members, at most 7200: see members [1, 2, 3]"),
    "a step that takes more than the rule gives it": ('"amount":7200', '"amount":7201', "members, at most 7200"),
    "steps that take more than there is": ('"divided":7200', '"divided":7199', "members, at most 7200"),
}


@pytest.mark.parametrize("falsified", FALSIFIED)
def test_the_script_finds_what_was_falsified(tmp_path, falsified):
    was, becomes, found = FALSIFIED[falsified]
    coop, people = make_year(surplus__members=[1, 1])
    folder = unpacked(closed(coop, people), tmp_path)
    text = (folder / "year.txt").read_text()
    assert was in text
    (folder / "year.txt").write_text(text.replace(was, becomes, 3 if "part" in falsified else 1))
    said = recompute(folder)
    assert (said.returncode, said.stdout) == (1, "")
    assert found in said.stderr


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.integers(0, 10**9),
    st.lists(st.tuples(st.integers(1, 10**6), st.integers(0, 10**8)), min_size=1, max_size=30),
    st.booleans(),
)
def test_the_script_divides_as_marke_does(total, members, capped):
    """Weights and caps of any size, with ties."""
    script = ast.parse(SCRIPT.read_text("utf-8"))
    script.body = [part for part in script.body if isinstance(part, ast.FunctionDef)]
    known: dict = {"hashlib": hashlib}
    exec(compile(script, SCRIPT.name, "exec"), known)
    weights, caps = (np.array(column, dtype=np.int64) for column in zip(*members, strict=True))
    numbers = np.arange(1, len(members) + 1, dtype=np.int64)
    ours = divide(total, weights, caps=caps if capped else None, ties=Ties.BY_HASH, order=numbers, entry="velo:2025")
    who = {number: (weight, cap if capped else float("inf")) for number, (weight, cap) in enumerate(members, 1)}
    theirs = known["divide"](total - ours.left, who, "velo:2025")
    assert [theirs[number] for number in who] == ours.parts.tolist()


def test_a_loss_that_members_bear_is_recomputed_too(tmp_path):
    coop, people = make_year(surplus__losses="members", surplus__members=[1, 1], surplus__cash=[0, 1])
    closed(coop, people)
    earn(coop, -50_00, on=date(2026, 3, 1), kind="expense")
    from marke.parties.models import Client
    from tests.surplus.scene import work

    work(coop, Client.objects.get(coop=coop), people, (1, 1, 1), at=datetime(2026, 5, 4, 9, tzinfo=UTC))
    year = services.start_year(
        coop=coop, since=date(2026, 1, 1), until=date(2027, 1, 1), by=None, at=datetime(2027, 1, 4, tzinfo=UTC)
    )
    assert year.kept == -14_00
    said = recompute(unpacked(year, tmp_path))
    assert said.returncode == 0, said.stdout + said.stderr
    assert year.digest in said.stdout


def test_names_do_not_travel_with_the_year(tmp_path):
    coop, people = make_year(surplus__members=[1, 1])
    folder = unpacked(closed(coop, people), tmp_path)
    everything = "".join((folder / name).read_text() for name in ("year.txt", "rules.csv"))
    assert not any(person.party.name in everything for person in people)


def test_a_year_that_there_is_not_is_named():
    coop, _people = make_year()
    with pytest.raises(NoSuchYear, match="2031"):
        year_called(coop, "2031")


@pytest.mark.django_db(transaction=True)
def test_a_closed_year_moves_with_the_coop(tmp_path):
    from marke.common.invariants import invariants
    from marke.site.operations.exporting import export_coop
    from marke.site.operations.importing import import_coop
    from tests.conftest import return_to_empty
    from tests.surplus.scene import AFTER

    coop, people = make_year(surplus__members=[1, 1], surplus__cash=[1, 5])
    year = closed(coop, people)
    services.correct_member_year(line=year.lines.get(position=1), paid=1, withheld=0, kept=0, reason="why", by=None, at=AFTER)
    export_coop(coop, tmp_path / "velo.zip", at=AFTER, beside=tmp_path)
    return_to_empty()
    moved = import_coop(tmp_path / "velo.zip", slug=None, beside=tmp_path).coop
    assert [violation for invariant in invariants for violation in invariant.check(moved)] == []
    assert year_called(moved, "2025").digest == year.digest
