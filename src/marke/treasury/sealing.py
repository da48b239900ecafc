"""What was closed, handed in, paid and written down stays: the database itself refuses to change it."""

from marke.common.db.triggers import append_only

_NUMBER = "o.coop_id = NEW.coop_id AND o.number = NEW.number"
_ONCE = "o.coop_id = NEW.coop_id AND (o.number = NEW.number OR o.once_key = NEW.once_key)"
REFUSALS = [
    *append_only("treasury_monthclose", "a_closed_month", "o.closing_id = NEW.closing_id"),
    *append_only("treasury_vatreturn", "a_vat_return", _ONCE),
    *append_only("treasury_vatpayment", "a_vat_payment", _ONCE),
    *append_only("treasury_handovernote", "a_handover_note", _NUMBER),
]
