"""`./marke import FILE [--as SLUG]`."""

import argparse

from marke.site.operations.arguments import co_op, existing_file
from marke.site.operations.installation import data_folder, open_installation

HELP = "Make the co-op of an archive here, whole or not at all."


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=existing_file, metavar="FILE", help="what ./marke export wrote")
    parser.add_argument("--as", type=co_op, dest="slug", metavar="SLUG", help="under another short name than it had")


def run(arguments: argparse.Namespace) -> int:
    open_installation(create=True)
    from marke.site.operations.importing import import_coop
    from marke.site.operations.progress import progress

    with progress(f"Importing {arguments.file.name}") as step:
        imported = import_coop(arguments.file, slug=arguments.slug, beside=data_folder(), report=step)
    print(f"Imported {imported.coop.name} as '{imported.coop.slug}': {imported.rows:,} rows, all invariants hold.")
    for address in imported.without_sign_in:
        print(
            f"{address} belongs to somebody else here: whoever had it in {imported.coop.name} needs another address to sign in."
        )
    return 0
