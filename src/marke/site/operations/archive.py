"""Archives: a zip with a manifest that names every file with its size and hash; read with suspicion."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

from marke.common.refusal import Refused

MANIFEST = "manifest.json"
BLOCK = 2**20
# What an honest archive never reaches: more unpacked bytes per packed byte, or more files.
GREATEST_RATIO = 200
MOST_FILES = 200_000
SMALL = 64 * 2**20
# What the standard library says of an archive with wrong bytes in it; the compression speaks for itself.
DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)


class DamagedArchive(Refused):
    """The file is not an archive of ours, or it was changed after it was written."""


class ForeignArchive(Refused):
    """An archive of another kind or of a newer release."""


def write_archive(
    path: Path, *, kind: str, version: int, about: Mapping[str, Any], files: Iterable[tuple[str, Path | bytes]]
) -> None:
    """Writes all or nothing: the file appears under its name when it is complete.

    The same files and the same `about` give the same bytes.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with os.fdopen(os.open(draft, os.O_CREAT | os.O_TRUNC | os.O_RDWR, 0o600), "w+b") as stream:
            with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
                listed = {name: _add(archive, name, content) for name, content in files}
                manifest = {"kind": kind, "version": version, **about, "files": listed}
                text = json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=False)
                _add(archive, MANIFEST, text.encode())
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(path)
    except OSError as error:
        raise Refused(f"{path} cannot be written: {error.strerror or error}. Nothing was left behind.") from None
    finally:
        draft.unlink(missing_ok=True)


def _add(archive: zipfile.ZipFile, name: str, content: Path | bytes) -> dict[str, Any]:
    entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    digest, size = hashlib.sha256(), 0
    with archive.open(entry, "w", force_zip64=True) as target:
        for block in _blocks(content):
            digest.update(block)
            size += len(block)
            target.write(block)
    return {"sha256": digest.hexdigest(), "size": size}


def _blocks(content: Path | bytes) -> Iterator[bytes]:
    if isinstance(content, bytes):
        yield content
        return
    with content.open("rb") as stream:
        while block := stream.read(BLOCK):
            yield block


@contextmanager
def unpacked(path: Path, *, kind: str, version: int, beside: Path) -> Iterator[tuple[dict[str, Any], Path]]:
    """Gives the manifest and a temporary folder with the files, each checked against its hash.

    `beside`: the folder in which to unpack, on the disk where the files are wanted.
    Raises: DamagedArchive, ForeignArchive; nothing has been unpacked then.
    """
    beside.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=beside, prefix=".unpacking-") as folder:
        try:
            with zipfile.ZipFile(path) as archive:
                manifest = _manifest(archive, path, kind, version)
                _check_entries(archive, manifest, path)
                for name, listed in manifest["files"].items():
                    _unpack(archive, name, listed, Path(folder), path)
        except (*DAMAGED, OSError, ValueError) as error:
            raise DamagedArchive(f"{path.name} cannot be read as an archive ({error}). Copy it again, or take another.") from None
        yield manifest, Path(folder)


def _manifest(archive: zipfile.ZipFile, path: Path, kind: str, version: int) -> dict[str, Any]:
    if MANIFEST not in archive.namelist() or archive.getinfo(MANIFEST).file_size > SMALL:
        raise ForeignArchive(f"{path.name} has no manifest: it was not written by Marke. Choose the file that it wrote.")
    manifest = json.loads(archive.read(MANIFEST))
    if not isinstance(manifest, dict) or manifest.get("kind") != kind:
        found = manifest.get("kind") if isinstance(manifest, dict) else None
        raise ForeignArchive(f"{path.name} is not a {kind} but a {str(found)[:40]!r}. Choose a {kind}.")
    if manifest.get("version") != version:
        raise ForeignArchive(
            f"{path.name} has version {str(manifest.get('version'))[:20]!r} of the {kind}; this release reads version "
            f"{version}. Read it with the release that wrote it."
        )
    return manifest


def _check_entries(archive: zipfile.ZipFile, manifest: dict[str, Any], path: Path) -> None:
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    listed = manifest.get("files")
    if not isinstance(listed, dict) or len(names) > MOST_FILES or sorted(names) != sorted([*listed, MANIFEST]):
        raise DamagedArchive(f"{path.name} does not hold the files that its manifest lists. Copy it again, or take another.")
    for name in names:
        parts = PurePosixPath(name).parts
        if not parts or name.startswith("/") or "\\" in name or ":" in name or "\0" in name or {"..", "."} & set(parts):
            raise DamagedArchive(f"{path.name} holds a file with the dangerous name {name[:60]!r}. Do not trust it.")
    total = sum(entry.file_size for entry in entries)
    if total > max(SMALL, GREATEST_RATIO * path.stat().st_size) or total > shutil.disk_usage(path.parent).free:
        raise DamagedArchive(
            f"{path.name} would unpack to {total:,} bytes, which no honest archive of its size does. Do not trust it."
        )


def _unpack(archive: zipfile.ZipFile, name: str, listed: Any, folder: Path, path: Path) -> None:
    target = folder / name
    target.parent.mkdir(parents=True, exist_ok=True)
    digest, left = hashlib.sha256(), archive.getinfo(name).file_size
    with archive.open(name) as source, target.open("wb") as out:
        while block := source.read(BLOCK):
            left -= len(block)
            if left < 0:
                raise DamagedArchive(f"{path.name}: {name} is larger than it says. Do not trust it.")
            digest.update(block)
            out.write(block)
    if not isinstance(listed, dict) or digest.hexdigest() != listed.get("sha256"):
        raise DamagedArchive(f"{path.name}: {name} was changed after the archive was written. Take an unchanged copy.")
