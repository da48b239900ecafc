"""`./marke day FOLDER [--price 12.50]`."""

import argparse
import os
from pathlib import Path
from tempfile import TemporaryDirectory

from marke.site.operations.arguments import existing_folder, price
from marke.site.operations.day_files import DayFiles, read_day
from marke.site.operations.installation import data_folder, open_installation

HELP = "Run a day of real meal orders through a co-op, from booking to pay, and show what it came to."


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=existing_folder, metavar="FOLDER", help="with orders.txt, restaurants.txt, couriers.txt …")
    parser.add_argument(
        "--price", type=price, default=1250, metavar="AMOUNT", help="what a delivery costs the restaurant (12.50)"
    )
    parser.add_argument("--matching", choices=("nearest", "longest_idle"), help="the matching rule (the sector's: nearest)")
    parser.add_argument("--keep", action="store_true", help="keep the co-op in this installation")


def run(arguments: argparse.Namespace) -> int:
    files = read_day(arguments.folder)
    if arguments.keep:
        return _live(files, arguments)
    beside = data_folder()
    beside.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=beside, prefix=".day-") as folder:
        _use_database_in(Path(folder))
        return _live(files, arguments)


def _use_database_in(folder: Path) -> None:
    """A database of its own for this process, which nobody has to clean up after."""
    from django.conf import settings

    os.environ.pop("DATABASE_URL", None)
    settings.DATABASES["default"] = {**settings.SQLITE, "NAME": folder / "marke.sqlite3"}


def _live(files: DayFiles, arguments: argparse.Namespace) -> int:
    open_installation(create=True)
    from marke.common import clock
    from marke.site.operations.day import live_day
    from marke.site.operations.day_report import print_day
    from marke.site.operations.doctor import examine
    from marke.site.operations.progress import progress
    from marke.site.operations.report import print_findings

    with progress(f"Day {files.name}") as step:
        result = live_day(files=files, price=arguments.price, mode=arguments.matching, at=clock.now(), report=step)
    print_day(result)
    return print_findings(examine([result.coop]))
