"""What every template may use without loading it: money, moments, addresses, why."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from babel.dates import format_date, format_time
from babel.numbers import format_decimal
from django import template
from django.conf import settings
from django.forms import BoundField
from django.http import QueryDict
from django.template import Context
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, ngettext

from marke.common import accent, charts, emblem, navigation
from marke.common import money as amounts

if TYPE_CHECKING:
    from django.http import HttpRequest

    from marke.common.explain import Explanation

register = template.Library()


def _request(context: Context) -> HttpRequest | None:
    return context.get("request")


def _coop(context: Context) -> Any:
    return getattr(_request(context), "coop", None) or context.get("coop")


@register.simple_tag(takes_context=True)
def money(context: Context, amount: int | None, currency: str = "", sign: bool = False) -> SafeString:
    """{% money 1250 %} → €12.50. `sign=True` for a movement: +€12.50 or −€12.50. None is an amount not known yet."""
    if amount is None:
        return format_html('<span class="money" title="{}">–</span>', gettext("not known yet"))
    currency = currency or getattr(_coop(context), "currency", "") or "EUR"
    kind = " money--in" if sign and amount > 0 else " money--out" if amount < 0 else ""
    return format_html('<span class="money{}">{}</span>', kind, amounts.format_money(amount, currency, sign=sign))


@register.simple_tag(takes_context=True)
def coop_url(context: Context, name: str, *args: Any, **kwargs: Any) -> str:
    """{% coop_url 'jobs:job' job.number %}: the address below the co-op of this page."""
    slug = _coop(context).slug
    return reverse(name, kwargs={"coop": slug, **kwargs}) if kwargs else reverse(name, args=[slug, *args])


@register.simple_tag(takes_context=True)
def soft_url(context: Context, name: str, *args: Any) -> str:
    """Like coop_url, but empty when no app has brought such a page."""
    coop = _coop(context)
    return navigation.soft_reverse(name, *([coop.slug] if coop else []), *args)


@register.simple_tag
def page_url(name: str, *args: Any) -> str:
    """The address of a page outside any co-op; empty when no app has brought it."""
    return navigation.soft_reverse(name, *args)


@register.inclusion_tag("common/why.html")
def why(explanation: Explanation | None, label: str = "") -> dict[str, Any]:
    """{% why explanation %}: the marginal note beside an amount."""
    return {"explanation": explanation, "label": label}


@register.filter
def percent(value: Fraction | Decimal | tuple[int, int] | list[int] | None) -> str:
    """A ratio as a percentage, to two decimals at most: 3/25 → 12%."""
    if value is None:
        return "–"
    ratio = Fraction(value[0], value[1]) if isinstance(value, tuple | list) else Fraction(value)
    hundredths = Decimal(round(ratio * 10_000)) / 100
    locale = amounts.locale_of(get_language())
    return charts.percent_text(hundredths, locale)


@register.filter
def number(value: int | Decimal | Fraction | None) -> str:
    """A count with the language's thousands: 12,345."""
    if value is None:
        return "–"
    plain = Decimal(value.numerator) / value.denominator if isinstance(value, Fraction) else value
    return str(format_decimal(plain, locale=amounts.locale_of(get_language()))).replace("-", amounts.MINUS)


@register.filter
def when(value: datetime | None) -> SafeString | str:
    """A moment in the co-op's time zone: 3 Mar 2026, 14:05."""
    if value is None:
        return "–"
    local = timezone.localtime(value)
    locale = amounts.locale_of(get_language())
    text = f"{format_date(local.date(), 'd MMM y', locale)}, {format_time(local.time(), 'HH:mm', locale=locale)}"
    return format_html('<time datetime="{}">{}</time>', value.isoformat(timespec="seconds"), text)


@register.filter
def clock(value: datetime | None) -> SafeString | str:
    """The time of day in the co-op's time zone: 14:05."""
    if value is None:
        return "–"
    local = timezone.localtime(value)
    return format_html('<time datetime="{}">{}</time>', value.isoformat(timespec="seconds"), local.strftime("%H:%M"))


@register.filter
def day(value: date | datetime | None) -> SafeString | str:
    """A calendar day: 3 March 2026."""
    return _day(value, "d MMMM y")


@register.filter
def short_day(value: date | datetime | None) -> SafeString | str:
    """A calendar day in a table: 3 Mar 2026."""
    return _day(value, "d MMM y")


@register.filter
def short_weekday(value: date | datetime | None) -> SafeString | str:
    """A day above a column: Tue 3 Mar."""
    return _day(value, "EEE d MMM")


@register.filter
def weekday(value: date | datetime | None) -> SafeString | str:
    """A day that is near: Tuesday 3 March."""
    return _day(value, "EEEE d MMMM")


def _day(value: date | datetime | None, pattern: str) -> SafeString | str:
    if value is None:
        return "–"
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    text = format_date(value, pattern, locale=amounts.locale_of(get_language()))
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), text)


@register.filter
def duration(value: timedelta | int | None) -> str:
    """A span of time (or whole seconds) in its two largest units: 2 days 3 hours."""
    if value is None:
        return "–"
    seconds = int(value.total_seconds()) if isinstance(value, timedelta) else int(value)
    days, rest = divmod(abs(seconds), 86400)
    hours, rest = divmod(rest, 3600)
    minutes, seconds = divmod(rest, 60)
    parts = [
        ngettext("%(n)s day", "%(n)s days", days) % {"n": days} if days else "",
        ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours} if hours else "",
        ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes} if minutes else "",
        ngettext("%(n)s second", "%(n)s seconds", seconds) % {"n": seconds} if seconds else "",
    ]
    told = [part for part in parts if part][:2]
    return " ".join(told) or ngettext("%(n)s minute", "%(n)s minutes", 0) % {"n": 0}


@register.filter
def minutes(value: int | None) -> str:
    """A length that is kept in minutes: 3 hours."""
    return duration(value if value is None else value * 60)


@register.filter
def anchor(field: BoundField) -> str:
    """The id of the control to which an error summary leads: a group's first choice, else the field itself."""
    return field.id_for_label or f"{field.auto_id}_0"


@register.filter
def get(mapping: Any, key: Any) -> Any:
    """{{ names|get:party.id }}: an entry of a dict by a key that is a variable."""
    return mapping.get(key) if mapping else None


@register.simple_tag(takes_context=True)
def nav_entries(context: Context) -> list[navigation.Entry]:
    request = _request(context)
    return navigation.entries(request) if request is not None else []


@register.simple_tag(takes_context=True)
def part_entries(context: Context) -> list[navigation.Entry]:
    request = _request(context)
    return navigation.part_entries(request, context.get("my_offices") or ()) if request is not None else []


@register.simple_tag(takes_context=True)
def accent_style(context: Context) -> SafeString:
    """The co-op's colour, checked for contrast, in a style element that the policy lets pass by its nonce."""
    request = _request(context)
    colours = accent.readable_accent(getattr(getattr(request, "coop", None), "accent", "") or "")
    if request is None or colours is None:
        return mark_safe("")
    return format_html(
        '<style nonce="{}">:root{{--accent-light:{};--accent-dark:{}}}</style>',
        str(getattr(request, "csp_nonce", "")),
        colours.light,
        colours.dark,
    )


@register.simple_tag
def emblem_of(name: str) -> SafeString:
    """A co-op's initials in its seal; takes the page's colours."""
    return emblem.emblem_on_page(name)


@register.simple_tag
def bar_rows(rows: Any, of_total: bool = False) -> list[charts.BarRow]:
    return charts.bar_rows(rows or (), of_total=of_total)


@register.simple_tag
def ribbons(rows: Any) -> SafeString:
    return charts.ribbons(rows or ())


@register.simple_tag
def step_line(points: Any) -> SafeString:
    return charts.step_line(points or ())


@register.simple_tag
def in_demo() -> bool:
    return bool(settings.DEMO)


@register.simple_tag(takes_context=True)
def with_query(context: Context, **changes: Any) -> str:
    """{% with_query page=2 %}: the question mark and the filters of this page, with some changed (None takes one away)."""
    request = _request(context)
    query = request.GET.copy() if request is not None else QueryDict(mutable=True)
    for key, value in changes.items():
        query.pop(key, None)
        if value is not None:
            query[key] = str(value)
    return f"?{query.urlencode()}"
