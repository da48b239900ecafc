"""A work history on paper, with the code that leads to what the co-op says of it now."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from marke.common.clock import local_date
from marke.common.days import day_in_words
from marke.common.paper import qr_svg, write_pdf
from marke.credentials.identity import absolute
from marke.credentials.models import Issued
from marke.credentials.telling import period, sections

TEMPLATE = Path(__file__).with_name("typst") / "history.typ"


def history_pdf(issued: Issued) -> bytes:
    return write_pdf(TEMPLATE, _data(issued), made_at=issued.made_at)


def link_of(issued: Issued) -> str:
    return absolute("credentials:shown", issued.coop, issued.token)


def _data(issued: Issued) -> dict[str, Any]:
    coop, history, link = issued.coop, issued.history, link_of(issued)

    def day(at: Any) -> str:
        return day_in_words(local_date(at, coop.timezone))

    return {
        "title": _("Work history"),
        "coop": coop.name,
        "name": history["worker"]["name"],
        "period": period(history),
        "on": day(issued.made_at),
        "sections": [[section.title, [list(row) for row in section.rows]] for section in sections(history)],
        "reviews_title": _("What clients said"),
        "reviews": history.get("reviews", []),
        "chosen": _(
            "Which of it is told was %(name)s’s choice. Counted are jobs that clients confirmed and assignments that were invoiced."
        )
        % {"name": history["worker"]["name"]},
        "check": _("Genuine, and not withdrawn? Scan this, or open %(link)s. It counts until %(day)s.")
        % {"link": link, "day": day(issued.ends_at)},
        "scan": _("QR code of the page that says whether this still counts"),
        "qr": qr_svg(link),
        "accent": coop.accent,
        "lang": (get_language() or "en").split("-")[0],
    }
