"""`./marke restore FILE`."""

import argparse

from marke.site.operations.arguments import existing_file
from marke.site.operations.installation import data_folder, open_installation

HELP = "Put back what `./marke backup` wrote: everything or nothing."


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=existing_file, metavar="FILE", help="the file that ./marke backup wrote")
    parser.add_argument("--yes", action="store_true", help="replace the co-ops that are here now")


def run(arguments: argparse.Namespace) -> int:
    import django

    django.setup()
    from marke.site.operations.backups import restore

    restore(arguments.file, data=data_folder(), replace=arguments.yes)
    open_installation(create=False)
    print(f"Restored {arguments.file}. Look it over with: ./marke doctor")
    return 0
