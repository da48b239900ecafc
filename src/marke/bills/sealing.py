"""A supplier's file stays as it came, and what was booked of a bill stays as it was booked: in the database itself."""

from marke.common.db.triggers import Refusal, append_only, differs

FILE, BILL = "bills_billfile", "bills_bill"
BOOKED = (
    "coop_id",
    "number",
    "supplier_id",
    "state",
    "paper",
    "net",
    "vat",
    "payable",
    "deducted",
    "own_kind",
    "own_base",
    "own_permille",
    "own_vat",
    "cost",
    "booked_on",
    "transaction_id",
)

REFUSALS = [
    *append_only(FILE, "a_file_of_a_bill", "o.coop_id = NEW.coop_id AND o.digest = NEW.digest"),
    *append_only("bills_supplieraccount", "an_account_of_a_supplier", "1 = 0"),
    *append_only("bills_billpayment", "a_payment_of_a_bill", "o.refund_id = NEW.refund_id"),
    *append_only("bills_setoff", "a_set_off", "1 = 0"),
    Refusal("a_booked_bill_stays", BILL, "UPDATE", f"OLD.state = 'approved' AND {differs(BOOKED)}"),
    Refusal("a_bill_is_never_deleted", BILL, "DELETE"),
]
# Since suppliers give back by bank.
MONEY_BACK_REFUSALS = append_only(
    "bills_moneyback", "money_back", "o.coop_id = NEW.coop_id AND (o.number = NEW.number OR o.once_key = NEW.once_key)"
)
