"""More than an office may write off is put to the vote: members see what it does to the fund, and it is done when it is adopted."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from marke.activities import queries
from marke.activities.models import WriteOff
from marke.activities.services import NothingToWriteOff, VoteNeeded, pay_out_due, write_off
from marke.common import clock
from marke.common.invariants import invariants
from marke.decisions.models import Proposal
from marke.decisions.services import open_vote, settle_due
from marke.ledger.queries import sums_by_detail
from tests.factories.activities import invoiced, paid
from tests.factories.decisions import CLOSES, cast, make_proposal, make_vote
from tests.factories.pages import browser_of

pytestmark = pytest.mark.django_db
LOST = {"paper": "2026-1", "reason": "bankrupt"}


@pytest.fixture
def lost(smart, drawings, bakery):
    made = invoiced(drawings, bakery, 150_000, "2026-1", vat=31_500).entry
    pay_out_due(CLOSES)
    return made


def test_an_office_writes_off_so_much_alone_and_no_more(smart, ann, tess, drawings, bakery, lost):
    with pytest.raises(VoteNeeded, match=r"€1,500\.00 is lost"), transaction.atomic():
        write_off(income=lost, reason="bankrupt", by=tess.party, at=CLOSES)
    assert not WriteOff.objects.exists()
    page = browser_of(tess).get("/smart/business/1/papers/1/loss/").content.decode()
    assert "/smart/proposals/new/?effect=write_off&amp;paper=2026-1" in page
    assert browser_of(tess).post("/smart/business/1/papers/1/loss/", {"reason": "bankrupt"}).status_code == 422
    assert not WriteOff.objects.exists()
    paid(drawings, "2026-1", 60_500, CLOSES)  # 1,000.00 without VAT is left
    assert write_off(income=lost, reason="bankrupt", by=tess.party, at=CLOSES).net == 100_000


def test_members_see_what_it_does_and_vote(smart, ann, tess, lost):
    form = browser_of(ann).get("/smart/proposals/new/?effect=write_off&paper=2026-1").content.decode()
    assert 'value="2026-1" selected' in form
    now = clock.now()
    proposal = make_proposal(smart, ann, kind="write_off", data=LOST, at=now - timedelta(days=5))
    proposal = open_vote(proposal=proposal, at=now - timedelta(days=1))
    page = browser_of(tess).get(f"/smart/proposals/{proposal.number}/").content.decode()
    before = -sums_by_detail(smart, ["fund"])["fund", "guarantee"]
    assert before == 975
    for words in ("€1,815.00", "€9.75", "−€1,490.25", "€315.00"):  # owed, held, held then, VAT
        assert words in page
    for member in (ann, tess):
        cast(proposal, member, "for", at=now)
    settle_due(at=now + timedelta(days=9), coop=smart)
    proposal.refresh_from_db()
    made = WriteOff.objects.get()
    assert (proposal.effect_state, made.decision, made.fund) == (Proposal.EffectState.APPLIED, proposal.decision, 150_000)
    assert -sums_by_detail(smart, ["fund"])["fund", "guarantee"] == 975 - 150_000
    assert list(invariants.get("INV-ACTIVITY-1").check(smart)) == []
    assert "by a vote" in browser_of(tess).get("/smart/business/guarantee/").content.decode()


def test_what_was_rejected_or_paid_meanwhile_is_not_written_off(smart, ann, tess, drawings, lost):
    rejected = make_vote(smart, ann, kind="write_off", data=LOST)
    cast(rejected, ann, "against")
    settle_due(at=CLOSES, coop=smart)
    adopted = make_vote(smart, ann, kind="write_off", data=LOST)
    cast(adopted, ann, "for")
    paid(drawings, "2026-1", 181_500, CLOSES)
    settle_due(at=CLOSES, coop=smart)
    adopted.refresh_from_db()
    assert adopted.effect_state == Proposal.EffectState.FAILED
    assert not WriteOff.objects.exists()
    for data in ({"paper": "2026-1", "reason": "x"}, {"paper": "2026-9", "reason": "x"}, {"paper": "2026-1", "reason": " "}, {}):
        with pytest.raises(NothingToWriteOff), transaction.atomic():
            make_proposal(smart, ann, kind="write_off", data=data)
    assert queries.unpaid(smart).count() == 0
