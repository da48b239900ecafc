"""Insurance for tests."""

from __future__ import annotations

from datetime import date, datetime

from marke.engagements.models import Policy
from marke.engagements.services import name_member, note_policy
from marke.parties.models import Coop, Membership


def insure(worker: Membership, officer: Membership, *, at: datetime) -> Policy:
    """A policy that covers only this worker."""
    policy = note_policy(
        coop=worker.coop, against="accident", insurer="Assuré « 北 »", reference="=1+1", call="0800 1", everybody=False,
        first_on=date(2026, 1, 1), last_on=None, once_key="policy-0001", by=officer.party, at=at,
    )  # fmt: skip
    name_member(policy=policy, membership=worker, first_on=date(2026, 1, 1), last_on=None)
    return policy


def cover_everybody(coop: Coop, against: str, *, at: datetime) -> Policy:
    return note_policy(
        coop=coop, against=against, insurer="Onderling", reference="K-1", call="", everybody=True, first_on=at.date(), last_on=None,
        once_key=f"policy-{against}", by=None, at=at,
    )  # fmt: skip
