"""What can be done about safety. Each function is one use case and one transaction."""

from marke.safety.services.alarms import (
    AlarmIsClosed,
    NotYours,
    TooLateToUndo,
    close_alarm,
    not_safe,
    ring_missed,
    seen_by,
    tell_contacts,
    undo_alarm,
)
from marke.safety.services.blocks import CannotBlock, block, lift_block
from marke.safety.services.check_ins import all_is_well, begin_lone_work, end_lone_work
from marke.safety.services.contacts import ContactDoesNotFit, forget_contact, name_contact
from marke.safety.services.trips import CannotShareTrip, share_trip, stop_trip

__all__ = [
    "AlarmIsClosed",
    "CannotBlock",
    "CannotShareTrip",
    "ContactDoesNotFit",
    "NotYours",
    "TooLateToUndo",
    "all_is_well",
    "begin_lone_work",
    "block",
    "close_alarm",
    "end_lone_work",
    "forget_contact",
    "lift_block",
    "name_contact",
    "not_safe",
    "ring_missed",
    "seen_by",
    "share_trip",
    "stop_trip",
    "tell_contacts",
    "undo_alarm",
]
