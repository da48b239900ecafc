"""Pure conditions of activities: what may be paid out, and what may be before the client has paid."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from marke_core.money import share_of_integers


@dataclass(frozen=True)
class Earned:
    """An income of an activity. Amounts in minor units, less what was taken back.

    share: what the activity keeps of it · asked, paid: of the client, with VAT · free_on: from when it may be paid out
    in advance · paid_free_on: from when what the client paid may be; None: nothing was paid · worked_on: the last day of
    the work, where it is known
    """

    entry: int
    activity: int
    client: int | None
    share: int
    asked: int
    paid: int
    free_on: date
    paid_free_on: date | None
    worked_on: date | None = None

    @property
    def paid_share(self) -> int:
        """What the client has paid of the share."""
        if self.paid >= self.asked:
            return self.share
        return int(share_of_integers(self.share, self.paid, self.asked))


@dataclass(frozen=True)
class Limits:
    """What may be paid out before clients have paid. None: without a limit; in_advance False: nothing."""

    in_advance: bool
    per_client: int | None = None
    per_activity: int | None = None


@dataclass(frozen=True)
class Released:
    """Of one income: what may be paid out, how much of that is in advance, and what waits for what.

    why: "paid", "advance", "not_yet", "client" or "limit"
    """

    free: int
    advance: int
    waits: int
    why: str


def release(incomes: Iterable[Earned], limits: Limits, today: date) -> dict[int, Released]:
    """By entry. In the order in which they become free: what was advanced earlier uses the limits up first."""
    clients: dict[int, int] = defaultdict(int)
    activities: dict[int, int] = defaultdict(int)
    found: dict[int, Released] = {}
    for one in sorted(incomes, key=lambda one: (one.free_on, one.entry)):
        paid = one.paid_share if one.paid_free_on is not None and one.paid_free_on <= today else 0
        unpaid = one.share - one.paid_share
        advance = 0
        if limits.in_advance and one.free_on <= today:
            paid = one.paid_share  # it might have been paid out before the client paid, too
            advance = min(
                unpaid, _room(limits.per_client, clients[one.client or 0]), _room(limits.per_activity, activities[one.activity])
            )
            clients[one.client or 0] += advance
            activities[one.activity] += advance
        free = paid + advance
        found[one.entry] = Released(free, advance, one.share - free, _why(one, limits, today, advance, unpaid, one.share - free))
    return found


def _room(limit: int | None, used: int) -> int:
    return 10**18 if limit is None else max(limit - used, 0)


def _why(one: Earned, limits: Limits, today: date, advance: int, unpaid: int, waits: int) -> str:
    if not waits:
        return "advance" if advance else "paid"
    if unpaid and not limits.in_advance:
        return "client"
    return "limit" if limits.in_advance and one.free_on <= today else "not_yet"
