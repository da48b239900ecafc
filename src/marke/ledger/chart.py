"""The chart of accounts: a code that stays the same, and a name, for every account.

A code is the kind's number, followed by whose account it is: M0012 for member 12, C0007 for client 7. The numbers of the
kinds follow the order that accountants in the Low Countries know (1 capital, 4 debts and claims, 5 money, 6 costs, 7 income).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marke.ledger.models import Account
from marke.parties.models import Client, Coop, Membership

Kind = Account.Kind
CODES: Mapping[str, str] = {
    Kind.SHARES: "1010",
    Kind.RESERVE: "1300",
    Kind.FUND: "1330",
    Kind.ALLOCATED: "1340",
    Kind.OPENING: "1400",
    Kind.RESULT: "1410",
    Kind.LOAN: "1740",
    Kind.RECEIVABLE: "4000",
    Kind.UNBILLED: "4040",
    Kind.PAYABLE: "4400",
    Kind.VAT: "4510",
    Kind.WITHHOLDING: "4530",
    Kind.SURPLUS: "4710",
    Kind.EARNINGS: "4890",
    Kind.SHARES_PENDING: "4891",
    Kind.REFUNDS: "4892",
    Kind.REDEMPTION: "4893",
    Kind.ACTIVITY: "4895",
    Kind.UNMATCHED: "4990",
    Kind.BANK: "5500",
    Kind.TRANSIT: "5800",
    Kind.EXPENSE: "6100",
    Kind.INTEREST: "6500",
    Kind.ROUNDING: "6590",
    Kind.CONTRIBUTION: "7000",
    Kind.GIFT: "7400",
}
# The detail of what an activity holds back: its number, and this.
HELD_BACK = ":reserve"
# The detail of a fund that clients round up for: this, and the name of the good cause.
FUND_OF_GIFTS = "gift:"
_OF_CLIENTS = frozenset({Kind.RECEIVABLE, Kind.UNBILLED})
_DETAILS = {
    (Kind.RECEIVABLE, "grant"): gettext_lazy("Grants that were promised"),
    (Kind.FUND, "guarantee"): gettext_lazy("Guarantee fund"),
    (Kind.FUND, "mutual"): gettext_lazy("Mutual aid"),
    (Kind.RESERVE, "voluntary"): gettext_lazy("Voluntary reserve"),
    (Kind.RESERVE, "education"): gettext_lazy("Reserve for education"),
    (Kind.RESERVE, "community"): gettext_lazy("Reserve for the community"),
    (Kind.RESERVE, "indivisible"): gettext_lazy("Indivisible reserve"),
    (Kind.RESERVE, "statutory"): gettext_lazy("Statutory reserve"),
    (Kind.RESERVE, "legal"): gettext_lazy("Legal reserve"),
    (Kind.RESERVE, "entry"): gettext_lazy("Reserve of entry fees"),
    (Kind.EXPENSE, "bank"): gettext_lazy("Cost of the bank"),
    (Kind.EXPENSE, "goods"): gettext_lazy("Goods and materials"),
    (Kind.EXPENSE, "work"): gettext_lazy("Work done by others"),
    (Kind.EXPENSE, "rooms"): gettext_lazy("Rent and energy"),
    (Kind.EXPENSE, "vehicles"): gettext_lazy("Vehicles and travel"),
    (Kind.EXPENSE, "office"): gettext_lazy("Office, phone and software"),
    (Kind.EXPENSE, "insurance"): gettext_lazy("Insurance"),
    (Kind.EXPENSE, "advice"): gettext_lazy("Advice and bookkeeping"),
    (Kind.EXPENSE, "publicity"): gettext_lazy("Publicity"),
}
# What a bill of a supplier can be booked as; the first is what is none of the others.
COSTS = ("", "goods", "work", "rooms", "vehicles", "office", "insurance", "advice", "publicity", "bank")


@dataclass(frozen=True)
class Entry:
    code: str
    name: str


def chart(coop: Coop, accounts: Iterable[Account]) -> dict[int, Entry]:
    """Code and name of each account, by its id. `accounts` come with their party; two more queries."""
    members = dict(Membership.objects.filter(coop=coop).values_list("party_id", "number"))
    clients = dict(Client.objects.filter(coop=coop).values_list("party_id", "number"))
    return {account.pk: Entry(_code(coop, account, members, clients), name(account)) for account in accounts}


def _code(coop: Coop, account: Account, members: Mapping[int, int], clients: Mapping[int, int]) -> str:
    code = CODES[account.kind]
    if account.party_id is not None:
        first, second = (clients, members) if account.kind in _OF_CLIENTS else (members, clients)
        letters = "CM" if account.kind in _OF_CLIENTS else "MC"
        if account.party_id in first:
            code += f"{letters[0]}{first[account.party_id]:04}"
        elif account.party_id in second:
            code += f"{letters[1]}{second[account.party_id]:04}"
        else:
            code += f"P{account.uid.hex[:8].upper()}"
    if account.detail:
        code += "-" + "".join(char for char in account.detail.upper() if char.isalnum())
    return code if account.unit == coop.currency else f"{code}-{account.unit.upper()}"


def detail_name(account: Account) -> str:
    """ "Guarantee fund", or the kind with what tells it apart."""
    if known := _DETAILS.get((Kind(account.kind), account.detail)):
        return str(known)
    if account.kind == Kind.ACTIVITY and account.detail:
        number = account.detail.removesuffix(HELD_BACK)
        words = _("Activity %(number)s") if number == account.detail else _("Reserve of activity %(number)s")
        return words % {"number": number}
    if account.kind == Kind.LOAN:
        return _("Loan %(number)s by a member") % {"number": account.detail.removeprefix("loan_")}
    if account.kind == Kind.FUND and account.detail.startswith(FUND_OF_GIFTS):
        return _("Rounded up by clients for %(cause)s") % {"cause": account.detail.removeprefix(FUND_OF_GIFTS)}
    return f"{account.get_kind_display()}: {account.detail}" if account.detail else account.get_kind_display()


def name(account: Account) -> str:
    """What the account is called, with the name of whose it is."""
    if account.party is None:
        return detail_name(account)
    return _("%(kind)s: %(party)s") % {"kind": detail_name(account), "party": account.party.name}
