"""What a day came to, as a table in the terminal."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from marke.common.money import format_money
from marke.site.operations.day import DayResult


def print_day(result: DayResult) -> None:
    """What a day came to, as a table."""

    def money(amount: int) -> str:
        return format_money(amount, result.coop.currency, "en")

    share = 100 * result.served / result.orders
    table = Table(title=f"{result.coop.name}, dealt out by the rule “{result.mode}”", show_header=False)
    for label, value in (
        ("orders", f"{result.orders:,}"),
        ("served", f"{result.served:,} ({share:.1f} %); not served: {result.orders - result.served:,}"),
        ("minutes from order to door", f"mean {result.minutes_mean:.1f}, P90 {result.minutes_p90}"),
        (
            "earnings per hour on shift",
            f"lowest {money(result.hourly_lowest)}, median {money(result.hourly_median)}, highest {money(result.hourly_highest)}",
        ),
        ("restaurants were invoiced", f"{money(result.invoiced)} on {result.invoices:,} invoices, all paid"),
        ("members were paid", f"{money(result.earned)} to {result.paid_members:,} couriers"),
        ("the co-op kept", f"{money(result.kept)}"),
        ("the guarantee fund holds", money(result.guarantee)),
    ):
        table.add_row(label, Text(value))
    console = Console()
    console.print(table)
    console.print("Every cent reconciles: invoiced = paid to members + kept + guarantee fund.")
