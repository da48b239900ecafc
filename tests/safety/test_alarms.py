"""Calls for help: they reach humans at once, stop when answered, and nothing of them stays for ever."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser

from marke.common.models import Mail
from marke.jobs import services as jobs
from marke.jobs.models import Job
from marke.parties import services as parties
from marke.parties.models import Client, Coop, Membership
from marke.safety import belonging, services
from marke.safety.clockwork import turn_alarms, turn_check_ins, turn_memory
from marke.safety.models import Alarm, AlarmSeen, Block, EmergencyContact, LoneWork, SharedTrip
from marke.safety.queries import check_in_of, on_duty
from tests.factories.jobs import T1, make_job, take
from tests.factories.parties import make_client, make_coop, make_member
from tests.factories.rules import found

pytestmark = pytest.mark.django_db
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def velo() -> Coop:
    coop = make_coop()
    found(coop, safety__lone_work=True)
    return coop


@pytest.fixture
def amina(velo: Coop) -> Membership:
    return make_member(velo)


@pytest.fixture
def cleo(velo: Coop) -> Membership:
    return make_member(velo, "Cleo", offices=("coordinator",))


@pytest.fixture
def bakery(velo: Coop) -> Client:
    return make_client(velo)


@pytest.fixture
def alone(velo: Coop, amina: Membership, cleo: Membership, bakery: Client) -> Job:
    return start(make_job(velo, bakery), amina)


def start(job: Job, worker: Membership) -> Job:
    return jobs.start_job(job=take(job, worker), by=worker.party, at=T1)


def everything() -> list[Any]:
    tables = (Alarm, AlarmSeen, Block, EmergencyContact, LoneWork, SharedTrip, Mail)
    return [list(table._base_manager.order_by("pk").values()) for table in tables]


def letters(to: Membership) -> list[str]:
    return list(Mail.objects.filter(to_address=to.party.email).order_by("pk").values_list("subject", flat=True))


# I am not safe.


def test_one_tap_calls_everybody_on_duty_at_once(amina: Membership, cleo: Membership, velo: Coop) -> None:
    dee = make_member(velo, "Dee", offices=("coordinator",))
    alarm = services.not_safe(membership=amina, at=T1)
    for holder in (cleo, dee):
        assert letters(holder) == ["Velo: a call for help"]
    tasks = belonging.waiting(velo, frozenset({"coordinator"}), T1)
    assert [task.sentence for task in tasks] == ["Amina is not safe. Call now"]
    assert belonging.waiting(velo, frozenset({"treasurer"}), T1) == []
    assert services.not_safe(membership=amina, at=T1 + MINUTE) == alarm
    assert letters(cleo) == ["Velo: a call for help"]  # the second tap is the same call


def test_a_rule_names_another_office(amina: Membership) -> None:
    coop = make_coop("samen")
    found(coop, safety__on_duty="secretary")
    secretary = make_member(coop, "Sam", offices=("secretary",))
    make_member(coop, "Cor", offices=("coordinator",))
    assert on_duty(coop, T1) == [secretary]


def test_where_nobody_holds_the_office_everybody_is_called(velo: Coop, amina: Membership) -> None:
    bo = make_member(velo, "Bo")
    services.not_safe(membership=amina, at=T1)
    assert letters(bo) == ["Velo: a call for help"]
    assert [task.sentence for task in belonging.for_everybody(bo, T1)] == ["Amina is not safe. Call now"]


def test_a_slip_of_the_thumb_is_taken_back_within_the_rules_time_and_said(amina: Membership, cleo: Membership) -> None:
    alarm = services.not_safe(membership=amina, at=T1)
    services.undo_alarm(alarm=alarm, membership=amina, at=T1 + timedelta(seconds=59))
    assert letters(cleo)[-1] == "Velo: the call for help was taken back"
    again = services.not_safe(membership=amina, at=T1 + HOUR)
    assert again != alarm
    before = everything()
    with pytest.raises(services.TooLateToUndo):
        services.undo_alarm(alarm=again, membership=amina, at=T1 + HOUR + MINUTE)
    with pytest.raises(services.NotYours):
        services.undo_alarm(alarm=again, membership=cleo, at=T1 + HOUR)
    assert everything() == before


def test_everybody_sees_who_answers_and_a_human_closes_it_with_a_note(amina: Membership, cleo: Membership) -> None:
    alarm = services.not_safe(membership=amina, at=T1)
    services.seen_by(alarm=alarm, membership=cleo, at=T1 + MINUTE)
    services.seen_by(alarm=alarm, membership=cleo, at=T1 + 2 * MINUTE)
    assert AlarmSeen.objects.get().at == T1 + MINUTE
    before = everything()
    with pytest.raises(services.NotYours):
        services.close_alarm(alarm=alarm, note="fine", by=amina.party, at=T1 + HOUR)
    with pytest.raises(jobs.ReasonNeeded):
        services.close_alarm(alarm=alarm, note=" ", by=cleo.party, at=T1 + HOUR)
    assert everything() == before
    closed = services.close_alarm(alarm=alarm, note="She is home.", by=cleo.party, at=T1 + HOUR)
    assert not closed.rings and belonging.waiting(amina.coop, frozenset({"coordinator"}), T1) == []
    before = everything()
    with pytest.raises(services.AlarmIsClosed):
        services.close_alarm(alarm=alarm, note="No, not yet.", by=cleo.party, at=T1 + HOUR)
    with pytest.raises(services.AlarmIsClosed):
        services.seen_by(alarm=alarm, membership=cleo, at=T1 + HOUR)
    assert everything() == before


def test_who_is_suspended_can_call_too(velo: Coop, cleo: Membership) -> None:
    bo = make_member(velo, "Bo", state="suspended")
    browser = Browser()
    assert bo.party.user is not None
    browser.force_login(bo.party.user, backend="django.contrib.auth.backends.ModelBackend")
    answer = browser.post("/velo/safety/alarms/")
    assert answer.status_code == 302
    page = browser.get(answer["Location"]).content.decode()
    assert "You called. We know." in page and "tel:112" in page and "It was a slip" in page


# Working alone.


def test_whoever_works_alone_is_expected_to_say_that_all_is_well(alone: Job, amina: Membership) -> None:
    waited = check_in_of(alone, amina)
    assert waited is not None and waited.due_at == T1 + HOUR
    services.all_is_well(job=alone, membership=amina, at=T1 + 50 * MINUTE)
    waited = check_in_of(alone, amina)
    assert waited is not None and waited.due_at == T1 + 110 * MINUTE


def test_where_the_rule_does_not_ask_nobody_waits_for_a_word() -> None:
    coop = make_coop("samen")
    found(coop)
    start(make_job(coop, make_client(coop)), make_member(coop))
    assert not LoneWork.objects.exists()


def test_a_missed_word_rings_once_and_a_late_word_stops_it(alone: Job, amina: Membership, cleo: Membership) -> None:
    assert turn_check_ins(T1 + 70 * MINUTE - timedelta(seconds=1)) == 0
    assert turn_check_ins(T1 + 70 * MINUTE) == 1
    assert turn_check_ins(T1 + 80 * MINUTE) == 0
    assert letters(cleo) == ["Velo: a call for help"]
    services.all_is_well(job=alone, membership=amina, at=T1 + 90 * MINUTE)
    assert not Alarm.objects.get().rings
    assert turn_check_ins(T1 + 91 * MINUTE) == 0


def test_a_closed_alarm_does_not_ring_again_for_the_same_word(alone: Job, cleo: Membership) -> None:
    turn_check_ins(T1 + 70 * MINUTE)
    services.close_alarm(alarm=Alarm.objects.get(), note="Flat battery.", by=cleo.party, at=T1 + 75 * MINUTE)
    assert turn_check_ins(T1 + 90 * MINUTE) == 0


@pytest.mark.parametrize("how", ["done", "taken over", "disputed"])
def test_nobody_waits_for_a_word_when_the_work_is_over(alone: Job, cleo: Membership, how: str) -> None:
    if how == "done":
        jobs.finish_job(job=alone, by=None, at=T1 + 30 * MINUTE)
    elif how == "taken over":
        jobs.take_over(job=alone, reason="She fell ill.", by=cleo.party, at=T1 + 30 * MINUTE)
    else:
        jobs.dispute_job(job=alone, reason="It was cold.", by=None, at=T1 + 30 * MINUTE)
    assert turn_check_ins(T1 + 5 * HOUR) == 0
    assert not Alarm.objects.exists()


# Whom to tell.


def test_the_named_person_is_told_only_when_nobody_answers(alone: Job, amina: Membership, cleo: Membership) -> None:
    services.name_contact(membership=amina, name="Ayşe", phone="", email="Ayse@home.example", at=T1)
    turn_check_ins(T1 + 70 * MINUTE)
    assert turn_alarms(T1 + 99 * MINUTE) == 0
    assert turn_alarms(T1 + 100 * MINUTE) == 1
    assert turn_alarms(T1 + 110 * MINUTE) == 0
    letter = Mail.objects.get(to_address="ayse@home.example")
    assert letter.subject == "Velo looks for somebody you know"
    assert "Rue du Midi" not in letter.text and "Bakery" not in letter.text


def test_whoever_answers_stops_it_from_going_further(amina: Membership, cleo: Membership) -> None:
    services.name_contact(membership=amina, name="Ayşe", phone="", email="ayse@home.example", at=T1)
    services.seen_by(alarm=services.not_safe(membership=amina, at=T1), membership=cleo, at=T1 + MINUTE)
    assert turn_alarms(T1 + 5 * HOUR) == 0


def test_a_contact_without_a_way_to_reach_them_is_refused(amina: Membership) -> None:
    before = everything()
    with pytest.raises(services.ContactDoesNotFit):
        services.name_contact(membership=amina, name="Ayşe", phone=" ", email="", at=T1)
    assert everything() == before


# What is kept.


def test_what_ended_long_ago_is_forgotten(alone: Job, amina: Membership, cleo: Membership) -> None:
    services.close_alarm(alarm=services.not_safe(membership=amina, at=T1), note="fine", by=cleo.party, at=T1)
    jobs.finish_job(job=alone, by=None, at=T1)
    assert turn_memory(T1 + timedelta(days=180)) == 0
    assert turn_memory(T1 + timedelta(days=180, seconds=1)) > 0
    assert not Alarm.objects.exists() and not LoneWork.objects.exists()


def test_somebodys_data_has_it_and_erasing_them_takes_it_away(velo: Coop, amina: Membership, cleo: Membership) -> None:
    services.name_contact(membership=amina, name="Ayşe", phone="1", email="", at=T1)
    alarm = services.not_safe(membership=amina, at=T1)
    services.seen_by(alarm=alarm, membership=cleo, at=T1)
    services.close_alarm(alarm=alarm, note="fine", by=cleo.party, at=T1)
    tables = {kind: list(rows(amina.party)) for kind, rows in belonging.MY_DATA}
    assert tables["emergency_contacts"][0]["name"] == "Ayşe"
    assert tables["alarms"][0]["seen_by"].startswith("Cleo")
    parties.leave(membership=amina, by=amina.party, at=T1)
    assert not EmergencyContact.objects.exists()
    parties.erase_party(party=amina.party, by=None, at=T1)
    assert not Alarm.objects.exists() and not AlarmSeen.objects.exists()
