"""A co-op in the middle of its life: something in every table, made through the services."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from typing import Any

from marke.activities import services as business
from marke.activities.models import Activity, WriteOff
from marke.bills.models import Bill, BillAnswer, Letter
from marke.bills.services import (
    Incoming,
    OwnVat,
    ask_about_bill,
    open_address,
    receive_bill,
    record_bill_payment,
    record_money_back,
)
from marke.capital.models import ShareIssue
from marke.capital.services import close_issue, finalise_issue, release_issue, report_on_issue, settle_issue
from marke.common import clock
from marke.common.photos import Picture
from marke.decisions.models import Ballot, Proposal
from marke.decisions.services import close_vote, draft_proposal
from marke.doors.models import ApiBooking, Delivery, FileJob
from marke.doors.services import add_webhook, make_feed, make_key, receive_file
from marke.feedback.models import Feedback, FeedbackRequest
from marke.feedback.services import answer, hide, say, stop_asking
from marke.funds.models import AidClaim, AidCollection, AidParticipation
from marke.hearings.services import end_early, give_statement, suspend_meanwhile
from marke.intake.models import Batch
from marke.intake.services import receive
from marke.invoices.models import Invoice, Quote
from marke.invoices.services import (
    credit_inside,
    credit_invoice,
    invoice_inside,
    invoice_order,
    issue_invoice,
    move_order,
    offer_inside,
    remind,
)
from marke.invoices.vat_choices import VatChoice
from marke.jobs.models import Capability, Held, Job, Lock, Look, Offer, Proof, Service, ServiceNeed, Stint, StopVisit, Trip
from marke.jobs.services import (
    Pattern,
    agree,
    contest,
    correct_settlement,
    dispute_job,
    give_gift,
    give_tip,
    keep_photo,
    lock_jobs,
    report_incident,
    set_own_member,
    start_series,
    unlock_jobs,
)
from marke.jobs.services.gifts import round_ups
from marke.jobs.wishes import NewStop, Wishes
from marke.ledger.periods import parse_period
from marke.parties.models import Circle, Client, Coop, Membership
from marke.parties.services import create_circle, invite, join_circle, represent
from marke.payments.services import (
    choose_layout,
    confirm_pay_run,
    discard_statement,
    draft_pay_run,
    finalise_pay_run,
    receive_statement,
    record_bank_account,
    record_payment,
    release_pay_run,
    send_pay_run,
)
from marke.places.positions import share
from marke.rates.fares import kept
from marke.rates.models import MemberFare
from marke.rates.services import agree_with_client, show_prices
from marke.rounds.models import Round
from marke.rules.models import Decision, RuleValue
from marke.rules.services import attest
from marke.safety.models import LoneWork, SharedTrip
from marke.safety.services import block, close_alarm, lift_block, name_contact, not_safe, seen_by
from marke.selfbills import services as selfbills
from marke.sellers import services as sellers
from marke.sending.models import AccessKey, Answer, Connection, PartnerMessage, Transmission
from marke.sending.services import open_connection, write_member_recipient, write_recipient
from marke.shares.models import NoteAttestation, ShareClass
from marke.shares.services import ask_transfer, ordinary_class, request_shares
from marke.shares.services.exit_payments import pay_exit, sign_report
from marke.shares.services.exits import ask_exit
from marke.slots import services as slots
from marke.slots.conditions import span_on
from marke.slots.models import Handover
from marke.statutes.models import Adoption, Deed, OwnFigure
from marke.surplus.models import Correction, KeptRepaid, MemberYear, YearClose
from marke.surplus.services import start_year
from marke.threads.services import add_comment
from marke.treasury.services import close_month, hand_in_vat, record_vat_payment, write_handover_note
from marke_core.einvoice.model import Attached, SupportingDocument
from marke_core.fares import Row
from tests.factories.activities import invoiced, open_for
from tests.factories.bank import OWN, bank_csv, camt, entry
from tests.factories.bills import DUTCH, approved, pdf, received, turned
from tests.factories.capital import fresh, lend, open_issue, paid_part
from tests.factories.credentials import carry_away
from tests.factories.decisions import CLOSES, OPENS, cast, make_proposal, make_vote
from tests.factories.engagements import insure
from tests.factories.hearings import make_case
from tests.factories.invoices import accepted, line, quoted, sent, write
from tests.factories.jobs import make_job, make_service, settle, work_off
from tests.factories.parties import T0, make_client, make_coop, make_member, make_person
from tests.factories.rules import found

T1 = CLOSES + timedelta(days=1)
PHOTO = Picture(b"\xff\xd8\xff\xd9", 1, 1)
DELIVERIES = (
    "pickup.address,pickup.timeslot,dropoff.address,dropoff.timeslot,weight\n"
    "Gare,2099-01-05 10:00 - 2099-01-05 11:00,“Quai” 5,2099-01-05 12:00 - 2099-01-05 13:00,5.5\n"
).encode()
SHEET = "name,mail,shares\nÉloïse,eloise@velo.example,1\n".encode()


@dataclass(frozen=True)
class Scene:
    coop: Coop
    coordinator: Membership
    treasurer: Membership
    worker: Membership
    applicant: Membership
    client: Client
    settled: Job
    waiting: Job
    invoice: Invoice
    pay_run: Round
    adopted: Proposal
    discussed: Proposal
    drafted: Proposal
    disputed: Job
    batch: Batch
    issue: ShareIssue
    quotes: dict[str, Quote]
    reminded: Invoice


def make_scene(slug: str = "velo", *, legal_form: bool = True) -> Scene:
    """Nine months in a second: work, invoices, pay, shares, votes; with a form that was adopted, unless `legal_form` is not."""
    coop = make_coop(slug)
    rules: dict[str, Any] = {"activities__open_to": "teams", "activities__chosen_most": [3, 10], "selfbills__open_to": "members"}
    rules["sellers__dac7"] = True
    decision = found(coop, jobs__round_up=[["l’hôpital « 北 »", 100]], credentials__agreement=True, **rules)
    coordinator = make_member(coop, "Amina", offices=("coordinator",))
    attest(decision=decision, party=coordinator.party, at=T0)
    treasurer = make_member(coop, "Bram", offices=("treasurer",))
    worker = make_member(coop, "Çiğdem Ö.")
    client = make_client(coop, with_user=True)
    represent(party=client.party, person=make_person("Lund", f"{slug}.example"), starts_on=date(2026, 1, 5), by=None, at=T0)
    circle = create_circle(coop=coop, name="北 team", by=coordinator.party, at=T0)
    join_circle(circle=circle, membership=worker, by=worker.party, at=T0)
    invite(coop=coop, expires_at=T0 + timedelta(days=30), by=coordinator.party, at=T0)
    record_bank_account(coop=coop, party=worker.party, iban="BE68539007547034", holder="Ç. Ö.", by=None, at=T0)
    make_service(coop)
    settled, waiting, invoice = _work(coop, coordinator, worker, client)
    applicant = _shares(coop, worker)
    _exit(worker, treasurer)
    _transfer(worker, treasurer)
    _statement(coop)
    _aid(worker)
    adopted = make_vote(
        coop, worker, kind="rule", data={"key": "jobs.contribution", "scope": "", "value": [1, 10], "from": "2026-03-01"}
    )
    cast(adopted, worker, Ballot.Choice.FOR, reason="it is “too much”,\nI say")
    cast(adopted, coordinator, Ballot.Choice.FOR)
    cast(adopted, treasurer, Ballot.Choice.AGAINST)
    adopted = close_vote(proposal=adopted, at=CLOSES)
    year = start_year(coop=coop, since=date(2025, 2, 1), until=date(2026, 2, 1), by=treasurer.party, at=T1)
    _closed_before(year)
    if legal_form:
        _statutes(decision)
    discussed = make_proposal(coop, treasurer, title="Un banc — 長椅")
    add_comment(thread=discussed.thread, by=worker.party, text="assis, “enfin”", at=T1)
    _treasury(coop, treasurer)
    _hearing(worker, coordinator)
    _said(settled, coordinator)
    _fares(worker, client, coordinator)
    _shifts(worker, coordinator)
    _business(worker, coordinator, circle)
    scene = Scene(
        coop, coordinator, treasurer, worker, applicant, client, settled, waiting, invoice,
        _pay(coop, coordinator, treasurer), adopted, discussed, _draft(coop, worker), _dispute(coop, worker, client),
        receive(coop=coop, filename="members.csv", content=SHEET, by=coordinator.party, at=T1),
        _raise(coop, coordinator, treasurer, worker), _quotes(worker, client), _reminded(client),
    )  # fmt: skip
    _book_in_full(scene)
    _doors(scene)
    carry_away(worker, coordinator, at=T1)
    insure(worker, coordinator, at=T1)
    _sent(scene)
    _self_billed(scene)
    _inside(worker)
    _bills(scene)
    _reported(scene)
    now = clock.now()
    share(membership=worker, until=now + timedelta(hours=1), at=now)
    return scene


def _work(coop: Coop, coordinator: Membership, worker: Membership, client: Client) -> tuple[Job, Job, Invoice]:
    at = T0 + timedelta(days=10)
    first = settle(make_job(coop, client, at=at, note="ring twice; =1+1"), worker, at=at)
    invoice = issue_invoice(coop=coop, client=client, by=None, at=at + timedelta(days=1))
    credit_invoice(invoice=invoice, reason="wrong address", by=coordinator.party, at=at + timedelta(days=1))
    correct_settlement(job=first, price=1499, reason="a long way", by=coordinator.party, at=at + timedelta(days=2))
    _at_work(first, worker, coordinator)
    _safety(first, worker, coordinator)
    contest(job=first, membership=worker, about="settlement", text="and the hill?", by=worker.party, at=at + timedelta(days=2))
    invoice = issue_invoice(coop=coop, client=client, by=None, at=at + timedelta(days=3))
    record_payment(
        coop=coop, request=invoice.payment_request, amount=invoice.gross, date=(at + timedelta(days=4)).date(),
        once_key="first", by=coordinator.party, at=at + timedelta(days=4),
    )  # fmt: skip
    waiting = make_job(coop, client, at=at, starts_at=at + timedelta(days=2))
    _dispatch(first, waiting, worker, coordinator)
    return first, waiting, invoice


def _dispatch(scene_job: Job, waiting: Job, worker: Membership, coordinator: Membership) -> None:
    """A client's own member, a word about being given work, a job that is locked, a look of the matcher."""
    at = T0 + timedelta(days=10)
    set_own_member(client=scene_job.client, membership=worker, by=coordinator.party, at=at)
    agree(membership=worker, given=True, by=worker.party, at=at)
    agree(membership=worker, given=False, by=worker.party, at=at)
    lock_jobs(jobs=[waiting], by=coordinator.party, at=at)
    unlock_jobs(jobs=[waiting])
    Lock.objects.create(coop=scene_job.coop, job=scene_job, at=at, by=coordinator.party)
    Look.objects.create(coop=scene_job.coop, at=at)
    offer = Offer.objects.get(job=scene_job, state=Offer.State.ACCEPTED)
    plan = [{"job": scene_job.number, "picked_up_at": 1, "done_at": 3, "alone_at": 2, "cost": 60, "cost_alone": 120}]
    offer.trip = Trip.objects.create(
        coop=scene_job.coop, membership=offer.membership, rule_value=offer.rule_value, plan=plan, made_at=at
    )
    offer.save(update_fields=["trip"])


def _at_work(job: Job, worker: Membership, coordinator: Membership) -> None:
    """What the door saw: somebody vanished before, a name, a photo, and a vase that broke."""
    coop, at = job.coop, T0 + timedelta(days=10)
    Stint.objects.create(
        coop=coop, job=job, membership=coordinator, accepted_at=at, started_at=at, ended_at=at, by=None, note="« mal »"
    )
    StopVisit.objects.create(coop=coop, job=job, membership=worker, position=0, arrived_at=at, left_at=at)
    photo = keep_photo(job, PHOTO, at)
    Proof.objects.create(coop=coop, job=job, position=0, kind="photo", photo=photo, at=at, by=worker.party)
    report_incident(job=job, kind="damage", text="the “vase”,\nbroken", picture=PHOTO, by=worker.party, at=at)


def _book_in_full(scene: Scene) -> None:
    """A ride over a stop that needs room for a wheelchair, twice; and a tip that is not paid yet."""
    coop, at = scene.coop, T1
    room = Capability.objects.create(coop=coop, name="Rollstuhlplatz — 車椅子", kind=Capability.Kind.ACCESS)
    Held.objects.create(coop=coop, membership=scene.worker, capability=room, since=T0.date(), checked_by=None, checked_at=T0)
    ride = make_service(coop, "Zebra ride", job_kind="delivery", needs_pickup=True, at=at)
    Service.objects.filter(pk=ride.pk).update(most_stops=2, asks_load=True)
    ServiceNeed.objects.create(coop=coop, service=ride, capability=room)
    ride.refresh_from_db()
    wishes = Wishes(stops=(NewStop("Quai « nord » 5"),), needs=(room,), load_kg=12)
    job = make_job(coop, scene.client, ride, at=at, starts_at=at + timedelta(days=1), pickup="Gare", wishes=wishes)
    start_series(job=job, pattern=Pattern("week", times=2), by=scene.client.party, at=at)
    give_tip(job=scene.settled, amount=150, once_key="merci", by=None, at=at)
    scene.settled.refresh_from_db()  # its price was corrected
    up = round_ups(scene.settled, at)[0]
    give_gift(job=scene.settled, cause=up.cause, amount=up.gift, once_key="merci", by=None, at=at)


def _sent(scene: Scene) -> None:
    """An invoice that went to the partner, and an answer with a question in it."""
    connection = open_connection(
        coop=scene.coop, kind="partner", url="", key="", participant="0208:0999900348", by=scene.treasurer.party, at=T1
    )
    AccessKey.objects.create(coop=scene.coop, connection=connection, sealed="–")
    write_recipient(client=scene.client, participant="0088:7300010000001", by=scene.treasurer.party, at=T1)
    sent = Transmission.objects.create(
        coop=scene.coop, connection=connection, invoice=scene.invoice, recipient="0088:7300010000001", content="<é/>".encode(),
        rules="peppol-bis-3.0.21", state="delivered", transmission_id="1", made_at=T1, sent_at=T1, ended_at=T1,
    )  # fmt: skip
    Answer.objects.create(
        coop=scene.coop, transmission=sent, digest="0" * 64, code="UQ", reasons=[["REF", "OPStatusReason", "=1+1 “où”"]],
        content=b"<a/>", received_at=T1,
    )  # fmt: skip
    PartnerMessage.objects.create(
        coop=scene.coop, uid=sent.uid, sender="0088:7300010000001", recipient="0208:0999900348", content=b"<a/>", made_at=T1
    )


def _bills(scene: Scene) -> None:
    """A supplier's bill that was asked about, one paid and set off, a photo that waits, a mail of which something was not taken."""
    coop, by, at, worker = scene.coop, scene.coordinator.party, T1, scene.worker.party
    inside = (SupportingDocument(reference="1", attached=Attached(b"%PDF-", "application/pdf", "=1+1.pdf")),)
    asked = received(coop, at=at, by=worker, supporting=inside)
    ask_about_bill(bill=asked, reason="PRI", text="“trop” cher", by=by, at=at)
    receive_bill(coop=coop, incoming=Incoming(pdf(), "scan « é ».pdf"), by=worker, at=at)
    approved(received(coop, at=at, number="C-1", net=100, credit=True), by, at)
    paid = approved(received(coop, at=at, number="F-18"), by, at)
    record_bill_payment(bill=paid, amount=100, date=at.date(), once_key="bill", by=by, at=at)
    approved(received(coop, at=at, number="F-19", net=200_000), by, at)
    note = received(coop, turned("C-2", seller=DUTCH, type_code="381", due_date=None), at=at)
    note = approved(note, by, at, deducted=None, own=OwnVat("eu_services", 10_000, 210) if coop.vat_number else None)
    record_money_back(bill=note, amount=5_000, date=at.date(), once_key="back", by=by, at=at)
    Bill.objects.filter(pk=asked.pk).update(source="network", sender="0208:0428759497")
    BillAnswer.objects.create(coop=coop, bill=asked, code="UQ", reason="PRI", text="“trop” cher", made_at=at, sent_at=at)
    open_address(coop=coop, by=by, at=at)
    Letter.objects.create(
        coop=coop, digest="0" * 64, sender="x@y.example", subject="“é”", refused=[["a.zip", "?"]], received_at=at
    )


def _doors(scene: Scene) -> None:
    """A shop's till with a key, a booking by it, an address that is told, a calendar, a spreadsheet of deliveries."""
    coop, by, at = scene.coop, scene.coordinator.party, T1
    key, _secret = make_key(
        coop=coop, name="Kasse — « sûr »", client=scene.client, scopes=["book"], once_key="till", by=by, at=at
    )
    ApiBooking.objects.create(
        coop=coop, key=key, job=scene.waiting, idempotency="0" * 64, fingerprint="0" * 64, reference="=1+1", at=at
    )
    hook = add_webhook(
        coop=coop, url="https://shop.example/é?x=1", client=scene.client, events=["job.done"], once_key="shop", by=by, at=at
    )
    Delivery.objects.create(
        coop=coop,
        webhook=hook,
        event="job.done",
        job=scene.settled,
        body="{}",
        made_at=at,
        delivered_at=at,
        attempts=1,
        last_status=200,
    )
    make_feed(membership=scene.worker, with_places=True, at=at)
    ride = Service.objects.get(coop=coop, name="Zebra ride")
    file = receive_file(
        coop=coop, client=scene.client, service=ride, filename="lundi — “北”.csv", content=DELIVERIES, by=by, at=at
    )
    FileJob.objects.create(coop=coop, file=file, line=2, job=scene.disputed)


def _safety(job: Job, worker: Membership, coordinator: Membership) -> None:
    """An alarm that was answered and closed, a friend's link to a job that is done, people kept apart for a while."""
    coop, at = job.coop, T0 + timedelta(days=10)
    name_contact(membership=worker, name="Ayşe", phone="", email="ayse@home.example", at=at)
    LoneWork.objects.create(coop=coop, job=job, membership=worker, since=at, due_at=at, ended_at=at)
    alarm = not_safe(membership=worker, at=at)
    seen_by(alarm=alarm, membership=coordinator, at=at)
    close_alarm(alarm=alarm, note="a dog; “home” by six", by=coordinator.party, at=at)
    SharedTrip.objects.create(
        coop=coop, job=job, membership=worker, token=f"trip-{coop.slug}", since=at, until=at + timedelta(hours=3)
    )
    block(client=job.client, membership=worker, by_client=False, reason="=1+1, « non »", tells_coordinator=True, at=at)
    lift_block(client=job.client, membership=worker, by_client=False, at=at)


def _treasury(coop: Coop, treasurer: Membership) -> None:
    """The year before the first booking is closed; VAT of January is handed in, as if there were a VAT number, and paid."""
    by = treasurer.party
    close_month(coop=coop, period=parse_period("2025"), bank_said=0, by=by, at=T0)
    coop.vat_number = "BE0123456749"
    handed = hand_in_vat(coop=coop, period=parse_period("2026-01"), deductible=100, once_key="vat", by=by, at=T1)
    coop.vat_number = ""
    record_vat_payment(vat_return=handed, amount=100, date=T1.date(), once_key="vat", by=by, at=T1)
    write_handover_note(coop=coop, text="Lena keeps the books with us.", by=by, at=T1)


def _said(job: Job, coordinator: Membership) -> None:
    """The client said something, changed it, the worker answered; it was hidden and is shown again; no more mails, please."""
    at, worker = job.done_at, job.worker
    assert at is not None and worker is not None
    say(work=job, about="work", score=2, sentence="trop “tard”", by=None, at=at)
    said = say(work=job, about="work", score=4, sentence="à l’heure — <b>北</b>", note="=1+1", by=None, at=at)
    say(work=job, about="place", sentence="un “chien”, 3ᵉ étage", by=worker.party, at=at)
    answer(said=said, text="merci — “enfin”", by=worker, at=at)
    hidden = hide(said=said, reason="<i>", by=coordinator, at=at)
    hidden.lifted_at = at
    hidden.save()
    FeedbackRequest.objects.create(coop=job.coop, job=job, at=at)
    stop_asking(client=job.client, at=at)


def _hearing(worker: Membership, coordinator: Membership) -> None:
    """The worker was told, was suspended for an hour, and has answered."""
    by, at = coordinator.party, T1 + timedelta(hours=1)
    case = make_case(worker, coordinator, at=at, grounds="« trop » tard,\nhe said")
    suspend_meanwhile(case=case, days=3, grounds="the “dog”", by=by, at=at)
    end_early(case=case, note="=1+1", by=by, at=at + timedelta(hours=1))
    give_statement(case=case, text="un pneu — “crevé”", picture=PHOTO, by=worker.party, at=at + timedelta(hours=2))


def _fares(worker: Membership, client: Client, coordinator: Membership) -> None:
    """The worker asked more once, for a while, and shows it; with the client something was agreed for work that nobody does here."""
    show_prices(membership=worker, at=T1)
    MemberFare.objects.create(
        coop=worker.coop, membership=worker, job_kind="delivery", rows=kept([Row("base", 600), Row("km", 140, above=2)]),
        from_on=T0.date(), until_on=T1.date(), set_at=T0, set_by=worker.party,
    )  # fmt: skip
    agree_with_client(
        client=client, discount=Fraction(1, 8), job_kind="visit", from_on=T1.date(), note="« tôt », =1+1", once_key="early",
        by=coordinator.party, at=T1,
    )  # fmt: skip


def _shifts(worker: Membership, coordinator: Membership) -> None:
    """A shift that the worker is on and looks for a stand-in for, and for which the coordinator waits; a room."""
    coop, by, at = worker.coop, coordinator.party, T0 + timedelta(days=10)
    span = span_on(at.date() + timedelta(days=1), time(9), time(13), coop.timezone)
    plan = slots.Plan("Midi — 昼", span, place="Quai 5", note="« tôt »", skills=("Rollstuhlplatz — 車椅子",))
    shift = slots.plan_shift(coop=coop, plan=plan, by=by, at=at)
    slots.publish_week(coop=coop, day=span.starts_at.date(), by=by, at=at)
    on = slots.sign_up(shift=shift, membership=worker, by=worker.party, at=at)
    slots.sign_up(shift=shift, membership=coordinator, by=by, at=at)
    Handover.objects.create(coop=coop, given=on, asked_at=at)
    slots.clock_in(sign_up=on, at=span.starts_at)
    slots.correct_hours(
        sign_up=on, came_at=span.starts_at, went_at=span.ends_at, reason="=1+1, « vide »", by=by, at=at + timedelta(days=2)
    )
    slots.say_available(membership=worker, times={5: (time(9), time(17))})
    slots.say_away(membership=worker, since=at.date(), until=at.date() + timedelta(days=4), at=at)
    room = slots.add_thing(coop=coop, name="Salle “bleue”", kind="room", note="la clé: 北", by=by, at=at)
    slots.reserve(thing=room, membership=worker, span=span, purpose="=1+1", by=worker.party, at=at)


def _business(worker: Membership, coordinator: Membership, circle: Circle) -> None:
    """The worker draws, too: a prize came in, and a part of it was given back; a film's prize was shared; a receipt waits."""
    coop, by, at = worker.coop, worker.party, T0 + timedelta(days=10)
    drawings = open_for(worker, "Dessins — « 絵 »", at)
    prize = invoiced(drawings, None, 10_000, "prix-1", at=at).entry
    invoiced(drawings, None, -1_000, "prix-1-", of="prix-1", at=at)
    business.choose_part(activity=drawings, part=Fraction(1, 8), by=by, at=at)
    ways: dict[str, Any] = {"of": "fee", "since": at.date(), "until": T1.date(), "reason": "malade — “aïe”"}
    business.exempt(activity=drawings, **ways, by=coordinator.party, at=at)
    business.tell_expense(
        activity=drawings, what="=1+1, « encre »", amount=9_000, spent_on=at.date(), picture=PHOTO, once_key="encre", by=by, at=at
    )
    business.record_grant(
        activity=drawings, funder="Stad « 北 »", what="=1+1, « mur »", amount=7_000, granted_on=at.date(), due_on=at.date(),
        once_key="mur-0001", by=coordinator.party, at=at,
    )  # fmt: skip
    WriteOff.objects.create(coop=coop, income=prize, fund=0, borne=0, vat=0, reason="« perdu »", at=at, by=coordinator.party)
    film = business.open_activity(coop=coop, name="北 — film", circle=circle, once_key="film", by=by, at=at)
    invoiced(film, None, 10_000, "prix-2", at=at)
    business.share(activity=film, total=5_000, key="hours", weights=[(1, 60)], once_key="film", by=by, at=T1)


def _reminded(client: Client) -> Invoice:
    """The client has not paid for the drawings, and was asked again."""
    late = Invoice.objects.get(coop=client.coop, client=client, order__isnull=False, credits=None)
    remind(invoice=late, by=None, at=late.issued_at + timedelta(days=40))
    return late


def _quotes(worker: Membership, client: Client) -> dict[str, Quote]:
    """Drawings for the client: one quote is being written, one waits, one said yes to and invoiced in part, a little taken back."""
    at, until = T0 + timedelta(days=14), date(2099, 1, 1)
    drawings = Activity.objects.filter(coop=worker.coop, party=worker.party).order_by("number")[0]
    made = {"draft": quoted(drawings, client, at=at, until=until), "sent": sent(drawings, client, at=at, until=until)}
    write(made["sent"], line("2e “version”"), at=at, place="北 1", valid_until=until)
    made["ordered"] = accepted(drawings, client, line("Affiche, “bleue”", quantity=1_500, discount=50), at=at, until=until)
    invoice = invoice_order(quote=made["ordered"], part=Fraction(1, 2), words="L’avance", seen=14_250, by=worker.party, at=at)
    credit_invoice(invoice=invoice, reason="trop", amounts={1: 100}, by=worker.party, at=at)
    _said_of(made["ordered"], worker)
    return made


def _said_of(order: Quote, worker: Membership) -> None:
    """What the client said about an assignment."""
    Feedback.objects.create(
        coop=order.coop, order=order, about="work", client=order.client, worker=worker, author=order.client.party, scale="stars",
        score=5, sentence="« très » bleue", note="=2+2", said_at=order.created_at + timedelta(days=1), shuffle=7,
    )  # fmt: skip


def _inside(worker: Membership) -> None:
    """The film orders drawings for more than it has; a part was invoiced, and a little of that taken back."""
    film = Activity.objects.get(coop=worker.coop, circle__isnull=False)
    drawings = Activity.objects.filter(coop=worker.coop, party=worker.party).order_by("number")[0]
    at, by = T1 + timedelta(days=40), worker.party
    made = offer_inside(seller=drawings, buyer=film, what="=1+1, « titres »", amount=5_000, once_key="titres", by=by, at=at)
    order = move_order(order=made, to=made.State.ORDERED, by=by, at=at)
    invoice_inside(order=order, amount=1_000, seen=5_000, by=by, at=at)
    credit_inside(invoice=invoice_inside(order=order, amount=500, seen=4_000, by=by, at=at), reason="« trop »", by=by, at=at)


def _self_billed(scene: Scene) -> None:
    """The worker's work on an invoice that the co-op wrote in her name; she said that something is missing."""
    worker, at = scene.worker, T1 + timedelta(days=40)
    details = {"vat_number": "BE0999900348", "street": "Kade 1 — « A&B »", "postcode": "9000", "city": "Gent", "country": "BE"}
    agreement = selfbills.ask(
        membership=worker, details=details, vat=VatChoice("S", 210), is_small=False, since=T0.date(), at=at - timedelta(days=40)
    )
    selfbills.sign(agreement=agreement, by=scene.treasurer.party, at=at)
    bill = selfbills.bill_work(agreement=agreement, until=at.date(), by=None, at=at)
    connection = Connection.objects.get(coop=worker.coop)
    write_member_recipient(membership=worker, participant="0088:7300010000001", by=scene.treasurer.party, at=at)
    Transmission.objects.create(
        coop=worker.coop, connection=connection, self_bill=bill, recipient="0088:7300010000001", content="<é/>".encode(),
        rules="peppol-selfbilling-3.0.1", state="failed", said="« trop » long", made_at=at, ended_at=at,
    )  # fmt: skip
    selfbills.reply(bill=bill, is_right=False, text="=1+1, il manque « 北 »", by=worker.party, at=at)


def _reported(scene: Scene) -> None:
    """The worker told the tax office's questions, and stands in the report of the year; then the family name was corrected."""
    coop, worker, by = scene.coop, scene.worker, scene.treasurer.party
    Coop.objects.filter(pk=coop.pk).update(street="Rue du Midi 12", postcode="1000", city="“Brussels”")
    coop.refresh_from_db()
    sellers.tell_operator(coop=coop, tin="0417.497.106", by=by, at=T1)
    told = sellers.Told(
        first_name="Çiğdem", last_name="=1+1 « Ö »", street="Kade 1 — « A&B »", postcode="9000", city="Gent", country="BE",
        birth_date=date(1985, 7, 30), tin="85.07.30-033.28", tin_country="BE", vat_number="BE0999900348",
    )  # fmt: skip
    for at, name in ((datetime(2027, 1, 10, 9, tzinfo=UTC), told.last_name), (datetime(2027, 2, 10, 9, tzinfo=UTC), "Öztürk")):
        sellers.tell(membership=worker, told=replace(told, last_name=name), by=worker.party, at=at)
        sellers.report_year(coop=coop, year=2026, knowing=True, by=by, at=at)


def _draft(coop: Coop, author: Membership) -> Proposal:
    lower = {"key": "jobs.guarantee", "scope": "", "value": [1, 100], "from": "2026-09-01"}
    return draft_proposal(coop=coop, title="Less", text="", effect_kind="rule", effect_data=lower, by=author.party, at=T1)


def _dispute(coop: Coop, worker: Membership, client: Client) -> Job:
    job = work_off(make_job(coop, client, at=T1), worker, at=T1)
    return dispute_job(job=job, reason="It was cold.", by=client.party, at=T1 + timedelta(hours=2))


def _shares(coop: Coop, worker: Membership) -> Membership:
    at = T0 + timedelta(days=12)
    wanted = request_shares(membership=worker, shares=2, once_key="two", by=worker.party, at=at)
    asked = wanted.payment_request
    assert asked is not None
    record_payment(coop=coop, request=asked, amount=asked.amount, date=at.date(), once_key="shares", by=None, at=at)
    applicant = make_member(coop, "Dede", state="applied", at=at)
    request_shares(membership=applicant, shares=1, once_key="one", by=applicant.party, at=at)
    return applicant


def _exit(worker: Membership, treasurer: Membership) -> None:
    """One of two shares is given back, and the half of it is paid."""
    coop, at = worker.coop, T0 + timedelta(days=13)
    sign_report(
        coop=coop, cash=100_000, expected_in=0, expected_out=0, text="The bakery pays every month — « sûr ».",
        office="treasurer", once_key="report", by=treasurer.party, at=at,
    )  # fmt: skip
    ordinary = ShareClass.objects.get(coop=coop, events__membership=worker, events__kind="allotted")
    exit = ask_exit(membership=worker, share_class=ordinary, shares=1, once_key="back", by=worker.party, at=at)
    pay_exit(exit=exit, amount=2_500, date=at.date(), once_key="half", by=treasurer.party, at=at)


def _transfer(worker: Membership, treasurer: Membership) -> None:
    """The other share is to go to the treasurer, who has not said yes yet."""
    coop, at = worker.coop, T0 + timedelta(days=14)
    ask_transfer(
        giver=worker, receiver=treasurer, share_class=ordinary_class(coop, at), shares=1, reason="gift", once_key="other",
        by=worker.party, at=at,
    )  # fmt: skip


def _aid(worker: Membership) -> None:
    """The worker asks for help, and nobody has decided yet."""
    AidClaim.objects.create(
        coop=worker.coop, number=1, membership=worker, claimant=worker.party, amount=10_000, reason="une chute — “aïe”",
        asked_at=T1, once_key="aid",
    )  # fmt: skip
    AidParticipation.objects.create(coop=worker.coop, membership=worker, since=T0.date())
    month = T0.date().replace(day=1)
    AidCollection.objects.create(coop=worker.coop, month=month, total=0, members=0, collected_at=T1, collected_by=None)


def _statement(coop: Coop) -> None:
    """The bank took its fee; nobody has booked it yet."""
    coop.iban = OWN
    coop.save(update_fields=["iban"])
    fee = entry(-450, name="Banque “É”", text="janvier", kind="cost")
    receive_statement(coop=coop, filename="relevé.xml", content=camt([fee]), by=None, at=T1)
    sheet = receive_statement(coop=coop, filename="relevé.csv", content=bank_csv([fee]), by=None, at=T1)
    choose_layout(statement=sheet, columns=sheet.columns, date_format=sheet.date_format, decimal=sheet.decimal, by=None, at=T1)
    discard_statement(statement=sheet, by=None, at=T1)


def _closed_before(year: YearClose) -> None:
    """What only a year has that was closed and paid: a line that was corrected, and kept parts that fell due."""
    line = MemberYear.objects.filter(year=year).order_by("position")[0]
    Correction.objects.create(
        coop=year.coop, line=line, version=2, paid=0, withheld=0, kept=0, reason="the “tour” of May", at=T1, by=None
    )
    KeptRepaid.objects.create(coop=year.coop, year=year, amount=0, members=0, at=T1)


def _statutes(decision: Decision) -> None:
    """A legal form that was adopted, its deed, a figure of the co-op's own, and a note that somebody read."""
    coop, day = decision.coop, T0.date()
    adoption = Adoption.objects.create(
        coop=coop, number=1, regime="be_cv", holds_from=day, awaits_deed=True, decision=decision, adopted_at=T1
    )
    Deed.objects.create(coop=coop, adoption=adoption, date=day, number="2026/7 — « Lenaerts »", recorded_at=T1)
    OwnFigure.objects.create(
        coop=coop, number=1, figure="be_cv.founders", says="nothing", reason="wij, “zo”", holds_from=day, decision=decision, at=T1
    )
    note = RuleValue.objects.filter(coop=coop, key="shares.note")[0]
    NoteAttestation.objects.create(
        coop=coop, rule_value=note, party=Membership.objects.filter(coop=coop)[0].party, text_sha256="0" * 64, at=T1
    )


def _raise(coop: Coop, coordinator: Membership, treasurer: Membership, worker: Membership) -> ShareIssue:
    """A share issue from the opening to the report."""
    issue = open_issue(coop, minimum=0, title="Un atelier à nous")
    paid_part(issue, worker, 3)
    at = issue.round.closes_at
    assert at is not None
    for step, by in (
        (close_issue, None), (finalise_issue, treasurer), (release_issue, coordinator), (settle_issue, treasurer),
    ):  # fmt: skip
        step(issue=fresh(issue), by=by.party if by else None, at=at)
    report_on_issue(
        issue=fresh(issue), date=at.date(), text="le loyer, “enfin”", amount=100_00, once_key="report", by=treasurer.party, at=at
    )
    lend(worker, 500_00, at=at)
    return fresh(issue)


def _pay(coop: Coop, coordinator: Membership, treasurer: Membership) -> Round:
    at = OPENS
    run = draft_pay_run(coop=coop, until=at.date(), by=treasurer.party, at=at)
    run = finalise_pay_run(run=run, by=treasurer.party, at=at)
    run = release_pay_run(run=run, by=coordinator.party, at=at)
    run = send_pay_run(run=run, by=treasurer.party, at=at)
    return confirm_pay_run(run=run, by=treasurer.party, at=at)
