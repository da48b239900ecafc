"""VAT on what the co-op buys: how much of it is taken off, and how it stands in the books. One way, for suppliers' bills and for
invoices in members' names.

Source: Directive 2006/112/EC, arts. 167-168 (what may be taken off, and when), 194-199a, 200 and 211 (who buys reckons it).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from marke.bills.models import Bill
from marke.bills.rulebook import DEDUCTED
from marke.jobs.vat_rates import UNION
from marke.ledger import services as ledger
from marke.ledger.services import Account, NewPosting
from marke.parties.models import Coop
from marke.rules.queries import rulebook
from marke_core.money import share_of, share_of_integers

Own = Bill.Own
# Categories of EN 16931 in which the seller leaves the VAT to the buyer, wherever they are.
TURNED = frozenset({"AE", "K"})


@dataclass(frozen=True)
class IncomingVat:
    """Minor units, below zero in a credit note. `charged`: by the seller · `own`: what we reckon ourselves (reverse charge) and
    owe · `deducted`: of both, what is taken off what we owe."""

    charged: int
    own: int
    deducted: int

    @property
    def cost(self) -> int:
        """By so much what was bought becomes dearer."""
        return self.charged + self.own - self.deducted


def deductible(coop: Coop, vat: int, at: datetime) -> int:
    """What the rule takes off of so much VAT, of either sign; without a VAT number nothing is."""
    return share_of(vat, rulebook(coop, at).value(DEDUCTED)) if coop.vat_number else 0


def reckoned(base: int, permille: int) -> int:
    """VAT of so much without it, rounded half up in size."""
    return share_of_integers(base, permille, 1000)


def legs_of(coop: Coop, vat: IncomingVat, at: datetime) -> list[NewPosting]:
    """What of it stands on the account of VAT: taken off, and owed by ourselves. The cost is the caller's to book."""
    account = ledger.open_account(coop=coop, kind=Account.Kind.VAT, at=at)
    return [NewPosting(account, vat.deducted, "bill_vat"), NewPosting(account, -vat.own, "bill_vat_due")]


def reason_for(coop: Coop, country: str, category: str) -> str:
    """Why the VAT is ours to reckon, one of `Bill.Own`; "" where it is not, or where it cannot be told from the paper.

    `country`: of the seller, ISO 3166-1; `category`: of EN 16931.
    """
    if category == "K":
        return Own.EU_GOODS
    if country in ("", coop.country):
        return Own.DOMESTIC if category == "AE" else ""
    if country in UNION and coop.country in UNION:
        return Own.EU_SERVICES if category == "AE" else ""
    return Own.OUTSIDE if category in ("AE", "O", "Z", "G", "") else ""
