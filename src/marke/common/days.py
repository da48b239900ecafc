"""Calendar days in the reader's language."""

from datetime import date

from babel.dates import format_date
from django.utils.translation import get_language

from marke.common.money import locale_of


def day_in_words(day: date, pattern: str = "d MMMM y") -> str:
    """3 March 2026, or as the pattern says (Unicode CLDR), in the language that is active."""
    return str(format_date(day, pattern, locale=locale_of(get_language())))
