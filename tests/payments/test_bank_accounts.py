"""Where a member is paid: confirmed by mail, told to the old address, and waited for."""

from datetime import timedelta

import pytest

from marke.common.models import Mail
from marke.parties.models import Coop, Membership
from marke.payments import queries
from marke.payments.models import BankAccount
from marke.payments.services import (
    cancel_bank_account,
    change_bank_account,
    confirm_bank_account,
    record_bank_account,
)
from marke.payments.services.bank_accounts import AccountRefused, HasAnAccount, LinkExpired, NoMailAddress
from tests.factories.parties import T0, make_member
from tests.factories.payments import IBAN

pytestmark = pytest.mark.django_db
NEW = "NL91ABNA0417164300"
DAY = timedelta(days=1)


@pytest.fixture
def amina(velo: Coop) -> Membership:
    amina = make_member(velo, "Amina")
    record_bank_account(coop=velo, party=amina.party, iban=IBAN, holder="Amina", by=None, at=T0)
    return amina


def ask(member: Membership, iban: str = NEW) -> BankAccount:
    return change_bank_account(coop=member.coop, party=member.party, iban=iban, holder="Amina B", by=member.party, at=T0 + DAY)


def used(member: Membership, after: timedelta) -> str:
    account = queries.usable_account(member.coop, member.party, T0 + after)
    return account.iban if account else ""


def test_a_change_counts_a_day_after_it_was_confirmed_and_the_old_account_until_then(amina: Membership) -> None:
    asked = ask(amina)
    assert used(amina, 9 * DAY) == IBAN
    confirm_bank_account(token=asked.token, at=T0 + 2 * DAY)
    assert used(amina, 3 * DAY - timedelta(seconds=1)) == IBAN
    assert used(amina, 3 * DAY) == NEW
    assert queries.parties_with_waiting_accounts(amina.coop, T0 + 2 * DAY) == {amina.party.pk}


def test_the_link_in_the_mail_confirms_and_looking_at_it_does_not(amina: Membership) -> None:
    asked = ask(amina)
    mail = Mail.objects.get(subject__startswith="Confirm your bank account")
    assert mail.to_address == amina.party.email
    assert f"/velo/bank/{asked.token}/" in mail.text
    assert "NL91 ABNA 0417 1643 00" in mail.text


def test_the_address_that_confirmed_the_old_account_is_told(amina: Membership) -> None:
    old = amina.party.email
    amina.party.email = "thief@example.org"
    amina.party.save()
    confirm_bank_account(token=ask(amina).token, at=T0 + 2 * DAY)
    told = Mail.objects.filter(subject__startswith="Your bank account").values_list("to_address", flat=True)
    assert set(told) == {old, "thief@example.org"}


def test_this_was_not_me_keeps_the_old_account(amina: Membership) -> None:
    asked = confirm_bank_account(token=ask(amina).token, at=T0 + 2 * DAY)
    cancel_bank_account(account=asked, by=None, at=T0 + 2 * DAY)
    assert used(amina, 30 * DAY) == IBAN
    asked.refresh_from_db()
    assert asked.cancelled_at is not None


def test_a_link_is_followed_once_and_dies_after_a_week(amina: Membership) -> None:
    asked = ask(amina)
    with pytest.raises(LinkExpired):
        confirm_bank_account(token=asked.token, at=T0 + 9 * DAY)
    with pytest.raises(LinkExpired):
        confirm_bank_account(token="guess", at=T0 + 2 * DAY)
    assert confirm_bank_account(token=asked.token, at=T0 + 2 * DAY).usable_from == T0 + 3 * DAY
    assert confirm_bank_account(token=asked.token, at=T0 + 5 * DAY).usable_from == T0 + 3 * DAY


def test_asking_twice_keeps_one_request_and_asking_for_another_drops_the_first(amina: Membership) -> None:
    assert ask(amina) == ask(amina)
    first = ask(amina)
    second = ask(amina, "FR1420041010050500013M02606")
    with pytest.raises(LinkExpired):
        confirm_bank_account(token=first.token, at=T0 + 2 * DAY)
    assert confirm_bank_account(token=second.token, at=T0 + 2 * DAY).confirmed_at


@pytest.mark.parametrize(
    ("iban", "said"),
    [
        ("", "is not an account number"),
        ("hello world", "does not begin with a country"),
        ("BE68539007547035", "typing error"),
        ("BE6853900754703", "too many or too few"),
        ("DROP TABLE;--", "is not an account number"),
        ("ΒΕ68539007547034", "is not an account number"),
        ("TN5910006035183598478831", "not in the euro payments area"),
        ("1" * 200, "does not begin with a country"),
    ],
)
def test_what_is_no_account_is_refused_with_the_reason(amina: Membership, iban: str, said: str) -> None:
    with pytest.raises(AccountRefused, match=said):
        ask(amina, iban)
    assert BankAccount.objects.count() == 1


def test_a_belgian_account_is_not_checked_against_a_table_of_banks(velo: Coop) -> None:
    bo = make_member(velo, "Bo")
    assert ask(bo, "be68 5390 0754 7034").iban == IBAN


def test_without_a_mail_address_nothing_can_be_confirmed(amina: Membership) -> None:
    amina.party.email = ""
    with pytest.raises(NoMailAddress, match="Amina has no mail address"):
        ask(amina)


def test_nobody_else_changes_an_account(amina: Membership) -> None:
    with pytest.raises(HasAnAccount, match="Only Amina can change it"):
        record_bank_account(coop=amina.coop, party=amina.party, iban=NEW, holder="X", by=None, at=T0)
    assert used(amina, DAY) == IBAN
