"""What a member gets of a year, on paper."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from marke.common.clock import local_date
from marke.common.days import day_in_words
from marke.common.money import format_money
from marke.common.paper import write_pdf
from marke.rounds.models import Round
from marke.surplus.models import MemberYear
from marke.surplus.telling import MyYear, my_year

TEMPLATE = Path(__file__).with_name("typst") / "statement.typ"


def statement_pdf(line: MemberYear) -> bytes:
    """`line` with its membership, party, year and corrections."""
    return write_pdf(TEMPLATE, _data(line, my_year(line)), made_at=line.year.computed_at)


def statements_zip(lines: Iterable[MemberYear]) -> bytes:
    """One paper each, by member number."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for line in lines:
            archive.writestr(f"{line.membership.number:06}.pdf", statement_pdf(line))
    return written.getvalue()


def _data(line: MemberYear, mine: MyYear) -> dict[str, Any]:
    year, coop = line.year, line.year.coop

    def money(amount: int) -> str:
        return format_money(amount, coop.currency)

    named = {"year": year.round.title, "coop": coop.name}
    words = _("Preview: nothing is decided yet") if year.round.state not in Round.FIXED else _("As decided by the members")
    parts = [
        [part.name, _("%(mine)s of %(all)s") % {"mine": part.mine, "all": part.everybody} if part.mine else "", money(part.whole),
         money(part.amount)]
        for part in mine.parts
    ]  # fmt: skip
    ends = [(_("In money"), mine.paid), (_("Tax withheld"), mine.withheld), (_("Kept in your name"), mine.kept)]
    return {
        "title": _("My year %(year)s") % named,
        "coop": coop.name,
        "name": line.membership.party.name,
        "member": _("Member %(number)s") % {"number": line.membership.number},
        "state": words,
        "on": day_in_words(local_date(year.computed_at, coop.timezone)),
        "did_title": _("What you did"),
        "did": [list(row) for row in mine.did],
        "parts_title": _("What you get"),
        "parts_head": [_("For what"), _("By what"), _("The whole part"), _("Yours")],
        "parts": parts,
        "nothing": _("Nothing is shared among members this year."),
        "ends": [[label, money(amount)] for label, amount in ends if amount],
        "total": [_("Together"), money(mine.total)],
        "corrections": [
            _("Corrected to %(total)s: %(why)s") % {"total": money(one.paid + one.withheld + one.kept), "why": one.reason}
            for one in mine.corrections
        ],
        "fingerprint": _("Fingerprint of the whole year: %(digest)s") % {"digest": year.digest},
        "accent": coop.accent,
        "lang": (get_language() or "en").split("-")[0],
    }
