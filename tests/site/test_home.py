"""A member's home: what they have earned, whatever it was for."""

from datetime import UTC, date, datetime

import pytest

from marke.activities.services import pay_out_due
from marke.ledger import services as ledger
from marke.payments.conditions import CAME_BACK
from marke.site.home import Earned, earned
from tests.factories.activities import invoiced, open_for
from tests.factories.parties import make_client, make_coop, make_member
from tests.factories.payments import give_account, sent_run
from tests.factories.rules import found

pytestmark = pytest.mark.django_db


def test_a_freelancer_who_never_took_a_job_sees_what_the_co_op_owes_and_what_came_this_month() -> None:
    smart = make_coop("smart")
    found(smart, activities__open_to="members")
    ann, pay_day = make_member(smart, "Ann"), datetime(2026, 1, 14, 12, tzinfo=UTC)
    give_account(ann)
    invoiced(open_for(ann), make_client(smart), 100_000, "2026-1", vat=21_000)

    def seen(at: datetime) -> tuple[int, int, list[int]]:
        shown: Earned = earned(smart, ann, at)
        return shown.this_month, shown.owed, [line.amount for line in shown.latest]

    assert seen(pay_day) == (0, 0, [])
    pay_out_due(pay_day)
    assert seen(pay_day) == (93_500, 93_500, [93_500])
    # Money that goes to the bank was earned before: it takes nothing from the month.
    sent_run(smart, pay_day, until=date(2026, 1, 15))
    assert seen(pay_day) == (93_500, 0, [93_500])
    # What the bank sends back is owed again, and was earned once.
    bank, earnings = (
        ledger.open_account(coop=smart, kind=kind, party=party, at=pay_day)
        for kind, party in (("bank", None), ("earnings", ann.party))
    )
    ledger.post(
        coop=smart, kind="bank_entry", key="bank_entry:1.1:1", date=pay_day.date(), by=None, at=pay_day,
        postings=[ledger.NewPosting(bank, 93_500, "received"), ledger.NewPosting(earnings, -93_500, CAME_BACK)],
        facts={"statement": 1, "entry": 1, "amount": 93_500, "pay_run": 1, "line": 1},
    )  # fmt: skip
    assert seen(pay_day) == (93_500, 93_500, [93_500])
    assert seen(datetime(2026, 2, 2, 12, tzinfo=UTC)) == (0, 93_500, [93_500])
