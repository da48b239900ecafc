"""What can be done about shifts and what we share. Each function is one use case and one transaction."""

from marke.slots.services.attending import CannotClock, HoursDoNotFit, clock_in, clock_out, correct_hours
from marke.slots.services.availability import DaysDoNotFit, say_available, say_away, take_back_days
from marke.slots.services.drafting import draft_missing
from marke.slots.services.handing_over import (
    AskedIsOver,
    CannotHandOver,
    accept_handover,
    ask_handover,
    decline_handover,
    withdraw_handover,
)
from marke.slots.services.locking import ShiftIsGone
from marke.slots.services.planning import (
    CannotPlan,
    Plan,
    Repeated,
    cancel_shift,
    change_shift,
    plan_shift,
    publish_week,
    repeat_shifts,
    repeat_week,
)
from marke.slots.services.reserving import (
    CannotReserve,
    NameIsTaken,
    SomebodyElses,
    add_thing,
    cancel_reservation,
    end_thing,
    reserve,
)
from marke.slots.services.signing_up import AgainstTheLimits, CannotSignUp, TooLateToLeave, leave_shift, sign_up

__all__ = [
    "AgainstTheLimits",
    "AskedIsOver",
    "CannotClock",
    "CannotHandOver",
    "CannotPlan",
    "CannotReserve",
    "CannotSignUp",
    "DaysDoNotFit",
    "HoursDoNotFit",
    "NameIsTaken",
    "Plan",
    "Repeated",
    "ShiftIsGone",
    "SomebodyElses",
    "TooLateToLeave",
    "accept_handover",
    "add_thing",
    "ask_handover",
    "cancel_reservation",
    "cancel_shift",
    "change_shift",
    "clock_in",
    "clock_out",
    "correct_hours",
    "decline_handover",
    "draft_missing",
    "end_thing",
    "leave_shift",
    "plan_shift",
    "publish_week",
    "repeat_shifts",
    "repeat_week",
    "reserve",
    "say_available",
    "say_away",
    "sign_up",
    "take_back_days",
    "withdraw_handover",
]
