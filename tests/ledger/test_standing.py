"""Beside every balance stands what it adds up."""

import pytest

from marke.ledger.models import Account
from marke.ledger.standing import OWN, explain_ours, explain_own
from marke.ledger.views import MINE


@pytest.mark.parametrize("kind", Account.Kind.values)
def test_every_kind_of_account_says_what_it_adds_up(kind: str) -> None:
    assert explain_ours(kind, "").formula


def test_every_balance_that_a_member_sees_has_a_why() -> None:
    assert set(OWN) == set(MINE)


def test_the_why_of_a_balance_leads_to_its_entries_for_whoever_may_see_them() -> None:
    assert explain_own(Account.Kind.EARNINGS, "/velo/money/mine/").more == ("Each entry, and why", "/velo/money/mine/")
    assert explain_ours(Account.Kind.BANK, "").more is None
