"""Why a job has its price: line by line before it is booked, and as it was promised afterwards."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from marke.common.days import day_in_words
from marke.common.explain import Explanation, RuleLine
from marke.common.money import format_money
from marke.common.templatetags.marke import minutes as write_minutes
from marke.jobs.cancelling import terms
from marke.jobs.models import Job, JobEvent, Service
from marke.jobs.splits import rule_line
from marke.parties.models import Coop
from marke.places.routers import Way
from marke.rates import words
from marke.rates.fares import Fare
from marke.rates.models import ClientFare
from marke.rules.models import RuleValue
from marke.rules.queries import Rulebook, rulebook
from marke.rules.sentences import write_percent
from marke_core.fares import Line, Row


@dataclass(frozen=True)
class Asked:
    """What the lines of one quote are about."""

    coop: Coop
    service: Service
    rules: Rulebook
    minutes: int
    way: Way | None
    agreement: ClientFare | None
    fare: Fare | None
    surcharge_rule: RuleValue

    def rule_of(self, line: Line) -> RuleValue | None:
        """The value of a rule that a line follows."""
        if line.part == "surcharge":
            return self.surcharge_rule
        if line.part == "floor":
            return self.rules.entry("rates.floor_per_hour", job_kind=self.service.job_kind)
        if line.part == "discount":
            return None
        if self.fare is None and line.part == "minimum":
            return self.rules.entry("jobs.least_paid", job_kind=self.service.job_kind)
        return self.fare.entry if self.fare else None

    def money(self, amount: int) -> str:
        return format_money(amount, self.coop.currency)


def line_words(asked: Asked, line: Line, row: Row | None) -> str:
    """What a line is: "4.2 km × €1.20"; a fixed price is the service's name."""
    if asked.fare is None and line.part == "base":
        service = asked.service
        return f"{service.name}, {write_minutes(asked.minutes)}" if service.per == "hour" else service.name
    if asked.fare is None and line.part == "minimum":
        least = asked.rules.value("jobs.least_paid", job_kind=asked.service.job_kind)
        return _("Up to %(hours)s, the least that is paid") % {"hours": write_minutes(int(least.total_seconds()) // 60)}
    return words.line_words(line, row, asked.coop.currency)


def line_why(asked: Asked, line: Line, row: Row | None) -> Explanation | None:
    """The marginal note beside a line; None for a fixed price, which explains itself."""
    if line.part == "surcharge":
        return Explanation(_("The price times the surcharge for this day and hour"), rules=_rule(asked, line))
    if line.part == "floor":
        return Explanation(
            _("What is missing for whoever does it to earn enough an hour"), _floor_values(asked), _rule(asked, line)
        )
    if line.part == "discount":
        return _agreed(asked, line)
    if asked.fare is None and line.part == "minimum":
        return Explanation(_("What is missing until the least that is paid of work by the hour"), rules=_rule(asked, line))
    if asked.fare is None or row is None:
        return None
    values = [(_("By our fare"), words.row_words(row, asked.coop))]
    if line.part == "km" and asked.way is not None and asked.way.by:
        values.append((words.measured("km", asked.way.metres), _how_known(asked.way)))
    if line.of:
        values.append((_("Of"), asked.money(line.of)))
    return Explanation(_whose(asked.fare), tuple(values), _rule(asked, line))


def _whose(fare: Fare) -> str:
    if fare.setter == "circle":
        return _("By the fare of %(circle)s") % {"circle": fare.name}
    if fare.setter == "member":
        return _("By the fare that %(name)s has set, within the bounds of our rules") % {"name": fare.name}
    if fare.setter == "client":
        return _("By the fare that was agreed with this client")
    return _("By the fare that the members set")


def _how_known(way: Way) -> str:
    return {
        "router": _("by road"),
        "line": _("the straight line, and a detour"),
        "fallback": _("the straight line, and a detour: the router did not answer"),
        "unknown": _("an address is not on the map: taken to be so far"),
    }.get(way.by, "")


def _rule(asked: Asked, line: Line) -> tuple[RuleLine, ...]:
    entry = asked.rule_of(line)
    if entry is None:
        return ()
    told = rule_line(asked.coop, entry)
    if entry.key == "rates.fare":  # its whole table would not be a marginal note
        told = RuleLine(_("Our fare"), told.url, told.decision, told.decision_url)
    return (told,)


def _floor_values(asked: Asked) -> tuple[tuple[str, str], ...]:
    kind = asked.service.job_kind
    approach = int(asked.rules.value("rates.approach", job_kind=kind).total_seconds()) // 60
    return (
        (_("At least an hour"), asked.money(asked.rules.value("rates.floor_per_hour", job_kind=kind))),
        (_("The job and the way to it"), write_minutes(asked.minutes + approach)),
    )


def _agreed(asked: Asked, line: Line) -> Explanation:
    agreement = asked.agreement
    assert agreement is not None
    day = day_in_words(agreement.from_on)
    values = [(_("Less"), write_percent(agreement.discount)), (_("Of"), asked.money(line.of)), (_("Since"), day)]
    if agreement.decision is None:
        return Explanation(_("Agreed with this client by somebody with a mandate"), tuple(values))
    decision = agreement.decision
    url = reverse("rules:decision", args=[asked.coop.slug, decision.number])
    told = _("Decision %(number)s: %(title)s") % {"number": decision.number, "title": decision.title}
    return Explanation(_("Agreed with this client by the members"), tuple(values), (RuleLine(told, url, told, url),))


def price_why(job: Job, events: Iterable[JobEvent], *, vat: int = 0) -> Explanation:
    """`vat` is what comes on top for the client; members see prices without it."""
    if job.called_off_at is not None and job.version == 1:
        return Explanation(
            _("The price times the fee for cancelling late"), _values(job, vat), (rule_line(job.coop, terms(job).rule_value),)
        )
    if job.version > 1 or any(event.state == Job.State.DISPUTED for event in events):
        return Explanation(
            formula=_("The price as it was settled after a question or a correction: it stands under What happened.")
        )
    return Explanation(formula=_formula(job), values=_values(job, vat), rules=_rules(job))


def _formula(job: Job) -> str:
    if job.service.per == "fare":
        return _("The fare for this work, as promised at the booking")
    if job.service.per == "hour":
        return _("The price an hour, times the hours, as promised at the booking")
    return _("The price of the service, as promised at the booking")


def _values(job: Job, vat: int) -> tuple[tuple[str, str], ...]:
    parts = [(str(line["words"]), int(line["amount"])) for line in job.price_lines]
    if sum(amount for _words, amount in parts) != job.price:  # booked before lines were kept, or a fee instead
        parts = [(f"{job.service.name}, {write_minutes(job.minutes)}", job.price - job.surcharge)]
        if job.surcharge:
            parts.append((_("Surcharge for this day and hour"), job.surcharge))
    if vat:
        parts.append((_("VAT"), vat))
    return tuple((label, format_money(amount, job.coop.currency)) for label, amount in parts)


def _rules(job: Job) -> tuple[RuleLine, ...]:
    """The rules that the price followed when it was promised."""
    keys = [key for key, holds in (("rates.fare", job.service.per == "fare"), ("jobs.surcharges", bool(job.surcharge))) if holds]
    if not keys:
        return ()
    book = rulebook(job.coop, job.requested_at)
    told = [rule_line(job.coop, book.entry(key, job_kind=job.service.job_kind)) for key in keys]
    return tuple(RuleLine(_("Our fare"), line.url, line.decision, line.decision_url) if key == "rates.fare" else line
                 for key, line in zip(keys, told, strict=True))  # fmt: skip
