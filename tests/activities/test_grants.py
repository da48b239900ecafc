"""A grant to a business: booked, owed by who gives it, with the contribution by its own rate, and paid out like an invoice."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction

from marke.activities import queries
from marke.activities.models import Grant
from marke.activities.services import (
    ActivityClosed,
    GrantWasPaid,
    NotAGrant,
    NothingToTakeBack,
    close_activity,
    pay_out_due,
    record_grant,
    return_grant,
    write_off,
)
from marke.common.invariants import invariants
from marke.ledger.queries import sums_by_detail
from marke.payments.models import PaymentRequest
from marke.payments.services import record_payment
from marke.rules.models import Decision
from marke.rules.services import set_rule
from tests.factories.activities import open_for, owed_to
from tests.factories.pages import browser_of
from tests.factories.parties import T0

pytestmark = pytest.mark.django_db
DAY = date(2026, 1, 5)
LATER = T0 + timedelta(days=60)


def granted(activity, tess, amount=200_000, key="grant-0001", **more):
    told: dict[str, Any] = {
        "funder": "City of Ghent",
        "what": "A mural",
        "granted_on": DAY,
        "due_on": DAY + timedelta(days=30),
    } | more
    return record_grant(activity=activity, amount=amount, once_key=key, by=tess.party, at=T0, **told)


def held(coop, *kinds):
    return {detail or kind: -total for (kind, detail), total in sums_by_detail(coop, kinds).items() if total}


def asked(grant):
    return PaymentRequest.objects.get(coop=grant.coop, purpose="grant", subject=grant.paper)


def test_a_grant_gives_the_contribution_for_grants_and_is_paid_out(smart, ann, tess, drawings):
    decision = Decision.objects.get(coop=smart)
    set_rule(coop=smart, key="activities.contribution_grants", value=[2, 100], decision=decision, valid_from=T0, at=T0)
    grant = granted(drawings, tess)
    assert granted(drawings, tess).pk == grant.pk
    assert (grant.entry.grants, grant.entry.given, grant.entry.share) == (200_000, 4_000, 196_000)
    assert held(smart, "receivable", "activity", "contribution", "fund") == {
        "grant": -200_000, "1": 196_000, "contribution": 3_600, "guarantee": 400,
    }  # fmt: skip
    pay_out_due(LATER)
    assert owed_to(ann) == 196_000  # in advance, as with an invoice: the fund stands for it
    assert [row.advanced for row in queries.exposures(smart, LATER)] == [196_000]
    request = asked(grant)
    record_payment(coop=smart, request=request, amount=200_000, date=LATER.date(), once_key="paid", by=tess.party, at=LATER)
    assert queries.exposures(smart, LATER) == []
    assert list(invariants.get("INV-PAPER-1").check(smart)) == list(invariants.get("INV-ACTIVITY-1").check(smart)) == []
    page = browser_of(ann).get("/smart/business/1/").content.decode()
    assert "Granted" in page
    assert "2%" in page  # why: the rule about grants


def test_what_nobody_has_paid_yet_is_taken_back_with_every_part(smart, ann, tess, drawings):
    grant = granted(drawings, tess)
    for _twice in range(2):
        return_grant(grant=grant, by=tess.party, at=LATER)
    assert held(smart, "receivable", "activity", "contribution", "fund") == {}
    assert asked(grant).withdrawn_at == LATER
    second = granted(drawings, tess, key="grant-0002")
    assert (second.number, second.funder) == (2, grant.funder)
    record_payment(coop=smart, request=asked(second), amount=100, date=LATER.date(), once_key="some", by=tess.party, at=LATER)
    with pytest.raises(GrantWasPaid), transaction.atomic():
        return_grant(grant=second, by=tess.party, at=LATER)
    second.refresh_from_db()
    assert second.returned_at is None


def test_a_grant_that_never_comes_is_written_off(smart, ann, tess, drawings):
    grant = granted(drawings, tess, 50_000)
    pay_out_due(LATER)
    made = write_off(income=grant.entry, reason="The city has no money.", by=tess.party, at=LATER)
    assert (made.fund, made.borne, made.vat) == (50_000, 0, 0)
    assert "grant" not in held(smart, "receivable")
    assert list(invariants.get("INV-PAPER-1").check(smart)) == list(invariants.get("INV-ACTIVITY-1").check(smart)) == []
    with pytest.raises(NothingToTakeBack), transaction.atomic():
        return_grant(grant=grant, by=tess.party, at=LATER)


def test_a_grant_without_a_giver_of_a_day_to_come_or_to_a_closed_business_is_refused(smart, ann, tess, drawings):
    for wrong in ({"funder": " "}, {"what": ""}, {"amount": 0}, {"granted_on": date(2026, 2, 1)}, {"due_on": date(2026, 1, 1)}):
        with pytest.raises(NotAGrant), transaction.atomic():
            granted(drawings, tess, **wrong)
    close_activity(activity=drawings, by=ann.party, at=T0)
    with pytest.raises(ActivityClosed), transaction.atomic():
        granted(drawings, tess)
    assert Grant.objects.count() == 0


def test_the_treasurer_writes_it_down_and_whoever_runs_it_sees_it(smart, ann, tess, drawings):
    told = {
        "funder": "City of Ghent", "what": "A mural", "amount": "2000", "granted_on": "2026-01-05", "due_on": "2026-02-05",
        "once_key": "grant-0001",
    }  # fmt: skip
    member, officer = browser_of(ann), browser_of(tess)
    assert member.post("/smart/business/1/grants/", told).status_code == 403
    assert officer.post("/smart/business/1/grants/", told | {"amount": "0"}).status_code == 422
    for _twice in range(2):
        assert officer.post("/smart/business/1/grants/", told).status_code == 302
    page = member.get("/smart/business/1/grants/").content.decode()
    assert "City of Ghent" in page
    assert "€130.00" in page  # the contribution, 6.5 %
    assert "Write a grant down" not in page
    assert member.post("/smart/business/1/grants/1/return/").status_code == 403
    officer.post("/smart/business/1/grants/1/return/")
    assert "taken back" in member.get("/smart/business/1/grants/").content.decode()
    other = open_for(tess, "Tess draws")
    assert officer.post(f"/smart/business/{other.number}/grants/1/return/").status_code == 404
