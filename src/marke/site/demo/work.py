"""The jobs of each day: booked by clients in their rhythm, taken by whoever works, confirmed, settled in the evening."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from marke.jobs.models import Door, Offer, Service
from marke.jobs.services import accept_offer, book_job, finish_job, offer_job, settle_jobs, start_job
from marke.jobs.services.history import PastJob, record_jobs
from marke.packs.demo import DemoClient, DemoCoop
from marke.packs.demo import Place as Spot
from marke.parties.models import Membership
from marke.rules.queries import Timeline
from marke.site.demo.people import People
from marke_core.matching import Candidate, Place, rank

OPENS, CLOSES = 9, 18


@dataclass
class Worker:
    membership: Membership
    home: Place
    works: tuple[int, ...]
    busy_until: datetime
    idle_since: datetime
    at_place: Place


class Work:
    def __init__(self, demo: DemoCoop, people: People, chance: Random) -> None:
        self.demo, self.people, self.chance = demo, people, chance
        self.workers: dict[int, Worker] = {}
        self.services: list[Service] = []
        self.week: list[PastJob] = []

    def day(self, number: int, day: date) -> None:
        """All jobs of one day, in the order in which they are booked."""
        zone = ZoneInfo(self.people.coop.timezone)
        opening = datetime(day.year, day.month, day.day, OPENS, tzinfo=zone)
        self._refresh(opening)
        rules = Timeline(self.people.coop)
        for serial, (client_place, moment) in enumerate(self._bookings(day, opening)):
            job = self._job(serial, client_place, moment, rules)
            if job is not None:
                self.week.append(job)
        tomorrow = day + timedelta(days=1)
        if tomorrow.weekday() == 0 or tomorrow.day == 1 or number + 1 == self.demo.days:
            self._settle(opening.replace(hour=19))

    def _settle(self, at: datetime) -> None:
        """What was done since the last time, at the end of the week or month; each job is booked on its own day."""
        if self.week:
            rows = record_jobs(coop=self.people.coop, jobs=self.week, door=Door.WEB)
            settle_jobs(jobs=rows, by=None, at=at)
            self.week = []

    def _refresh(self, opening: datetime) -> None:
        """Everybody starts the day at home; who has come or gone since yesterday is noticed."""
        if not self.services:
            self.services = list(Service.objects.filter(coop=self.people.coop, ended_at=None).order_by("id"))
        for place in list(self.workers):
            if place not in self.people.members:
                del self.workers[place]
        for place, membership in self.people.members.items():
            person = self.demo.people[place]
            home = Place(person.home.lat_e7, person.home.lon_e7)
            known = self.workers.get(place)
            self.workers[place] = Worker(membership, home, person.works, opening, known.idle_since if known else opening, home)

    def _bookings(self, day: date, opening: datetime) -> list[tuple[int, datetime]]:
        """(place of the client, when), spread over the week; weekends are quieter, December is busier."""
        season = {12: 1.35, 1: 0.8, 7: 0.75, 8: 0.8}.get(day.month, 1.0) * (0.45 if day.weekday() >= 5 else 1.22)
        found = []
        for place in self.people.clients:
            expected = self.demo.clients[place].weekly / 7 * season
            while self.chance.random() < expected:
                expected -= 1
                minutes = self.chance.randrange((CLOSES - OPENS) * 60)
                found.append((place, opening + timedelta(minutes=minutes)))
        return sorted(found, key=lambda booking: booking[1])

    def _job(self, serial: int, place: int, moment: datetime, rules: Timeline) -> PastJob | None:
        client, service = self.demo.clients[place], self._service(self.demo.clients[place])
        pickup, drop = self._where(client)
        entry = rules.at(moment).entry("jobs.matching", job_kind=service.job_kind)
        first = Place((pickup or drop).lat_e7, (pickup or drop).lon_e7)
        row = rank(self._candidates(moment), str(entry.typed), int(moment.timestamp()), first)
        chosen = next((r for r in row if not r.out), None)
        if chosen is None:
            return None
        worker = next(w for w in self.workers.values() if w.membership.number == chosen.member)
        started = moment + timedelta(minutes=self.chance.randrange(6, 20))
        done = started + timedelta(minutes=service.minutes * self.chance.randrange(60, 110) // 100)
        worker.busy_until = worker.idle_since = done
        worker.at_place = Place(drop.lat_e7, drop.lon_e7)
        minutes = service.minutes
        price = service.price * minutes // 60 if service.per == "hour" else service.price
        return PastJob(
            service=service, client=self.people.clients[place], worker=worker.membership, price=price, minutes=minutes,
            starts_at=started, place=drop.street, place_point=Place(drop.lat_e7, drop.lon_e7),
            pickup=pickup.street if pickup else "", pickup_point=first if pickup else None,
            once_key=f"demo-{moment:%Y%m%d}-{serial}", requested_at=moment, accepted_at=moment + timedelta(minutes=2),
            started_at=started, done_at=done, confirmed_at=done + timedelta(minutes=5),
            mode=str(entry.typed), rule_value=entry,
            candidates=[{"member": r.member, "score": r.score, "unit": r.unit, "out": r.out} for r in row],
        )  # fmt: skip

    def _candidates(self, moment: datetime) -> list[Candidate]:
        return [
            Candidate(
                worker.membership.number, int(worker.idle_since.timestamp()), worker.at_place,
                "" if moment.weekday() in worker.works and worker.busy_until <= moment else "busy",
            )
            for worker in self.workers.values()
        ]  # fmt: skip

    def _service(self, client: DemoClient) -> Service:
        return self.services[client.service]

    def _where(self, client: DemoClient) -> tuple[Spot | None, Spot]:
        return (client.place, self.chance.choice(self.demo.drops)) if self.demo.drops else (None, client.place)

    def _by_day(self, moment: datetime, serial: int) -> datetime:
        """The same moment, or an hour of the next day: nobody books a delivery for four at night."""
        local = moment.astimezone(ZoneInfo(self.people.coop.timezone))
        if OPENS <= local.hour < CLOSES:
            return moment
        morning = local.replace(hour=OPENS + serial, minute=local.minute // 15 * 15, second=0, microsecond=0)
        return morning + timedelta(days=1) if local.hour >= CLOSES else morning

    def _nearest_to(self, shown: int) -> Spot | None:
        """A place to which nobody lives nearer than the member who is shown: the rule offers her what is fetched there."""
        spots = [*(client.place for client in self.demo.clients), *self.demo.drops]
        return next((spot for spot in spots if self._who_lives_nearest(spot) == shown), None)

    def _who_lives_nearest(self, spot: Spot) -> int:
        def distance(place: int) -> int:
            home = self.demo.people[place].home
            # A degree of longitude is about 0.63 of one of latitude here.
            return (home.lat_e7 - spot.lat_e7) ** 2 * 100 + (home.lon_e7 - spot.lon_e7) ** 2 * 40

        return min(self.people.members, key=distance)

    def today(self, at: datetime) -> None:
        """What is going on right now: an offer waits for the member who is shown, work is under way, some is to be confirmed."""
        self._refresh(at - timedelta(hours=1))
        people = enumerate(self.demo.people)
        shown = next(place for place, person in people if person.sign_in_as == "member" or (person.speaks and person.works))
        scene = ((1, None, 2), (2, None, 3), (3, shown, 1), (4, None, -1), (0, shown, 0))
        for turn, (client_place, place, steps) in enumerate(scene, 1):
            if client_place in self.people.clients:
                self._live(client_place, place, steps, at - timedelta(minutes=60 - 12 * turn))

    def _live(self, client_place: int, place: int | None, steps: int, at: datetime) -> None:
        """One job of today: booked, and taken `steps` further; -1 leaves it to whom the rule asks."""
        client, service = self.demo.clients[client_place], self._service(self.demo.clients[client_place])
        pickup, drop = self._where(client)
        if pickup is not None and place is not None and steps == 0:
            pickup = self._nearest_to(place) or pickup
        job = book_job(
            coop=self.people.coop, service=service, client=self.people.clients[client_place],
            starts_at=at + timedelta(minutes=6) if steps >= 2 else self._by_day(at + timedelta(hours=2 + 2 * client_place), client_place), place=drop.street, pickup=pickup.street if pickup else "", place_point=Place(drop.lat_e7, drop.lon_e7),
            pickup_point=Place(pickup.lat_e7, pickup.lon_e7) if pickup else None,
            once_key=f"demo-live-{client_place}-{at:%Y%m%d}", by=None, at=at, door=Door.WEB,
        )  # fmt: skip
        if steps < 0:
            return
        others = [m for i, m in sorted(self.people.members.items()) if not self.demo.people[i].sign_in_as]
        membership = self.people.members[place] if place is not None else others[client_place % len(others)]
        offer = Offer.objects.filter(job=job, state=Offer.State.OPEN, membership=membership).first()
        if offer is None:
            offer = offer_job(job=job, membership=membership, by=self.people.office("coordinator"), at=at)
        if steps >= 1:
            accept_offer(offer=offer, by=membership.party, at=at + timedelta(minutes=2))
        if steps >= 2:
            start_job(job=job, by=membership.party, at=at + timedelta(minutes=8))
        if steps >= 3:
            finish_job(job=job, by=membership.party, at=at + timedelta(minutes=25))
