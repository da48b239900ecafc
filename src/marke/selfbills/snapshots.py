"""What a paper in a member's name says about who sells and who buys, copied when it is issued."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from marke.parties.models import Coop
from marke.payments.queries import usable_account
from marke.selfbills.models import SelfBillAgreement


def seller_of(agreement: SelfBillAgreement, at: datetime) -> dict[str, Any]:
    party = agreement.membership.party
    account = usable_account(agreement.coop, party, at)
    details = ("name", "street", "postcode", "city", "country", "email", "phone", "vat_number")
    return {
        **{name: getattr(party, name) for name in details},
        "iban": account.iban if account else "",
        "registration_number": "",
    }


def buyer_of(coop: Coop, agreement: SelfBillAgreement) -> dict[str, Any]:
    """`number`: by what the co-op knows what the paper is about."""
    details = ("name", "street", "postcode", "city", "country", "vat_number", "registration_number")
    return {
        **{name: getattr(coop, name) for name in details},
        "kind": "organisation",
        "number": f"M{agreement.membership.number}",
    }
