"""What each fund is called."""

from django.utils.translation import gettext as _


def label_of(key: tuple[str, str]) -> str:
    """ "Guarantee fund"; a fund that nobody here knows keeps its own word."""
    known = {
        ("fund", "guarantee"): _("Guarantee fund"),
        ("fund", "mutual"): _("Mutual aid"),
        ("reserve", "voluntary"): _("Voluntary reserve"),
        ("reserve", "education"): _("Reserve for education"),
        ("reserve", "community"): _("Reserve for the community"),
        ("reserve", "indivisible"): _("Indivisible reserve"),
        ("reserve", "statutory"): _("Statutory reserve"),
        ("reserve", "legal"): _("Legal reserve"),
        ("reserve", "entry"): _("Reserve of entry fees"),
    }
    if key in known:
        return known[key]
    word = _("Reserve") if key[0] == "reserve" else _("Fund")
    return f"{word}: {key[1]}" if key[1] else word
