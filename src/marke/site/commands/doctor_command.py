"""`./marke doctor [CO-OP]`."""

import argparse

from marke.site.operations.arguments import co_op
from marke.site.operations.installation import open_installation

HELP = "Examine all co-ops, or one: does everything that must always be true hold? Ends with 1 if not."


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("coop", nargs="?", type=co_op, metavar="CO-OP", help="only this co-op, such as velo")


def run(arguments: argparse.Namespace) -> int:
    open_installation(create=False)
    from marke.parties.models import Coop
    from marke.site.operations.doctor import coop_named, examine
    from marke.site.operations.report import print_findings

    coops = [coop_named(arguments.coop)] if arguments.coop else list(Coop.objects.order_by("slug"))
    return print_findings(examine(coops))
