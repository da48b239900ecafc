"""What is written into the log of the server: addresses without the keys in them, which open what they lead to."""

from __future__ import annotations

import logging
import re

# A key stands in an address as a long word of letters and digits; names of pages have no capitals and no digits.
_KEY = re.compile(r"(?<=/)(?=[\w-]*[A-Z0-9])([\w-]{3})[\w-]{9,}(?=[/?\s]|$)", re.ASCII)


class WithoutKeys(logging.Filter):
    """Shortens keys in addresses: "/velo/follow/3fX…/" still tells which page it was."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(shortened(part) if isinstance(part, str) else part for part in record.args)
        elif not record.args:
            record.msg = shortened(str(record.msg))
        return True


def shortened(text: str) -> str:
    return _KEY.sub(r"\1…", text)
