"""What a treasurer does beside paying: hands in the VAT and closes months."""

from datetime import date, datetime, timedelta

from marke.ledger.periods import month_of, quarter_of
from marke.packs.demo import DemoCoop
from marke.site.demo.people import People
from marke.treasury.services import close_month, hand_in_vat, record_vat_payment
from marke.treasury.standing import standing_at

# On which day of the month the treasurer sits down; the last month and quarter are left to whoever tries the demo.
BOOKS_DAY, VAT_DAY = 18, 19
LEFT_OPEN = timedelta(days=45)


class Books:
    def __init__(self, demo: DemoCoop, people: People, last: date) -> None:
        self.demo, self.people, self.last = demo, people, last

    def evening(self, day: date, at: datetime) -> None:
        if not self.demo.keeps_books or day + LEFT_OPEN > self.last:
            return
        if day.day == BOOKS_DAY:
            before = month_of(day).before
            bank = standing_at(self.people.coop, before.until).bank
            close_month(coop=self.people.coop, period=before, bank_said=bank, by=self.people.office("treasurer"), at=at)
        if day.day == VAT_DAY and day.month in (1, 4, 7, 10):
            self._hand_in(day, at)

    def _hand_in(self, day: date, at: datetime) -> None:
        coop, treasurer, quarter = self.people.coop, self.people.office("treasurer"), quarter_of(day).before
        done = hand_in_vat(coop=coop, period=quarter, once_key=f"demo-vat-{quarter.code}", by=treasurer, at=at)
        if done.vat > 0:
            record_vat_payment(
                vat_return=done, amount=done.vat, date=day, once_key=f"demo-vat-paid-{quarter.code}", by=treasurer, at=at
            )
