"""The files that a treasurer uploads to the bank."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import override

from marke.common import clock
from marke.common.refusal import Refused
from marke.parties.models import Coop
from marke.payments.conditions import bank_day, earned_before
from marke.payments.models import PayRunLine
from marke.payments.payables import payables
from marke.rounds.models import Round
from marke.rounds.queries import move_of
from marke_core.banking import Address, BadIban, Debtor, Transfer, is_creditor_reference, is_ogm, read_iban, write_pain001


class NoBankFile(Refused):
    """There is something missing that the bank asks for."""


def pay_run_file(run: Round) -> bytes:
    """A pain.001.001.09 of a released run; the same run always gives the same bytes.

    Raises: NoBankFile before the release, without the co-op's own IBAN, or in another currency than the euro.
    """
    coop = run.coop
    released = move_of(run, Round.State.RELEASED)
    if released is None or run.state == Round.State.CANCELLED:
        raise NoBankFile(
            _("Pay run %(number)s is “%(state)s”. The bank file is there once a second person has released it.")
            % {"number": run.number, "state": run.get_state_display()}
        )
    lines = list(run.pay_lines.filter(left_out="").order_by("position"))
    told = _told(coop, lines)
    return write_pain001(
        message_id=f"MARKE-{coop.uid.hex[:12]}-{run.number}",
        created_at=released.at,
        execution_date=bank_day(clock.local_date(released.at, coop.timezone)),
        debtor=_debtor(coop),
        transfers=tuple(_transfer(run, line, told.get((line.kind, line.subject), "")) for line in lines),
    )


def _debtor(coop: Coop) -> Debtor:
    """Raises: NoBankFile."""
    if coop.currency != "EUR":
        raise NoBankFile(
            _("A SEPA file is in euros, and %(coop)s keeps its books in %(currency)s. Pay the lines by hand.")
            % {"coop": coop.name, "currency": coop.currency}
        )
    try:
        iban = read_iban(coop.iban)
    except BadIban:
        raise NoBankFile(
            _("%(coop)s has no bank account of its own in Marke yet. Write its IBAN under the co-op's details.")
            % {"coop": coop.name}
        ) from None
    address = Address(coop.city, coop.country, coop.street, coop.postcode) if coop.city else None
    return Debtor(coop.name, iban, address=address)


def _told(coop: Coop, lines: Sequence[PayRunLine]) -> dict[tuple[str, str], str]:
    """By kind and subject of a line, what whoever is paid knows it by; one query for each kind that says so."""
    found: dict[tuple[str, str], str] = {}
    for kind in {line.kind for line in lines} - {PayRunLine.PAY}:
        if (ask := payables.get(kind).told) is not None:
            said = ask(coop, [line.subject for line in lines if line.kind == kind])
            found |= {(kind, subject): text for subject, text in said.items()}
    return found


def _transfer(run: Round, line: PayRunLine, told: str) -> Transfer:
    if is_creditor_reference(told) or is_ogm(told):
        return Transfer(line.reference, line.holder, line.iban, line.amount, reference=told)
    if told:
        text = f"{told[:90]} {run.coop.name[:40]}"
        return Transfer(line.reference, line.holder, line.iban, line.amount, text=text)
    about = earned_before(run).isoformat()
    if line.kind != PayRunLine.PAY:
        with override(run.coop.language):  # the same run gives the same bytes, whoever downloads it
            about = payables.get(line.kind).describe(line.subject)
    text = f"{run.coop.name[:90]} {line.reference} {about}"
    return Transfer(line.reference, line.holder, line.iban, line.amount, text=text)
