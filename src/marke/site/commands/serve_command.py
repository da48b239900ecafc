"""`./marke serve`: the pages, for real."""

import argparse
import sys

from marke.site.operations.arguments import port
from marke.site.operations.installation import open_installation

HELP = "Serve the pages, for real: behind a web server that does HTTPS. Run `./marke work` beside it."


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="where to listen (127.0.0.1: this machine only)")
    parser.add_argument("--port", type=port, default=8000, help="which port (8000)")
    parser.add_argument("--workers", type=workers, default=0, help="processes (one more than cores)")


def workers(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:4]) <= 64 and len(text) <= 2):
        raise argparse.ArgumentTypeError(f"{text[:60]!r} is not a number of processes. Give a whole number from 1 to 64.")
    return int(text)


def run(arguments: argparse.Namespace) -> int:
    open_installation(create=True)
    from marke.places.checks import check_graphs
    from marke.site.operations.server import Server, check_port, cores

    check_port(arguments.host, arguments.port)
    for each in check_graphs():
        print(f"{each.msg} Until then, ways are straight lines.", file=sys.stderr)
    address = f"http://{arguments.host}:{arguments.port}/"
    Server(
        host=arguments.host,
        port=arguments.port,
        workers=arguments.workers or cores() + 1,
        threads=8,
        ready=lambda: print(f"Serving on {address} (stop with Ctrl-C)", flush=True),
    ).run()
    return 0
