"""Hearings for tests. `suspend` and `may_be_excluded` are for tests of something else: what a hearing came to, at once."""

from datetime import datetime, timedelta
from itertools import count

from marke.hearings.models import Case, Suspension
from marke.hearings.services import open_case
from marke.parties import services as parties
from marke.parties.models import Membership
from tests.factories.parties import T0, make_person

_keys = count(1)


def suspend(membership: Membership, *, at: datetime = T0) -> Case:
    """Suspended meanwhile, for a year."""
    case = _case(membership, at=at, state=Case.State.OPEN)
    Suspension.objects.create(
        coop=membership.coop, case=case, membership=membership, interim=True, since=at, until=at + timedelta(days=365)
    )
    parties.suspend(membership=membership, by=None, at=at, note="")
    return case


def may_be_excluded(membership: Membership, *, at: datetime = T0) -> Case:
    """A hearing came to an exclusion, and nobody appealed."""
    return _case(
        membership, at=at, state=Case.State.FINAL, outcome=Case.Outcome.EXCLUDED, decided_at=at, appeal_until=at, final_at=at
    )


def _case(membership: Membership, *, at: datetime, **fields: object) -> Case:
    coop = membership.coop
    return Case.objects.create(
        coop=coop, number=Case.objects.filter(coop=coop).count() + 1, membership=membership, agreed="we come when we said",
        opened_by=make_person(f"Opener {next(_keys)}", with_user=False), opened_at=at, notice_at=at,
        statement_until=at + timedelta(days=14), once_key=f"case-{next(_keys)}", **fields,
    )  # fmt: skip


def make_case(about: Membership, opener: Membership, *, at: datetime, grounds: str = "She did not come.") -> Case:
    return open_case(
        membership=about, agreed="we come when we said", grounds=grounds, once_key=f"key-{next(_keys)}", by=opener.party, at=at
    )
