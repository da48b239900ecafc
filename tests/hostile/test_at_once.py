"""Eight people press the same button at the same moment: it happens once, and nobody gets a crash."""

from __future__ import annotations

from datetime import timedelta

import pytest

from marke.intake.services import book_batch
from marke.jobs.models import Job
from marke.ledger.queries import party_balance
from marke.parties import services as parties
from marke.parties.models import Coop, Membership, MembershipEvent
from marke.payments import services as payments
from marke.payments.models import Payment
from marke.rounds.models import Round
from marke.shares.models import ShareRequest
from marke.shares.services import request_shares
from marke.site.services import Plan, found_coop
from tests.factories.decisions import CLOSES
from tests.factories.parties import T0, make_person
from tests.factories.processes import PROCESSES, at_once
from tests.factories.scenes import Scene, make_scene

pytestmark = [pytest.mark.django_db(transaction=True)]
AT = CLOSES + timedelta(days=60)


@pytest.fixture
def scene() -> Scene:
    return make_scene()


def counted(answers: list[str], *refusals: str) -> int:
    """How many were told that it is done; the others only by a refusal that is expected."""
    assert set(answers) <= {"done", *refusals}, answers
    return answers.count("done")


def test_a_payment_is_booked_once(scene: Scene) -> None:
    before = Payment.objects.count()

    def act(_: int) -> object:
        return payments.record_payment(
            coop=scene.coop, request=None, amount=4200, date=AT.date(), once_key="one form", by=scene.treasurer.party, at=AT
        )

    assert counted(at_once(act)) == PROCESSES
    assert Payment.objects.count() == before + 1


def test_a_pay_run_goes_through_each_of_its_steps_once(scene: Scene) -> None:
    from tests.factories.jobs import make_job, settle

    settle(make_job(scene.coop, scene.client, at=AT), scene.worker, at=AT)
    later, treasurer, coordinator = AT + timedelta(days=2), scene.treasurer.party, scene.coordinator.party
    before = Round.objects.count()
    drafting = at_once(lambda _: payments.draft_pay_run(coop=scene.coop, until=later.date(), by=treasurer, at=later))
    assert counted(drafting, "AnotherIsPrepared") == 1
    assert Round.objects.count() == before + 1
    run = Round.objects.latest("number")
    line = run.pay_lines.get(party=scene.worker.party)
    for step, by in (
        (payments.finalise_pay_run, treasurer),
        (payments.release_pay_run, coordinator),
        (payments.send_pay_run, treasurer),
        (payments.confirm_pay_run, treasurer),
    ):
        counted(at_once(lambda _, step=step, by=by: step(run=run, by=by, at=later)), "NotThisMove")  # type: ignore[misc]
    run.refresh_from_db()
    assert run.state == Round.State.SETTLED
    assert line.amount > 0
    assert party_balance(scene.coop, "earnings", scene.worker.party) == 0
    assert party_balance(scene.coop, "transit", scene.worker.party) == 0


def test_an_applicant_is_admitted_once(scene: Scene) -> None:
    answers = at_once(lambda _: parties.admit_member(membership=scene.applicant, by=scene.coordinator.party, at=AT))
    assert counted(answers, "MoveNotAllowed") >= 1
    admitted = MembershipEvent.objects.filter(membership=scene.applicant, state=Membership.State.MEMBER)
    assert admitted.count() == 1


def test_shares_are_asked_for_once(scene: Scene) -> None:
    before = ShareRequest.objects.count()
    by = scene.worker.party
    assert (
        counted(at_once(lambda _: request_shares(membership=scene.worker, shares=3, once_key="a form", by=by, at=AT)))
        == PROCESSES
    )
    assert ShareRequest.objects.count() == before + 1


def test_a_sheet_is_booked_once(scene: Scene) -> None:
    before = Membership.objects.count()
    day, by = AT.date(), scene.coordinator.party
    counted(
        at_once(lambda _: book_batch(batch=scene.batch, opening_date=day, leave_out_faulty=False, by=by, at=AT)), "BookedBefore"
    )
    assert Membership.objects.count() == before + 1


def test_one_join_form_joins_once(scene: Scene) -> None:
    invitation = parties.invite(coop=scene.coop, expires_at=AT + timedelta(days=9), by=scene.coordinator.party, at=AT)
    before = Membership.objects.count()

    def act(_: int) -> object:
        return parties.join_as_new_person(
            invitation=invitation, name="Nour", email="nour@velo.example", phone="", engagement="employee",
            join_key="one form here", language="en", at=AT,
        )  # fmt: skip

    assert counted(at_once(act)) == PROCESSES
    assert Membership.objects.count() == before + 1


def test_one_click_founds_one_co_op() -> None:
    founder = make_person("Fatima")
    plan = Plan(name="Schoon Samen", pack="home_services", country="NL", legal_form="none", language="nl", rules={})
    assert counted(at_once(lambda _: found_coop(plan=plan, founder=founder, at=T0))) == PROCESSES
    assert Coop.objects.count() == 1


def test_two_dispatchers_give_a_job_to_two_members(scene: Scene) -> None:
    from marke.jobs.services import offer_job

    job = Job.objects.get(pk=scene.waiting.pk)
    members = [scene.worker, scene.coordinator]
    counted(
        at_once(lambda n: offer_job(job=job, membership=members[n % 2], by=None, at=AT)),
        "CannotBeAsked",
        "MoveRefused",
        "OfferIsOver",
    )
    assert job.offers.filter(state="open").count() == 1
