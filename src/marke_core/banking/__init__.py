"""What banks ask for and report: account numbers, references, the code that a phone pays by, files in and out.

Everything here is whole cents and text; nothing reads a clock or a network.
"""

from marke_core.banking.epc import epc_payload
from marke_core.banking.iban import BadIban, read_iban, show_iban, takes_sepa
from marke_core.banking.pain001 import Address, ControlSums, Debtor, Transfer, control_sums, write_pain001
from marke_core.banking.references import (
    BadReference,
    is_creditor_reference,
    is_ogm,
    read_reference,
    show_reference,
    structured_reference,
)

__all__ = [
    "Address",
    "BadIban",
    "BadReference",
    "ControlSums",
    "Debtor",
    "Transfer",
    "control_sums",
    "epc_payload",
    "is_creditor_reference",
    "is_ogm",
    "read_iban",
    "read_reference",
    "show_iban",
    "show_reference",
    "structured_reference",
    "takes_sepa",
    "write_pain001",
]
