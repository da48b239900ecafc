"""What a balance is made of, in one sentence: the why of an amount that many entries add up to."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marke.common.explain import Explanation
from marke.ledger.models import Account

Kind = Account.Kind
OWN = {
    Kind.EARNINGS: gettext_lazy("Everything credited to you for your work, less everything paid to you."),
    Kind.ACTIVITY: gettext_lazy(
        "What your own business invoiced through the co-op, less what was kept, spent and paid out of it."
    ),
    Kind.SHARES: gettext_lazy("What you paid for the shares you hold. Our rules say what you get when you give them back."),
    Kind.SHARES_PENDING: gettext_lazy("What you paid for shares. It stays yours until you are admitted."),
    Kind.REDEMPTION: gettext_lazy(
        "What the shares bring that you gave back, with its interest, less what was paid to you for them."
    ),
    Kind.REFUNDS: gettext_lazy("What was paid by you and is to be sent back."),
    Kind.RECEIVABLE: gettext_lazy("The invoices you have not paid yet, each with its lines and its VAT."),
    Kind.UNBILLED: gettext_lazy("The price of every job that was done for you and stands on no invoice yet."),
}
OURS = {
    Kind.BANK: gettext_lazy("Everything received in the bank, less everything paid from it."),
    Kind.TRANSIT: gettext_lazy("Pay runs that are at the bank, until the money has left."),
    Kind.RECEIVABLE: gettext_lazy("All invoices, less what clients have paid and what was credited to them."),
    Kind.UNBILLED: gettext_lazy("The price of every settled job that stands on no invoice yet."),
    Kind.EARNINGS: gettext_lazy("Everything credited to members for their work, less everything paid to them."),
    Kind.ACTIVITY: gettext_lazy("What members’ own businesses hold: what they invoiced, less what was kept, spent and paid out."),
    Kind.SHARES_PENDING: gettext_lazy("What was paid for shares by people who are not members yet. It is still theirs."),
    Kind.REFUNDS: gettext_lazy("What is to be sent back to whoever paid it."),
    Kind.UNMATCHED: gettext_lazy("Payments of which nobody knows yet what they are for."),
    Kind.VAT: gettext_lazy("The VAT on all invoices, less what was credited and handed over."),
    Kind.PAYABLE: gettext_lazy("What suppliers asked for and was not paid yet."),
    Kind.SURPLUS: gettext_lazy("Each member's part of the surplus, less what was paid out or turned into shares."),
    Kind.WITHHOLDING: gettext_lazy("Tax that was kept back from what members got, less what was handed over."),
    Kind.REDEMPTION: gettext_lazy("The price of shares that were given back, less what was paid for them."),
    Kind.LOAN: gettext_lazy("Everything members lent, less what was paid back."),
    Kind.ALLOCATED: gettext_lazy("Members' parts of the surplus that stay in the co-op in their name."),
    Kind.RESERVE: gettext_lazy("What every year's surplus put aside, less the losses it bore."),
    Kind.RESULT: gettext_lazy("What earlier years left over, or lost, and nobody has decided about yet."),
    Kind.INTEREST: gettext_lazy("What the co-op paid for money that was lent to it."),
    Kind.SHARES: gettext_lazy("The price of every share that members hold."),
    Kind.FUND: gettext_lazy("What every job put aside by our rules, less what was spent from it."),
    Kind.OPENING: gettext_lazy("What the books began with, as it was brought along."),
    Kind.CONTRIBUTION: gettext_lazy("What the co-op kept of every job by our rules."),
    Kind.EXPENSE: gettext_lazy("Everything the co-op spent."),
    Kind.GIFT: gettext_lazy("What was given to the co-op."),
    Kind.ROUNDING: gettext_lazy("Cents that are left over by rounding."),
}


def explain_own(kind: str, entries: str) -> Explanation:
    """Why this is my balance; `entries` is the address where each entry stands with its own why."""
    more = (_("Each entry, and why"), entries) if kind == Kind.EARNINGS else None
    return Explanation(formula=str(OWN[Kind(kind)]), more=more)


def explain_ours(kind: str, accounts: str) -> Explanation:
    """Why this is the co-op's balance; `accounts` is the address of the accounts behind it, for those who may see them."""
    return Explanation(formula=str(OURS[Kind(kind)]), more=(_("The accounts behind it"), accounts) if accounts else None)
