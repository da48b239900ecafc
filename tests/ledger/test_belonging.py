"""Whoever is not even with a co-op is not erased; whoever asks gets every posting about them."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date

import pytest

from marke.ledger import services as ledger
from marke.ledger.models import Account
from marke.parties import services
from marke.parties.models import Coop, Membership, Party
from marke.parties.my_data import my_data_archive
from marke.parties.services.people import CannotBeErased
from tests.factories.parties import T0, make_coop, make_member

DAY = date(2026, 1, 5)


@pytest.fixture
def former(db: None) -> Membership:
    return make_member(make_coop(), state="left")


def owe(coop: Coop, party: Party, amount: int, number: int) -> None:
    account = ledger.open_account(coop=coop, kind=Account.Kind.EARNINGS, party=party, at=T0)
    ledger.open_balances(coop=coop, key=f"opening:{number}:1", date=DAY, balances=[(account, -amount)], by=None, at=T0)


@pytest.mark.parametrize(
    ("amount", "says"),
    [(1250, r"Velo still has €12\.50 of yours \(earned, not paid yet\)"), (-1250, r"You still owe Velo €12\.50")],
)
def test_who_is_not_even_is_not_erased(former: Membership, amount: int, says: str) -> None:
    owe(former.coop, former.party, amount, 1)
    with pytest.raises(CannotBeErased, match=says):
        services.erase_party(party=former.party, by=former.party, at=T0)
    assert Party.objects.get(pk=former.party_id).erased_at is None


def test_who_is_even_is_erased_and_the_books_stay(former: Membership) -> None:
    owe(former.coop, former.party, 1250, 1)
    owe(former.coop, former.party, -1250, 2)
    services.erase_party(party=former.party, by=former.party, at=T0)
    assert Account.objects.filter(party=former.party).exists()


def test_my_data_holds_every_posting_about_me_and_no_other(former: Membership) -> None:
    owe(former.coop, former.party, 1250, 1)
    owe(former.coop, make_member(former.coop, "Bo").party, 900, 2)
    with zipfile.ZipFile(io.BytesIO(my_data_archive(former.party, T0))) as archive:
        rows = json.loads(archive.read("postings.json"))
    assert [(row["account"], row["amount"], row["date"]) for row in rows] == [("earnings", -1250, "2026-01-05")]
