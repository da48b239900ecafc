"""A co-op with something in every state, today, and a browser for everybody in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import connection
from django.test import Client
from django.urls import reverse

from marke.common import clock
from marke.decisions.models import Proposal
from marke.decisions.services import decide_by_mandate, draft_proposal, open_vote, settle_due, start_discussion
from marke.jobs import services as jobs
from marke.parties import services as parties
from marke.parties.models import Membership, Party
from marke.payments import services as payments
from marke.payments.models import BankAccount, Payment, PaymentRequest
from marke.shares.models import ShareRequest
from marke.shares.services import request_shares
from tests.architecture.addresses import Arguments, addresses
from tests.architecture.test_addresses import NOT_SO, WHO_GETS_IN
from tests.factories.jobs import make_job, settle, take, work_off
from tests.factories.parties import make_member
from tests.factories.scenes import Scene, make_scene
from tests.hostile.forms import Form, Walker

T = TypeVar("T")
BACKEND = "django.contrib.auth.backends.ModelBackend"
LETTERS = "FTWCS"  # coordinator, treasurer, worker, client, stranger


@dataclass(frozen=True)
class World:
    scene: Scene
    walker: Walker
    arguments: Arguments
    hidden: list[Form]  # forms to which no page within reach leads now
    keys: list[str]  # pages that a letter leads to

    def paths(self, who: str) -> list[str]:
        """Where this person starts: every address that they may open."""
        return self.keys + [
            self.arguments.path(address)
            for address in addresses()
            if (allowed := WHO_GETS_IN[address.name][0]) != NOT_SO and who in allowed
        ]


def every_form(world: World) -> list[Form]:
    """One of each kind, met by whoever comes first; and those on the pages to which they lead."""
    met: dict[tuple[object, ...], Form] = {form.kind: form for form in world.hidden}
    for who in LETTERS:
        for form in world.walker.forms(who, world.paths(who)):
            met.setdefault(form.kind, form)
    for form in list(met.values()):
        for after in world.walker.next_forms(form):
            if met.setdefault(after.kind, after) is after:
                for last in world.walker.next_forms(after):
                    met.setdefault(last.kind, last)
    return list(met.values())


def sampled(things: Sequence[T], every: int) -> Sequence[T]:
    """One in so many of them, and others on the second database than on the first. The long tests take them all."""
    return things[(connection.vendor == "postgresql") % every :: every]


def browser_of(who: Membership | Party | None) -> Client:
    browser = Client(raise_request_exception=False)
    party = who.party if isinstance(who, Membership) else who
    if party is not None and party.user is not None:
        browser.force_login(party.user, BACKEND)
    return browser


def make_world() -> World:
    scene = make_scene()
    arguments = Arguments(scene)
    at = clock.now()
    before = at - timedelta(days=20)
    organisation = parties.create_party(kind="organisation", name="Atelier", language="nl", at=before)
    parties.admit_member(
        membership=parties.apply_for_membership(coop=scene.coop, party=organisation, engagement="occasional", by=None, at=before),
        by=None, at=before,
    )  # fmt: skip
    _work(scene, at)
    _money(scene, at)
    _votes(scene, at)
    settle_due(at=at)
    invitation = parties.invite(coop=scene.coop, expires_at=at + timedelta(days=30), by=scene.coordinator.party, at=at)
    people = {"F": scene.coordinator, "T": scene.treasurer, "W": scene.worker, "C": scene.client.party, "S": None}
    pending = BankAccount.objects.filter(coop=scene.coop, confirmed_at=None).latest("pk")
    keys = [_at("parties:join_by", token=invitation.token), _at("payments:bank_link", token=pending.token)]
    walker = Walker({letter: browser_of(who) for letter, who in people.items()})
    return World(scene, walker, arguments, [*_hidden(scene, at), *_of_other_days(arguments, at)], keys)


def _at(name: str, **places: object) -> str:
    return reverse(name, kwargs={"coop": "velo", **places})


def _hidden(scene: Scene, at: datetime) -> list[Form]:
    today, key = at.date().isoformat(), "0123456789abcdef"
    paid = ShareRequest.objects.filter(coop=scene.coop, membership=scene.applicant).latest("pk")
    asked = paid.payment_request
    assert asked is not None
    open_request = PaymentRequest.objects.filter(coop=scene.coop, payments=None, withdrawn_at=None).first()
    assert open_request is not None
    received = Payment.objects.get(coop=scene.coop, once_key="unknown")
    record = {"amount": "12", "date": today, "reference": open_request.reference, "note": "from Lund", "once_key": key}
    return [
        Form("parties:share_contact", _at("parties:share_contact"), "W", ()),
        Form("people:erasure", reverse("people:erasure"), "C", ()),
        Form("site:founding", _at("site:founding"), "F", ()),
        Form("payments:pay_runs", _at("payments:pay_runs"), "T", (("until", today),)),
        Form("payments:record", _at("payments:record"), "T", tuple(record.items())),
        Form(
            "payments:match", _at("payments:match", number=received.number), "T",
            (("reference", open_request.reference), ("surplus", "gift")),
        ),
        Form("shares:refund", _at("shares:refund", number=paid.number), "T", (("date", today), ("once_key", key))),
    ]  # fmt: skip


def _of_other_days(arguments: Arguments, at: datetime) -> list[Form]:
    """Forms of what is over, or has not begun, in this world: they are sent all the same."""
    today, key = at.date().isoformat(), "0123456789abcdef"
    known = {address.name: address for address in addresses()}
    said: dict[str, tuple[str, dict[str, str]]] = {
        "front:start_plan": ("S", {"members": "9"}),
        "jobs:taking": ("W", {}),
        "jobs:series": ("C", {"weekdays": "1", "every": "1", "at": "10:00"}),
        "jobs:series_moves": ("C", {"move": "pause", "day": today}),
        "statutes:preview": ("W", {"take": "shares.exit_window"}),
        "statutes:deed": ("F", {"day": today, "number": "2026/7", "drawn_up_by": "Lund"}),
        "payments:statement_columns": ("T", {"date": "0", "amount": "1"}),
        "places:position": ("W", {"lat": "50.8", "lon": "4.3", "accuracy": "12"}),
        "places:sharing": ("W", {}),
        "jobs:stop": ("W", {"move": "leave"}),
        "slots:publication": ("F", {"day": today}),
        "slots:repetition": ("F", {"day": today, "weeks": "2", "people": "on"}),
        "slots:demand": ("F", {"title": "Lunch", "week": "busy"}),
        "slots:places": ("W", {"move": "join", "back": "roster", "knowing": "1"}),
        "slots:attendance": ("W", {"move": "out", "back": "mine"}),
        "slots:answer": ("F", {"answer": "yes"}),
        "slots:cancellation": ("F", {"reason": "It snows."}),
        "slots:people": ("F", {"member": "1", "move": "on"}),
        "slots:reservation": ("W", {}),
        "safety:check_in": ("W", {}),
        "safety:share_trip": ("W", {"move": "stop"}),
        "safety:alarm": ("F", {"move": "close", "note": "She is home."}),
        "activities:wages": ("W", {"hours": "7.5", "amount": "12"}),
        "activities:write_off": ("T", {"reason": "bankrupt"}),
        "engagements:billed": ("T", {"amount": "1", "once_key": key}),
        "invoices:internal_orders": ("W", {"seller": "1", "buyer": "2", "what": "A cover", "amount": "12", "once_key": key}),
        "invoices:internal_moves": ("W", {"move": "closed"}),
        "invoices:internal_billing": ("W", {"amount": "1", "seen": "1"}),
        "invoices:internal_credit": ("W", {"reason": "It was twice."}),
        "funds:collection": ("T", {"month": today[:7]}),
        "funds:aid": ("W", {"amount": "12", "reason": "I fell.", "paper": "", "once_key": key}),
        "funds:participation": ("W", {"takes_part": "on"}),
        "funds:vote": ("T", {"once_key": key}),
        "capital:cancellation": ("T", {"once_key": key}),
        "capital:issue_state": ("T", {"note": "over"}),
        "capital:subscription": ("W", {"shares": "1", "noted": "on", "once_key": key}),
        "capital:withdrawal": ("W", {"once_key": key}),
        "feedback:place": ("W", {"sentence": "A dog."}),
        "feedback:contest": ("T", {"lift": "yes", "text": "It is no slur."}),
        "feedback:say": ("C", {"score": "4", "sentence": "Good.", "note": ""}),
        "feedback:say_contest": ("C", {"text": "He was rude."}),
        "feedback:say_order": ("C", {"score": "4", "sentence": "Good.", "note": ""}),
        "feedback:say_order_contest": ("C", {"text": "He was rude."}),
        "hearings:signature": ("F", {}),
        "hearings:suspension": ("T", {"days": "3", "grounds": "A knife."}),
        "hearings:suspension_end": ("T", {"reason": "It is over."}),
        "hearings:appeal": ("W", {"text": "I was ill."}),
        "hearings:appeal_vote": ("T", {}),
        "hearings:appeal_outcome": ("T", {"upheld": "yes", "reasons": "So it is."}),
        "plan:propose": ("W", {"members": "9"}),
        "rates:try": ("W", {"value": "Base; 5.00\nPer km; 1.20; ; 3"}),
        "rates:mine": ("W", {"row_0": "5.50", "from_on": today}),
        "rates:end_mine": ("W", {}),
        "rates:shown": ("W", {"move": "show"}),
        "shares:call": ("W", {"once_key": key}),
        "shares:calls": ("T", {"date": today, "once_key": key}),
        "shares:exit_payment": ("T", {"amount": "12", "date": today, "once_key": key}),
        "shares:exit_cancellation": ("W", {"reason": "I stay."}),
        "credentials:mine": ("W", {"since": "2026-01-01", "until": today, "tells": "services", "once_key": key}),
        "doors:new_key": ("F", {"name": "Till", "client": "1", "scopes": "book", "once_key": key}),
        "doors:new_webhook": ("F", {"url": "https://shop.example/", "events": "job.done", "once_key": key}),
        "doors:webhook": ("F", {"move": "pause"}),
        "doors:file_booking": ("F", {}),
        "doors:my_calendar": ("W", {"with_places": "on"}),
        "bills:address": ("T", {"instead": ""}),
        "sending:connection": (
            "T",
            {"kind": "http", "url": "https://ap.example/v1", "key": "k", "participant": "0208:0999900348"},
        ),
        "selfbills:mine": (
            "F",
            {
                "vat_number": "BE0999900348",
                "street": "Kade 1",
                "city": "Gent",
                "country": "BE",
                "vat": "S-210",
                "since": today,
                "agreed": "on",
            },
        ),
        "selfbills:billing": ("T", {}),
        "selfbills:reply": ("W", {"move": "right"}),
        "selfbills:answer": ("T", {"text": "It stands."}),
        "selfbills:credit": ("T", {"reason": "It was twice."}),
        "sellers:reporting": ("T", {"knowing": "on"}),
        "sending:sending": ("T", {}),
        "surplus:years": ("T", {"year": "2025", "once_key": key}),
    }
    return [Form(name, arguments.path(known[name]), who, tuple(fields.items())) for name, (who, fields) in said.items()]


def _work(scene: Scene, at: datetime) -> None:
    """Something asked, accepted, done, settled and not yet invoiced."""
    coop, client, worker = scene.coop, scene.client, scene.worker
    jobs.offer_job(job=make_job(coop, client, at=at), membership=worker, by=None, at=at)
    take(make_job(coop, client, at=at), worker, at=at)
    jobs.start_job(job=take(make_job(coop, client, at=at), worker, at=at), by=worker.party, at=at)
    work_off(make_job(coop, client, at=at - timedelta(hours=3)), worker, at=at - timedelta(hours=3))
    settle(make_job(coop, client, at=at - timedelta(days=3)), worker, at=at - timedelta(days=3))
    make_job(coop, client, at=at)


def _money(scene: Scene, at: datetime) -> None:
    """A pay run that was sent, one in preparation, a payment nobody understands, one too much, shares paid and not allotted."""
    coop, treasurer, coordinator = scene.coop, scene.treasurer.party, scene.coordinator.party
    run = payments.draft_pay_run(coop=coop, until=at.date(), by=treasurer, at=at)
    run = payments.finalise_pay_run(run=run, by=treasurer, at=at)
    run = payments.release_pay_run(run=run, by=coordinator, at=at)
    payments.send_pay_run(run=run, by=treasurer, at=at)
    settle(make_job(coop, scene.client, at=at - timedelta(days=2)), scene.worker, at=at - timedelta(days=2))
    payments.draft_pay_run(coop=coop, until=at.date(), by=treasurer, at=at)
    payments.record_payment(coop=coop, request=None, amount=4200, date=at.date(), once_key="unknown", by=treasurer, at=at)
    asked = request_shares(membership=scene.applicant, shares=1, once_key="again", by=None, at=at).payment_request
    assert asked is not None
    payments.record_payment(
        coop=coop,
        request=asked,
        amount=asked.amount + 500,
        surplus="refund",
        date=at.date(),
        once_key="much",
        by=treasurer,
        at=at,
    )
    payments.change_bank_account(
        coop=coop, party=scene.worker.party, iban="NL91ABNA0417164300", holder="Ç", by=scene.worker.party, at=at
    )


def _votes(scene: Scene, at: datetime) -> None:
    """A discussion, a vote that runs, an admission that waits for the coordinator, and one that has become impossible."""
    coop = scene.coop
    start = at - timedelta(days=12)
    _propose(scene, "A bench", at=at)
    open_vote(proposal=_propose(scene, "A roof", at=start), at=at - timedelta(days=1))
    for name in ("Zoë", "Yusuf"):
        newcomer = make_member(coop, name, state="applied")
        proposal = _propose(scene, name, "admit", {"membership": newcomer.number}, at=start)
        if name == "Zoë":
            parties.leave(membership=newcomer, by=newcomer.party, at=at)
            decide_by_mandate(proposal=proposal, adopted=True, reason="She is kind.", by=scene.coordinator.party, at=at)


def _propose(scene: Scene, title: str, kind: str = "", data: dict[str, object] | None = None, *, at: datetime) -> Proposal:
    by = scene.worker.party
    draft = draft_proposal(coop=scene.coop, title=title, text="", effect_kind=kind, effect_data=data or {}, by=by, at=at)
    return start_discussion(proposal=draft, by=by, at=at)
