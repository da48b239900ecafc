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
        if low == 0:
            return low, 2 * _round_step(high / 2)
        step = _round_step(max(high, -low) / (2 if high == 0 else 1))
        return (-2 * step, Fraction(0)) if high == 0 else (-step, step)

    def ticks(self) -> list[str]:
        """Top, middle and bottom of the scale in words."""
        low, high = self.scale()
        return [self.text(_whole(value)) for value in (high, (low + high) / 2, low)]

    def rows(self) -> list[tuple[str, list[str]]]:
        """The numbers as a table: label, and each series in words."""
        return [(label, [self._told(series, index) for series in self.series]) for index, label in enumerate(self.labels)]

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
            '<svg class="lines" viewBox="0 0 {} {}" preserveAspectRatio="none" aria-hidden="true" focusable="false">{}{}</svg>',
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
            f"{'L' if place and spots[place - 1][0] == index - 1 else 'M'}{x} {y}" for place, (index, x, y) in enumerate(spots)
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
    path = f"M0 {_n(heights[0])}" + "".join(f"V{_n(height)}H{_n(width * (index + 1))}" for index, height in enumerate(heights))
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
    """One whole on the left, flowing into its parts on the right.

    Thickness is to scale. The labels beside the drawing have equal heights, so a thread leads from each part to its own.
    """
    sizes = [max(_ratio(value), Fraction(0)) for _, value, _ in rows]
    total = sum(sizes) or Fraction(1)
    gap = Fraction(min(8, HEIGHT // (2 * max(len(rows), 1))))
    whole = HEIGHT - gap * max(len(rows) - 1, 0)
    left, right, drawn = (HEIGHT - whole) / 2, Fraction(0), []
    for index, ((label, _, text), size) in enumerate(zip(rows, sizes, strict=True)):
        thick = whole * size / total
        label_at = Fraction(HEIGHT * (2 * index + 1), 2 * len(rows))
        drawn.append(_ribbon(index, left, right, thick, label_at, f"{label}: {text}"))
        left, right = left + thick, right + thick + gap
    return format_html(
        '<svg class="ribbons" viewBox="0 0 {} {}" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        '<path class="source" d="M0 {}h7v{}h-7z"/>{}</svg>',
        WIDTH,
        HEIGHT,
        _n((HEIGHT - whole) / 2),
        _n(whole),
        _together(drawn),
    )


def _ribbon(index: int, left: Fraction, right: Fraction, thick: Fraction, label_at: Fraction, title: str) -> SafeString:
    start, bend, end = 7, WIDTH * 2 // 5, WIDTH * 4 // 5
    body = (
        f"M{start} {_n(left)}C{bend} {_n(left)} {bend} {_n(right)} {end} {_n(right)}v{_n(thick)}"
        f"C{bend} {_n(right + thick)} {bend} {_n(left + thick)} {start} {_n(left + thick)}z"
    )
    middle = right + thick / 2
    thread = f"M{end} {_n(middle)}C{end + 60} {_n(middle)} {end + 60} {_n(label_at)} {WIDTH} {_n(label_at)}"
    return format_html(
        '<g class="series--{}"><path class="ribbon" d="{}"><title>{}</title></path><path class="thread" d="{}"/></g>',
        index % 6 + 1,
        body,
        title,
        thread,
    )


def _together(marks: Iterable[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((mark,) for mark in marks))


def _ratio(value: Number) -> Fraction:
    return Fraction(value)


def _round_step(value: Fraction) -> Fraction:
    """The next round number (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8 times a power of ten), so that the scale reads easily."""
    if value <= 1:
        return Fraction(1)
    power = 10 ** (len(str(int(value))) - 1)
    steps: list[Fraction] = [Fraction(step * power, 2) for step in (2, 3, 4, 5, 6, 8, 10, 12, 16, 20)]
    return next(step for step in steps if step >= value)


def _whole(value: Fraction) -> Number:
    """Ticks in whole units, as the values that callers put into words."""
    return round(value)


def _n(value: Fraction | int) -> str:
    """A coordinate, to a hundredth."""
    return f"{float(round(value, 2)):g}"
