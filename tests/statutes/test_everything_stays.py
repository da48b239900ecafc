"""A group becomes a co-op, and a vzw becomes one (as Smart did): everything that it has stays, and goes on."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from marke.common.db.scope import scoped_models
from marke.common.invariants import invariants
from marke.invoices.models import Invoice
from marke.invoices.services import issue_invoice
from marke.ledger.models import Transaction
from marke.parties.models import Coop, Membership
from marke.payments.services import record_payment
from marke.rules.services import record_decision
from marke.shares.models import ShareEvent
from marke.shares.services import request_shares
from marke.statutes.models import Adoption
from marke.statutes.queries import our_form
from marke.statutes.services import adopt_form, record_deed
from tests.factories.decisions import cast, make_vote
from tests.factories.jobs import make_job, settle
from tests.factories.parties import T0
from tests.factories.scenes import Scene, make_scene

pytestmark = pytest.mark.django_db
LATER = T0 + timedelta(days=200)
Rows = dict[str, dict[Any, dict[str, Any]]]


def rows_of(coop: Coop) -> Rows:
    """Every row that belongs to the co-op, and the co-op itself."""
    found = {model._meta.label: {row["pk"]: row for row in _values(model, coop)} for model in scoped_models()}
    return {**found, "parties.Coop": {row["id"]: dict(row) for row in Coop.objects.filter(pk=coop.pk).values()}}


def _values(model: Any, coop: Coop) -> list[dict[str, Any]]:
    return [{"pk": row.pk, **{field.attname: getattr(row, field.attname) for field in model._meta.concrete_fields}}
            for row in model._base_manager.filter(coop=coop)]  # fmt: skip


def start_as(scene: Scene, form: str) -> None:
    """What it is before the change: nothing at all, or the association that it has been for years."""
    legal = "none" if form == "informal" else "association"
    Coop.objects.filter(pk=scene.coop.pk).update(legal_form=legal)
    scene.coop.refresh_from_db()
    if form != "informal":
        decision = record_decision(
            coop=scene.coop, kind="vote", title="We say what we are", text="", by=None, at=T0 + timedelta(days=20)
        )
        adopt_form(
            coop=scene.coop, form=form, also=[], holds_from=date(2026, 2, 1), take=[], already=True, decision=decision,
            by=None, at=T0 + timedelta(days=20),
        )  # fmt: skip


def become_a_cv(scene: Scene) -> None:
    """Proposed, voted on, adopted; and the deed recorded."""
    proposal = make_vote(
        scene.coop, scene.worker, kind="legal_form",
        data={"regime": "be_cv", "also": ["be_social"], "take": ["shares.exit_window"], "already": False, "from": "2026-04-01"},
    )  # fmt: skip
    for member in (scene.worker, scene.coordinator, scene.treasurer):
        cast(proposal, member, "for")
    proposal.refresh_from_db()
    assert proposal.effect_state == "applied", proposal.effect_error
    scene.coop.refresh_from_db()
    record_deed(
        coop=scene.coop, day=date(2026, 5, 4), number="2026/77", drawn_up_by="Notaris De Smet",
        registration_number="0123.456.749", by=scene.coordinator.party, at=LATER,
    )  # fmt: skip
    scene.coop.refresh_from_db()


@pytest.mark.parametrize("before_it_was", ["informal", "be_vzw"])
def test_members_shares_balances_jobs_and_invoices_stay_as_they_were(before_it_was: str) -> None:
    scene = make_scene(legal_form=False)
    start_as(scene, before_it_was)
    before = rows_of(scene.coop)
    become_a_cv(scene)
    after = rows_of(scene.coop)
    may_change = {
        "parties.Coop": {"legal_form", "registration_number"},
        "rules.RuleValue": {"replaced_at", "replaced_by_id"},
    }
    for table, rows in before.items():
        for key, row in rows.items():
            changed = {name for name, value in row.items() if after[table][key][name] != value}
            assert changed <= may_change.get(table, set()), f"{table} {key}: {changed}"
    grown = {table for table, rows in after.items() if len(rows) > len(before[table])}
    assert grown <= {
        "rules.Decision", "rules.RuleValue", "statutes.Adoption", "statutes.Deed", "common.Mail",
        "decisions.Proposal", "decisions.RollEntry", "decisions.Ballot", "threads.Thread",
    }  # fmt: skip
    assert (scene.coop.legal_form, scene.coop.registration_number) == ("cooperative", "0123.456.749")


@pytest.mark.parametrize("before_it_was", ["informal", "be_vzw"])
def test_the_register_the_chain_and_the_numbers_go_on_and_every_invariant_holds(before_it_was: str) -> None:
    scene = make_scene(legal_form=False)
    start_as(scene, before_it_was)
    coop = scene.coop
    events, invoices = (
        ShareEvent.objects.filter(coop=coop).count(),
        Invoice.objects.filter(coop=coop, credits=None).order_by("-pk")[0],
    )
    posted, members = Transaction.objects.filter(coop=coop).count(), Membership.objects.filter(coop=coop).count()
    become_a_cv(scene)
    settle(make_job(coop, scene.client, at=LATER), scene.worker, at=LATER)
    paper = issue_invoice(coop=coop, client=scene.client, by=None, at=LATER + timedelta(days=1))
    wanted = request_shares(membership=scene.coordinator, shares=1, once_key="more", by=scene.coordinator.party, at=LATER)
    asked = wanted.payment_request
    assert asked is not None
    record_payment(coop=coop, request=asked, amount=asked.amount, date=LATER.date(), once_key="paid", by=None, at=LATER)
    numbers = list(ShareEvent.objects.filter(coop=coop).order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) > events
    assert paper.number > invoices.number
    assert Transaction.objects.filter(coop=coop).count() > posted
    assert Membership.objects.filter(coop=coop).count() == members
    found = [violation for invariant in invariants for violation in invariant.check(coop)]
    assert found == []


def test_the_vzw_that_becomes_a_cv_is_no_longer_kept_from_sharing_its_surplus() -> None:
    scene = make_scene(legal_form=False)
    start_as(scene, "be_vzw")
    become_a_cv(scene)
    form = our_form(scene.coop, date(2026, 6, 1))
    assert form.form is not None
    assert form.form.code == "be_cv"
    assert "surplus.workers" not in {binding.figure.rule for binding in form.bindings}
    assert [one.regime for one in Adoption.objects.filter(coop=scene.coop)] == ["be_vzw", "be_cv"]
