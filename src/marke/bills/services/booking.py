"""A bill in the books: what it cost, the VAT that is taken off, and what is owed to the supplier."""

from __future__ import annotations

from datetime import datetime

from marke.activities.services import charge
from marke.bills.incoming_vat import IncomingVat, legs_of
from marke.bills.models import Bill
from marke.bills.rulebook import DEDUCTED
from marke.ledger import services as ledger
from marke.ledger.closing import first_open_day
from marke.ledger.services import Account, NewPosting, Transaction
from marke.parties.models import Party
from marke.rules.queries import rulebook

SCHEME = "bill"
VERSION = 2  # the second knows VAT that we reckon ourselves


def book_bill(bill: Bill, *, by: Party | None, at: datetime) -> Transaction:
    """What is neither taken off nor paid before is cost, or is charged to a member's own business.

    Raises: ActivityClosed, NotCovered where it is charged to a business.
    """
    assert bill.supplier is not None and bill.issue_date is not None
    coop, party = bill.coop, bill.supplier.party
    owed = ledger.open_account(coop=coop, kind=Account.Kind.PAYABLE, party=party, at=at)
    vat = IncomingVat(bill.vat, bill.own_vat, bill.deducted)
    legs = [*legs_of(coop, vat, at), NewPosting(owed, -bill.payable, "bill_owed")]
    spent = bill.payable - bill.vat + vat.cost
    if bill.activity is not None:
        return charge(activity=bill.activity, amount=spent, legs=legs, by=by, at=at)
    cost = ledger.open_account(coop=coop, kind=Account.Kind.EXPENSE, detail=bill.cost, at=at)
    return ledger.post(
        coop=coop,
        kind="bill",
        key=f"bill:{bill.number}:1",
        date=first_open_day(coop, bill.issue_date),
        postings=[NewPosting(cost, spent, "bill_cost"), *legs],
        by=by,
        at=at,
        basis=ledger.record_basis(coop=coop, scheme=SCHEME, version=VERSION, rule_values=rulebook(coop, at).uids(DEDUCTED)),
        facts=facts_of(bill),
    )


def facts_of(bill: Bill) -> dict[str, int]:
    return {
        "bill": bill.number, "net": bill.net, "vat": bill.vat, "deducted": bill.deducted, "paid_before": bill.paid_before,
        "payable": bill.payable, "own_base": bill.own_base, "own_permille": bill.own_permille, "own_vat": bill.own_vat,
    }  # fmt: skip
