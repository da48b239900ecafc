"""A co-op's life, day by day, from its founding to today. Everything passes through the services, with `at` in the past."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from marke.packs.demo import DemoCoop
from marke.packs.registry import Pack
from marke.parties.models import Coop
from marke.site.demo.books import Books
from marke.site.demo.closing import Closing
from marke.site.demo.money import Money
from marke.site.demo.people import People
from marke.site.demo.raising import Raising
from marke.site.demo.voting import Voting
from marke.site.demo.work import Work


class Year:
    """`play` goes through the days; what happens on a day is in people, voting, work and money."""

    def __init__(self, pack: Pack, demo: DemoCoop, at: datetime) -> None:
        self.demo, self.at = demo, at
        self.zone = ZoneInfo(_zone(demo.country))
        # The same demo every time: it is shown in the README and walked through in the tests.
        chance = Random(demo.slug)
        self.first = at.astimezone(self.zone).date() - timedelta(days=demo.days)
        self.people = People(pack, demo, self.moment(self.first, 7))
        self.voting = Voting(demo, self.people)
        self.work = Work(demo, self.people, chance)
        self.money = Money(demo, self.people, chance)
        self.books = Books(demo, self.people, at.astimezone(self.zone).date())
        self.raising = Raising(demo, self.people)
        self.closing = Closing(demo, self.people)

    @property
    def coop(self) -> Coop:
        return self.people.coop

    def moment(self, day: date, hour: int, minute: int = 0) -> datetime:
        return datetime(day.year, day.month, day.day, hour, minute, tzinfo=self.zone)

    def play(self) -> Iterator[int]:
        """Yields the number of each day that has been played."""
        self.people.found()
        for number in range(self.demo.days + 1):
            day = self.first + timedelta(days=number)
            self._play_day(number, day)
            yield number

    def _play_day(self, number: int, day: date) -> None:
        if number == self.demo.days:
            self.people.morning(number, self.at - timedelta(hours=3))
            self.voting.morning(number, self.at - timedelta(hours=2))
            self.work.today(self.at)
            return
        self.people.morning(number, self.moment(day, 8))
        self.voting.morning(number, self.moment(day, 8, 30))
        self.raising.morning(number, self.moment(day, 9))
        self.work.day(number, day)
        self.closing.noon(day, self.moment(day, 19))
        self.money.evening(number, day, self.moment(day, 20))
        self.books.evening(day, self.moment(day, 22))


def _zone(code: str) -> str:
    from marke.site.countries import country

    return country(code).timezone
