"""A co-op leaves with everything it has, and arrives whole or not at all."""

import csv
import io
import json
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from marke.common.refusal import Refused
from marke.ledger.queries import totals_by_kind
from marke.parties.models import Coop, Party, User
from marke.site.operations import archive as archives
from marke.site.operations.archive import DamagedArchive, ForeignArchive
from marke.site.operations.doctor import examine
from marke.site.operations.exporting import export_coop
from marke.site.operations.importing import AlreadyHere, import_coop
from marke.site.operations.tables import coop_tables, own_models
from tests.conftest import return_to_empty
from tests.factories.parties import make_coop
from tests.factories.scenes import make_scene

AT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
NOTHING = {"files": {}, "kind": "co-op", "version": 1}


KEPT: list[bytes] = []


@pytest.fixture
def exported(transactional_db: None, tmp_path: Path) -> Path:
    """The archive of a co-op in the middle of its life, made once; the installation is empty."""
    path = tmp_path / "velo.zip"
    if not KEPT:
        export_coop(make_scene().coop, path, at=AT, beside=tmp_path)
        KEPT.append(path.read_bytes())
        return_to_empty()
    path.write_bytes(KEPT[0])
    assert not Coop.objects.exists()
    return path


def _contents(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _count_all() -> dict[str, int]:
    return {model._meta.label: model._default_manager.count() for model in own_models()}


def test_a_co_op_that_moves_and_moves_on_is_the_same(exported: Path, tmp_path: Path) -> None:
    imported = import_coop(exported, slug=None, beside=tmp_path)
    again = tmp_path / "again.zip"
    export_coop(imported.coop, again, at=AT, beside=tmp_path)
    first, second = _contents(exported), _contents(again)
    assert sorted(first) == sorted(second)
    assert [name for name in first if first[name] != second[name] and not name.endswith((".pdf", "manifest.json"))] == []


def test_what_moved_is_healthy_and_balanced(exported: Path, tmp_path: Path) -> None:
    coop = import_coop(exported, slug=None, beside=tmp_path).coop
    assert [finding for finding in examine([coop]) if finding.violations] == []
    assert sum(total.amount for total in totals_by_kind(coop)) == 0


def test_every_table_of_the_scene_has_rows_so_that_moving_is_really_tried(exported: Path) -> None:
    contents = _contents(exported)
    empty = [
        model._meta.label
        for model in coop_tables()
        if contents[f"tables/{model._meta.label}.csv"].count(b"\n") < 2 and not model._meta.label.startswith("intake.")
    ]
    assert empty == ["payments.Refund"] or empty == []


def test_it_may_arrive_under_another_name_beside_others(exported: Path, tmp_path: Path) -> None:
    make_coop("velo")
    with pytest.raises(AlreadyHere, match="--as velo-2"):
        import_coop(exported, slug=None, beside=tmp_path)
    assert import_coop(exported, slug="velo-two", beside=tmp_path).coop.slug == "velo-two"


def test_the_same_co_op_does_not_arrive_twice(exported: Path, tmp_path: Path) -> None:
    import_coop(exported, slug=None, beside=tmp_path)
    before = _count_all()
    with pytest.raises(AlreadyHere, match="here already"):
        import_coop(exported, slug="other", beside=tmp_path)
    assert _count_all() == before


def test_people_arrive_with_a_sign_in_but_without_a_password(exported: Path, tmp_path: Path) -> None:
    import_coop(exported, slug=None, beside=tmp_path)
    user = User.objects.get(email="amina@velo.example")
    assert not user.has_usable_password()
    assert Party.objects.get(user=user).name == "Amina"


def test_an_address_that_signs_in_here_already_stays_with_whom_it_is(exported: Path, tmp_path: Path) -> None:
    stranger = User.objects.create_user("amina@velo.example", "a password of a stranger")
    imported = import_coop(exported, slug=None, beside=tmp_path)
    assert imported.without_sign_in == ["amina@velo.example"]
    assert not Party.objects.filter(user=stranger).exists()


def test_the_accountant_gets_books_and_invoices(exported: Path) -> None:
    contents = _contents(exported)
    rows = list(csv.DictReader(io.StringIO(contents["general-ledger.csv"].decode())))
    assert sum(round(100 * float(row["debit"] or 0)) - round(100 * float(row["credit"] or 0)) for row in rows) == 0
    assert contents["ledger.beancount"].decode().count("* ") > 5
    papers = [content for name, content in contents.items() if name.startswith("invoices/")]
    assert len(papers) == 5
    assert all(content.startswith(b"%PDF") for content in papers)


# What must not come in

Change = Callable[[dict[str, bytes]], None]


def _rewritten(path: Path, change: Change, *, honest_manifest: bool = True) -> Path:
    """The archive with its contents changed, and the manifest made to fit: as a skilled forger would."""
    import hashlib

    contents = _contents(path)
    change(contents)
    if honest_manifest:
        manifest = json.loads(contents["manifest.json"])
        manifest["files"] = {
            name: {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
            for name, content in contents.items()
            if name != "manifest.json"
        }
        contents["manifest.json"] = json.dumps(manifest).encode()
    forged = path.with_name("forged.zip")
    with zipfile.ZipFile(forged, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return forged


def _replace(name: str, old: bytes, new: bytes) -> Change:
    def change(contents: dict[str, bytes]) -> None:
        assert old in contents[name], name
        contents[name] = contents[name].replace(old, new, 1)

    return change


def _add(name: str, content: bytes) -> Change:
    return lambda contents: contents.update({name: content})


def _drop(name: str) -> Change:
    def change(contents: dict[str, bytes]) -> None:
        del contents[name]

    return change


POSTINGS, PARTIES, JOBS = "tables/ledger.Posting.csv", "people.csv", "tables/jobs.Job.csv"
FORGERIES: dict[str, Change] = {
    "an amount of the ledger": _replace(POSTINGS, b",1250,", b",1251,"),
    "both legs of a transaction": lambda contents: contents.update(
        {POSTINGS: contents[POSTINGS].replace(b"1499", b"1599").replace(b"-1289", b"-1389")}
    ),
    "a date in the ledger": _replace("tables/ledger.Transaction.csv", b"2026-01-15", b"2026-01-16"),
    "a rule's value": _replace("tables/ledger.Basis.csv", b"jobs.contribution", b"jobs.contributioN"),
    "a missing table": _drop(JOBS),
    "a row that refers to nothing": _replace("tables/parties.Mandate.csv", b"\n1,1,", b"\n1,4711,"),
    "a row that is not whole": _replace(PARTIES, b"\n1,", b"\n1,2,"),
    "a number that is none": _replace(JOBS, b",1499,", "١٤٩٩,".join([",", ""]).encode()),
    "a number beyond all bounds": _replace(JOBS, b",1499,", b"," + b"9" * 4000 + b","),
    "a state that does not exist": _replace(JOBS, b"settled", b"golden"),
    "a time without zone": _replace("co-op.csv", b"+00:00", b""),
    "an identity that is none": _replace(PARTIES, b"-", b"+"),
    "a zero byte": _replace(PARTIES, b"Amina", b"Ami\0na"),
    "bytes that are no text": _replace(PARTIES, b"Amina", b"Ami\xff\xfena"),
    "JSON that is none": _replace("tables/rules.RuleValue.csv", b'"[', b'"{['),
    "JSON too deep": _replace("tables/rules.RuleValue.csv", b'"[', b'"' + b"[" * 100_000),
    "other columns": _replace(PARTIES, b"row,uid", b"row,id"),
    "a mail address that is none": _replace(PARTIES, b",en,amina@velo.example", b",en,<script>"),
    "two co-ops at once": lambda contents: contents.update({"co-op.csv": contents["co-op.csv"] * 2}),
}


@pytest.mark.parametrize("what", FORGERIES)
def test_a_forged_archive_is_refused_as_a_whole(exported: Path, tmp_path: Path, what: str) -> None:
    forged = _rewritten(exported, FORGERIES[what])
    before = _count_all()
    with pytest.raises(DamagedArchive) as refusal:
        import_coop(forged, slug=None, beside=tmp_path)
    assert len(str(refusal.value)) < 700
    assert _count_all() == before
    assert list(tmp_path.glob(".unpacking-*")) == []


def test_a_changed_file_shows_by_its_hash(exported: Path, tmp_path: Path) -> None:
    forged = _rewritten(exported, _replace(PARTIES, b"Amina", b"Anima"), honest_manifest=False)
    with pytest.raises(DamagedArchive, match=r"people\.csv was changed after the archive was written"):
        import_coop(forged, slug=None, beside=tmp_path)


@pytest.mark.parametrize("name", ["../../etc/cron.d/x", "/etc/x", "a/../../x", "..\\x", "C:x", "tables/../../x", "."])
def test_a_file_that_wants_to_lie_elsewhere_is_refused(exported: Path, tmp_path: Path, name: str) -> None:
    forged = _rewritten(exported, _add(name, b"x"))
    with pytest.raises(Refused):
        import_coop(forged, slug=None, beside=tmp_path)
    assert not (tmp_path.parent / "x").exists()


def test_a_bomb_is_refused_before_it_is_unpacked(exported: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "SMALL", 2**20)
    forged = _rewritten(exported, _add("bomb", b"\0" * 300 * 2**20))
    with pytest.raises(DamagedArchive, match="no honest archive"):
        import_coop(forged, slug=None, beside=tmp_path)


def test_other_files_and_other_releases_are_told_apart(exported: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.zip"
    for content, sentence in (
        (b"", "cannot be read"),
        (b"PK\x03\x04 not really", "cannot be read"),
        ("名前".encode(), "cannot be read"),
        (exported.read_bytes()[:-500], "cannot be read"),
    ):
        other.write_bytes(content)
        with pytest.raises(DamagedArchive, match=sentence):
            import_coop(other, slug=None, beside=tmp_path)
    for manifest, sentence in (
        (b'{"kind":"backup"}', "not a co-op but"),
        (b"[]", "not a co-op"),
        (b'{"kind":"co-op","version":9}', "version"),
    ):
        with zipfile.ZipFile(other, "w") as archive:
            archive.writestr("manifest.json", manifest)
        with pytest.raises(ForeignArchive, match=sentence):
            import_coop(other, slug=None, beside=tmp_path)
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("hello.txt", "hello")
    with pytest.raises(ForeignArchive, match="no manifest"):
        import_coop(other, slug=None, beside=tmp_path)
