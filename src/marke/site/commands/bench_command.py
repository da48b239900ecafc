"""`./marke bench NAME`: the same as python -m benchmarks NAME."""

import argparse
import subprocess
import sys
from pathlib import Path

HELP = "Run one of our benchmarks, such as ledger or pages."
ROOT = Path(__file__).resolve().parents[4]


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="which: a module of benchmarks/")


def run(arguments: argparse.Namespace) -> int:
    command = [sys.executable, "-m", "benchmarks", arguments.name, *arguments.others]
    return subprocess.run(command, cwd=ROOT, check=False).returncode
