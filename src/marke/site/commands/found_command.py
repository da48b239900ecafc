"""`./marke found NAME --pack PACK --country CC`."""

import argparse
import secrets

from marke.common.refusal import Refused
from marke.site.operations.installation import open_installation

HELP = "Found a co-op: its rulebook, its first member with two offices, and the link by which the others join."


class NotAName(Refused):
    """A co-op's name has letters."""


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="what the co-op is called, such as 'Velo'")
    parser.add_argument("--pack", required=True, metavar="PACK", help="its sector, such as delivery or home_services")
    parser.add_argument("--country", required=True, metavar="CC", help="two letters, such as NL")
    parser.add_argument("--language", default="", metavar="LANGUAGE", help="en or nl (the country's, else en)")
    parser.add_argument("--founder", default="", metavar="NAME", help="who coordinates at first")
    parser.add_argument("--email", default="", metavar="ADDRESS", help="by which the founder signs in (a code is mailed)")


def run(arguments: argparse.Namespace) -> int:
    name = " ".join(arguments.name.split())
    if not any(letter.isalpha() for letter in name) or len(name) > 120 or not name.isprintable():
        raise NotAName(
            f"{arguments.name[:60]!r} is not a name for a co-op. Give up to 120 characters with letters, such as 'Velo'."
        )
    open_installation(create=True)
    from marke.site.operations.founding import found_from_terminal

    for line in found_from_terminal(
        name=name,
        pack=arguments.pack,
        country=arguments.country,
        language=arguments.language,
        founder=" ".join(arguments.founder.split()),
        email=arguments.email.strip().lower(),
        password=secrets.token_urlsafe(9),
    ):
        print(line)
    return 0
