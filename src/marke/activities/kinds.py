"""What the ledger calls what this app books."""

from django.utils.translation import gettext_lazy as _

from marke.ledger.kinds import TransactionKind

PAGE = "activities:activity"
TRANSACTION_KINDS = [
    TransactionKind("activity_month", _("Month of an own business"), PAGE, for_members=True),
    TransactionKind("activity_grant", _("Grant to an own business"), PAGE, for_members=True),
    TransactionKind("activity_expense", _("Expense of an own business"), PAGE, for_members=True),
    TransactionKind("activity_shared", _("Shared in a team"), PAGE, for_members=True),
    TransactionKind("activity_payout", _("Paid out of an own business"), PAGE, for_members=True),
    TransactionKind("activity_payroll", _("Wages out of an own business"), PAGE, for_members=True),
    TransactionKind("activity_write_off", _("Client who did not pay"), PAGE),
    TransactionKind("activity_closing", _("End of an own business"), PAGE, for_members=True),
]
