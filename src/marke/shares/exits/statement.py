"""The paper that says what an exit brings: lots, price, plan and payments."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

from babel.dates import format_date
from babel.numbers import format_decimal
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from marke.common import clock
from marke.common.money import format_money, locale_of
from marke.common.paper import write_pdf
from marke.shares.exits.queries import ExitStanding

TEMPLATE = Path(__file__).parent.parent / "typst" / "exit.typ"


def statement_pdf(row: ExitStanding, at: datetime) -> bytes:
    """What stands in the books on the day of `at`, in the active language."""
    exit, price, coop = row.exit, row.price, row.exit.coop
    assert price is not None
    currency, locale = coop.currency, locale_of(get_language())

    def day(on: date) -> str:
        return format_date(on, "d MMMM y", locale=locale)

    def money(minor: int) -> str:
        return format_money(minor, currency)

    parts = list(exit.parts.select_related("event__lot"))
    kept = [(_("Kept as a penalty for leaving early"), price.penalty), (_("Kept because the co-op is worth less"), price.lost)]
    data = {
        "lang": (get_language() or "en")[:2],
        "accent": coop.accent,
        "coop": coop.name,
        "registration": coop.registration_number,
        "title": _("Shares given back: exit %(number)s") % {"number": exit.number},
        "name": exit.membership.party.name,
        "member": _("Member %(number)s") % {"number": exit.membership.number},
        "facts": [
            (_("Why"), str(exit.get_kind_display())),
            (_("Kind of shares"), str(exit.share_class)),
            (_("Asked on"), day(exit.asked_on)),
            (_("Ended on"), day(exit.effective_on)),
            (_("Shares"), format_decimal(sum(part.shares for part in parts), locale=locale)),
            (_("Paid in for them"), money(price.paid_in)),
            *((label, money(-amount)) for label, amount in kept if amount),
            (_("Owed"), money(price.owed)),
            (_("Paid so far"), money(row.paid)),
            (_("Still to be paid"), money(row.left)),
        ],
        "lots_title": _("The shares, the oldest first"),
        "lots_head": [_("Since"), _("Shares"), _("Paid in"), _("Owed")],
        "lots": [
            [
                day(part.event.lot.date) if part.event.lot else "",
                format_decimal(part.shares, locale=locale),
                money(part.paid_in),
                money(part.price - part.penalty),
            ]
            for part in parts
        ],
        "plan_title": ngettext("When it is paid", "The instalments", len(row.plan)),
        "plan_head": [_("At the latest"), _("For shares"), _("Interest"), _("Together")],
        "plan": [[day(part.due_on), money(part.principal), money(part.interest), money(part.amount)] for part in row.plan],
        "paid_title": _("Paid"),
        "paid": [[day(payment.date), money(payment.amount)] for payment in exit.payments.all()],
        "on": day(clock.local_date(at, coop.timezone)),
        "note": _(
            "Shares are paid back in the order in which they were asked for, as far as the tests in the rulebook allow; what is "
            "suspended comes before anything that is distributed."
        ),
    }
    return write_pdf(TEMPLATE, data, made_at=at)
