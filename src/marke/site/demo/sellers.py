"""What members of a demo co-op told for the tax office, and the report of last year if it fell into the demo's life."""

from datetime import date, datetime

from marke.parties.models import Membership
from marke.sellers.services import Told, report_year, tell, tell_operator
from marke.site.demo.year import Year

# A day in January on which the treasurer sits down to it.
REPORTED_ON = (1, 20)
# Belgium gives the numbers 001 to 998 to those born on a day: nobody has this one.
NOBODYS = "999"


def report_sellers(year: Year) -> None:
    """Members tell it on their first days; the treasurer reports last year."""
    if not year.demo.born:
        return
    day = date(year.last.year, *REPORTED_ON)
    reports = year.first.year < year.last.year and day <= year.last
    at = year.moment(day, 10) if reports else year.at
    treasurer = year.people.office("treasurer")
    tell_operator(coop=year.coop, tin=year.demo.vat_number.removeprefix(year.demo.country), by=treasurer, at=at)
    for place, born in enumerate(year.demo.born):
        if born and (member := year.people.members.get(place)):
            _tell(year, place, member, date.fromisoformat(born), at)
    if reports:
        report_year(coop=year.coop, year=year.last.year - 1, knowing=True, by=treasurer, at=at)


def _tell(year: Year, place: int, member: Membership, born: date, at: datetime) -> None:
    person = year.demo.people[place]
    first, _space, last = person.name.partition(" ")
    told = Told(
        first_name=first, last_name=last, street=person.home.street, postcode=year.demo.postcode, city=year.demo.city,
        country=year.demo.country, birth_date=born, tin=national_number(born), tin_country="BE",
        vat_number=member.party.vat_number,
    )  # fmt: skip
    tell(membership=member, told=told, by=member.party, at=at)


def national_number(born: date) -> str:
    """A Belgian national number that is right in form and nobody's. Only for who was born before 2000."""
    first = f"{born:%y%m%d}{NOBODYS}"
    return f"{first}{97 - int(first) % 97:02}"
