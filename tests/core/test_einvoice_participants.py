"""Who somebody is on the network."""

from __future__ import annotations

import pytest

from marke_core.einvoice.model import Identifier
from marke_core.einvoice.participants import BadParticipant, participant_of, read_participant, show_participant


@pytest.mark.parametrize(
    ("vat", "participant"),
    [
        ("BE0999900348", "0208:0999900348"), ("BE 0999.900.348", "0208:0999900348"), ("NL123456789B01", "9944:NL123456789B01"),
        ("EL123456789", "9933:EL123456789"), ("fr40303265045", "9957:FR40303265045"),
    ],
)  # fmt: skip
def test_a_business_is_looked_for_under_its_number(vat: str, participant: str) -> None:
    found = participant_of(vat)
    assert found is not None and show_participant(found) == participant
    assert read_participant(participant) == found


@pytest.mark.parametrize("vat", ["", "BE", "BE0999900349", "XX123", "NL", "US12345"])
def test_there_is_no_telling(vat: str) -> None:
    assert participant_of(vat) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0208",
        "0208:",
        "0208:0999900349",
        "208:0999900348",
        "0208:٠٩٩٩٩٠٠٣٤٨",
        "9925:" + "x" * 60,
        "a:b",
        "0088:1234567890000",
    ],
)
def test_what_is_no_participant_is_refused(text: str) -> None:
    with pytest.raises(BadParticipant):
        read_participant(text)


def test_a_number_may_be_of_a_scheme_that_nobody_here_checks() -> None:
    assert read_participant(" 0088:7300010000001 ") == Identifier("7300010000001", "0088")
