"""What an invoice says about seller, buyer and terms, copied when it is issued."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from marke.activities.models import Activity
from marke.common.money import format_money
from marke.parties.models import Client, Coop, Party
from marke.rules.queries import Rulebook
from marke.rules.registry import get_rule
from marke.rules.sentences import describe_value


def seller_of(coop: Coop, activity: Activity | None = None) -> dict[str, Any]:
    """`activity`: in whose name the co-op sells."""
    return {
        "name": coop.name,
        **({"activity": activity.name} if activity else {}),
        "street": coop.street,
        "postcode": coop.postcode,
        "city": coop.city,
        "country": coop.country,
        "email": coop.email,
        "phone": coop.phone,
        "registration_number": coop.registration_number,
        "vat_number": coop.vat_number,
        "iban": coop.iban,
        "accent": coop.accent,
    }


def buyer_of(client: Client, reference: str = "") -> dict[str, Any]:
    """`reference`: what the client wants to read on it."""
    party = client.party
    return {
        "number": client.number,
        **({"reference": reference} if reference else {}),
        "kind": party.kind,
        "name": party.name,
        "street": party.street,
        "postcode": party.postcode,
        "city": party.city,
        "country": party.country,
        "vat_number": party.vat_number,
    }


def language_of(client: Client) -> str:
    return client.party.language or client.coop.language


def terms(coop: Coop, client: Client, gross: int, rules: Rulebook, at: datetime) -> list[str]:
    """What a business owes that pays late; nothing of the kind is asked of people."""
    if client.party.kind != Party.Kind.ORGANISATION:
        return []
    interest = get_rule("invoices.late_interest")
    cap = get_rule("invoices.late_cap")
    once = cap.type.lowest(rules.value("invoices.late_cap"), gross)  # type: ignore[union-attr]
    said = _("Late payment bears interest of %(rate)s a year") % {
        "rate": describe_value(interest, rules.value("invoices.late_interest"), coop)
    }
    if once > 0:
        said += _(", and costs %(once)s once for the work of asking again") % {"once": format_money(once, coop.currency)}
    return [said + "."]
