"""What happens to people, told to higher apps inside the same transaction. A handler that raises Refused stops it."""

from dataclasses import dataclass
from datetime import datetime

from marke.parties.models import Coop, Mandate, Membership, Party


@dataclass(frozen=True)
class CoopCreated:
    coop: Coop
    by: Party | None
    at: datetime


@dataclass(frozen=True)
class MemberApplied:
    membership: Membership
    by: Party | None
    at: datetime


@dataclass(frozen=True)
class MemberAdmitted:
    membership: Membership
    by: Party | None
    at: datetime


@dataclass(frozen=True)
class MembersListed:
    """Members who came as a list, instead of a MemberAdmitted for each: none of them asked for anything before."""

    coop: Coop
    memberships: list[Membership]
    by: Party | None
    at: datetime


@dataclass(frozen=True)
class MemberRefused:
    membership: Membership
    by: Party | None
    at: datetime
    note: str = ""


@dataclass(frozen=True)
class MemberLeft:
    """Also when an application is withdrawn: `was` is the state before."""

    membership: Membership
    was: str
    by: Party | None
    at: datetime


@dataclass(frozen=True)
class MemberSuspended:
    membership: Membership
    by: Party | None
    at: datetime
    note: str = ""


@dataclass(frozen=True)
class InvitationAccepted:
    """Somebody tapped *I agree* while the founding is open, and is a member now."""

    coop: Coop
    membership: Membership
    party: Party
    at: datetime


@dataclass(frozen=True)
class MandateGiven:
    mandate: Mandate
    by: Party | None
    at: datetime


@dataclass(frozen=True)
class MandateEnded:
    mandate: Mandate
    by: Party | None
    at: datetime


@dataclass(frozen=True)
class PartyErased:
    party: Party
    at: datetime
