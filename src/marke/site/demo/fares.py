"""What goes by the fare in a demo co-op: a service, members who ask more or less, a client who pays less."""

from datetime import datetime
from fractions import Fraction

from marke.common.clock import local_date
from marke.jobs.services import BY_FARE, add_service
from marke.packs.demo import DemoFares
from marke.parties.models import Client, Coop, Membership, Party
from marke.rates.fares import common_fare
from marke.rates.services import agree_with_client, set_member_fare, show_prices
from marke.rules.queries import rulebook
from marke_core.money import share_of_integers


def open_fares(coop: Coop, fares: DemoFares, at: datetime) -> None:
    """The service can be booked from the founding on."""
    add_service(
        coop=coop, name=fares.service, job_kind=fares.job_kind, price=0, per=BY_FARE, minutes=fares.minutes, by=None, at=at
    )  # fmt: skip


def set_fares(
    *, coop: Coop, fares: DemoFares, members: dict[int, Membership], clients: dict[int, Client], by: Party | None, at: datetime
) -> None:
    """Those who are there by then ask their own, and agree."""
    common, today = common_fare(rulebook(coop, at), fares.job_kind), local_date(at, coop.timezone)
    assert common is not None
    for place, percent in fares.own:
        if place in members:
            amounts = {0: share_of_integers(common.rows[0].amount, percent, 100)}
            member = members[place]
            set_member_fare(membership=member, job_kind=fares.job_kind, amounts=amounts, from_on=today, by=member.party, at=at)
            show_prices(membership=member, at=at)
    for place, percent, why in fares.agreed:
        agree_with_client(
            client=clients[place],
            discount=Fraction(percent, 100),
            from_on=today,
            note=why,
            once_key=f"demo-{place}",
            by=None,
            at=at,
        )
