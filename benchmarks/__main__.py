"""python -m benchmarks NAME [--data FOLDER] [--quick]: prints a table and, as the last line, one JSON object."""

from __future__ import annotations

import argparse
import importlib
import json
import pkgutil
import sys
import tempfile
from pathlib import Path

import benchmarks

NOT_BENCHMARKS = {"__main__", "closing_year", "cluster", "machine", "mdrp_days", "peers", "posting", "year"}


def names() -> list[str]:
    return sorted(module.name for module in pkgutil.iter_modules(benchmarks.__path__) if module.name not in NOT_BENCHMARKS)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__, allow_abbrev=False)
    parser.add_argument("name", choices=names(), metavar="NAME", help=", ".join(names()))
    parser.add_argument("--data", type=Path, metavar="FOLDER", help="where databases and the peers' environments are kept")
    parser.add_argument("--quick", action="store_true", help="fewer rows: shows that it runs, not how fast it is")
    known, _ = parser.parse_known_args(arguments)
    module = importlib.import_module(f"benchmarks.{known.name}")
    if hasattr(module, "add_options"):
        module.add_options(parser)
    chosen = parser.parse_args(arguments)
    folder = (chosen.data or Path(tempfile.gettempdir()) / "marke-benchmarks").resolve()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        parser.error(f"{folder} cannot be used as a folder: {error.strerror}. Name another with --data.")
    own = {name: value for name, value in vars(chosen).items() if name not in ("name", "data", "quick")}
    result = module.run(data=folder, quick=chosen.quick, **own)
    print(json.dumps({"bench": chosen.name, **result}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
