"""Dropping a spreadsheet in, saying what its columns are, and booking it: all of it or nothing."""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marke.common import clock
from marke.common.db.large import room_for_much
from marke.common.numbering import next_number
from marke.common.refusal import Refused
from marke.intake.columns import FIELDS, guess, plain
from marke.intake.models import Batch, BatchLine
from marke.intake.reading import read_table
from marke.intake.understanding import Known, Row, Understanding, understand
from marke.ledger import services as ledger
from marke.ledger.services import Account
from marke.parties import services as parties
from marke.parties.models import Coop, Membership, Party
from marke.parties.services.lists import Listed
from marke.rules.queries import rulebook
from marke.shares.services import record_opening_holdings

PRESENT = (Membership.State.APPLIED, Membership.State.MEMBER, Membership.State.SUSPENDED)


class AlreadyImported(Refused):
    pass


class DoesNotAddUp(Refused):
    pass


class NothingToBook(Refused):
    pass


class NotOpen(Refused):
    pass


class BadMapping(Refused):
    pass


def receive(*, coop: Coop, filename: str, content: bytes, by: Party, at: datetime) -> Batch:
    """Keeps what is in the file; books nothing. The same file again gives the batch that waits to be checked.

    Raises: CannotBeRead, AlreadyImported.
    """
    table = read_table(content)
    digest = hashlib.sha256(content).hexdigest()
    with transaction.atomic():
        number = next_number(Batch, coop)
        _check_not_booked(coop, digest)
        waiting = Batch.objects.filter(coop=coop, digest=digest, state=Batch.State.PREVIEW).first()
        if waiting is not None:
            return waiting
        return Batch.objects.create(
            coop=coop,
            number=number,
            filename=plain_filename(filename),
            digest=digest,
            header=table.header,
            rows=table.rows,
            first_line=table.first_line,
            mapping=guess(table.header),
            uploaded_at=at,
            uploaded_by=by,
        )


def plain_filename(name: str) -> str:
    return "".join(char for char in name if char.isprintable())[-200:] or "?"


def _check_not_booked(coop: Coop, digest: str) -> None:
    booked = Batch.objects.filter(coop=coop, digest=digest, state=Batch.State.BOOKED).first()
    if booked is not None and booked.booked_at is not None:
        raise AlreadyImported(
            _("This file was already imported on %(day)s (import %(number)d). Nothing is booked twice.")
            % {"day": clock.local_date(booked.booked_at, coop.timezone).isoformat(), "number": booked.number}
        )


def choose_columns(*, batch: Batch, mapping: Sequence[str], by: Party | None, at: datetime) -> Batch:
    """Says for each column which field it holds, "" to leave it out. Raises: BadMapping, NotOpen."""
    if len(mapping) != len(batch.header) or any(name and name not in FIELDS for name in mapping):
        raise BadMapping(_("There is one choice for each of the %(n)d columns.") % {"n": len(batch.header)})
    for name in filter(None, mapping):
        if list(mapping).count(name) > 1:
            raise BadMapping(
                _("Two columns cannot both be “%(field)s”. Choose one, and leave the other out.") % {"field": FIELDS[name]}
            )
    with transaction.atomic():
        _lock_open(batch)
        batch.mapping = list(mapping)
        batch.save(update_fields=["mapping"])
        return batch


def discard(*, batch: Batch, by: Party | None, at: datetime) -> Batch:
    """Throws an upload away. Raises: NotOpen when it was booked."""
    with transaction.atomic():
        _lock_open(batch)
        batch.state = Batch.State.DISCARDED
        batch.rows = []
        batch.save(update_fields=["state", "rows"])
        return batch


def understanding_of(batch: Batch, at: datetime) -> Understanding:
    """What the batch says, compared with the co-op as it is now."""
    return understand(batch.header, batch.rows, batch.mapping, batch.first_line, _known(batch.coop, at))


def _known(coop: Coop, at: datetime) -> Known:
    book = rulebook(coop, at)
    people = list(Membership.objects.filter(coop=coop, state__in=PRESENT).values_list("party__email", "party__name"))
    return Known(
        currency=coop.currency,
        country=coop.country,
        today=clock.local_date(at, coop.timezone),
        price=book.value("shares.price") if book.has("shares.price") else None,
        emails=frozenset(email.lower() for email, _name in people if email),
        names=frozenset(plain(name) for _email, name in people),
        names_without_email=frozenset(plain(name) for email, name in people if not email),
    )


def book_batch(*, batch: Batch, opening_date: date, leave_out_faulty: bool, by: Party | None, at: datetime) -> Batch:
    """Makes the members, their shares and their balances in one transaction. Booking twice is booking once.

    Raises: DoesNotAddUp unless `leave_out_faulty`; NothingToBook; AlreadyImported (by another batch of the same file);
    NotOpen.
    """
    coop = batch.coop
    if opening_date > clock.local_date(at, coop.timezone):
        raise DoesNotAddUp(
            _("%(day)s has not come yet. Choose the day on which these shares and balances were so.")
            % {"day": opening_date.isoformat()}
        )
    with room_for_much(), transaction.atomic():
        Coop.objects.select_for_update(no_key=True).get(pk=coop.pk)
        present = Batch.objects.select_for_update().get(pk=batch.pk)
        if present.state == Batch.State.BOOKED:
            return present
        _lock_open(present)
        _check_not_booked(coop, present.digest)
        said = understanding_of(present, at)
        if not said.adds_up and not leave_out_faulty:
            raise DoesNotAddUp(
                _(
                    "%(rows)d rows and %(points)d points of the whole do not add up. Correct the file and drop it in again, or say that they may be left out."
                )
                % {"rows": len(said.faulty), "points": len(said.problems)}
            )
        if not said.new:
            raise NothingToBook(_("No row is left to book: everybody belongs to the co-op already, or does not add up."))
        lines = _book_rows(present, said.new, opening_date, by, at)
        BatchLine.objects.bulk_create(lines, batch_size=500)
        _book_balances(present, lines, opening_date, by, at)
        present.state = Batch.State.BOOKED
        present.opening_date = opening_date
        present.booked_at, present.booked_by = at, by
        present.left_out = len(said.faulty) + len(said.present)
        present.rows = []
        present.save()
        return present


def _book_rows(batch: Batch, rows: Sequence[Row], opening_date: date, by: Party | None, at: datetime) -> list[BatchLine]:
    coop = batch.coop
    memberships = parties.admit_list(
        coop=coop,
        people=[
            Listed(party, row.engagement, clock.local_midnight(row.joined, coop.timezone) if row.joined else at)
            for party, row in zip(_people(coop, rows, at), rows, strict=True)
        ],
        note=_("import %(number)d") % {"number": batch.number},
        by=by,
        at=at,
    )
    listed = list(zip(memberships, rows, strict=True))
    record_opening_holdings(
        coop=coop,
        holdings=[(membership, row.shares, row.share_amount) for membership, row in listed if row.shares],
        date=opening_date,
        by=by,
        at=at,
    )
    return [
        BatchLine(
            coop=coop,
            batch=batch,
            line=row.line,
            membership=membership,
            shares=row.shares,
            share_amount=row.share_amount,
            balance=row.balance,
        )
        for membership, row in listed
    ]


def _people(coop: Coop, rows: Sequence[Row], at: datetime) -> list[Party]:
    """Somebody known by the mail address stays who they are; what the file says of them changes nothing."""
    emails = [row.email for row in rows if row.email]
    known: dict[str, Party] = {}
    for start in range(0, len(emails), 500):
        found = Party.objects.filter(email__in=emails[start : start + 500], kind=Party.Kind.PERSON, erased_at=None)
        for party in found.order_by("-id"):
            known[party.email] = party
    fresh = {row.line: _person(coop, row, at) for row in rows if row.email not in known}
    Party.objects.bulk_create(fresh.values(), batch_size=500)
    return [fresh[row.line] if row.line in fresh else known[row.email] for row in rows]


def _person(coop: Coop, row: Row, at: datetime) -> Party:
    return Party(
        name=row.name,
        email=row.email,
        phone=row.phone,
        language=coop.language,
        street=row.street,
        postcode=row.postcode,
        city=row.city,
        created_at=at,
    )


def _book_balances(batch: Batch, lines: Sequence[BatchLine], on: date, by: Party | None, at: datetime) -> None:
    """What the co-op owes members is a credit; what a member owes it, a debit. Both against the opening balance."""
    uneven = [line for line in lines if line.balance]
    if not uneven:
        return
    wanted = [ledger.NewAccount(Account.Kind.EARNINGS, line.membership.party) for line in uneven]
    accounts = ledger.open_accounts(coop=batch.coop, accounts=wanted, at=at)
    balances = [(account, -line.balance) for account, line in zip(accounts, uneven, strict=True)]
    ledger.open_balances(coop=batch.coop, key=f"opening:{batch.number}:1", date=on, balances=balances, by=by, at=at)


def _lock_open(batch: Batch) -> None:
    present = Batch.objects.select_for_update().only("state").get(pk=batch.pk)
    if present.state != Batch.State.PREVIEW:
        raise NotOpen(
            _("Import %(number)d is “%(state)s” and no longer open.")
            % {"number": batch.number, "state": present.get_state_display().lower()}
        )
