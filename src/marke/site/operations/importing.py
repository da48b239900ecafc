"""`marke import`: makes the co-op of an archive here, whole or not at all."""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from allauth.account.models import EmailAddress
from django.apps import apps
from django.db import DataError, IntegrityError, connection, models, transaction

from marke.common.refusal import Refused
from marke.parties.front import RESERVED_SLUGS
from marke.parties.models import Coop, Party, Representation, User
from marke.site.operations.archive import DamagedArchive, unpacked
from marke.site.operations.doctor import examine
from marke.site.operations.exporting import COOP, KIND, PEOPLE, REPRESENTATIONS, VERSION
from marke.site.operations.tables import Model, columns, coop_tables, decode

Row = dict[str, str]
Report = Callable[[str, int, int], None]
CHUNK = 1000

# Written before the table that they refer to: inserting a transaction seals the postings that are there.
BEFORE = {"ledger.Posting": "ledger.Transaction"}
# Made by the seals of what is written: compared with the archive, not written from it.
DERIVED = frozenset({"ledger.ChainHead"})
# A vote that was opened takes no more voters, and one that has ended no more ballots. So it is written as one that is
# still discussed, opened when its roll is there, and ended when its ballots are.
PROPOSAL, ROLL, BALLOTS = "decisions.Proposal", "decisions.RollEntry", "decisions.Ballot"
DISCUSSING: dict[str, Any] = {"state": "discussing", "opened_at": None}
STAGES: dict[str, dict[str, Any]] = {ROLL: {"state": "voting"}, BALLOTS: {}}


class AlreadyHere(Refused):
    """The co-op, or its short name, is on this installation already."""


@dataclass
class Imported:
    coop: Coop
    rows: int
    # Addresses that belong to somebody else here: these people cannot sign in until they give another.
    without_sign_in: list[str] = field(default_factory=list)


def import_coop(path: Path, *, slug: str | None, beside: Path, report: Report = lambda *_: None) -> Imported:
    """Raises: DamagedArchive, ForeignArchive, AlreadyHere. Nothing has been done then."""
    with _cells_of_any_length(), unpacked(path, kind=KIND, version=VERSION, beside=beside) as (_manifest, folder):
        try:
            with transaction.atomic():
                imported = _Import(folder, path.name, report).run(slug)
                connection.check_constraints()
                _examine(imported.coop, path)
        except (IntegrityError, DataError) as error:
            reason = str(error).strip().splitlines()[0]
            raise DamagedArchive(f"{path.name} contradicts itself ({reason}). Take an unchanged copy.") from None
    return imported


@contextmanager
def _cells_of_any_length() -> Iterator[None]:
    """The limit is the whole process's, so it is put back."""
    usual = csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
    try:
        yield
    finally:
        csv.field_size_limit(usual)


def _examine(coop: Coop, path: Path) -> None:
    for finding in examine([coop]):
        for violation in finding.violations:
            raise DamagedArchive(
                f"{path.name} breaks {finding.invariant} at {violation.where}: {violation.what}. It was changed after it was "
                "written, or written by a broken installation. Nothing was imported."
            )


class _Import:
    """One import under way: files in, keys of the rows out."""

    def __init__(self, folder: Path, archive: str, report: Report) -> None:
        self.folder, self.archive, self.report = folder, archive, report
        self.keys: dict[Any, list[Any]] = {}
        self.without_sign_in: list[str] = []
        self.votes: dict[int, dict[str, Any]] = {}
        self.rows = 0

    def run(self, slug: str | None) -> Imported:
        self.coop = self._coop(slug)
        self._people()
        tables = _in_writing_order(coop_tables())
        for model in tables:  # keys first, because rows may refer to rows that come later
            self.keys[model] = self._reserve(model, sum(1 for _ in self._read(self._name(model), model)))
        for done, model in enumerate(tables):
            self.report(model._meta.label, done, len(tables))
            if model._meta.label not in DERIVED:
                self._table(model)
        for model in tables:
            if model._meta.label in DERIVED:
                self._compare(model)
        self._representations()
        return Imported(self.coop, self.rows, self.without_sign_in)

    def _name(self, model: Model) -> str:
        return f"tables/{model._meta.label}.csv"

    def _read(self, name: str, model: Model) -> Iterator[Row]:
        """Rows of a file, each with exactly the columns of the table. Raises: DamagedArchive."""
        expected = ["row", *(each.name for each in columns(model))]
        try:
            with (self.folder / name).open(encoding="utf-8", newline="") as stream:
                reader = csv.reader(stream, strict=True)
                if (found := next(reader, [])) != expected:
                    different = ", ".join(sorted(set(found) ^ set(expected)))[:80] or "their order"
                    raise DamagedArchive(f"{self.archive}: {name} has other columns than this release ({different}).")
                for number, cells in enumerate(reader, start=1):
                    if len(cells) != len(expected) or cells[0] != str(number):
                        raise DamagedArchive(f"{self.archive}: row {number} of {name} is not whole.")
                    yield dict(zip(expected, cells, strict=True))
        except FileNotFoundError:
            raise DamagedArchive(f"{self.archive} has no {name}; this release needs it.") from None
        except (csv.Error, UnicodeDecodeError) as error:
            raise DamagedArchive(f"{self.archive}: {name} cannot be read ({error}).") from None

    def _values(self, name: str, model: Model, row: Row) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for each in columns(model):
            text = row[each.name]
            try:
                values[each.attname] = self._key(each, text) if each.is_relation else decode(each, text)
            except (ValueError, LookupError) as error:
                raise DamagedArchive(
                    f"{self.archive}: row {row['row']} of {name} has {text[:40]!r} as {each.name} ({str(error)[:120]})."
                ) from None
        return values

    def _key(self, each: models.Field[Any, Any], text: str) -> Any:
        if text == "":
            if not each.null:
                raise ValueError("it must refer to a row")
            return None
        keys = self.keys[each.related_model]
        if not (text.isascii() and text.isdigit() and len(text) < 12 and 1 <= int(text) <= len(keys)):
            raise LookupError("there is no such row")
        return keys[int(text) - 1]

    def _coop(self, slug: str | None) -> Coop:
        rows = list(self._read(COOP, Coop))
        if len(rows) != 1:
            raise DamagedArchive(f"{self.archive}: {COOP} must describe one co-op and describes {len(rows)}.")
        coop = Coop(**self._values(COOP, Coop, rows[0]))
        if known := Coop.objects.filter(uid=coop.uid).first():
            raise AlreadyHere(f"This co-op is here already, as '{known.slug}'. It cannot be on one installation twice.")
        coop.slug = slug or coop.slug
        if coop.slug in RESERVED_SLUGS or Coop.objects.filter(slug=coop.slug).exists():
            raise AlreadyHere(f"The short name '{coop.slug}' is taken here. Import it under another: --as {coop.slug}-2")
        coop.save(force_insert=True)
        return coop

    def _people(self) -> None:
        self.keys[Party] = []
        known = dict(Party.objects.values_list("uid", "pk"))
        for row in self._read(PEOPLE, Party):
            address = row["user"]
            person = Party(**self._values(PEOPLE, Party, {**row, "user": ""}))
            if person.uid not in known:
                person.user = self._sign_in(address) if address else None
                person.save(force_insert=True)
                known[person.uid] = person.pk
            self.keys[Party].append(known[person.uid])

    def _sign_in(self, address: str) -> User | None:
        """A new sign-in without password: a mailed code proves who comes."""
        if User.objects.filter(email__iexact=address).exists():
            self.without_sign_in.append(address)
            return None
        try:
            decode(User._meta.get_field("email"), address)
        except ValueError as error:
            raise DamagedArchive(f"{self.archive}: {address[:60]!r} in {PEOPLE} is not a mail address ({error}).") from None
        user = User.objects.create_user(address)
        EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=False)
        return user

    def _representations(self) -> None:
        for row in self._read(REPRESENTATIONS, Representation):
            Representation.objects.get_or_create(**self._values(REPRESENTATIONS, Representation, row))

    def _table(self, model: Model) -> None:
        name, is_vote = self._name(model), model._meta.label == PROPOSAL
        batch: list[models.Model] = []
        for key, row in zip(self.keys[model], self._read(name, model), strict=True):
            values = self._values(name, model, row)
            if is_vote and values["opened_at"]:
                self.votes[key] = {name: values[name] for name in DISCUSSING}
                values.update(DISCUSSING)
            made = model(**values, coop_id=self.coop.pk)
            if not _is_keyed_by_coop(model):
                made.pk = key
            batch.append(made)
            if len(batch) == CHUNK:
                model._default_manager.bulk_create(batch)
                batch.clear()
        model._default_manager.bulk_create(batch)
        self.rows += len(self.keys[model])
        if model._meta.label in STAGES:
            self._move_votes(STAGES[model._meta.label])

    def _compare(self, model: Model) -> None:
        """Raises: DamagedArchive when the archive says otherwise than what was made of its other tables."""
        name = self._name(model)
        names = [each.attname for each in columns(model)]
        said = [self._values(name, model, row) for row in self._read(name, model)]
        made = list(model._default_manager.filter(coop=self.coop).values(*names))
        if said != made:
            raise DamagedArchive(f"{self.archive}: {name} does not fit the other tables. Take an unchanged copy.")
        self.rows += len(said)

    def _move_votes(self, overrides: dict[str, Any]) -> None:
        """Brings the votes one stage on: to their own values, but for `overrides`."""
        proposals = apps.get_model(PROPOSAL)._default_manager
        for key, own in self.votes.items():
            proposals.filter(pk=key).update(**{**own, **overrides})

    def _reserve(self, model: Model, number: int) -> list[Any]:
        """Keys for that many rows, ascending."""
        if _is_keyed_by_coop(model):
            return [self.coop.pk] * number
        table, column = model._meta.db_table, model._meta.pk.column
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                sequence = "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)"
                cursor.execute(sequence, [table, column, number])
                return [key for (key,) in cursor.fetchall()]
            cursor.execute("SELECT max(seq) FROM sqlite_sequence WHERE name = %s", [table])
            last = cursor.fetchone()[0] or 0
        return list(range(last + 1, last + 1 + number))


def _is_keyed_by_coop(model: Model) -> bool:
    return model._meta.pk.name == "coop"


def _in_writing_order(tables: list[Model]) -> list[Model]:
    """Parents first, except where BEFORE says otherwise."""
    ordered = list(tables)
    for early, late in BEFORE.items():
        model = next(each for each in ordered if each._meta.label == early)
        ordered.remove(model)
        ordered.insert(next(place for place, each in enumerate(ordered) if each._meta.label == late), model)
    return ordered
