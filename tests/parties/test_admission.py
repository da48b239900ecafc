"""The effect of a proposal that admits an applicant."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client as Browser

from marke.common.effects import effects
from marke.parties import services
from marke.parties.effects import AdmitForm, NoSuchApplicant
from marke.parties.models import Coop, Membership, MembershipEvent
from marke.parties.services.memberships import MoveNotAllowed
from tests.factories.parties import T0, make_coop, make_member

ADMIT = effects.get("admit")


def test_an_adopted_proposal_admits_and_the_history_names_the_decision(coop: Coop) -> None:
    applicant = make_member(coop, state="applied")
    data = {"membership": applicant.number}
    ADMIT.validate(coop, data, T0)
    assert ADMIT.describe(coop, data) == "Amina becomes a member of Velo."
    ADMIT.apply(coop=coop, data=data, decision="7. Admit Amina", by=None, at=T0)
    applicant.refresh_from_db()
    assert applicant.state == "member"
    assert MembershipEvent.objects.filter(membership=applicant).latest("id").note == "7. Admit Amina"


@pytest.mark.parametrize("data", [{}, {"membership": 99}, {"membership": None}])
def test_who_did_not_apply_is_not_admitted(coop: Coop, data: dict[str, int | None]) -> None:
    with pytest.raises(NoSuchApplicant, match="There is no applicant"):
        ADMIT.validate(coop, data, T0)


def test_a_proposal_that_comes_too_late_is_refused(coop: Coop) -> None:
    applicant = make_member(coop, state="applied")
    services.leave(membership=applicant, by=None, at=T0)
    data = {"membership": applicant.number}
    with pytest.raises(NoSuchApplicant, match="not an applicant now"):
        ADMIT.validate(coop, data, T0)
    with pytest.raises(MoveNotAllowed):
        ADMIT.apply(coop=coop, data=data, decision="7", by=None, at=T0)
    assert Membership.objects.get(pk=applicant.pk).state == "left"


def test_a_no_answers_who_applied_and_says_why(coop: Coop) -> None:
    applicant = make_member(coop, state="applied")
    assert ADMIT.refuse is not None
    ADMIT.refuse(coop=coop, data={"membership": applicant.number}, by=None, at=T0, note="2 for, 3 against.")
    applicant.refresh_from_db()
    assert applicant.state == "refused"
    assert MembershipEvent.objects.filter(membership=applicant).latest("id").note == "2 for, 3 against."


@pytest.mark.parametrize("state", ["left", "member"])
def test_a_no_leaves_who_is_no_longer_applying_alone(coop: Coop, state: str) -> None:
    shown = make_member(coop, state=state)
    assert ADMIT.refuse is not None
    ADMIT.refuse(coop=coop, data={"membership": shown.number}, by=None, at=T0, note="")
    ADMIT.refuse(coop=coop, data={"membership": 99}, by=None, at=T0, note="")
    shown.refresh_from_db()
    assert shown.state == state


def test_the_form_offers_the_applicants_of_this_coop_only(coop: Coop) -> None:
    applicant = make_member(coop, state="applied")
    make_member(coop, "Bo")
    foreign = make_member(make_coop("rosa"), "Cem", state="applied")
    form = AdmitForm({"membership": str(applicant.number)}, coop=coop)
    assert form.is_valid()
    assert form.effect_data() == {"membership": applicant.number}
    assert "Cem" not in str(form)
    for wrong in ("", "99", "x", str(foreign.number + 50)):
        assert not AdmitForm({"membership": wrong}, coop=coop).is_valid()


def test_officers_find_the_way_from_the_application_to_the_decision(
    coordinator: Membership, visit: Callable[..., Browser]
) -> None:
    applicant = make_member(coordinator.coop, "Bo", state="applied")
    for path in ("members/", f"members/{applicant.number}/"):
        assert f"?effect=admit&amp;membership={applicant.number}" in visit(coordinator).get(f"/velo/{path}").text
