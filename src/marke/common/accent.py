"""A co-op's own colour, made readable: as dark as white text needs by day, as light as dark paper needs by night."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

# What the colour must stand out from: white paper and white letters; the dark scheme's card, its lightest ground.
LIGHT_GROUND = (255, 255, 255)
DARK_GROUND = (38, 44, 48)
# WCAG 2.2 asks 4.5 for text; the rest is reserve for washes and washed-out screens.
ENOUGH = 5.2

Colour = tuple[int, int, int]


@dataclass(frozen=True)
class Accent:
    light: str
    dark: str


@lru_cache(maxsize=512)
def readable_accent(accent: str) -> Accent | None:
    """The colour "#rrggbb" for the light and the dark scheme; None when it is not a colour."""
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", accent):
        return None
    colour = (int(accent[1:3], 16), int(accent[3:5], 16), int(accent[5:7], 16))
    return Accent(
        light=_hex(_towards(colour, (0, 0, 0), LIGHT_GROUND)), dark=_hex(_towards(colour, (255, 255, 255), DARK_GROUND))
    )


def contrast(one: Colour, other: Colour) -> float:
    """The contrast ratio, 1 to 21. Source: WCAG 2.2, "contrast ratio"."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _towards(colour: Colour, pole: Colour, ground: Colour) -> Colour:
    """The first mix of `colour` with `pole` that stands out enough from `ground`."""
    for step in range(51):
        mixed = tuple(round(c + (p - c) * step / 50) for c, p in zip(colour, pole, strict=True))
        if contrast((mixed[0], mixed[1], mixed[2]), ground) >= ENOUGH:
            break
    return mixed[0], mixed[1], mixed[2]


def _luminance(colour: Colour) -> float:
    parts = [c / 255 for c in colour]
    red, green, blue = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _hex(colour: Colour) -> str:
    return "#" + "".join(f"{part:02x}" for part in colour)
