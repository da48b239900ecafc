"""What an activity earns is divided once, and a credit note takes it back as it was taken."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction

from marke.activities.models import Activity, Entry
from marke.activities.services import ActivityClosed, NoActivities, NothingToTakeBack, income, open_activity
from marke.activities.services.booking import new_entry, reckon
from marke.activities.services.choosing import standing
from marke.ledger.models import Basis
from marke.ledger.queries import explain_postings, party_balance, postings_of_party, sums_by_detail
from marke.ledger.services import Account
from marke.parties.models import Coop
from tests.factories.activities import invoiced, open_for
from tests.factories.parties import T0, make_client, make_coop, make_member
from tests.factories.rules import found

pytestmark = pytest.mark.django_db
TODAY = T0.date()


@pytest.fixture
def smart() -> Coop:
    coop = make_coop("smart")
    found(coop, activities__open_to="members", activities__reserve=[1, 10])
    return coop


def holds(coop: Coop, kind: str) -> dict[str, int]:
    """What each account of a kind holds, by detail; what is owed is above zero."""
    return {detail: -total for (_kind, detail), total in sums_by_detail(coop, [kind]).items() if total}


def test_an_invoice_is_divided_to_the_last_cent(smart, drawings, bakery):
    made = invoiced(drawings, bakery, 100_000, "2026-1", vat=21_000)
    assert sum(leg.amount for leg in made.postings) == -100_000
    assert holds(smart, "activity") == {"1": 83_500, "1:reserve": 10_000}
    assert holds(smart, "contribution") == {"": 5_850}
    assert holds(smart, "fund") == {"guarantee": 650}
    assert holds(smart, "vat") == {"": 21_000}
    assert made.entry.request is not None and (made.entry.client, made.entry.request.amount) == (bakery.party, 121_000)


def test_what_an_invoice_would_come_to_is_reckoned_by_the_same_rules_and_nothing_is_written(drawings, bakery):
    asked = standing(new_entry(drawings, Entry.Kind.INVOICE, day=TODAY, at=T0, by=None, invoiced=100_000))
    before = Basis.objects.count()
    reckon(asked)
    assert (Entry.objects.count(), Basis.objects.count(), asked.basis) == (0, before, None)
    made = invoiced(drawings, bakery, 100_000, "2026-1").entry
    assert (asked.share, asked.given, asked.reserve) == (made.share, made.given, made.reserve) == (83_500, 6_500, 10_000)


def test_a_credit_note_gives_back_what_was_taken_whatever_the_rules_are_now(smart, drawings, bakery):
    invoiced(drawings, bakery, 100_000, "2026-1", vat=21_000)
    invoiced(drawings, bakery, -40_000, "CN-1", vat=-8_400, of="2026-1")
    invoiced(drawings, bakery, -60_000, "CN-2", vat=-12_600, of="2026-1")
    assert not any(sums_by_detail(smart, ["activity", "contribution", "fund", "vat", "receivable"]).values())


def test_no_more_is_taken_back_than_is_left(smart, drawings, bakery):
    invoiced(drawings, bakery, 100_000, "2026-1")
    invoiced(drawings, bakery, -40_000, "CN-1", of="2026-1")
    before = holds(smart, "activity")
    for net, of in ((-60_001, "2026-1"), (-1, "2026-9")):
        with pytest.raises(NothingToTakeBack), transaction.atomic():
            income(coop=smart, activity=drawings, paper="CN-2", net=net, date=TODAY, at=T0, of=of)
    assert (holds(smart, "activity"), Entry.objects.count()) == (before, 2)


def test_each_amount_says_why(smart, ann, drawings, bakery):
    invoiced(drawings, bakery, 100_000, "2026-1", vat=21_000)
    own = postings_of_party(smart, ann.party, [Account.Kind.ACTIVITY]).get(line="share")
    why = explain_postings([own])[own.pk]
    assert why.formula == "what was invoiced, less the contribution, the reserve and expenses"
    assert ("Contribution", "€65.00") in why.values
    assert any("6.5" in rule.sentence for rule in why.rules)


def test_the_lines_of_the_invoice_itself_are_explained_by_the_invoice(smart, drawings, bakery):
    invoiced(drawings, bakery, 100_000, "2026-1", vat=21_000)
    gross = postings_of_party(smart, bakery.party, [Account.Kind.RECEIVABLE]).get()
    assert explain_postings([gross])[gross.pk].formula == "the jobs together, and the VAT on them"


def test_a_cap_looks_back_over_the_year(smart, ann, bakery):
    found_later = make_coop("caped")
    found(found_later, activities__open_to="members", activities__cap_year=10_000)
    shop = open_for(make_member(found_later, "Bo"))
    client = make_client(found_later)
    given = [invoiced(shop, client, 100_000, f"2026-{n}", at=T0 + timedelta(days=n)).entry.given for n in range(1, 4)]
    assert given == [6_500, 3_500, 0]
    assert invoiced(shop, client, 100_000, "2027-1", at=T0 + timedelta(days=370)).entry.given == 6_500


def test_where_nobody_may_nobody_opens_one(ann):
    coop = make_coop("cleaners")
    found(coop)
    member = make_member(coop, "Cleo")
    with pytest.raises(NoActivities):
        open_for(member)
    assert not Activity.objects.exists()


def test_an_activity_is_opened_once_and_has_a_name(ann, drawings):
    assert open_for(ann) == drawings
    with pytest.raises(NoActivities):
        open_activity(
            coop=ann.coop,
            name="Team",
            circle=None,
            member=make_member(ann.coop, "Eve", state="left"),
            once_key="x",
            by=None,
            at=T0,
        )


def test_a_closed_activity_earns_nothing_but_gives_back(smart, drawings, bakery):
    invoiced(drawings, bakery, 100_000, "2026-1")
    Activity.objects.filter(pk=drawings.pk).update(closed_at=T0)
    with pytest.raises(ActivityClosed), transaction.atomic():
        income(coop=smart, activity=drawings, paper="2026-2", net=100, date=TODAY, at=T0)
    invoiced(drawings, bakery, -100_000, "CN-1", of="2026-1")
    assert holds(smart, "activity") == {}


def test_the_database_keeps_what_was_booked(smart, drawings, bakery):
    entry = invoiced(drawings, bakery, 100_000, "2026-1").entry
    for change in ({"share": 1}, {"date": date(2020, 1, 1)}):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            Entry.objects.filter(pk=entry.pk).update(**change)
    with pytest.raises(DatabaseError, match="never deleted"), transaction.atomic():
        entry.delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        Activity.objects.filter(pk=drawings.pk).update(party=bakery.party)
    assert party_balance(smart, "activity", drawings.party) == -93_500
