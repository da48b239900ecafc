"""`marke day`: a day of real orders through a co-op: booked, dealt out by its rule, settled, invoiced, paid, examined."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from django.db import transaction

from marke.common.clock import local_date, local_midnight
from marke.common.refusal import Refused
from marke.invoices.services import issue_invoice
from marke.jobs.models import Job, Service
from marke.jobs.services import add_service, settle_jobs
from marke.jobs.services.history import PastJob, record_jobs
from marke.ledger.queries import totals_by_kind
from marke.ledger.services import Account
from marke.packs.registry import packs
from marke.parties.models import Client, Coop, Mandate, Membership, Party
from marke.parties.services import admit_member, apply_for_membership, create_coop, create_party, ensure_client, give_mandate
from marke.payments.services import (
    confirm_pay_run,
    draft_pay_run,
    finalise_pay_run,
    record_bank_account,
    record_payment,
    release_pay_run,
    send_pay_run,
)
from marke.rules.models import RuleValue
from marke.rules.queries import rulebook
from marke.rules.services import found_rulebook
from marke.site.operations.day_files import DayFiles
from marke_core.matching.day import ByRule, Day, Delivery, run_day

Report = Callable[[str, int, int], None]
STEPS = 6
# The day's files have metres on a plane; kept as they are, they would be points near the equator, so they stay out.
COUNTRY, CURRENCY, TIMEZONE, LANGUAGE = "BE", "EUR", "Europe/Brussels", "en"
SEARCH_MODES = ("nearest", "longest_idle")


class RuleCannotBePlayed(Refused):
    """Nobody sits at the desk of a simulated day to pick couriers by hand."""


class CentsDoNotReconcile(AssertionError):
    """The books and the day disagree: a fault of the program, never of the input."""


@dataclass(frozen=True)
class DayResult:
    """What the day came to. Minutes from order to door, minor units per hour on shift, minor units."""

    coop: Coop
    mode: str
    orders: int
    served: int
    minutes_mean: float
    minutes_p90: int
    hourly_lowest: int
    hourly_median: int
    hourly_highest: int
    kept: int
    guarantee: int
    earned: int
    invoiced: int
    invoices: int
    paid_members: int


def live_day(*, files: DayFiles, price: int, mode: str | None, at: datetime, report: Report = lambda *_: None) -> DayResult:
    """Makes a new co-op and lets it live the day before `at`, in one transaction: whole or not at all.

    `price`: minor units per delivery, net. `mode`: the matching rule to found it with, else the pack's.
    Raises: RuleCannotBePlayed; CentsDoNotReconcile.
    """
    day = local_date(at, TIMEZONE) - timedelta(days=1)
    with transaction.atomic():
        report("founding the co-op", 0, STEPS)
        stage = _Stage(files, day, price, mode)
        report("playing the day", 1, STEPS)
        played = run_day(orders=files.orders, couriers=files.couriers, rules=files.rules, dispatch=ByRule(stage.mode))
        report("writing the jobs down", 2, STEPS)
        jobs = record_jobs(coop=stage.coop, jobs=stage.past_jobs(played))
        report("settling", 3, STEPS)
        evening = stage.moment(max((each.free for each in played.deliveries), default=0) + 1)
        settle_jobs(jobs=[job for job in jobs if job.state == Job.State.CONFIRMED], by=None, at=evening)
        report("invoicing", 4, STEPS)
        invoiced, invoices = stage.invoice_and_collect(evening)
        report("paying", 5, STEPS)
        paid = stage.pay(evening)
        result = _result(stage, played, invoiced, invoices, paid)
        _reconcile(stage, played, result)
    return result


class _Stage:
    """The co-op of the day: restaurants are its clients, couriers with their shifts its members."""

    def __init__(self, files: DayFiles, day: date, price: int, mode: str | None) -> None:
        self.files, self.day, self.price = files, day, price
        self.midnight = local_midnight(day, TIMEZONE)
        self.before = self.midnight - timedelta(days=2)
        self.coop = create_coop(
            name=f"Day {files.name}", pack="delivery", country=COUNTRY, currency=CURRENCY, timezone=TIMEZONE,
            language=LANGUAGE, legal_form=Coop.LegalForm.COOPERATIVE, by=None, at=self.before, founded=True,
        )  # fmt: skip
        self.rule, self.mode = self._found(mode)
        self.service = self._service()
        self.members = [self._member(number) for number in range(len(files.couriers))]
        self.officers = self._officers()
        self.clients = [self._client(number) for number in range(len(files.restaurants))]

    def moment(self, minute: int) -> datetime:
        return self.midnight + timedelta(minutes=minute)

    def _found(self, mode: str | None) -> tuple[RuleValue, str]:
        values: dict[str, Any] = dict(packs.get("delivery").rules)
        values["payments.minimum"] = 0
        if mode:
            values["jobs.matching"] = mode
        found_rulebook(coop=self.coop, values=values, by=None, at=self.before, title=f"Founding of {self.coop.name}", text="")
        entry = rulebook(self.coop, self.midnight).entry("jobs.matching", job_kind="delivery")
        found = str(rulebook(self.coop, self.midnight).value("jobs.matching", job_kind="delivery"))
        if found not in SEARCH_MODES:
            raise RuleCannotBePlayed(
                f"The matching rule is {found!r}. Choose one that asks by itself: {', '.join(SEARCH_MODES)}."
            )
        return entry, found

    def _service(self) -> Service:
        minutes = self.files.rules.longest
        return add_service(
            coop=self.coop, name="Meal delivery", job_kind="delivery", price=self.price, per="job", minutes=minutes,
            vat_category="O", vat_permille=0, by=None, at=self.before,
        )  # fmt: skip

    def _member(self, number: int) -> Membership:
        name, courier = self.files.courier_names[number], self.files.couriers[number]
        shift = f"On shift from {_clock(courier.starts)} to {_clock(courier.ends)}."
        party = create_party(name=f"Courier {name}", language=LANGUAGE, at=self.before)
        applied = apply_for_membership(coop=self.coop, party=party, motivation=shift, by=party, at=self.before)
        iban = _made_up_iban(number)
        record_bank_account(coop=self.coop, party=party, iban=iban, holder=party.name, by=None, at=self.before)
        return admit_member(membership=applied, by=None, at=self.before)

    def _officers(self) -> tuple[Party, Party]:
        """Two people who handle money, because one prepares a pay run and another releases it."""
        officers = []
        for name, office in (("Treasurer", Mandate.Office.TREASURER), ("Coordinator", Mandate.Office.COORDINATOR)):
            party = create_party(name=name, language=LANGUAGE, at=self.before)
            applied = apply_for_membership(coop=self.coop, party=party, member_class="office", by=party, at=self.before)
            membership = admit_member(membership=applied, by=None, at=self.before)
            starts = local_date(self.before, TIMEZONE)
            give_mandate(
                coop=self.coop, membership=membership, office=office, starts_on=starts, ends_on=starts + timedelta(days=365),
                by=None, at=self.before, reason="The day needs somebody who handles its money.",
            )  # fmt: skip
            officers.append(party)
        return officers[0], officers[1]

    def _client(self, number: int) -> Client:
        name = f"Restaurant {self.files.restaurant_names[number]}"
        party = create_party(kind=Party.Kind.ORGANISATION, name=name, language=LANGUAGE, at=self.before)
        return ensure_client(coop=self.coop, party=party, at=self.before)

    def past_jobs(self, played: Day) -> list[PastJob]:
        """All orders in the order of the file; those nobody could take in time have no worker."""
        by_order = {delivery.order.number: delivery for delivery in played.deliveries}
        return [self._past_job(number, by_order.get(order.number)) for number, order in enumerate(self.files.orders)]

    def _past_job(self, number: int, delivery: Delivery | None) -> PastJob:
        order = self.files.orders[number]
        restaurant = self.files.order_restaurants[number]
        latest = order.placed + self.files.rules.longest
        moments: Mapping[str, Any] = {}
        if delivery is not None:
            moments = {
                "worker": self.members[delivery.courier.number - 1],
                "accepted_at": self.moment(delivery.asked),
                "started_at": self.moment(delivery.picked_up),
                "done_at": self.moment(delivery.delivered),
                "confirmed_at": self.moment(delivery.free),
                "candidates": self._candidates(delivery),
            }
        return PastJob(
            **{"worker": None, **moments},
            service=self.service, client=self.clients[restaurant], price=self.price, minutes=self.service.minutes,
            starts_at=self.moment(delivery.picked_up if delivery else latest), requested_at=self.moment(order.placed),
            pickup=f"Restaurant {self.files.restaurant_names[restaurant]}", place=f"{order.door.lat} m, {order.door.lon} m",
            once_key=f"day:{self.files.order_names[number]}", mode=self.mode, rule_value=self.rule,
        )  # fmt: skip

    def _candidates(self, delivery: Delivery) -> list[dict[str, Any]]:
        unit = "m" if self.mode == "nearest" else "min"
        members = self.members
        return [
            {"member": members[courier - 1].number, "score": score, "unit": unit, "out": out}
            for courier, score, out in delivery.candidates
        ]

    def invoice_and_collect(self, at: datetime) -> tuple[int, int]:
        """Every restaurant gets one invoice and pays it the next morning. Returns (minor units, invoices)."""
        total = count = 0
        served = set(Job.objects.filter(coop=self.coop, state=Job.State.SETTLED).values_list("client", flat=True))
        for client in self.clients:
            if client.pk not in served:
                continue
            invoice = issue_invoice(coop=self.coop, client=client, by=self.officers[0], at=at)
            record_payment(
                coop=self.coop, request=invoice.payment_request, amount=invoice.gross, date=local_date(at, TIMEZONE),
                once_key=f"day:{invoice.number}", by=self.officers[0], at=at,
            )  # fmt: skip
            total += invoice.gross
            count += 1
        return total, count

    def pay(self, at: datetime) -> int:
        """A pay run through all its steps. Returns the minor units that members were paid."""
        maker, releaser = self.officers
        if not Job.objects.filter(coop=self.coop, state=Job.State.SETTLED).exists():
            return 0
        run = draft_pay_run(coop=self.coop, until=local_date(at, TIMEZONE) + timedelta(days=1), by=maker, at=at)
        run = finalise_pay_run(run=run, by=maker, at=at)
        run = release_pay_run(run=run, by=releaser, at=at)
        run = send_pay_run(run=run, by=maker, at=at)
        run = confirm_pay_run(run=run, by=maker, at=at)
        return sum(run.pay_lines.filter(left_out="").values_list("amount", flat=True))


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _made_up_iban(number: int) -> str:
    """A Belgian account number with right check digits, of a bank code that no bank has."""
    account = 9_990_000_000 + number
    domestic = f"{account:010}{account % 97 or 97:02}"
    return f"BE{98 - int(f'{domestic}111400') % 97:02}{domestic}"


def _result(stage: _Stage, played: Day, invoiced: int, invoices: int, paid: int) -> DayResult:
    held = _held(stage.coop)
    minutes = [delivery.delivered - delivery.order.placed for delivery in played.deliveries]
    hourly = _hourly(stage, played, paid)
    return DayResult(
        coop=stage.coop, mode=stage.mode, orders=len(stage.files.orders), served=len(played.deliveries),
        minutes_mean=float(np.mean(minutes)) if minutes else 0.0,
        minutes_p90=int(np.percentile(minutes, 90, method="higher")) if minutes else 0,
        hourly_lowest=hourly[0], hourly_median=hourly[len(hourly) // 2], hourly_highest=hourly[-1],
        kept=-held.get(Account.Kind.CONTRIBUTION, 0), guarantee=-held.get(Account.Kind.FUND, 0), earned=paid,
        invoiced=invoiced, invoices=invoices, paid_members=len({each.courier.number for each in played.deliveries}),
    )  # fmt: skip


def _hourly(stage: _Stage, played: Day, paid: int) -> list[int]:
    """What each courier earned per hour on shift, waiting included, in minor units, ascending."""
    each = paid // len(played.deliveries) if played.deliveries else 0
    brought = [0] * len(stage.files.couriers)
    for delivery in played.deliveries:
        brought[delivery.courier.number - 1] += 1
    shifts = stage.files.couriers
    return sorted(each * number * 60 // (shift.ends - shift.starts) for number, shift in zip(brought, shifts, strict=True))


def _held(coop: Coop) -> dict[str, int]:
    return {total.kind: total.amount for total in totals_by_kind(coop)}


def _reconcile(stage: _Stage, played: Day, result: DayResult) -> None:
    """Every cent that came in has gone out or is kept for a reason; nothing is owed and nothing is left over."""
    turnover = stage.price * len(played.deliveries)
    held = _held(stage.coop)
    bank = held.get(Account.Kind.BANK, 0)
    claims = {
        "restaurants were invoiced what their deliveries cost": (result.invoiced, turnover),
        "price = earnings + contribution + guarantee": (result.earned + result.kept + result.guarantee, turnover),
        "the bank holds what the co-op kept": (bank, result.kept + result.guarantee),
        "nothing is still to be invoiced": (held.get(Account.Kind.UNBILLED, 0), 0),
        "nothing is still to be paid by clients": (held.get(Account.Kind.RECEIVABLE, 0), 0),
        "nothing is still owed to members": (held.get(Account.Kind.EARNINGS, 0), 0),
        "nothing is on its way": (held.get(Account.Kind.TRANSIT, 0), 0),
        "the books sum to zero": (sum(held.values()), 0),
    }
    wrong = [f"{claim}: {found} instead of {wanted}" for claim, (found, wanted) in claims.items() if found != wanted]
    if wrong:
        raise CentsDoNotReconcile("; ".join(wrong))
