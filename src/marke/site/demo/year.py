"""A co-op's life, day by day, from its founding to today. Everything passes through the services, with `at` in the past."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from marke.packs.demo import DemoCoop
from marke.packs.registry import Pack
from marke.parties.models import Coop
from marke.site.demo.bills import Bills
from marke.site.demo.books import Books
from marke.site.demo.businesses import Businesses
from marke.site.demo.closing import Closing, begins
from marke.site.demo.money import Money
from marke.site.demo.people import FOUNDING_LASTS, People
from marke.site.demo.raising import Raising
from marke.site.demo.voting import Voting
from marke.site.demo.work import Work

UNPLANNED = -1


class Year:
    """`play` goes through the days; what happens on a day is in people, voting, work and money."""

    def __init__(self, pack: Pack, demo: DemoCoop, at: datetime) -> None:
        self.demo, self.at = demo, at
        self.zone = ZoneInfo(_zone(demo.country))
        # The same demo every time: it is shown in the README and walked through in the tests.
        chance = Random(demo.slug)
        self.last = at.astimezone(self.zone).date()
        self.first = begins(demo, self.last)
        self.people = People(pack, demo, self.moment(self.first, 7))
        self.voting = Voting(demo, self.people)
        self.work = Work(demo, self.people, chance)
        self.money = Money(demo, self.people, chance)
        self.businesses = Businesses(demo, self.people, self.money)
        self.bills = Bills(demo, self.people)
        self.books = Books(demo, self.people, self.last)
        self.raising = Raising(demo, self.people)
        self.closing = Closing(demo, self.people)

    @property
    def coop(self) -> Coop:
        return self.people.coop

    @property
    def days(self) -> int:
        return (self.last - self.first).days

    def moment(self, day: date, hour: int, minute: int = 0) -> datetime:
        return datetime(day.year, day.month, day.day, hour, minute, tzinfo=self.zone)

    def play(self) -> Iterator[int]:
        """Yields the number of each day that has been played."""
        self.people.found()
        for played in range(self.days + 1):
            day = self.first + timedelta(days=played)
            self._play_day(self._number(played), day)
            yield played

    def _number(self, played: int) -> int:
        """Which day of the demo's plan it is. Where there are more days than it plans for, work alone goes on in between."""
        more = self.days - self.demo.days
        if played <= FOUNDING_LASTS:
            return played
        return played - more if played - more > FOUNDING_LASTS else UNPLANNED

    def _play_day(self, number: int, day: date) -> None:
        if number == self.demo.days:
            self.bills.morning(number, day, self.at - timedelta(hours=4))
            self.people.morning(number, self.at - timedelta(hours=3))
            self.voting.morning(number, self.at - timedelta(hours=2))
            self.work.today(self.at)
            return
        self.people.morning(number, self.moment(day, 8))
        self.bills.morning(number, day, self.moment(day, 8, 15))
        self.voting.morning(number, self.moment(day, 8, 30))
        self.raising.morning(number, self.moment(day, 9))
        self.work.day(number, day)
        self.closing.noon(day, self.moment(day, 19))
        self.businesses.afternoon(number, day, self.moment(day, 16))
        self.money.evening(number, day, self.moment(day, 20))
        self.books.evening(day, self.moment(day, 22))


def _zone(code: str) -> str:
    from marke.site.countries import country

    return country(code).timezone
