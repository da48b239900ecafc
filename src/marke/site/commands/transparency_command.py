"""`./marke transparency CO-OP YEAR [--out FILE]`."""

import argparse

from marke.site.operations.arguments import a_year, co_op, new_file
from marke.site.operations.installation import open_installation

HELP = "Print the yearly report on automated decisions about work, as CSV (Directive 2024/2831)."


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("coop", type=co_op, metavar="CO-OP", help="its short name, such as velo")
    parser.add_argument("year", type=a_year, metavar="YEAR", help="such as 2026")
    parser.add_argument("--out", type=new_file, metavar="FILE", help="a file to write it to, such as decisions-2026.csv")


def run(arguments: argparse.Namespace) -> int:
    open_installation(create=False)
    from marke.common.csv_files import csv_text
    from marke.dispatch.transparency import HEADER, csv_rows, report
    from marke.site.operations.doctor import coop_named

    coop = coop_named(arguments.coop)
    text = csv_text([HEADER, *csv_rows(report(coop, arguments.year))])
    if arguments.out is None:
        print(text.removeprefix("\ufeff"), end="")
        return 0
    arguments.out.write_text(text, encoding="utf-8", newline="")
    print(f"Wrote the automated decisions of {coop.name} in {arguments.year} to {arguments.out}.")
    return 0
