"""Papers about shares: what somebody holds, and what everybody holds, on a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from marke.common.days import day_in_words
from marke.common.money import format_money, locale_of
from marke.common.paper import write_pdf
from marke.parties.models import Coop, Membership
from marke.rules.queries import rulebook
from marke.shares import queries
from marke.shares.models import ORDINARY
from marke.shares.queries import Holding

TYPST = Path(__file__).parent / "typst"


def certificate_pdf(membership: Membership, held: Sequence[Holding], on: date, at: datetime) -> bytes:
    """What the register says at the end of the day `on`, in the active language."""
    coop = membership.coop
    locale = locale_of(get_language())
    shares, amount = sum(row.shares for row in held), sum(row.amount for row in held)
    several = len(held) > 1 or any(row.share_class and row.share_class.code != ORDINARY for row in held)
    votes = queries.votes_on(coop, on, rulebook(coop, at), membership).get(membership.pk, 0)
    data = {
        **_head(coop),
        "title": _("Share certificate"),
        "says": _("The register of shares of %(coop)s says:") % {"coop": coop.name},
        "name": membership.party.name,
        "holds": _number_of_shares(shares),
        "classes": [f"{row.share_class}: {_plain_number(row.shares)}" for row in held] if several else [],
        "paid": _("paid with %(amount)s") % {"amount": format_money(amount, coop.currency)},
        "member": _("Member %(number)s") % {"number": membership.number},
        "on": format_date(on, "d MMMM y", locale=locale),
        "note": _note(votes),
    }
    return write_pdf(TYPST / "certificate.typ", data, made_at=at)


def _note(votes: int) -> str:
    follows = _("Who holds how many shares follows from the register, not from this paper.")
    if votes == 1:
        return follows + " " + _("Each member has one vote, whatever they hold.")
    said = ngettext("These shares give %(n)s vote.", "These shares give %(n)s votes.", votes)
    return follows + " " + said % {"n": _plain_number(votes)}


def _head(coop: Coop) -> dict[str, Any]:
    return {
        "lang": (get_language() or "en")[:2],
        "accent": coop.accent,
        "coop": coop.name,
        "place": coop.city,
        "registration": coop.registration_number,
    }


def _plain_number(number: int) -> str:
    return str(format_decimal(number, locale=locale_of(get_language())))


def _number_of_shares(shares: int) -> str:
    return ngettext("holds one share", "holds %(count)s shares", shares) % {"count": _plain_number(shares)}


def register_pdf(coop: Coop, rows: Sequence[Holding], on: date, at: datetime) -> bytes:
    """Who held what at the end of a day, by class, in the active language."""
    totals: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for row in rows:
        total = totals[str(row.share_class)]
        total[0], total[1] = total[0] + row.shares, total[1] + row.amount
    data = {
        **_head(coop),
        "title": _("Register of shares"),
        "on": _("held at the end of %(day)s") % {"day": day_in_words(on)},
        "columns": [_("Member"), _("Name"), _("Kind of share"), _("Shares"), _("Paid for them")],
        "rows": [
            [
                str(row.membership.number),
                row.membership.party.name,
                str(row.share_class),
                _plain_number(row.shares),
                format_money(row.amount, coop.currency),
            ]
            for row in rows
        ],
        "totals": [
            ["", _("Together"), name, _plain_number(shares), format_money(amount, coop.currency)]
            for name, (shares, amount) in totals.items()
        ],
        "none": _("Nobody held shares on this day."),
        "page": _("page"),
        "note": _("It follows from %(events)s entries, none of which can be changed or deleted.")
        % {"events": _plain_number(queries.events(coop).filter(date__lte=on).count())},
    }
    return write_pdf(TYPST / "register.typ", data, made_at=at)
