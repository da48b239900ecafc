"""Eight who decide on the same help at the same moment: it is given once, and the fund is never overdrawn."""

from __future__ import annotations

import pytest

from marke.common.invariants import invariants
from marke.funds.models import AidClaim
from marke.funds.services import ask_for_aid, decide_claim, withdraw_claim
from tests.factories.parties import make_member
from tests.factories.processes import PROCESSES, at_once
from tests.funds.test_funds import LATER, held, put, velo  # noqa: F401  the fixture

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_same_claim_is_decided_once(velo):  # noqa: F811
    ann, tess = make_member(velo, "Ann"), make_member(velo, "Tess", offices=("treasurer",))
    put(velo, "fund", "mutual", 1_000_00)
    asked = at_once(
        lambda _: ask_for_aid(membership=ann, amount=200_00, reason="A broken wrist", once_key="a form", by=ann.party, at=LATER)
    )
    assert asked == ["done"] * PROCESSES
    claim = AidClaim.objects.get()

    def act(number: int) -> object:
        if number == 7:
            return withdraw_claim(claim=claim, by=ann.party, at=LATER)
        return decide_claim(claim=claim, granted=200_00 if number % 2 else 0, by=tess.party, at=LATER)

    assert at_once(act) == ["ClaimDecided"] * (PROCESSES - 1) + ["done"]
    claim.refresh_from_db()
    given = 200_00 if claim.state == "granted" else 0
    assert held(velo, "fund", "mutual") == 1_000_00 - given
    assert held(velo, "earnings", party=ann.party) == given
    assert [fault for one in invariants for fault in one.check(velo)] == []


def test_eight_claims_at_once_take_no_more_than_the_fund_holds(velo):  # noqa: F811
    tess = make_member(velo, "Tess", offices=("treasurer",))
    people = [make_member(velo, f"M{number}", with_user=False) for number in range(PROCESSES)]
    put(velo, "fund", "mutual", 500_00)
    claims = [
        ask_for_aid(membership=one, amount=200_00, reason="Ill", once_key=f"{one.pk}", by=one.party, at=LATER) for one in people
    ]
    said = at_once(lambda number: decide_claim(claim=claims[number], granted=200_00, by=tess.party, at=LATER))
    assert said == ["TooMuchAid"] * 6 + ["done"] * 2
    assert held(velo, "fund", "mutual") == 100_00
    assert [fault for one in invariants for fault in one.check(velo)] == []
