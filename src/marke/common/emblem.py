"""A co-op's emblem: its initials in a seal of its own, the same every time."""

from __future__ import annotations

import re

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

# Words that say nothing of this co-op: articles, and what every co-op is called.
# fmt: off
_SMALL = {
    "de", "het", "een", "van", "voor", "en", "the", "of", "and", "for", "a", "la", "le", "les", "du", "des", "el",
    "y", "co-op", "coop", "coöp", "coöperatie", "coöperatieve", "cooperatie", "cooperative", "co-operative",
    "coopérative", "cooperativa", "vereniging", "association", "cvba", "cv", "bv", "vzw",
}
# fmt: on


def initials(name: str) -> str:
    """One or two letters: "Velo" V, "Schoon Samen" SS, "De Marke van Lund" ML."""
    words = [word for word in re.findall(r"[^\W\d_][\w'’-]*", name) if word.lower() not in _SMALL]
    words = words or re.findall(r"\w+", name) or ["·"]
    return "".join(word[0] for word in words[:2]).upper()


def emblem_svg(name: str, accent: str = "#0b5c5c") -> SafeString:
    """For places without our styles (the browser's tab); on pages use the tag {% emblem %}, which takes the theme."""
    letters = escape(initials(name))
    size = 19 if len(letters) == 1 else 15
    return mark_safe(  # noqa: S308 the name is escaped, the accent checked by readable_accent or our own
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">'
        f'<path d="M16 1l15 7.5v15L16 31 1 23.500v-15z" fill="{escape(accent)}"/>'
        f'<text x="16" y="22" text-anchor="middle" font-family="Georgia, serif" font-size="{size}" '
        f'font-weight="700" fill="#fff">{letters}</text></svg>'
    )


def emblem_on_page(name: str) -> SafeString:
    """The seal in the page's own colours, by class; the name stands beside it, so it is silent."""
    letters = initials(name)
    return format_html(
        '<svg class="emblem" viewBox="0 0 32 32" aria-hidden="true" focusable="false">'
        '<path class="emblem-seal" d="M16 1l13.500 7.500v15L16 31 2.500 23.500v-15z"/>'
        '<path class="emblem-ring" d="M16 3.700l11.200 6.200v12.200L16 28.300 4.800 22.100V9.900z"/>'
        '<text x="16" y="{}" text-anchor="middle" font-size="{}">{}</text></svg>',
        "21.500" if len(letters) == 1 else "20.500",
        "16" if len(letters) == 1 else "12.500",
        letters,
    )
