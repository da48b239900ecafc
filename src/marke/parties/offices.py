"""Who may act in an office on a day: those with a mandate in force and, when the last one has expired, whom the rule names."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from marke.common import clock
from marke.parties import policy
from marke.parties.conditions import in_term
from marke.parties.models import Coop, Mandate, Membership


@dataclass(frozen=True)
class LapsedOffice:
    """An office whose last mandate is over. `caretaker` stays on; where it is None, every member may act."""

    office: str
    since: date
    caretaker: Membership | None

    @property
    def label(self) -> str:
        return str(Mandate.Office(self.office).label)


@dataclass(frozen=True)
class Offices:
    """Every office of a co-op on one day, read in one query."""

    in_force: dict[str, list[Mandate]]
    lapsed: dict[str, LapsedOffice]

    def held_by(self, membership: Membership) -> frozenset[str]:
        """The offices in which this member may act."""
        if membership.state != Membership.State.MEMBER:
            return frozenset()
        held = {office for office, mandates in self.in_force.items() if membership.pk in {m.membership_id for m in mandates}}
        for lapsed in self.lapsed.values():
            if lapsed.caretaker is None or lapsed.caretaker.pk == membership.pk:
                held.add(lapsed.office)
        return frozenset(held)


def offices_on(coop: Coop, on: date, *, lapse: str | None = None) -> Offices:
    """`lapse` is the value of the rule mandates.lapse; read from the rulebook (as at the start of that day) if not given."""
    by_office: dict[str, list[Mandate]] = defaultdict(list)
    mandates = Mandate.objects.filter(coop=coop, circle=None, starts_on__lte=on).select_related("membership__party")
    for mandate in mandates.order_by("starts_on", "id"):
        by_office[mandate.office].append(mandate)
    in_force: dict[str, list[Mandate]] = {}
    lapsed: dict[str, LapsedOffice] = {}
    for office, given in by_office.items():
        if current := [mandate for mandate in given if _is_in_force(mandate, on)]:
            in_force[office] = current
            continue
        if lapse is None:
            lapse = policy.lapse(coop, clock.local_midnight(on, coop.timezone))
        lapsed[office] = _lapsed(office, given, lapse, coop.timezone)
    return Offices(in_force, lapsed)


def holders(coop: Coop, office: str, at: datetime) -> list[Membership]:
    """Who may act in this office at that moment: those who hold it, or else its caretaker."""
    offices = offices_on(coop, clock.local_date(at, coop.timezone))
    in_force = [mandate.membership for mandate in offices.in_force.get(office, [])]
    lapsed = offices.lapsed.get(office)
    if not in_force and lapsed is not None and lapsed.caretaker is not None:
        return [lapsed.caretaker]
    return in_force


def _is_in_force(mandate: Mandate, on: date) -> bool:
    return (
        in_term(mandate.starts_on, mandate.ends_on, on)
        and mandate.ended_at is None
        and mandate.membership.state == Membership.State.MEMBER
    )


def _end(mandate: Mandate, timezone: str) -> date:
    if mandate.ended_at is None:
        return mandate.ends_on
    return min(mandate.ends_on, clock.local_date(mandate.ended_at, timezone))


def _lapsed(office: str, given: list[Mandate], lapse: str, timezone: str) -> LapsedOffice:
    """Only a term that ran out leaves a caretaker: whoever laid an office down, lost it or left does not stay on."""
    last = max(given, key=lambda mandate: (_end(mandate, timezone), mandate.pk))
    stays = lapse == policy.HOLDOVER and last.ended_at is None and last.membership.state == Membership.State.MEMBER
    return LapsedOffice(office, _end(last, timezone), last.membership if stays else None)


def mandates_in_force(coop: Coop, on: date) -> QuerySet[Mandate]:
    """All mandates in force on that day, those of circles too."""
    return Mandate.objects.filter(
        coop=coop,
        starts_on__lte=on,
        ends_on__gt=on,
        ended_at=None,
        membership__state=Membership.State.MEMBER,
    ).select_related("membership__party", "circle")


def lapsed_offices(coop: Coop, on: date) -> list[LapsedOffice]:
    """The offices without a mandate in force that had one before, for the notice on pages."""
    return list(offices_on(coop, on).lapsed.values())
