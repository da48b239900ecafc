"""Pictures where people would rather look than read, drawn on the server as SVG without styles or scripts.

A drawing holds geometry only and stretches with the page; words and numbers stand beside it as HTML, so that they keep
their size on a phone. Every mark carries a `<title>`; every component shows the numbers as a table at hand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from babel import Locale
from babel.numbers import format_percent
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from marke.common.money import MINUS, locale_of

Number = int | Decimal | Fraction
Row = tuple[str, Number, str]  # what it is, how much, and how much in words

WIDTH, HEIGHT = 600, 200  # of every drawing that stretches; the page decides how large it is


def percent_text(hundredths: Decimal, locale: Locale) -> str:
    """12.5 → "12.5%" as the language writes it, two decimals at most."""
    pattern = locale.percent_formats[None].pattern.split(";")[0].replace("#,##0", "#,##0.##")
    return format_percent(hundredths / 100, pattern, locale).replace("-", MINUS)


@dataclass(frozen=True)
class BarRow:
    """One row of a bar table."""

    label: str
    text: str
    share: str
    svg: SafeString


def bar_rows(rows: Iterable[Row], *, of_total: bool = False) -> list[BarRow]:
    """Bars beside their numbers. The longest is full; with `of_total`, full is the sum, and shares are shown."""
    rows = list(rows)
    sizes = [abs(_ratio(value)) for _, value, _ in rows]
    full = (sum(sizes) if of_total else max(sizes, default=Fraction(0))) or Fraction(1)
    return [
        BarRow(
            label,
            text,
            percent_text(Decimal(round(size / full * 1000)) / 10, locale_of(get_language())) if of_total else "",
            _bar(label, text, size / full, _ratio(value) < 0),
        )
        for (label, value, text), size in zip(rows, sizes, strict=True)
    ]


def _bar(label: str, text: str, part: Fraction, negative: bool) -> SafeString:
    return format_html(
        '<svg class="bar{}" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        '<rect width="{}" height="10"><title>{}: {}</title></rect></svg>',
        " bar--negative" if negative else "",
        _n(max(part * 100, Fraction(1, 2)) if part else part),
        label,
        text,
    )


@dataclass(frozen=True)
class Series:
    """One line of a chart: a number for every label, None where there is none."""

    name: str
    values: Sequence[Number | None]
    dashed: bool = False


@dataclass(frozen=True)
class Lines:
    """Lines over the same labels, such as months: as it was, and as it would have been."""

    labels: Sequence[str]
    series: Sequence[Series]
    text: Callable[[Number], str] = str

    def scale(self) -> tuple[Fraction, Fraction]:
        """Lowest and highest of the picture; zero is always in it, so that heights can be compared."""
        values = [_ratio(value) for series in self.series for value in series.values if value is not None]
        low, high = min([Fraction(0), *values]), max([Fraction(0), *values])
        return (low, high) if high > low else (low, low + 1)

    def ticks(self) -> list[str]:
        """Top, middle and bottom of the scale in words."""
        low, high = self.scale()
        return [self.text(_whole(value)) for value in (high, (low + high) / 2, low)]

    def rows(self) -> list[tuple[str, list[str]]]:
        """The numbers as a table: label, and each series in words."""
        return [
            (label, [self._told(series, index) for series in self.series]) for index, label in enumerate(self.labels)
        ]

    def legend(self) -> list[tuple[str, str]]:
        """Each series' class and name."""
        return [(_series_class(index, series), series.name) for index, series in enumerate(self.series)]

    def svg(self) -> SafeString:
        low, high = self.scale()
        grid = format_html_join(
            "", '<path class="grid" d="M0 {}H{}"/>', ((_n(HEIGHT * Fraction(part, 2)), WIDTH) for part in range(3))
        )
        marks = _together(
            self._series(series, _series_class(index, series), low, high) for index, series in enumerate(self.series)
        )
        return format_html(
            '<svg class="lines" viewBox="0 0 {} {}" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
            "{}{}</svg>",
            WIDTH,
            HEIGHT,
            grid,
            marks,
        )

    def _series(self, series: Series, css: str, low: Fraction, high: Fraction) -> SafeString:
        step = Fraction(WIDTH, max(len(self.labels) - 1, 1))
        spots = [
            (index, _n(step * index), _n(HEIGHT * (high - _ratio(value)) / (high - low)))
            for index, value in enumerate(series.values)
            if value is not None
        ]
        line = "".join(
            f"{'L' if place and spots[place - 1][0] == index - 1 else 'M'}{x} {y}"
            for place, (index, x, y) in enumerate(spots)
        )
        dots = format_html_join(
            "",
            '<path class="dot" d="M{} {}h.01"><title>{}, {}: {}</title></path>',
            ((x, y, series.name, self.labels[index], self._told(series, index)) for index, x, y in spots),
        )
        return format_html('<g class="{}"><path class="line" d="{}"/>{}</g>', css, line, dots)

    def _told(self, series: Series, index: int) -> str:
        value = series.values[index] if index < len(series.values) else None
        return "–" if value is None else self.text(value)


def _series_class(index: int, series: Series) -> str:
    return f"series series--{index + 1}" + (" series--dashed" if series.dashed else "")


def step_line(points: Sequence[Row]) -> SafeString:
    """The history of one value as a small staircase: each value holds until the next."""
    values = [_ratio(value) for _, value, _ in points]
    if not values:
        return SafeString("")
    low, high = min(values), max(values)
    width = Fraction(120, len(values))
    heights = [Fraction(24) if high == low else 4 + 40 * (high - value) / (high - low) for value in values]
    path = f"M0 {_n(heights[0])}" + "".join(
        f"V{_n(height)}H{_n(width * (index + 1))}" for index, height in enumerate(heights)
    )
    areas = format_html_join(
        "",
        '<rect class="hit" x="{}" y="0" width="{}" height="48"><title>{}: {}</title></rect>',
        ((_n(width * index), _n(width), label, text) for index, (label, _, text) in enumerate(points)),
    )
    return format_html(
        '<svg class="steps-line" viewBox="0 0 120 48" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        '<path class="line" d="{}"/>{}</svg>',
        path,
        areas,
    )


def ribbons(rows: Sequence[Row]) -> SafeString:
    """One whole on the left, flowing into its parts on the right; each part has an equal band to its label's right."""
    sizes = [max(_ratio(value), Fraction(0)) for _, value, _ in rows]
    total = sum(sizes) or Fraction(1)
    count = max(len(rows), 1)
    band = Fraction(HEIGHT, count)
    # The source keeps a margin, so that the ribbons open like a fan.
    source = HEIGHT * Fraction(4, 5)
    fit = min([Fraction(1)] + [band * Fraction(9, 10) / (source * size / total) for size in sizes if size])
    start, drawn = (HEIGHT - source * fit) / 2, []
    for index, ((label, _, text), size) in enumerate(zip(rows, sizes, strict=True)):
        thick = source * fit * size / total
        middle = band * index + band / 2
        drawn.append(_ribbon(index, start, middle - thick / 2, thick, f"{label}: {text}"))
        start += thick
    return format_html(
        '<svg class="ribbons" viewBox="0 0 {} {}" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        '<path class="source" d="M0 {}h8v{}h-8z"/>{}</svg>',
        WIDTH,
        HEIGHT,
        _n((HEIGHT - source * fit) / 2),
        _n(source * fit),
        _together(drawn),
    )


def _ribbon(index: int, left: Fraction, right: Fraction, thick: Fraction, title: str) -> SafeString:
    half = WIDTH // 2
    path = (
        f"M8 {_n(left)}C{half} {_n(left)} {half} {_n(right)} {WIDTH} {_n(right)}v{_n(thick)}"
        f"C{half} {_n(right + thick)} {half} {_n(left + thick)} 8 {_n(left + thick)}z"
    )
    return format_html(
        '<path class="ribbon series--{}" d="{}"><title>{}</title></path>', index % 6 + 1, path, title
    )


def _together(marks: Iterable[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((mark,) for mark in marks))


def _ratio(value: Number) -> Fraction:
    return Fraction(value)


def _whole(value: Fraction) -> Number:
    """Ticks in whole units, as the values that callers put into words."""
    return round(value)


def _n(value: Fraction | int) -> str:
    """A coordinate, to a hundredth."""
    return f"{float(round(value, 2)):g}"
