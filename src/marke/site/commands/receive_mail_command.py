"""`./marke receive-mail`"""

from __future__ import annotations

import argparse
import os
import sys

from marke.site.operations.installation import open_installation

HELP = "Take the suppliers' bills out of a mail on standard input, as a mail server pipes it."
# As mail servers understand it (sysexits.h): to be tried again later · nobody here has this address · not to be read.
TRY_LATER, NO_USER, BAD_DATA = 75, 67, 65


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--to", action="append", default=[], metavar="ADDRESS", help="the envelope's recipient, where the mail does not say it"
    )


def run(arguments: argparse.Namespace) -> int:
    open_installation(create=False)
    from django.db import DatabaseError

    from marke.bills.letters import MOST_BYTES, BadLetter
    from marke.bills.services import NoSuchAddress, receive_mail
    from marke.common import clock

    content = sys.stdin.buffer.read(MOST_BYTES + 1)
    try:
        letters = receive_mail(content=content, to=arguments.to, at=clock.now())
    except NoSuchAddress as refusal:
        print(f"marke: {refusal}", file=sys.stderr)
        return NO_USER
    except BadLetter as refusal:
        print(f"marke: {refusal}", file=sys.stderr)
        return BAD_DATA
    except DatabaseError as failure:
        print(f"marke: {failure}", file=sys.stderr)
        return TRY_LATER
    for letter in letters:
        print(f"{letter.coop.slug}: {letter.taken} taken, {len(letter.refused)} not", file=sys.stdout)
    return os.EX_OK
