"""Writes about engagements: what is paid on top when one is settled, and who is insured by which policy."""

from marke.engagements.services.correcting import correct_engagement
from marke.engagements.services.cover import (
    PolicyDoesNotFit,
    end_policy,
    name_member,
    note_policy,
    remove_member,
)
from marke.engagements.services.premiums import NothingSetAside, premiums_billed
from marke.engagements.services.settling import settle_engagements

__all__ = [
    "NothingSetAside",
    "PolicyDoesNotFit",
    "correct_engagement",
    "end_policy",
    "name_member",
    "note_policy",
    "premiums_billed",
    "remove_member",
    "settle_engagements",
]
