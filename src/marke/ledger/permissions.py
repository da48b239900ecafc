"""Who sees whose money. Members see their own and the co-op's totals; the treasurer and the coordinator see all.

The rule members.pay_visible opens everybody's pay to every member.
"""

from __future__ import annotations

from typing import Any, cast

from django.utils.translation import gettext as _

from marke.common.refusal import NotAllowed
from marke.ledger.models import Account, Posting, Transaction
from marke.parties.http import CoopRequest
from marke.parties.permissions import can_office, check_belonged, check_office, is_member
from marke.rules.queries import rulebook

BOOKKEEPERS = ("treasurer", "coordinator")


class NotYourMoney(NotAllowed):
    """The money of somebody else, or an account of the whole co-op."""


def check_books(request: CoopRequest) -> None:
    """Only bookkeepers: all accounts, exports."""
    check_office(request, *BOOKKEEPERS)


def can_see_books(request: CoopRequest) -> bool:
    return can_office(request, *BOOKKEEPERS)


def can_see_all_pay(request: CoopRequest) -> bool:
    """By office, or because the members decided so. Read once per request."""
    seen: bool | None = getattr(request, "_sees_all_pay", None)
    if seen is None:
        seen = can_see_books(request) or (
            is_member(request) and bool(rulebook(request.coop, request.asked_at).value("members.pay_visible"))
        )
        cast(Any, request)._sees_all_pay = seen
    return seen


def own_party_ids(request: CoopRequest) -> set[int]:
    """The person who asks, and whoever the membership belongs to, also when it has ended."""
    belonged = check_belonged(request)
    return {belonged.party_id, request.party.pk} if request.party else {belonged.party_id}


def check_account(request: CoopRequest, account: Account) -> None:
    """Raises: NotYourMoney, and what check_belonged raises."""
    check_belonged(request)
    is_own = account.party_id is not None and account.party_id in own_party_ids(request)
    if is_own or can_see_books(request):
        return
    if account.kind == Account.Kind.EARNINGS and can_see_all_pay(request):
        return
    raise NotYourMoney(
        _(
            "This account is not yours. The treasurer and the coordinator of %(coop)s see all accounts; under Money you find your own."
        )
        % {"coop": request.coop.name}
    )


def check_transaction(request: CoopRequest, transaction: Transaction) -> None:
    """Whoever has a leg in it sees it. Raises: NotYourMoney, and what check_belonged raises."""
    check_belonged(request)
    if can_see_all_pay(request):
        return
    if not Posting.objects.filter(transaction=transaction, account__party__in=own_party_ids(request)).exists():
        raise NotYourMoney(
            _("Nothing of transaction %(number)s is yours. The treasurer and the coordinator of %(coop)s see all transactions.")
            % {"number": transaction.number, "coop": request.coop.name}
        )


def can_name(request: CoopRequest, account: Account) -> bool:
    """Whether the name on an account may be shown: one's own, a co-op's own account, or to those who see it anyway."""
    if account.party_id is None or account.party_id in own_party_ids(request) or can_see_books(request):
        return True
    return account.kind == Account.Kind.EARNINGS and can_see_all_pay(request)
