"""How members of a demo co-op are insured, what they take along on the last day, and which neighbours keep to the agreement."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from marke.credentials.agreement import address, joined
from marke.credentials.clockwork import make_keys
from marke.credentials.conditions import FIELDS, Choice
from marke.credentials.history import default_choice
from marke.credentials.identity import key_in_use
from marke.credentials.services import add_platform, issue
from marke.engagements.services import note_policy
from marke.parties.models import Coop
from marke.site.demo.year import Year

AN_HOUR = timedelta(hours=1)


def insure(year: Year) -> None:
    """From the first day on."""
    for place, policy in enumerate(year.demo.policies):
        note_policy(
            coop=year.coop, against=policy.against, insurer=policy.insurer, reference=policy.reference, call=policy.call,
            everybody=True, first_on=year.first, last_on=None, once_key=f"demo-policy-{place}",
            by=year.people.office("treasurer"), at=year.people.begins,
        )  # fmt: skip


def take_work_along(year: Year, at: datetime) -> None:
    """Everything there is to tell, without what clients wrote."""
    for place in year.demo.histories:
        member = year.people.members[place]
        member.coop = year.coop
        since, until = default_choice(member, at)
        issue(
            membership=member, choice=Choice(since, until, tuple(FIELDS)), once_key=f"demo-history-{place}", by=member.party,
            at=at - AN_HOUR,
        )  # fmt: skip


def list_neighbours(coops: Sequence[Coop], at: datetime) -> None:
    """Those that joined the agreement and can sign list each other."""
    make_keys(at)
    stating = [coop for coop in coops if joined(coop, at) is not None and key_in_use(coop) is not None]
    for coop in stating:
        for other in stating:
            if other.pk != coop.pk:
                add_platform(coop=coop, address=address(other), by=None, at=at)
