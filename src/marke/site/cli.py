"""The command line: `./marke COMMAND`. Each command is a module of `marke.site.commands` with `add` and `run`."""

from __future__ import annotations

import argparse
import importlib
import os
import re
import sys
from collections.abc import Sequence
from typing import NoReturn

from marke.common.refusal import Refused

# In the order in which `--help` shows them.
COMMANDS = (
    "demo",
    "serve",
    "work",
    "found",
    "doctor",
    "day",
    "export",
    "transparency",
    "import",
    "backup",
    "restore",
    "test",
    "check",
    "bench",
    "messages",
    "receive-mail",
)


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one sentence and where to read more; exit status 2."""

    def error(self, message: str) -> NoReturn:
        short = re.sub(r"\S{80,}", lambda long: f"{long[0][:57]}…", message)
        self.exit(2, f"marke: {short}\nRead what may stand here with: {self.prog} --help\n")


def parser() -> Parser:
    top = Parser(prog="./marke", description="Marke, the operating system of a platform co-operative.", allow_abbrev=False)
    subparsers = top.add_subparsers(dest="command", metavar="COMMAND", required=True, parser_class=Parser)
    for name in COMMANDS:
        module = importlib.import_module(f"marke.site.commands.{name.replace('-', '_')}_command")
        sub = subparsers.add_parser(name, help=module.HELP, description=module.HELP, allow_abbrev=False)
        module.add(sub)
        sub.set_defaults(run=module.run)
    return top


def _ours(argv: list[str]) -> tuple[list[str], list[str]]:
    """What is for us, and what goes on, in its order: `./marke test --all -k split`, `./marke bench pages --quick`."""
    if argv[:1] == ["test"]:
        own = {"--all", "-h", "--help"}
        return [argv[0], *(each for each in argv[1:] if each in own)], [each for each in argv[1:] if each not in own]
    if argv[:1] == ["bench"]:
        return argv[:2], argv[2:]
    return argv, []


def main(argv: Sequence[str] | None = None) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marke.site.settings")
    own, others = _ours(list(sys.argv[1:] if argv is None else argv))
    arguments = parser().parse_args(own)
    arguments.others = others
    try:
        return int(arguments.run(arguments))
    except Refused as refused:
        print(f"marke: {refused}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # `marke doctor | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141


if __name__ == "__main__":
    sys.exit(main())
