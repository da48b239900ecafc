"""At work: the places of a route, what shows that it was done, what goes wrong, and a worker who vanishes."""

import io
from datetime import timedelta
from typing import Any

import pytest
from PIL import Image

from marke.common.models import Mail
from marke.common.photos import PhotoRefused, Picture, picture
from marke.jobs import proving, services
from marke.jobs.codes import MOST_WRONG, code_of
from marke.jobs.exclusions import reason_for
from marke.jobs.models import Incident, Job, JobEvent, Offer, Photo, Proof, Stint, StopVisit
from marke.jobs.parts import Viewer
from marke.jobs.route import navigate_url, route_of
from marke.jobs.services import Shown
from marke.parties import services as parties
from marke.parties.models import Client, Coop, Membership
from marke.places.positions import share, sharing_of
from marke_core.matching import Place
from tests.factories.jobs import T1, make_job, make_service, take
from tests.factories.parties import make_client, make_coop, make_member
from tests.factories.rules import found

pytestmark = pytest.mark.django_db
State = Job.State
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def coop_with(**rules: Any) -> Coop:
    coop = make_coop()
    found(coop, **rules)
    return coop


@pytest.fixture
def velo() -> Coop:
    return coop_with(jobs__proof="code", jobs__proof_pickup="name")


@pytest.fixture
def amina(velo: Coop) -> Membership:
    return make_member(velo)


@pytest.fixture
def bakery(velo: Coop) -> Client:
    return make_client(velo)


@pytest.fixture
def under_way(velo: Coop, amina: Membership, bakery: Client) -> Job:
    """Fetched at one place and brought to another."""
    service = make_service(velo, needs_pickup=True)
    return start(make_job(velo, bakery, service, pickup="Rue Haute 1"), amina)


def start(job: Job, worker: Membership) -> Job:
    return services.start_job(job=take(job, worker), by=worker.party, at=T1 + HOUR)


def everything() -> list[Any]:
    tables = (Job, JobEvent, Offer, Mail, Proof, StopVisit, Photo, Incident, Stint)
    return [list(table._base_manager.order_by("pk").values()) for table in tables]


def leave(job: Job, position: int, **shown: Any) -> Job:
    return services.done_at_stop(job=job, position=position, shown=Shown(**shown), by=None, at=T1 + 2 * HOUR)


def a_photo(**save: Any) -> Picture:
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(file, "JPEG", **save)
    file.seek(0)
    return picture(file, size=len(file.getvalue()))


# The places of a route.


def test_picked_up_then_delivered_and_the_job_is_done(under_way: Job) -> None:
    services.arrive(job=under_way, position=0, by=None, at=T1 + HOUR + MINUTE)
    job = leave(under_way, 0, name="Lund")
    assert job.state == State.UNDER_WAY
    job = leave(job, 1, code=code_of(job, 1))
    assert (job.state, job.done_at) == (State.DONE, T1 + 2 * HOUR)
    assert list(Proof.objects.values_list("position", "kind", "text")) == [(0, "name", "Lund"), (1, "code", "")]
    first, second = StopVisit.objects.all()
    assert (first.arrived_at, first.left_at) == (T1 + HOUR + MINUTE, T1 + 2 * HOUR)
    assert second.arrived_at == second.left_at  # nobody has to tap twice


def test_a_second_tap_changes_nothing(under_way: Job) -> None:
    leave(under_way, 0, name="Lund")
    before = everything()
    leave(under_way, 0, name="Somebody else")
    services.arrive(job=under_way, position=0, by=None, at=T1 + 3 * HOUR)
    assert everything() == before
    job = leave(under_way, 1, code=code_of(under_way, 1))
    before = everything()
    assert leave(job, 1, code="0000").state == State.DONE
    assert everything() == before


@pytest.mark.parametrize(("position", "words"), [(0, "Write down who received it at Rue Haute 1"), (1, "code of four digits")])
def test_what_the_rule_asks_is_shown_or_a_reason_written(under_way: Job, position: int, words: str) -> None:
    before = everything()
    with pytest.raises(services.ProofNeeded, match=words):
        leave(under_way, position)
    assert everything() == before
    leave(under_way, position, reason="There was a strike.")
    proof = Proof.objects.get()
    assert (proof.kind, proof.text) == ("reason", "There was a strike.")


def test_done_in_one_step_needs_a_reason_for_each_place_without_proof(under_way: Job) -> None:
    before = everything()
    with pytest.raises(services.ProofNeeded):
        services.finish_job(job=under_way, by=None, at=T1 + 2 * HOUR)
    assert everything() == before
    services.finish_job(job=under_way, by=None, at=T1 + 2 * HOUR, reason="by phone")
    assert list(Proof.objects.values_list("position", "kind")) == [(0, "reason"), (1, "reason")]


def test_where_the_rule_asks_for_nothing_one_tap_is_enough(bakery: Client) -> None:
    coop = make_coop("samen")
    found(coop)
    worker, client = make_member(coop, "Bo"), make_client(coop, "Lund")
    job = start(make_job(coop, client), worker)
    assert route_of(job, T1).simple
    assert services.finish_job(job=job, by=None, at=T1 + 2 * HOUR).state == State.DONE
    assert not Proof.objects.exists()


@pytest.mark.parametrize("state", [State.ACCEPTED, State.DONE, State.SETTLED])
def test_only_a_job_under_way_goes_from_place_to_place(under_way: Job, state: Job.State) -> None:
    Job.objects.filter(pk=under_way.pk).update(state=state, version=1, settled_at=T1)
    before = everything()
    with pytest.raises(services.NotAtWork):
        services.arrive(job=under_way, position=0, by=None, at=T1)
    with pytest.raises(services.NotAtWork):
        services.leave_stop(job=under_way, position=0, shown=Shown(name="x"), by=None, at=T1)
    assert everything() == before


def test_a_place_that_the_route_has_not_is_refused(under_way: Job) -> None:
    before = everything()
    with pytest.raises(services.NoSuchStop):
        leave(under_way, 2, code="1")
    assert everything() == before


def test_the_coordinator_reads_why_there_is_no_proof_until_the_client_confirms(under_way: Job, velo: Coop) -> None:
    leave(under_way, 0, name="Lund")
    job = leave(under_way, 1, reason="Left with the neighbour.")
    tasks = proving.waiting(velo, frozenset({"coordinator"}), T1)
    assert [task.sentence for task in tasks] == ["No proof for job 1: Left with the neighbour."]
    services.confirm_job(job=job, by=None, at=T1 + 3 * HOUR)
    assert proving.waiting(velo, frozenset({"coordinator"}), T1) == []


# The code.


def test_a_code_is_four_digits_and_another_at_every_door(under_way: Job) -> None:
    codes = {code_of(under_way, position) for position in range(40)}
    assert len(codes) > 30 and all(len(code) == 4 and code.isdigit() for code in codes)


def test_a_wrong_code_is_counted_and_the_tries_run_out(under_way: Job) -> None:
    right = code_of(under_way, 1)
    wrong = f"{(int(right) + 1) % 10_000:04d}"
    for left in reversed(range(1, MOST_WRONG)):
        with pytest.raises(services.WrongCode, match=f"{left} more times"):
            leave(under_way, 1, code=wrong)
    with pytest.raises(services.WrongCode, match="not looked at any more"):
        leave(under_way, 1, code=wrong)
    with pytest.raises(services.WrongCode):  # also not the right one: somebody may have tried them all
        leave(under_way, 1, code=right)
    assert StopVisit.objects.get(position=1).wrong_codes == MOST_WRONG
    leave(under_way, 1, reason="The client lost the page.")
    assert Proof.objects.get().kind == "reason"


def test_a_code_may_be_typed_with_spaces(under_way: Job) -> None:
    code = code_of(under_way, 1)
    leave(under_way, 1, code=f" {code[:2]} {code[2:]} ")
    assert Proof.objects.get().kind == "code"


def test_only_the_client_sees_the_code_and_only_until_it_is_used(under_way: Job) -> None:
    shown = proving.shown_on_page(under_way, Viewer.CLIENT, T1 + HOUR)
    assert shown is not None and shown["codes"] == [("Rue du Midi 12", code_of(under_way, 1))]
    for viewer in (Viewer.WORKER, Viewer.OFFICER):
        other = proving.shown_on_page(under_way, viewer, T1 + HOUR)
        assert other is not None and other["codes"] == []
    leave(under_way, 1, code=code_of(under_way, 1))
    shown = proving.shown_on_page(under_way, Viewer.CLIENT, T1 + HOUR)
    assert shown is not None and shown["codes"] == []


# Photos.


def test_a_photo_loses_where_and_when_it_was_taken() -> None:
    exif = Image.Exif()
    exif[0x010E], exif[0x8825] = "my kitchen", {1: "N", 2: (50.0, 51.0, 0.0)}
    kept = Image.open(io.BytesIO(a_photo(exif=exif, comment=b"secret").content))
    assert (kept.format, dict(kept.getexif()), kept.info.get("comment")) == ("JPEG", {}, None)


def test_a_large_photo_becomes_a_small_one() -> None:
    file = io.BytesIO()
    Image.effect_noise((3000, 2000), 80).save(file, "PNG")
    file.seek(0)
    small = picture(file, size=10)
    assert (small.width, small.height) == (1280, 853)


@pytest.mark.parametrize(
    ("content", "size"),
    [(b"", 0), (b"\xff\xd8\xff\xe0 not a photo", 20), (b"<svg onload=alert(1)>", 30), (b"GIF89a" + b"\0" * 40, 46),
     (b"%PDF-1.7", 8), (b"x", 16 * 2**20)],
    ids=["empty", "broken", "a script", "a GIF", "a PDF", "too large"],
)  # fmt: skip
def test_what_is_no_photo_is_refused_in_words(content: bytes, size: int) -> None:
    with pytest.raises(PhotoRefused, match="photo"):
        picture(io.BytesIO(content), size=size)


def test_a_bomb_is_not_unpacked() -> None:
    file = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(file, "PNG")
    assert len(file.getvalue()) < 100_000
    file.seek(0)
    with pytest.raises(PhotoRefused):
        picture(file, size=100)


def test_a_photo_is_the_proof_where_the_rule_asks_for_one(amina: Membership) -> None:
    coop = make_coop("foto")
    found(coop, jobs__proof="photo")
    worker, client = make_member(coop, "Bo"), make_client(coop, "Lund")
    job = start(make_job(coop, client), worker)
    with pytest.raises(services.ProofNeeded, match="Take a photo"):
        leave(job, 0)
    assert leave(job, 0, picture=a_photo()).state == State.DONE
    assert Proof.objects.get().photo == Photo.objects.get()


def test_photos_and_names_go_when_their_time_is_over_and_that_there_was_a_proof_stays(under_way: Job) -> None:
    leave(under_way, 0, name="Lund", picture=a_photo())
    kept_until = T1 + 2 * HOUR + timedelta(days=90)
    assert proving.forget_old(kept_until) == 0
    assert proving.forget_old(kept_until + MINUTE) == 2
    assert [(proof.kind, proof.text, proof.photo) for proof in Proof.objects.all()] == [("name", "", None), ("photo", "", None)]
    assert not Photo.objects.exists()


def test_who_is_erased_leaves_no_photo_and_no_words(under_way: Job, bakery: Client, amina: Membership) -> None:
    leave(under_way, 0, name="Lund", picture=a_photo())
    services.report_incident(job=under_way, kind="damage", text="The vase", by=None, by_client=True, at=T1 + HOUR)
    services.report_incident(job=under_way, kind="delay", text="My knee", by=amina.party, at=T1 + HOUR)
    assert len(list(proving.incidents(bakery.party))) == 1
    parties.erase_party(party=bakery.party, by=None, at=T1 + HOUR)
    assert not Photo.objects.exists()
    assert list(Proof.objects.values_list("text", flat=True)) == ["", ""]
    assert set(Incident.objects.values_list("text", flat=True)) == {"(erased)", "My knee"}


# Something goes wrong.


def test_a_report_waits_for_the_coordinator_and_is_answered_once(under_way: Job, amina: Membership, velo: Coop) -> None:
    coordinator = make_member(velo, "Cleo", offices=("coordinator",))
    said: dict[str, Any] = {
        "job": under_way,
        "kind": "nobody_there",
        "text": "I rang twice.",
        "by": amina.party,
        "at": T1 + 2 * HOUR,
    }
    incident = services.report_incident(**said)
    assert services.report_incident(**said) == incident  # a double tap
    tasks = proving.waiting(velo, frozenset({"coordinator"}), T1)
    assert [task.sentence for task in tasks] == ["Nobody was there, job 1"]
    assert proving.waiting(velo, frozenset({"treasurer"}), T1) == []
    with pytest.raises(services.OwnCase):
        services.answer_incident(incident=incident, answer="fine", by=amina.party, at=T1 + 3 * HOUR)
    services.answer_incident(incident=incident, answer="Leave it there.", by=coordinator.party, at=T1 + 3 * HOUR)
    assert proving.waiting(velo, frozenset({"coordinator"}), T1) == []
    assert "Leave it there." in Mail.objects.latest("pk").text
    before = everything()
    with pytest.raises(services.AlreadyAnswered):
        services.answer_incident(incident=incident, answer="No, wait.", by=coordinator.party, at=T1 + 4 * HOUR)
    assert everything() == before


@pytest.mark.parametrize(("kind", "text"), [("nobody_there", " "), ("war", "Boom")])
def test_a_report_without_words_or_of_no_kind_is_refused(under_way: Job, kind: str, text: str) -> None:
    before = everything()
    with pytest.raises((services.ReasonNeeded, services.IncidentDoesNotFit)):
        services.report_incident(job=under_way, kind=kind, text=text, by=None, at=T1)
    assert everything() == before


# A worker who vanishes.


def test_a_job_whose_worker_vanished_is_finished_by_another_and_nothing_is_lost(
    under_way: Job, amina: Membership, velo: Coop
) -> None:
    coordinator, bo = make_member(velo, "Cleo", offices=("coordinator",)), make_member(velo, "Bo")
    leave(under_way, 0, name="Lund")
    share(membership=amina, until=T1 + 5 * HOUR, ends_with=proving.sharing_key(under_way), at=T1 + HOUR)
    at = T1 + 3 * HOUR
    job = services.take_over(job=under_way, reason="No answer since ten.", by=coordinator.party, at=at)
    assert (job.state, job.worker, job.accepted_at) == (State.REQUESTED, None, None)
    stint = Stint.objects.get()
    assert (stint.membership, stint.minutes, stint.by) == (amina, 120, coordinator.party)
    assert sharing_of(amina, at) is None
    assert "No answer since ten." in Mail.objects.get(to_address=amina.party.email, subject__contains="somebody else").text
    services.take_over(job=under_way, reason="again", by=coordinator.party, at=at)  # a second click
    assert Stint.objects.count() == 1

    # Its time has passed, and still the clock does not throw it away; whoever had it is not asked again.
    assert services.expire_job(job=job, at=at + 5 * HOUR).state == State.REQUESTED
    out = reason_for(job, amina, at)
    assert out is not None and out.kind == "had_it"
    job = take(job, bo, at)
    job = services.start_job(job=job, by=bo.party, at=at)
    following = route_of(job, at).next
    assert following is not None and following.stop.position == 1  # what was picked up stays picked up
    job = leave(job, 1, code=code_of(job, 1))
    assert (job.state, job.worker) == (State.DONE, bo)
    settled = services.confirm_job(job=job, by=None, at=at + HOUR)
    assert settled.state == State.SETTLED
    assert [row["minutes"] for row in proving.stints(amina.party)] == [120]


def test_only_what_is_under_way_is_taken_over(under_way: Job, velo: Coop) -> None:
    cleo = make_member(velo, "Cleo", offices=("coordinator",))
    done = services.finish_job(job=under_way, by=None, at=T1 + 2 * HOUR, reason="by phone")
    before = everything()
    with pytest.raises(services.NothingToTakeOver):
        services.take_over(job=done, reason="why", by=cleo.party, at=T1 + 3 * HOUR)
    with pytest.raises(services.ReasonNeeded):
        services.take_over(job=done, reason=" ", by=cleo.party, at=T1 + 3 * HOUR)
    assert everything() == before


def test_sharing_until_done_ends_with_the_job(under_way: Job, amina: Membership) -> None:
    share(membership=amina, until=T1 + 5 * HOUR, ends_with=proving.sharing_key(under_way), at=T1 + HOUR)
    services.finish_job(job=under_way, by=None, at=T1 + 2 * HOUR, reason="by phone")
    assert sharing_of(amina, T1 + 2 * HOUR) is None


# The way there.


def test_navigate_opens_the_phones_own_map_or_what_the_installation_says(settings: Any) -> None:
    market = Place(508_466_000, -43_528_001)
    assert navigate_url("Rue du Midi 12", None) == "geo:0,0?q=Rue%20du%20Midi%2012"
    assert navigate_url("x", market) == "geo:50.8466000,-4.3528001?q=50.8466000,-4.3528001"
    settings.NAVIGATE = "https://maps.example/?to={lat},{lon}"
    assert navigate_url("x", market) == "https://maps.example/?to=50.8466000,-4.3528001"


def test_those_with_the_mandate_hear_of_an_incident_by_mail_and_who_reported_it_does_not(
    velo: Coop, bakery: Client, under_way: Job
) -> None:
    carla, bo = (make_member(velo, name, offices=("coordinator",)) for name in ("Carla", "Bo"))
    said: dict[str, Any] = {"job": under_way, "kind": "damage", "text": "A vase, and my knee", "by": bo.party, "at": T1 + HOUR}
    incident = services.report_incident(**said)
    services.report_incident(**said)  # a double tap
    letter = Mail.objects.get(subject__contains="something was reported")
    assert letter.to_address == carla.party.email
    assert f"/jobs/{under_way.number}/incidents/{incident.pk}/" in letter.text and "vase" not in letter.text
