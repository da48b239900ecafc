"""An entry by the scheme: what it comes to, and its postings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import F, Max, Sum

from marke.activities import facts
from marke.activities.models import Activity, Entry
from marke.ledger import services as ledger
from marke.ledger.chart import HELD_BACK
from marke.ledger.closed_days import first_open_day
from marke.ledger.services import Account, NewAccount, NewPosting
from marke.parties.models import Party
from marke.rules.queries import Rulebook, rulebook
from marke_core.schemes.activity import ACTIVITY


def locked(activity: Activity) -> Activity:
    """The activity as it is now; nobody else books in it until the surrounding transaction ends.

    The ledger is locked first, as everywhere: so two that wait for each other cannot be.
    """
    ledger.lock_ledger(activity.coop)
    return Activity.objects.select_for_update(of=("self",)).select_related("coop", "party", "circle").get(pk=activity.pk)


def last_number(activity: Activity) -> int:
    return Entry.objects.filter(activity=activity).aggregate(last=Max("number"))["last"] or 0


def new_entry(activity: Activity, kind: str, *, day: date, at: datetime, by: Party | None, **fields: Any) -> Entry:
    """Not written yet, with the next number of its activity, which the caller has locked."""
    at_rules = fields.pop("promised_at", None) or at
    number = last_number(activity) + 1
    return Entry(
        coop=activity.coop,
        activity=activity,
        number=number,
        kind=kind,
        date=day,
        at=at_rules,
        booked_at=at,
        by=by,
        share=0,
        **fields,
    )


def by_scheme(entry: Entry, on: date | None = None) -> Entry:
    """Fills in what the entry comes to, and the basis that says so.

    on: as in `reckon`
    """
    rules, member_class = reckon(entry, on)
    entry.basis = ledger.record_basis(
        coop=entry.coop, scheme=ACTIVITY.name, version=ACTIVITY.version, rule_values=facts.rule_values(rules, member_class)
    )
    return entry


def reckon(entry: Entry, on: date | None = None) -> tuple[Rulebook, str]:
    """Fills in what the entry comes to by the rules of its moment, and writes nothing; the rules, and whose class they hold for.

    on: whose month and year it belongs to, where that is not its own day's
    """
    entry.given_month, entry.given_year = given_before(entry.activity, on or entry.date)
    rules, member_class = rulebook(entry.coop, entry.at), facts.member_class_of(entry.activity)
    made = {line: int(column[0]) for line, column in ACTIVITY.compute(facts.one(entry, rules, member_class)).items()}
    entry.share, entry.contribution = made["share"], made["contribution"]
    entry.guarantee, entry.reserve = made["guarantee"], made["reserve"]
    return rules, member_class


def given_before(activity: Activity, day: date) -> tuple[int, int]:
    """What the activity gave so far in the month and in the year of this day."""
    year = Entry.objects.filter(activity=activity, date__year=day.year)
    given = Sum(F("contribution") + F("guarantee"))
    in_month = year.filter(date__month=day.month).aggregate(given=given)["given"]
    return in_month or 0, year.aggregate(given=given)["given"] or 0


def accounts(activity: Activity, at: datetime) -> Sequence[Account]:
    """The activity's own, its reserve, the co-op's contribution and the guarantee fund."""
    own = str(activity.number)
    return ledger.open_accounts(
        coop=activity.coop,
        accounts=[
            NewAccount(Account.Kind.ACTIVITY, activity.party, detail=own),
            NewAccount(Account.Kind.ACTIVITY, activity.party, detail=own + HELD_BACK),
            NewAccount(Account.Kind.CONTRIBUTION),
            NewAccount(Account.Kind.FUND, detail="guarantee"),
        ],
        at=at,
    )


def postings(entry: Entry) -> list[NewPosting]:
    """What the entry moves: they sum to its expenses less its income and what was moved into it."""
    own, held, contribution, guarantee = accounts(entry.activity, entry.booked_at)
    legs = [
        NewPosting(own, -entry.share, "share"),
        NewPosting(contribution, -entry.contribution, "contribution"),
        NewPosting(guarantee, -entry.guarantee, "guarantee"),
        NewPosting(held, -entry.reserve, "reserve"),
    ]
    return [leg for leg in legs if leg.amount]


def facts_of(entry: Entry) -> dict[str, Any]:
    """The integer inputs that a transaction keeps, so that each amount explains itself later."""
    said: dict[str, Any] = {
        "activity": entry.activity.number,
        "entry": entry.number,
        "income": entry.income,
        "given": entry.given,
        "given_month": entry.given_month,
        "given_year": entry.given_year,
        "kept_back": entry.reserve,
    }
    if entry.expenses:
        said["expense"] = entry.expenses
    if entry.chosen >= 0:
        said["chosen"] = entry.chosen
    if entry.of is not None:
        said["of"] = entry.of.paper
    if entry.sharing is not None:
        said |= {"sharing": entry.sharing.number, "total": entry.sharing.total}
    if entry.moved:
        said["moved"] = abs(entry.moved)
    if entry.minutes:
        said["minutes"] = entry.minutes
    return said


def key_of(entry: Entry) -> str:
    """What the ledger knows it by; its kind is the entry's."""
    return f"{TRANSACTIONS[Entry.Kind(entry.kind)]}:{entry.activity.number}.{entry.number}:1"


def book(entry: Entry, extra: Sequence[NewPosting] = ()) -> Entry:
    """Writes the entry and posts it, with what moves elsewhere, on its day or the first one that is open."""
    entry.date = max(entry.date, first_open_day(entry.coop, entry.date))
    entry.save(force_insert=True)
    legs = [*postings(entry), *extra]
    if any(leg.amount for leg in legs):
        ledger.post(
            coop=entry.coop,
            kind=TRANSACTIONS[Entry.Kind(entry.kind)],
            key=key_of(entry),
            date=entry.date,
            postings=legs,
            by=entry.by,
            at=entry.booked_at,
            basis=entry.basis,
            facts=facts_of(entry),
        )
    return entry


# Under which kind the ledger knows what this app books by itself.
TRANSACTIONS = {
    Entry.Kind.MONTH: "activity_month",
    Entry.Kind.EXPENSE: "activity_expense",
    Entry.Kind.SHARED: "activity_shared",
    Entry.Kind.PAYOUT: "activity_payout",
    Entry.Kind.PAYROLL: "activity_payroll",
    Entry.Kind.WRITE_OFF: "activity_write_off",
    Entry.Kind.CLOSING: "activity_closing",
}
