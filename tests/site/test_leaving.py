"""Somebody leaves: every page says what becomes of what is theirs, and nothing of it is lost."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client as Browser
from django.utils import translation

from marke.common.invariants import invariants
from marke.jobs.models import Job, Offer
from marke.jobs.services import offer_job, start_job
from marke.jobs.services.leaving import WorkUnderWay
from marke.ledger.owed import owed_now
from marke.ledger.services import Account, open_account, open_balances
from marke.parties.models import Coop, Membership
from marke.parties.services import leave
from marke.payments.models import PayRunLine
from marke.payments.services import draft_pay_run, record_payment
from marke.shares.models import ShareEvent
from marke.shares.queries import holding_of, refunds_due
from marke.shares.services import record_opening_holding, refund_shares, request_shares
from tests.factories.jobs import T1, make_job, take
from tests.factories.parties import T0, make_client, make_coop, make_member
from tests.factories.payments import earn, give_account
from tests.factories.rules import found

pytestmark = pytest.mark.django_db
DAY = date(2026, 1, 5)


@pytest.fixture
def velo() -> Coop:
    coop = make_coop()
    found(coop)
    make_member(coop, "Carla", offices=("coordinator", "treasurer"))
    return coop


def browser_of(membership: Membership) -> Browser:
    browser = Browser()
    assert membership.party.user is not None
    browser.force_login(membership.party.user)
    return browser


def page(membership: Membership, path: str) -> str:
    response = browser_of(membership).get(f"/{membership.coop.slug}/{path}")
    assert response.status_code == 200, path
    return response.content.decode()


def hold(membership: Membership, shares: int = 2, amount: int = 10_000) -> None:
    record_opening_holding(membership=membership, shares=shares, amount=amount, date=DAY, by=None, at=T0)


def violations(coop: Coop) -> list[str]:
    return [str(violation) for invariant in invariants for violation in invariant.check(coop)]


# What the page says before


def test_the_page_says_what_becomes_of_shares_pay_and_work(velo: Coop) -> None:
    amina = make_member(velo)
    hold(amina)
    earn(amina, 1250, DAY)
    job = take(make_job(velo, make_client(velo)), amina)
    text = page(amina, "leaving/")
    assert "Your 2 shares (€100.00 paid in) end on" in text
    assert "you get €100.00 for them" in text
    assert "It is paid by" in text
    assert "Velo still has €12.50 of yours (earned, not paid yet)" in text
    assert "You have not given a bank account yet." in text
    assert f"Job {job.number}, which you accepted, is handed back" in text


def test_the_page_names_the_account_that_is_paid(velo: Coop) -> None:
    amina = make_member(velo)
    earn(amina, 100, DAY)
    give_account(amina)
    assert "to BE68 5390 0754 7034 (Amina)" in page(amina, "leaving/")


def test_the_page_says_it_in_dutch(velo: Coop) -> None:
    amina = make_member(velo)
    hold(amina, 1, 5_000)
    amina.party.language = "nl"
    amina.party.save()
    text = page(amina, "leaving/")
    assert "Je 1 aandeel (€\xa050,00 gestort) eindigt op" in text
    assert "je krijgt er €\xa050,00 voor" in text


def test_who_has_nothing_is_told_nothing_of_shares_and_money(velo: Coop) -> None:
    text = page(make_member(velo), "leaving/")
    assert "share register" not in text
    assert "of yours" not in text


# Shares


def test_the_shares_of_a_former_member_are_owed_to_them_and_the_doctor_is_content(velo: Coop) -> None:
    amina = make_member(velo)
    hold(amina)
    before = ShareEvent.objects.count()
    leave(membership=amina, by=amina.party, at=T1)
    assert holding_of(amina) is None
    assert list(ShareEvent.objects.order_by("number").values_list("kind", flat=True))[before:] == [
        "redemption_requested",
        "redeemed",
    ]
    assert owed_now(velo, "redemption") == {amina.party_id: 10_000}
    assert violations(velo) == []
    assert "Amina" in page(Membership.objects.get(party__name="Carla"), "shares/exits/")


def test_money_for_shares_that_were_not_allotted_is_paid_back_after_leaving_too(velo: Coop) -> None:
    dede = make_member(velo, "Dede", state="applied")
    wanted = request_shares(membership=dede, shares=1, once_key="one", by=dede.party, at=T0)
    asked = wanted.payment_request
    record_payment(coop=velo, request=asked, amount=asked.amount, date=DAY, once_key="paid", by=None, at=T0)
    text = page(dede, "leaving/")
    assert f"Your share request {wanted.number} is cancelled, and the €50.00 paid on it are paid back to you." in text
    leave(membership=dede, by=dede.party, at=T1)
    assert [row.request.pk for row in refunds_due(velo)] == [wanted.pk]
    refund_shares(request=wanted, date=T1.date(), once_key="back", by=None, at=T1)
    assert refunds_due(velo) == []
    assert violations(velo) == []


def test_nothing_was_paid_on_a_request_so_nothing_comes_back(velo: Coop) -> None:
    dede = make_member(velo, "Dede", state="applied")
    request_shares(membership=dede, shares=1, once_key="one", by=dede.party, at=T0)
    assert "Nothing was paid on it yet" in page(dede, "leaving/")


# Pay


def test_who_has_left_is_paid_however_little_it_is(velo: Coop) -> None:
    amina, bo = make_member(velo), make_member(velo, "Bo")
    for worker in (amina, bo):
        earn(worker, 120, DAY)  # the rule says that 5.00 is the least
        give_account(worker)
    leave(membership=amina, by=amina.party, at=T1)
    run = draft_pay_run(coop=velo, until=T1.date(), by=None, at=T1)
    lines = PayRunLine.objects.filter(run=run).values_list("party__name", "left_out")
    assert dict(lines) == {"Amina": "", "Bo": "below_minimum"}


def test_who_has_left_still_reaches_their_pay_shares_and_bank_account(velo: Coop) -> None:
    amina = make_member(velo)
    hold(amina)
    earn(amina, 1250, DAY)
    leave(membership=amina, by=amina.party, at=T1)
    assert "€12.50" in page(amina, "my-pay/")
    assert "€100.00" in page(amina, "shares/mine/")
    assert "€100.00" in page(amina, "shares/exits/1/")
    assert "€12.50" in page(amina, "money/mine/")
    assert browser_of(amina).get("/velo/shares/exits/1/statement.pdf").status_code == 200
    given = {"iban": "BE68 5390 0754 7034", "holder": "Amina", "once_key": "k"}
    assert browser_of(amina).post("/velo/my-pay/bank-account/", given).status_code == 302
    me = browser_of(amina).get("/me/").content.decode()
    assert "/velo/my-pay/" in me
    assert "/velo/shares/mine/" in me


def test_who_has_left_sees_no_page_of_members(velo: Coop) -> None:
    amina, bo = make_member(velo), make_member(velo, "Bo")
    earn(bo, 1250, DAY)
    leave(membership=amina, by=amina.party, at=T1)
    account = Account.objects.get(coop=velo, party=bo.party, kind="earnings")
    for path in ("money/", "members/", "jobs/", f"money/accounts/{account.pk}/", "money/transactions/1/", "shares/"):
        assert browser_of(amina).get(f"/velo/{path}").status_code == 403, path


def test_who_never_belonged_reaches_none_of_it(velo: Coop) -> None:
    make_coop("rosa")
    stranger = make_member(Coop.objects.get(slug="rosa"), "Cem")
    for path in ("my-pay/", "my-pay/bank-account/", "shares/mine/", "money/mine/", "money/mine.csv"):
        assert browser_of(stranger).get(f"/velo/{path}").status_code == 403, path


# Work


def test_what_was_accepted_goes_back_and_what_was_asked_is_declined(velo: Coop) -> None:
    amina, client = make_member(velo), make_client(velo)
    taken = take(make_job(velo, client), amina)
    asked = make_job(velo, client, starts_at=T1 + timedelta(hours=5))
    offer_job(job=asked, membership=amina, by=None, at=T1)
    leave(membership=amina, by=amina.party, at=T1)
    for job in (taken, asked):
        job.refresh_from_db()
        assert (job.state, job.worker) == ("requested", None)
    assert set(Offer.objects.values_list("state", flat=True)) == {"declined"}


def test_whoever_is_at_work_finishes_first_and_nothing_has_changed(velo: Coop) -> None:
    amina, client = make_member(velo), make_client(velo)
    begun = start_job(job=take(make_job(velo, client), amina), by=amina.party, at=T1)
    ahead = take(make_job(velo, client, starts_at=T1 + timedelta(hours=5)), amina)
    assert f"Job {begun.number} is under way. Finish it first" in page(amina, "leaving/")
    with pytest.raises(WorkUnderWay, match=f"Job {begun.number} is under way"):
        leave(membership=amina, by=amina.party, at=T1)
    assert Membership.objects.get(pk=amina.pk).state == "member"
    assert set(Job.objects.filter(pk__in=(begun.pk, ahead.pk)).values_list("state", flat=True)) == {"under_way", "accepted"}


# Parts of a member's page


def test_a_member_sees_how_they_stand_on_their_own_page(velo: Coop) -> None:
    amina = make_member(velo)
    hold(amina)
    earn(amina, 1250, DAY)
    job = take(make_job(velo, make_client(velo)), amina)
    text = page(amina, f"members/{amina.number}/")
    assert "€12.50" in text
    assert "2 shares" in text
    assert f"/velo/jobs/{job.number}/" in text


@pytest.mark.parametrize(
    ("office", "money", "work"),
    [("treasurer", True, False), ("coordinator", True, True), ("secretary", False, False), (None, False, False)],
)
def test_others_see_what_their_office_is_for(velo: Coop, office: str | None, money: bool, work: bool) -> None:
    amina = make_member(velo)
    hold(amina)
    earn(amina, 1250, DAY)
    job = take(make_job(velo, make_client(velo)), amina)
    other = make_member(velo, "Bo", offices=(office,) if office else ())
    text = page(other, f"members/{amina.number}/")
    assert ("€12.50" in text, "2 shares" in text) == (money, money)
    assert (f"/velo/jobs/{job.number}/" in text) == work


def test_amounts_in_other_units_are_said_in_their_units(velo: Coop) -> None:
    amina = make_member(velo)
    hours = open_account(coop=velo, kind=Account.Kind.EARNINGS, party=amina.party, unit="hour", at=T0)
    open_balances(coop=velo, key="opening:1:1", date=DAY, balances=[(hours, -150)], by=None, at=T0)
    with translation.override("en"):
        assert "1.5 hours" in page(amina, "leaving/")
