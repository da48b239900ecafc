"""A co-op moves from SQLite to PostgreSQL and back, and an import that is killed never happened."""

import shutil
import signal
import subprocess
import time
import zipfile
from pathlib import Path

import pytest

from tests.operations.program import ARGUMENTS, environment, marke
from tests.postgresql import PostgreSQLMissing, programs, temporary_postgresql

ORDERS = "".join(f"o{number}\t640\t0\t{number}\tr1\t{number}\n" for number in range(10, 60))
FILES = {
    "orders.txt": f"order\tx\ty\tplacement_time\trestaurant\tready_time\n{ORDERS}",
    "restaurants.txt": "restaurant\tx\ty\nr1\t0\t0\n",
    "couriers.txt": "courier\tx\ty\ton_time\toff_time\nc1\t0\t0\t0\t600\nc2\t0\t0\t0\t600\n",
    "instance_parameters.txt": "meters_per_minute\tpickup service minutes\tdropoff service minutes\tmaximum click-to-door\n320\t4\t4\t90\n",
}


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive of a co-op that has lived a day, on SQLite."""
    folder = tmp_path_factory.mktemp("lived")
    for name, text in FILES.items():
        (folder / name).write_text(text)
    assert marke("day", str(folder), "--keep", data=folder / "data").returncode == 0
    slug = f"day-{folder.name}"
    done = marke("export", slug, "--out", str(folder / "co-op.zip"), data=folder / "data")
    assert done.returncode == 0, done.stderr
    return folder / "co-op.zip"


def _tables(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist() if name.endswith((".csv", ".beancount"))}


def test_a_co_op_moves_from_sqlite_to_postgresql_and_back(lived: Path, tmp_path: Path) -> None:
    try:
        programs()
    except PostgreSQLMissing as missing:
        pytest.fail(str(missing))
    slug = f"day-{lived.parent.name}"
    with temporary_postgresql() as address:
        done = marke("import", str(lived), data=tmp_path, DATABASE_URL=address)
        assert done.returncode == 0, done.stderr
        assert "all invariants hold" in done.stdout
        done = marke("export", slug, "--out", str(tmp_path / "there.zip"), data=tmp_path, DATABASE_URL=address)
        assert done.returncode == 0, done.stderr
    done = marke("import", str(tmp_path / "there.zip"), data=tmp_path / "home")
    assert done.returncode == 0, done.stderr
    done = marke("export", slug, "--out", str(tmp_path / "home.zip"), data=tmp_path / "home")
    assert done.returncode == 0, done.stderr
    first = _tables(lived)
    assert len(first) > 30
    assert first == _tables(tmp_path / "there.zip") == _tables(tmp_path / "home.zip")


@pytest.mark.parametrize("kills", [3, pytest.param(20, marks=pytest.mark.long)])
def test_an_import_that_is_killed_never_happened(kills: int, lived: Path, tmp_path: Path) -> None:
    """kill -9 at moments spread over the command; then the same import goes through as if nothing had been."""
    rehearsal, data = tmp_path / "rehearsal", tmp_path / "data"
    assert marke("found", "Other", "--pack", "delivery", "--country", "BE", data=data).returncode == 0
    shutil.copytree(data, rehearsal)
    began = time.monotonic()
    assert marke("import", str(lived), data=rehearsal).returncode == 0
    usual = time.monotonic() - began
    for kill in range(kills):
        process = subprocess.Popen(
            [*ARGUMENTS, "import", str(lived)], env=environment(data), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        time.sleep(usual * (0.3 + 0.6 * kill / kills))
        process.send_signal(signal.SIGKILL)
        process.wait()
        done = marke("doctor", data=data)
        assert done.returncode == 0, done.stdout + done.stderr
    done = marke("import", str(lived), data=data)
    assert done.returncode == 0 or "is here already" in done.stderr, done.stderr
    assert "All hold." in marke("doctor", data=data).stdout
