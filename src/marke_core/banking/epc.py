"""The payload of the QR code that a banking app reads to fill in a transfer.

Source: European Payments Council, EPC069-12 version 3.1, Quick Response Code: Guidelines to Enable Data Capture for the
Initiation of a SEPA Credit Transfer; payload version 002, which makes the BIC optional.
"""

from marke_core.banking.amounts import euros
from marke_core.banking.iban import read_iban
from marke_core.banking.references import is_creditor_reference, read_reference, show_reference

LONGEST_PAYLOAD = 331  # bytes; version 13 with error correction M


def epc_payload(*, name: str, iban: str, cents: int, reference: str = "", text: str = "", bic: str = "") -> str:
    """The twelve lines of the code; a code of ISO 11649 stands in the structured field, any other in the text.

    Raises: BadIban, BadReference; ValueError when the amount cannot be transferred or the payload is too long.
    """
    structured, unstructured = "", text
    if reference:
        if is_creditor_reference(reference):
            structured, unstructured = read_reference(reference), ""
        else:
            unstructured = show_reference(read_reference(reference))
    lines = [
        "BCD",
        "002",
        "1",  # UTF-8
        "SCT",
        bic,
        _one_line(name, 70),
        read_iban(iban),
        f"EUR{euros(cents)}",
        "",  # purpose code
        structured,
        _one_line(unstructured, 140),
    ]
    payload = "\n".join(lines).rstrip("\n")
    while len(payload.encode()) > LONGEST_PAYLOAD and len(lines[5]) > 1:
        lines[5] = lines[5][:-1]
        payload = "\n".join(lines).rstrip("\n")
    if len(payload.encode()) > LONGEST_PAYLOAD:
        raise ValueError(f"The code would be {len(payload.encode())} bytes long; {LONGEST_PAYLOAD} is the most.")
    return payload


def _one_line(text: str, length: int) -> str:
    return " ".join(text.split())[:length].strip()
