"""`./marke export CO-OP --out FILE`."""

import argparse

from marke.site.operations.arguments import co_op, new_file
from marke.site.operations.installation import data_folder, open_installation

HELP = "Write everything a co-op has into one archive of open formats, to leave with or to look into."


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("coop", type=co_op, metavar="CO-OP", help="its short name, such as velo")
    parser.add_argument("--out", type=new_file, required=True, metavar="FILE", help="the archive to write, such as velo.zip")


def run(arguments: argparse.Namespace) -> int:
    open_installation(create=False)
    from marke.common import clock
    from marke.site.operations.doctor import coop_named
    from marke.site.operations.exporting import export_coop
    from marke.site.operations.progress import progress

    coop = coop_named(arguments.coop)
    with progress(f"Exporting {coop.name}") as step:
        export_coop(coop, arguments.out, at=clock.now(), beside=data_folder(), report=step)
    print(f"Wrote {coop.name} to {arguments.out} ({arguments.out.stat().st_size:,} bytes).")
    return 0
