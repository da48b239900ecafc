"""Photos that people take: read with suspicion, made small, rid of where and when and with what they were taken."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from typing import IO

from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from marke.common.refusal import Refused

FORMATS = ("JPEG", "PNG", "WEBP")
MOST_BYTES = 15 * 2**20
MOST_PIXELS = 60_000_000  # a bomb of a few bytes would unpack to gigabytes
EDGE = 1280
QUALITY = 72


class PhotoRefused(Refused):
    """This file is no photo that can be kept."""

    status = 422


@dataclass(frozen=True)
class Picture:
    content: bytes  # JPEG
    width: int
    height: int


def picture(file: IO[bytes], *, size: int) -> Picture:
    """The photo in this file as a small JPEG without EXIF, GPS or comments. Raises: PhotoRefused."""
    if size > MOST_BYTES:
        raise PhotoRefused(
            _("The photo has %(size)s MB. Take one of at most %(most)s MB.")
            % {"size": size // 2**20 + 1, "most": MOST_BYTES // 2**20}
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(file, formats=FORMATS) as opened:
                if opened.width * opened.height > MOST_PIXELS:
                    raise PhotoRefused(_("The photo is far too large to open. Take a smaller one."))
                opened.draft("RGB", (EDGE * 2, EDGE * 2))
                upright = ImageOps.exif_transpose(opened).convert("RGB")
        upright.thumbnail((EDGE, EDGE))
        # A new picture of the same points: whatever else the file carried stays behind.
        plain = Image.new("RGB", upright.size)
        plain.paste(upright)
        kept = io.BytesIO()
        plain.save(kept, "JPEG", quality=QUALITY, optimize=True)
    except PhotoRefused:
        raise
    except Exception as error:  # whatever a decoder meets in a file that somebody made up
        raise PhotoRefused(_("This file is not a photo that can be opened. Take a JPEG, PNG or WebP.")) from error
    return Picture(kept.getvalue(), *plain.size)
