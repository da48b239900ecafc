"""`./marke export CO-OP --out FILE`, `./marke export year CO-OP YEAR …` and `./marke export dac7 CO-OP YEAR …`."""

import argparse

from marke.site.operations.arguments import co_op, new_file
from marke.site.operations.installation import data_folder, open_installation

HELP = (
    "Write everything a co-op has into one archive of open formats, one closed year with a script that recomputes it, or what was "
    "reported of its sellers."
)


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "what",
        nargs="+",
        type=co_op,
        metavar="CO-OP | year CO-OP YEAR | dac7 CO-OP YEAR",
        help="its short name, such as velo; a year of it: year velo 2026; what was reported of its sellers: dac7 velo 2026",
    )
    parser.add_argument("--out", type=new_file, required=True, metavar="FILE", help="the archive to write, such as velo.zip")


def run(arguments: argparse.Namespace) -> int:
    what: list[str] = arguments.what
    if len(what) == 3 and what[0] == "year":
        return _year(what[1], what[2], arguments)
    if len(what) == 3 and what[0] == "dac7":
        return _sellers(what[1], what[2], arguments)
    if len(what) != 1:
        print("Give one co-op, such as velo, a year of one: year velo 2026, or its report on sellers: dac7 velo 2026.")
        return 2
    return _everything(what[0], arguments)


def _everything(name: str, arguments: argparse.Namespace) -> int:
    open_installation(create=False)
    from marke.common import clock
    from marke.site.operations.doctor import coop_named
    from marke.site.operations.exporting import export_coop
    from marke.site.operations.progress import progress

    coop = coop_named(name)
    with progress(f"Exporting {coop.name}") as step:
        export_coop(coop, arguments.out, at=clock.now(), beside=data_folder(), report=step)
    print(f"Wrote {coop.name} to {arguments.out} ({arguments.out.stat().st_size:,} bytes).")
    return 0


def _year(name: str, year: str, arguments: argparse.Namespace) -> int:
    open_installation(create=False)
    from marke.site.operations.doctor import coop_named
    from marke.surplus.exporting import export_year, year_called

    coop = coop_named(name)
    closed = year_called(coop, year)
    export_year(closed, arguments.out)
    print(f"Wrote the year {year} of {coop.name} to {arguments.out}. Unpack it and run: python recompute.py")
    print(f"It should say the fingerprint {closed.digest}")
    return 0


def _sellers(name: str, year: str, arguments: argparse.Namespace) -> int:
    """The file that was made last, as it was made."""
    open_installation(create=False)
    from marke.sellers.exporting import export_report
    from marke.site.operations.doctor import coop_named

    coop = coop_named(name)
    made = export_report(coop, year, arguments.out)
    more = f" There are {len(made)} files of that year; this is the newest." if len(made) > 1 else ""
    print(f"Wrote file {made[0].number} ({made[0].type}) on sellers of {coop.name} to {arguments.out}.{more}")
    print(f"Its fingerprint (SHA-256) is {made[0].digest}")
    return 0
