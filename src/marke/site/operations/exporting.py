"""`marke export`: one co-op as an archive of open formats."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.db import models, transaction

from marke.common.csv_files import write_as_kept
from marke.parties.models import Coop, Party, Representation
from marke.site.operations.archive import write_archive
from marke.site.operations.papers import readable_papers
from marke.site.operations.tables import Model, columns, coop_tables, encode, in_order, own_models

KIND = "co-op"
VERSION = 1
PEOPLE, REPRESENTATIONS, COOP = "people.csv", "representations.csv", "co-op.csv"

README = """# {name}, as kept by Marke

Everything that {name} has, in formats that other programs read. Written on {at}.

- `co-op.csv`, `people.csv`, `representations.csv`: who there is. People who sign in are recognised by their address; \
passwords are not here.
- `tables/`: one CSV (UTF-8, comma, first line the names) for every table. `row` numbers the rows of a file; a column such as \
`membership` holds the row of parties.Membership.csv it refers to. Money is in whole minor units (cents), moments are in UTC, \
JSON stands as JSON, nothing is an empty cell, and `\\N` is nothing where a text could be empty.
- `ledger.beancount`, `general-ledger.csv`: the books, for beancount and for an accountant's program.
- `invoices/`: every invoice as PDF.
- `manifest.json`: every file with its size and SHA-256.

`./marke import FILE` makes the same co-op of it on another installation; the chain of hashes over the ledger shows that nothing \
was changed on the way (`./marke doctor`). Cells of tables are exactly as kept: import them as text in a spreadsheet.
"""

Report = Callable[[str, int, int], None]


def export_coop(coop: Coop, path: Path, *, at: datetime, beside: Path, report: Report = lambda *_: None) -> None:
    """Writes the archive: all of one moment, whole or not at all. The same co-op and `at` give the same bytes."""
    beside.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=beside, prefix=".export-") as folder, transaction.atomic():
        files = sorted(_write(coop, Path(folder), at, report))
        about = {"co_op": str(coop.uid), "name": coop.name, "exported_at": at.isoformat()}
        write_archive(path, kind=KIND, version=VERSION, about=about, files=files)


def _write(coop: Coop, folder: Path, at: datetime, report: Report) -> Iterator[tuple[str, Path]]:
    (folder / "tables").mkdir()
    places = Places(coop)
    tables = coop_tables()
    for done, model in enumerate(tables):
        report(model._meta.label, done, len(tables))
        name = f"tables/{model._meta.label}.csv"
        _write_table(folder / name, columns(model), in_order(model, coop), places)
        yield name, folder / name
    _write_table(folder / COOP, columns(Coop), iter([coop]), places)
    _write_table(folder / PEOPLE, columns(Party), iter(places.people), places)
    _write_table(folder / REPRESENTATIONS, columns(Representation), iter(places.representations), places)
    (folder / "README.md").write_text(README.format(name=coop.name, at=f"{at:%Y-%m-%d}"), encoding="utf-8")
    yield from ((name, folder / name) for name in (COOP, PEOPLE, REPRESENTATIONS, "README.md"))
    for name, content in readable_papers(coop, report):
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        yield name, target


def _write_table(path: Path, fields: list[models.Field[Any, Any]], rows: Iterator[models.Model], places: Places) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        header = ["row", *(field.name for field in fields)]
        cells = ([number, *(places.encode(field, row) for field in fields)] for number, row in enumerate(rows, start=1))
        write_as_kept(stream, chain([header], cells))


class Places:
    """Which row of which file an object is: what foreign keys become, because surrogate ids stay at home."""

    def __init__(self, coop: Coop) -> None:
        self.coop = coop
        self._rows: dict[Model, dict[Any, int]] = {}
        self.people = self._people()
        self._rows[Party] = {person.pk: number for number, person in enumerate(self.people, start=1)}

    def encode(self, field: models.Field[Any, Any], row: models.Model) -> str:
        if not field.is_relation:
            return encode(field, getattr(row, field.attname))
        if field.name == "user" and isinstance(row, Party):
            return row.user.email if row.user else ""
        key = getattr(row, field.attname)
        return "" if key is None else str(self._of(field.related_model)[key])

    def _of(self, model: Any) -> dict[Any, int]:
        if model not in self._rows:
            keys = model._default_manager.filter(coop=self.coop).order_by("pk").values_list("pk", flat=True)
            self._rows[model] = {key: number for number, key in enumerate(keys.iterator(), start=1)}
        return self._rows[model]

    def _people(self) -> list[Party]:
        """Everybody whom a row of the co-op names, and who acts for them."""
        keys = set()
        for model in own_models():
            if model in coop_tables():
                for field in columns(model):
                    if field.is_relation and field.related_model is Party:
                        rows = model._default_manager.filter(coop=self.coop).exclude(**{field.name: None}).order_by()
                        keys |= set(rows.values_list(field.attname, flat=True).distinct())
        acting = Representation.objects.filter(party__in=keys).order_by("pk")
        self.representations = list(acting)
        keys |= {each.person_id for each in self.representations}
        # By uid, not by key: on another installation, the same people were made in another order.
        return list(Party.objects.filter(pk__in=keys).select_related("user").order_by("uid"))
