"""`./marke work`: does what is due."""

import argparse

from marke.site.operations.installation import data_folder, open_installation

HELP = "Do what is due (close votes, ask the next member, send mail), again and again; one process per installation."


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--once", action="store_true", help="do what is due now, and end")
    parser.add_argument("--parent", type=int, help=argparse.SUPPRESS)


def run(arguments: argparse.Namespace) -> int:
    open_installation(create=False)
    from marke.common import clock
    from marke.site.operations.clockwork import keep_turning, sole_clockwork, turn_wheels

    with sole_clockwork(data_folder()):
        if arguments.once:
            print(f"Did {turn_wheels(clock.now())} things that were due.")
        else:
            keep_turning(seconds=5, parent=arguments.parent)
    return 0
