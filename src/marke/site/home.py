"""The home pages: what is asked of me, what have I earned, what are we deciding; what needs a human now; book, follow, pay."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from marke.common.asks import Task, asks
from marke.common.clock import local_date
from marke.common.explain import Explanation
from marke.common.money import format_money
from marke.decisions.queries import failed_effects, needs_my_vote, open_proposals
from marke.jobs.kinds import pays_for_work
from marke.jobs.queries import jobs_of_client, my_jobs, open_offers, queue, services_on_offer
from marke.ledger.kinds import OPENING
from marke.ledger.queries import party_balance, postings_of_party
from marke.ledger.services import Account
from marke.ledger.standing import explain_own
from marke.ledger.statements import lines
from marke.parties.models import Mandate
from marke.parties.permissions import my_offices
from marke.parties.queries import applicants
from marke.payments.conditions import CAME_BACK, PAID_TO_MEMBER
from marke.payments.queries import next_pay_day, open_requests, usable_account
from marke.rules.queries import Timeline
from marke.rules.registry import get_rule, in_order
from marke.rules.sentences import sentence_html
from marke.site.forms import FIRST_RULES

if TYPE_CHECKING:
    from marke.parties.http import CoopRequest
    from marke.parties.models import Coop, Membership

COORDINATOR, TREASURER, SECRETARY = Mandate.Office.COORDINATOR, Mandate.Office.TREASURER, Mandate.Office.SECRETARY
EARNED_SHOWN = 4


def member_home(request: CoopRequest, at: datetime) -> dict[str, Any]:
    """Everything on a member's home; officers see on top what needs a human now."""
    assert request.membership is not None
    coop, membership = request.coop, request.membership
    offices = my_offices(request)
    return {
        "offers": list(open_offers(membership, at)),
        "mine": my_jobs(membership, at),
        "asked": _asked_of_me(coop, membership, at),
        "earned": earned(coop, membership, at) if pays_for_work(coop.pack) else None,
        "deciding": list(open_proposals(coop)[:5]),
        "human": _needs_a_human(coop, offices, at) if offices else [],
        "offices": offices,
        "at_hand": _at_hand(coop, offices),
        "founding_open": coop.founded_at is None and COORDINATOR in offices,
    }


def _asked_of_me(coop: Coop, membership: Membership, at: datetime) -> list[Task]:
    """Votes, money and details that wait for this member. Offers of work are shown above, as what they are."""
    tasks = [
        Task(
            _("Vote: %(title)s") % {"title": proposal.title},
            _url("decisions:proposal", coop, number=proposal.number),
            until=proposal.closes_at,
        )
        for proposal in needs_my_vote([membership], at)
    ]
    for request in open_requests(coop).filter(party=membership.party):
        tasks.append(  # noqa: PERF401
            Task(_("Pay with reference %(reference)s") % {"reference": request.reference}, _url("shares:mine", coop),
                 format_money(request.amount, coop.currency))
        )  # fmt: skip
    if pays_for_work(coop.pack) and usable_account(coop, membership.party, at) is None:
        tasks.append(Task(_("Say on which bank account you want to be paid"), _url("payments:my_bank", coop)))
    return tasks + [task for ask in asks if ask.of_member for task in ask.of_member(membership, at)]


@dataclass(frozen=True)
class EarnedLine:
    on: date
    what: str
    url: str
    amount: int
    explanation: Explanation | None


@dataclass(frozen=True)
class Earned:
    """What a member has earned: this month, what is still owed, when it is paid, and the latest lines with their reasons."""

    this_month: int
    because_this_month: Explanation
    owed: int
    because_owed: Explanation
    next_payday: date
    latest: list[EarnedLine]


def earned(coop: Coop, membership: Membership, at: datetime) -> Earned:
    """Amounts as the member sees them: what the co-op owes is positive."""
    today = local_date(at, coop.timezone)
    credited = postings_of_party(coop, membership.party).exclude(line__in=(PAID_TO_MEMBER, CAME_BACK))
    credited = credited.exclude(transaction__kind=OPENING.kind)  # earned before the books were opened here
    latest = list(credited[:EARNED_SHOWN])
    month = credited.filter(transaction__date__gte=today.replace(day=1)).order_by()
    mine = _url("ledger:mine", coop)
    return Earned(
        this_month=-sum(month.values_list("amount", flat=True)),
        because_this_month=Explanation(
            formula=_("What was credited to you since the first of the month: work, and whatever else the co-op owes you."),
            more=(_("Each entry, and why"), mine),
        ),
        because_owed=explain_own(Account.Kind.EARNINGS, mine),
        owed=-party_balance(coop, Account.Kind.EARNINGS, membership.party),
        next_payday=next_pay_day(coop, at),
        latest=[
            EarnedLine(line.date, line.what, _url("ledger:transaction", coop, number=line.number), line.amount, line.why)
            for line in lines(coop, latest)
        ],
    )


def _needs_a_human(coop: Coop, offices: frozenset[str], at: datetime) -> list[Task]:
    tasks: list[Task] = []
    if COORDINATOR in offices:
        tasks += _for_the_coordinator(coop, at)
    if offices & {COORDINATOR, SECRETARY}:
        tasks += [
            Task(_("%(name)s wants to join") % {"name": row.party.name}, _url("decisions:applications", coop))
            for row in applicants(coop)
        ]
    return tasks + [task for ask in asks if ask.of_offices for task in ask.of_offices(coop, offices, at)]


def _at_hand(coop: Coop, offices: frozenset[str]) -> list[Task]:
    """What somebody in office does often and nobody asks for."""
    wanted: list[tuple[str, str]] = []
    if COORDINATOR in offices:
        wanted += [
            (_("Book for a client who calls"), "jobs:book"),
            (_("Services and prices"), "jobs:services"),
            (_("Invite people"), "parties:invitations"),
        ]
    if offices & {COORDINATOR, TREASURER}:
        wanted += [
            (_("The treasurer's month"), "treasury:month"),
            (_("Write down a payment"), "payments:record"),
            (_("Drop in a spreadsheet"), "intake:batches"),
        ]
    if COORDINATOR in offices:
        wanted.append((_("Address, VAT number, bank account"), "parties:details"))
    return [Task(words, _url(name, coop)) for words, name in wanted]


def _for_the_coordinator(coop: Coop, at: datetime) -> list[Task]:
    waiting = queue(coop, at)
    jobs = [
        *((_("Nobody has job %(number)s yet"), job) for job in waiting.unassigned),
        *((_("No answer in time for job %(number)s"), offer.job) for offer in waiting.no_answer),
        *((_("Job %(number)s has not begun"), job) for job in waiting.late),
        *((_("Job %(number)s is disputed"), job) for job in waiting.disputed),
        *((_("Job %(number)s is contested"), contest.job) for contest in waiting.contests),
    ]
    tasks = [Task(words % {"number": job.number}, _url("jobs:job", coop, number=job.number)) for words, job in jobs]
    tasks += [
        Task(
            _("Adopted, but could not be carried out: %(title)s") % {"title": proposal.title},
            _url("decisions:proposal", coop, number=proposal.number),
        )
        for proposal in failed_effects(coop)
    ]
    return tasks


def client_home(request: CoopRequest, at: datetime) -> dict[str, Any]:
    """A client's home: book, follow, pay."""
    assert request.client is not None
    bookings = jobs_of_client(request.client)
    return {
        "services": services_on_offer(request.coop),
        "bookings": list(bookings[:8]),
        "to_pay": list(open_requests(request.coop).filter(party=request.client.party)),
        "client": request.client,
    }


def visitor_home(request: CoopRequest, at: datetime) -> dict[str, Any]:
    """What a stranger sees: who this is, what can be booked, by which rules they live."""
    coop = request.coop
    rules = Timeline(coop).at(at)
    sentences = [sentence_html(get_rule(rule.key), rules.value(rule.key), coop) for rule in in_order()[:FIRST_RULES]]
    return {"services": services_on_offer(coop), "sentences": sentences, "applied": request.membership is not None}


def _url(name: str, coop: Coop, **kwargs: Any) -> str:
    return reverse(name, kwargs={"coop": coop.slug, **kwargs})
