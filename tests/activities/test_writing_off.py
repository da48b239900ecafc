"""A client does not pay: the fund bears what was paid in advance, the rest is taken back, VAT is asked back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from marke.activities import queries
from marke.activities.models import WriteOff
from marke.activities.services import NothingToTakeBack, NothingToWriteOff, OwnInvoice, pay_out_due, write_off
from marke.common.invariants import invariants
from marke.ledger.queries import sums_by_detail
from tests.factories.activities import invoiced, open_for, owed_to, paid
from tests.factories.parties import T0, make_client, make_coop, make_member
from tests.factories.rules import found

pytestmark = pytest.mark.django_db
LATER = T0 + timedelta(days=90)


def holds(coop, *kinds):
    return {detail or kind: -total for (kind, detail), total in sums_by_detail(coop, kinds).items() if total}


def test_what_was_paid_in_advance_is_the_funds_loss(smart, ann, tess, drawings, bakery):
    entry = invoiced(drawings, bakery, 100_000, "2026-1", vat=21_000).entry
    pay_out_due(LATER)
    failure = queries.stress(smart, queries.exposures(smart, LATER))
    assert failure is not None and failure.exposure == 93_500
    made = write_off(income=entry, reason="bankrupt", by=tess.party, at=LATER)
    assert (made.fund, made.borne, made.vat) == (100_000, 0, 21_000)
    assert holds(smart, "receivable", "vat", "fund", "activity") == {"guarantee": 650 - 100_000}
    assert (owed_to(ann), queries.exposures(smart, LATER)) == (93_500, [])
    with pytest.raises(NothingToWriteOff), transaction.atomic():
        write_off(income=entry, reason="again", by=tess.party, at=LATER)
    with pytest.raises(NothingToTakeBack), transaction.atomic():
        invoiced(drawings, None, -1_000, "CN-1", of="2026-1", at=LATER)


def test_what_was_not_paid_out_yet_is_taken_back_from_the_business():
    coop = make_coop("caution")
    found(coop, activities__open_to="members", activities__payout_on="paid", activities__payout_days=0)
    shop, client, tess = open_for(make_member(coop, "Bo")), make_client(coop, "Zoo"), make_member(coop, "T")
    entry = invoiced(shop, client, 100_000, "2026-1", vat=21_000).entry
    paid(shop, "2026-1", 60_500, LATER)
    made = write_off(income=entry, reason="bankrupt", by=tess.party, at=LATER)
    assert (made.fund, made.borne, made.vat) == (0, 50_000, 10_500)
    assert holds(coop, "receivable", "vat", "fund", "activity", "contribution") == {
        "vat": 10_500, "guarantee": 325, "1": 46_750, "contribution": 2_925,
    }  # fmt: skip
    assert queries.due(shop, LATER) == 46_750
    assert list(invariants.get("INV-ACTIVITY-1").check(coop)) == []


def test_nobody_writes_off_an_invoice_of_their_own_or_without_a_reason(ann, tess, drawings, bakery):
    entry = invoiced(drawings, bakery, 100_000, "2026-1").entry
    with pytest.raises(OwnInvoice):
        write_off(income=entry, reason="bankrupt", by=ann.party, at=LATER)
    with pytest.raises(NothingToWriteOff):
        write_off(income=entry, reason=" ", by=tess.party, at=LATER)
    paid(drawings, "2026-1", 100_000, LATER)
    with pytest.raises(NothingToWriteOff), transaction.atomic():
        write_off(income=entry, reason="bankrupt", by=tess.party, at=LATER)
    assert not WriteOff.objects.exists()
