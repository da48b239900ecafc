"""`./marke backup FILE`."""

import argparse

from marke.site.operations.arguments import new_file
from marke.site.operations.installation import data_folder, open_installation

HELP = "Write the whole installation (database, files, key) into one file, while it runs. Keep that file secret."


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=new_file, metavar="FILE", help="the file to write, such as backup.zip")


def run(arguments: argparse.Namespace) -> int:
    open_installation(create=False)
    from marke.common import clock
    from marke.site.operations.backups import back_up

    back_up(arguments.file, data=data_folder(), at=clock.now())
    print(f"Wrote {arguments.file} ({arguments.file.stat().st_size:,} bytes). Put it back with: ./marke restore {arguments.file}")
    return 0
