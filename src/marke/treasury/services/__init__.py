"""Writes of the treasurer's month."""

from marke.treasury.services.handover import write_handover_note
from marke.treasury.services.months import close_month
from marke.treasury.services.vat import hand_in_vat, record_vat_payment

__all__ = ["close_month", "hand_in_vat", "record_vat_payment", "write_handover_note"]
