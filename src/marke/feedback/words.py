"""Scores in words."""

from __future__ import annotations

from decimal import Decimal

from babel.numbers import format_decimal
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from marke.common.charts import percent_text
from marke.common.money import locale_of
from marke.feedback.conditions import Tally
from marke.feedback.models import Scale


def average_words(tally: Tally) -> str:
    """ "4.6 of 5", "92% good": to one decimal, from exact numbers."""
    average, locale = tally.average, locale_of(get_language())
    if average is None:
        return "–"
    if tally.scale == Scale.THUMBS:
        return _("%(part)s good") % {"part": percent_text(Decimal(round(average * 100)), locale)}
    tenths = Decimal(round(average * 10)) / 10
    return _("%(stars)s of 5 stars") % {"stars": format_decimal(tenths, "0.0", locale=locale)}
