"""The paper that says what somebody holds."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from babel.dates import format_date
from babel.numbers import format_decimal
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from marke.common import clock
from marke.common.money import format_money, locale_of
from marke.common.paper import write_pdf
from marke.parties.models import Membership
from marke.shares.queries import Holding

TEMPLATE = Path(__file__).parent / "typst" / "certificate.typ"


def certificate_pdf(membership: Membership, holding: Holding, at: datetime) -> bytes:
    """What the register says on the day of `at`, in the active language."""
    coop = membership.coop
    locale = locale_of(get_language())
    day = clock.local_date(at, coop.timezone)
    data = {
        "lang": (get_language() or "en")[:2],
        "accent": coop.accent,
        "coop": coop.name,
        "place": coop.city,
        "registration": coop.registration_number,
        "title": _("Share certificate"),
        "says": _("The register of shares of %(coop)s says:") % {"coop": coop.name},
        "name": membership.party.name,
        "holds": ngettext("holds one share", "holds %(count)s shares", holding.shares)
        % {"count": format_decimal(holding.shares, locale=locale)},
        "paid": _("paid with %(amount)s") % {"amount": format_money(holding.amount, coop.currency)},
        "member": _("Member %(number)s") % {"number": membership.number},
        "on": format_date(day, "d MMMM y", locale=locale),
        "note": _(
            "Who holds how many shares follows from the register, not from this paper. Each member has one vote, whatever "
            "they hold."
        ),
    }
    return write_pdf(TEMPLATE, data, made_at=at)
