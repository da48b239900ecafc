"""What was booked in an activity never changes, in the database itself."""

from marke.common.db.triggers import Refusal, append_only, differs

ACTIVITY, ENTRY = "activities_activity", "activities_entry"
OPENED = ("coop_id", "number", "party_id", "circle_id", "opened_at", "once_key")

REFUSALS = [
    *append_only(ENTRY, "an_entry_of_an_activity", "o.activity_id = NEW.activity_id AND o.number = NEW.number"),
    Refusal("an_activity_stays_whose_it_is", ACTIVITY, "UPDATE", differs(OPENED)),
    Refusal("an_activity_is_never_deleted", ACTIVITY, "DELETE"),
    Refusal(
        "a_closed_activity_stays_closed",
        ACTIVITY,
        "UPDATE",
        f"OLD.closed_at IS NOT NULL AND {differs(('closed_at', 'closed_by_id'))}",
    ),
]
