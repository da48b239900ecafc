"""`./marke demo`: a co-op with a year of life behind it, on this machine."""

import argparse
import os
import shutil
from pathlib import Path

from marke.common.refusal import Refused
from marke.site.operations.arguments import port
from marke.site.operations.installation import data_folder, open_installation

HELP = "Try Marke: makes the demo co-ops if they are not there yet, and serves them on this machine."


class NotADemo(Refused):
    """Real data is never touched by the demo."""


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=port, default=8000, help="which port of 127.0.0.1 (8000)")
    parser.add_argument("--no-serve", action="store_true", help="make the demo co-ops, and end")
    parser.add_argument("--fresh", action="store_true", help="throw the demo co-ops away and make new ones")


def run(arguments: argparse.Namespace) -> int:
    os.environ["MARKE_DEMO"] = "1"
    os.environ.pop("DATABASE_URL", None)
    os.environ.setdefault("MARKE_URL", f"http://127.0.0.1:{arguments.port}")
    folder = data_folder()
    _check_is_demo(folder)
    if arguments.fresh or _is_half_built(folder):
        _throw_away(folder)
    _build(folder)
    if arguments.no_serve:
        print(f"The demo co-ops are in {folder}. Visit them with: ./marke demo")
        return 0
    return _serve(arguments.port)


def _check_is_demo(folder: Path) -> None:
    if (folder / "marke.sqlite3").exists() and not (folder / "demo").exists():
        raise NotADemo(
            f"{folder} holds a real installation, which the demo leaves alone. Give the demo a folder of its own: "
            "MARKE_DATA=/path/to/demo ./marke demo"
        )


def _is_half_built(folder: Path) -> bool:
    marker = folder / "demo"
    return marker.exists() and marker.read_text().strip() != "ready"


def _throw_away(folder: Path) -> None:
    for name in ("marke.sqlite3", "marke.sqlite3-wal", "marke.sqlite3-shm", "demo"):
        (folder / name).unlink(missing_ok=True)
    shutil.rmtree(folder / "files", ignore_errors=True)


def _build(folder: Path) -> None:
    """The marker says whether it was finished: a demo that was interrupted is made anew."""
    marker = folder / "demo"
    if not marker.exists():
        folder.mkdir(parents=True, exist_ok=True)
        marker.write_text("being built\n")
    open_installation(create=True)
    if marker.read_text().strip() == "ready":
        return
    from marke.common import clock
    from marke.site.demo import build
    from marke.site.operations.progress import progress

    with progress("Making the demo co-ops") as step:
        build(at=clock.now(), progress=step)
    marker.write_text("ready\n")


def _serve(port: int) -> int:
    from marke.common import clock
    from marke.site.demo import sign_ins
    from marke.site.operations.server import Server, check_port, clockwork_beside

    check_port("127.0.0.1", port)

    def say_hello() -> None:
        print(f"\n  Marke's demo: http://127.0.0.1:{port}/\n", flush=True)
        for line in sign_ins(clock.now()):
            print(f"  {line}", flush=True)
        print("\n  Stop it with Ctrl-C.", flush=True)

    with clockwork_beside():
        Server(host="127.0.0.1", port=port, workers=2, threads=4, ready=say_hello).run()
    return 0
