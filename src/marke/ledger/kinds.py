"""What a transaction is called. Apps that post register their kinds in `AppConfig.ready`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from marke.common.navigation import soft_reverse
from marke.common.registry import Registry

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from marke.ledger.models import Transaction
    from marke.parties.models import Coop


@dataclass(frozen=True)
class TransactionKind:
    """`url_name` leads to the page of the fact, with the co-op's slug and the fact's number; "" when there is none.

    `for_members`: whoever has a part in the transaction may see that page; else only bookkeepers are led there.
    """

    kind: str
    label: str | _StrPromise
    url_name: str = ""
    for_members: bool = False


transaction_kinds: Registry[TransactionKind] = Registry("kind of transaction")
OPENING = TransactionKind("opening", _("Opening balance"))


def fact_number(transaction: Transaction) -> str:
    """The number of the fact in "kind:number:version"."""
    parts = transaction.key.split(":")
    return parts[1] if len(parts) > 1 else ""


def title(transaction: Transaction) -> str:
    """ "Job 118"; "Job 118, taken back" for a reversal."""
    kind = transaction.kind
    label = str(transaction_kinds.get(kind).label) if kind in transaction_kinds else kind.replace("_", " ").capitalize()
    number = fact_number(transaction)
    said = f"{label} {number}" if number[:1].isdigit() else label
    return str(_("%(what)s, taken back")) % {"what": said} if transaction.reverses_id else said


def fact_page(transaction: Transaction, coop: Coop, *, bookkeeper: bool) -> str:
    """The address of the fact, or "" when there is none that the reader may see."""
    if transaction.kind not in transaction_kinds:
        return ""
    kind, number = transaction_kinds.get(transaction.kind), fact_number(transaction)
    url_name = kind.url_name if bookkeeper or kind.for_members else ""
    fact = number.split(".")[0]  # line 12 of pay run 3 is "3.12"
    return soft_reverse(url_name, coop.slug, int(fact) if fact.isdigit() else fact) if url_name and fact else ""
