"""A bank statement to try an import with: made of what a demo co-op is asked to be paid, by the published definitions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from marke.common import clock
from marke.ledger.position import position
from marke.ledger.services import Account
from marke.parties.models import Coop
from marke.payments.conditions import PAY_RUN
from marke.payments.models import PaymentRequest
from marke.payments.statement_models import BankStatement
from marke.rounds.models import Round
from marke_core.banking.samples import write_bank_csv, write_camt053, write_coda
from marke_core.banking.statements import COST, Entry, Statement

PAYER = "BE71096123456769"
# By the ending of the file: what writes it, and what a browser is told that it is.
KINDS: dict[str, tuple[Callable[[Statement], bytes], str]] = {
    "xml": (write_camt053, "application/xml"),
    "cod": (write_coda, "text/plain; charset=latin-1"),
    "csv": (write_bank_csv, "text/csv; charset=utf-8"),
}


def kinds_for(coop: Coop) -> list[str]:
    """What this co-op can try, by ending: nothing outside of a demo, and CODA only for an account in Belgium."""
    belgian = "".join(coop.iban.split()).upper().startswith("BE")
    return [kind for kind in KINDS if coop.demo and (belgian or kind != "cod")]


def sample_statement(coop: Coop, kind: str, at: datetime) -> bytes:
    """Two requests paid by their reference, one by its payer's name, one in part; a pay run; a cost; something unknown."""
    today = clock.local_date(at, coop.timezone)
    asked = list(PaymentRequest.objects.filter(coop=coop).open().select_related("party")[:4])
    entries = [
        Entry(
            line=1,
            booked_on=today,
            amount=_left(one) if place < 3 else max(1, _left(one) // 2),
            value_on=today,
            name=one.party.name,
            iban=PAYER,
            reference=one.reference if place != 2 else "",
            text="" if place != 2 else "thank you",
            bank_reference=f"SMPL{today:%y%m%d}{place:04d}",
        )
        for place, one in enumerate(asked)
    ]
    run = Round.objects.filter(coop=coop, kind=PAY_RUN, state="sent").first()
    if run is not None:
        total = sum(run.pay_lines.filter(left_out="").values_list("amount", flat=True))
        batch = f"MARKE-{coop.uid.hex[:12]}-{run.number}"
        entries.append(Entry(1, today, -total, today, text="batch", batch_id=batch, bank_reference=f"SMPL{today:%y%m%d}0010"))
    entries.append(
        Entry(1, today, -450, today, name="The bank", text="account", kind=COST, bank_reference=f"SMPL{today:%y%m%d}0011")
    )
    entries.append(Entry(1, today, -3_990, today, name="Corner shop", text="card", bank_reference=f"SMPL{today:%y%m%d}0012"))
    opening = position(coop, today).totals.get(Account.Kind.BANK, 0)
    closing = opening + sum(entry.amount for entry in entries)
    number = str(BankStatement.objects.filter(coop=coop).count() + 1)
    account = "".join(coop.iban.split()).upper()
    statement = Statement(account, coop.currency, tuple(entries), number, opening, closing, today)
    return KINDS[kind][0](statement)


def _left(one: PaymentRequest) -> int:
    left: int = one.amount - one.paid  # type: ignore[attr-defined]
    return left
