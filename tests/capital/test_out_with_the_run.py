"""What a loan and a share issue owe goes out with the pay run, and the bank's word is understood."""

from __future__ import annotations

from datetime import timedelta

import pytest

from marke.capital import queries
from marke.capital.clockwork import turn_loans
from marke.common.invariants import invariants
from marke.ledger.queries import party_balance
from marke.parties.models import Coop, Membership
from marke.payments.services import book_statement, confirm_proposals, receive_statement
from tests.capital.test_loans import agree, pay_in
from tests.factories.bank import camt, entry
from tests.factories.parties import T0
from tests.factories.payments import IBAN, give_account, sent_run

pytestmark = pytest.mark.django_db
IN_A_YEAR = T0 + timedelta(days=366)


def owed(who: Membership) -> int:
    return -party_balance(who.coop, "refunds", who.party)


def test_a_year_of_a_loan_is_repaid_with_its_interest_by_the_run(velo: Coop, amina: Membership) -> None:
    give_account(amina)
    pay_in(agree(amina))
    turn_loans(IN_A_YEAR)
    run = sent_run(velo, IN_A_YEAR)
    assert [(line.kind, line.amount) for line in run.pay_lines.all()] == [("refund", 230_00)]
    statement = receive_statement(
        coop=velo, filename="x", content=camt([entry(-230_00, end_to_end_id="PAY-1-1")]), by=None, at=IN_A_YEAR
    )
    assert book_statement(statement=statement, by=None, at=IN_A_YEAR).entries.get().meaning == "pay_run"
    assert owed(amina) == 0
    assert [fault for one in invariants for fault in one.check(velo)] == []


def test_one_year_paid_in_the_banks_own_app_is_known_though_two_are_owed(velo: Coop, amina: Membership) -> None:
    give_account(amina)
    pay_in(agree(amina))
    turn_loans(IN_A_YEAR)
    turn_loans(IN_A_YEAR + timedelta(days=366))
    assert owed(amina) == 230_00 + 224_00
    content = camt([entry(-230_00, name="Amina", iban=IBAN)])
    statement = receive_statement(coop=velo, filename="x", content=content, by=None, at=IN_A_YEAR)
    assert [(row.meaning, row.why) for row in statement.entries.all()] == [("refund", "iban")]
    confirm_proposals(statement=statement, by=None, at=IN_A_YEAR)
    book_statement(statement=statement, by=None, at=IN_A_YEAR)
    assert owed(amina) == 224_00
    assert queries.lent(queries.loans(velo))[0].state == "running"
