"""A paper on which one of us is the seller: a sale of ours that the client made out, or a copy of our own; never a bill to pay."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from marke.bills.conditions import compact
from marke.bills.files import NotABill
from marke.common.registry import Registry
from marke.parties.models import Coop, Membership
from marke_core.einvoice.model import Document, Party


@dataclass(frozen=True)
class Comparison:
    """`says`: in sentences, how such a sale stands to what somebody knows of it, such as the order."""

    kind: str
    says: Callable[[Coop, Document], Sequence[str]]


comparisons: Registry[Comparison] = Registry("comparison of a sale that a client made out")


def is_own_sale(coop: Coop, document: Document) -> bool:
    """Whether the client made it out in our name or in a member's (self-billing, UNTDID 1001: 389, 527 and 261).

    Raises: NotABill when it is a paper of our own, or one of others.
    """
    names = {"number": document.number[:60], "seller": document.seller.name[:80], "buyer": document.buyer.name[:80]}
    if not document.is_self_billed:
        if _is_us(coop, document.seller):
            raise NotABill(
                _("It is invoice %(number)s of our own, made out to %(buyer)s, and no bill. Look for it among the invoices.")
                % names
            )
        return False
    if _is_us(coop, document.buyer):
        raise NotABill(
            _(
                "It is %(number)s, which we made out ourselves in the name of %(seller)s. It is paid where it was made, not as a bill."
            )
            % names
        )
    if _is_us(coop, document.seller) or _is_member(coop, document.seller):
        return True
    raise NotABill(
        _(
            "%(buyer)s made out %(number)s in the name of %(seller)s (self-billing), and that is not us: it is neither a bill nor a "
            "sale of ours. Tell whoever sent it."
        )
        % names
    )


def _is_us(coop: Coop, party: Party) -> bool:
    """By a number, or by the name where one of both has none."""
    ours = {compact(number)[-9:] for number in (coop.vat_number, coop.registration_number) if number}
    theirs = {number[-9:] for number in _numbers(party)}
    if ours and theirs:
        return bool(ours & theirs)
    return party.name.strip().casefold() == coop.name.strip().casefold()


def _is_member(coop: Coop, party: Party) -> bool:
    theirs = _numbers(party)
    known = Membership.objects.filter(coop=coop).exclude(party__vat_number="").values_list("party__vat_number", flat=True)
    return bool(theirs) and any(compact(number) in theirs for number in known)


def _numbers(party: Party) -> set[str]:
    found = (compact(party.vat_id), compact(party.legal_id.value) if party.legal_id else "")
    return {number for number in found if number}
