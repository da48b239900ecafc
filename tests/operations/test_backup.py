"""A backup is made while the installation works, and comes back whole or not at all."""

import shutil
import threading
from pathlib import Path

import pytest
from django.db import connection

from marke.common.refusal import Refused
from marke.parties.models import Coop
from marke.site.operations.backups import NotEmpty, back_up, restore
from marke.site.operations.doctor import examine
from tests.conftest import return_to_empty
from tests.factories.parties import T0, make_coop, make_member
from tests.factories.scenes import make_scene

pytestmark = [
    pytest.mark.both_databases,
    pytest.mark.skipif(shutil.which("pg_dump") is None, reason="needs pg_dump: apt-get install postgresql-client"),
]


@pytest.fixture
def backup(transactional_db: None, tmp_path: Path) -> Path:
    make_scene()
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "名刺.txt").write_text("kept")
    path = tmp_path / "backup.zip"
    back_up(path, data=tmp_path, at=T0)
    return path


def test_what_was_lost_comes_back(backup: Path, tmp_path: Path) -> None:
    return_to_empty()
    (tmp_path / "files" / "名刺.txt").unlink()
    restore(backup, data=tmp_path, replace=False)
    coop = Coop.objects.get()
    assert coop.slug == "velo"
    assert [finding for finding in examine([coop]) if finding.violations] == []
    assert (tmp_path / "files" / "名刺.txt").read_text() == "kept"


def test_what_is_there_is_not_replaced_by_accident(backup: Path, tmp_path: Path) -> None:
    return_to_empty()
    make_coop("other")
    with pytest.raises(NotEmpty, match="already holds 1 co-ops"):
        restore(backup, data=tmp_path, replace=False)
    assert [coop.slug for coop in Coop.objects.all()] == ["other"]
    restore(backup, data=tmp_path, replace=True)
    assert [coop.slug for coop in Coop.objects.all()] == ["velo"]


@pytest.mark.parametrize("place", [0.1, 0.5, 0.9, 0.999])
def test_a_damaged_backup_changes_nothing(backup: Path, tmp_path: Path, place: float) -> None:
    content = bytearray(backup.read_bytes())
    for offset in range(40):
        content[int(len(content) * place) - offset] ^= 0xFF
    backup.write_bytes(content)
    before = Coop.objects.get().uid
    with pytest.raises(Refused):
        restore(backup, data=tmp_path, replace=True)
    assert Coop.objects.get().uid == before


def test_a_backup_made_among_writers_is_of_one_moment(transactional_db: None, tmp_path: Path) -> None:
    coop = make_coop()
    stop = threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            make_member(coop, f"Member {number}", with_user=False)
        connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(3):
            back_up(tmp_path / f"{number}.zip", data=tmp_path, at=T0)
    finally:
        stop.set()
        writer.join()
    restore(tmp_path / "2.zip", data=tmp_path, replace=True)
    assert [finding for finding in examine([Coop.objects.get()]) if finding.violations] == []


def test_a_backup_is_readable_by_its_owner_only(backup: Path) -> None:
    assert backup.stat().st_mode & 0o077 == 0
