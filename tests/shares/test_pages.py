"""Pages and papers about classes and transfers, also for whoever means harm or types what nobody expects."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from marke.common.asks import asks
from marke.parties.models import Coop, Membership
from marke.shares import queries, services
from marke.shares.models import NoteAttestation, ShareEvent, ShareRequest, ShareTransfer
from tests.factories.pages import browser_of
from tests.factories.parties import T0, make_coop, make_member
from tests.shares.scene import DAY, ask, founded, hold, holdings, open_class, pay, set_value, state, transfer

pytestmark = pytest.mark.django_db
NEW = "/velo/shares/transfers/new/"


@pytest.fixture
def bo(coop: Coop) -> Membership:
    return make_member(coop, "Bo Żółć <b>")


def text_of(response: object) -> str:
    return str(response.content.decode())  # type: ignore[attr-defined]


def paper_of(response: object) -> str:
    pages = PdfReader(BytesIO(response.content)).pages  # type: ignore[attr-defined]
    return " ".join(page.extract_text() for page in pages).replace("\u00a0", " ")


def test_with_one_class_no_page_speaks_of_kinds(amina: Membership, tess: Membership) -> None:
    for who, path in ((amina, "mine/"), (amina, "classes/"), (amina, f"requests/{1}/"), (tess, ""), (tess, "entries/")):
        page = text_of(browser_of(who).get(f"/velo/shares/{path}"))
        assert "Kind of share" not in page
        assert "Ordinary shares" not in page


def test_several_classes_are_asked_for_in_one_sitting_after_reading_the_note(coop: Coop, amina: Membership) -> None:
    open_class(coop, "investor", price=20_000, note_asked=True)
    page = browser_of(amina)
    form = {"shares_ordinary": "1", "shares_investor": "2", "once_key": "k" * 12}
    refused = page.post("/velo/shares/mine/", form)
    assert "Read the information note" in text_of(refused)
    assert ShareRequest.objects.count() == 1
    for _ in range(2):
        answer = page.post("/velo/shares/mine/", {**form, "noted": "on"})
    assert ShareRequest.objects.count() == 3
    assert NoteAttestation.objects.count() == 1
    asked = text_of(page.get(answer["Location"]))
    assert "€450.00" in asked
    assert "Paid together with" in asked


@pytest.mark.parametrize(
    "form", [{}, {"shares_ordinary": "-1"}, {"shares_investor": "x"}, {"shares_other": "1"}, {"shares_ordinary": "0"}]
)
def test_a_form_without_a_number_that_can_be_asks_for_nothing(coop: Coop, amina: Membership, form: dict[str, str]) -> None:
    open_class(coop, "investor")
    answer = browser_of(amina).post("/velo/shares/mine/", {**form, "once_key": "k" * 12})
    assert answer.status_code == 200
    assert ShareRequest.objects.count() == 1


def test_passing_on_is_checked_asked_once_agreed_and_consented(amina: Membership, bo: Membership, tess: Membership) -> None:
    mine, theirs, office = browser_of(amina), browser_of(bo), browser_of(tess)
    form = {"shares": "3", "receiver": str(bo.number), "once_key": "k" * 12}
    check = mine.post(f"{NEW}?reason=sale", form)
    assert "Check before it is asked" in text_of(check)
    assert "Bo Żółć &lt;b&gt;" in text_of(check)
    assert not ShareTransfer.objects.exists()
    for _ in range(2):
        answer = mine.post(f"{NEW}?reason=sale", {**form, "checked": "yes"})
    found = ShareTransfer.objects.get()
    path = answer["Location"]
    assert [task.sentence for task in asks.get("shares").of_member(bo, T0)] == ["Amina wants to pass 3 shares on to you"]  # type: ignore[misc]
    for move in ("agree", "consent", "refuse"):
        assert mine.post(f"{path}moves/", {"move": move, "note": "x"}).status_code == 403
    assert theirs.post(f"{path}moves/", {"move": "withdraw"}).status_code == 403
    for _ in range(2):
        assert theirs.post(f"{path}moves/", {"move": "agree"}).status_code == 302
    assert len(asks.get("shares").of_offices(bo.coop, frozenset({"treasurer"}), T0)) == 1  # type: ignore[misc]
    assert "I agree" in text_of(office.get(path))
    for _ in range(2):
        assert office.post(f"{path}moves/", {"move": "consent"}).status_code == 302
    assert state(found) == "done"
    assert holdings(amina.coop)[bo.party.name, "ordinary"] == (3, 15_000)
    for who in (mine, theirs, office):
        assert "€150.00" in text_of(who.get(path))


def test_a_refusal_without_a_reason_keeps_the_form(amina: Membership, bo: Membership) -> None:
    asked, page = transfer(amina, bo), browser_of(bo)
    path = f"/velo/shares/transfers/{asked.number}/moves/"
    assert "Say why" in text_of(page.post(path, {"move": "refuse", "note": ""}))
    page.post(path, {"move": "refuse", "note": "ik wil niet «nee»"})
    assert "ik wil niet «nee»" in text_of(browser_of(amina).get(f"/velo/shares/transfers/{asked.number}/"))


def test_a_transfer_is_nobody_elses_business(amina: Membership, bo: Membership) -> None:
    asked = transfer(amina, bo)
    path = f"/velo/shares/transfers/{asked.number}/"
    other = make_coop("other")
    founded(other)
    stranger = make_member(other, "Zoe", offices=("treasurer",))
    assert browser_of(make_member(amina.coop, "Cy")).get(path).status_code == 404
    assert browser_of(stranger).get(path).status_code in (403, 404)
    assert browser_of(stranger).post(f"{path}moves/", {"move": "agree"}).status_code in (403, 404)
    assert browser_of(stranger).get(path.replace("velo", "other")).status_code == 404
    assert browser_of(None).get(path).status_code == 302
    mine = browser_of(amina)
    form = {"shares": "1", "receiver": str(stranger.number + 50), "once_key": "z" * 12, "checked": "yes"}
    assert mine.post(f"{NEW}?reason=sale", form).status_code == 200
    assert ShareTransfer.objects.count() == 1


@pytest.mark.parametrize("shares", ["", "0", "-1", "5", "1.5", "9" * 40, "<script>", "１"])
@pytest.mark.parametrize("reason", ["sale", "gift_to_coop"])
def test_a_number_that_cannot_go_is_said_and_nothing_moves(amina: Membership, bo: Membership, shares: str, reason: str) -> None:
    form = {"shares": shares, "receiver": str(bo.number), "once_key": "k" * 12}
    if shares == "１":  # a full-width one is a one
        assert "Check before" in text_of(browser_of(amina).post(f"{NEW}?reason={reason}", form))
        return
    answer = browser_of(amina).post(f"{NEW}?reason={reason}", {**form, "checked": "yes"})
    assert answer.status_code == 200
    assert "<script>" not in text_of(answer)
    assert not ShareTransfer.objects.exists()


def test_reasons_that_are_none_and_conversions_into_nothing_are_not_found(amina: Membership) -> None:
    mine = browser_of(amina)
    for reason in ("inheritance", "theft", "conversion"):
        assert mine.get(f"{NEW}?reason={reason}").status_code == 404
    assert "You hold no shares" in text_of(browser_of(make_member(amina.coop, "Cy")).get(NEW))


def test_a_large_coop_asks_for_the_number_of_a_member(amina: Membership, bo: Membership, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("marke.shares.forms.MOST_NAMES", 1)
    make_member(amina.coop, "Cy")
    mine = browser_of(amina)
    form = {"shares": "1", "once_key": "k" * 12}
    assert bo.party.email not in text_of(mine.get(NEW))
    assert "no other member with number 99" in text_of(mine.post(NEW, {**form, "receiver": "99"}))
    assert "no other member" in text_of(mine.post(NEW, {**form, "receiver": str(amina.number)}))
    assert "Check before it is asked" in text_of(mine.post(NEW, {**form, "receiver": str(bo.number)}))


def test_a_gift_is_asked_for_by_who_pays_and_seen_by_both(amina: Membership, bo: Membership) -> None:
    form = {"shares": "2", "receiver": str(bo.number), "once_key": "k" * 12}
    answer = browser_of(amina).post("/velo/shares/gift/", form)
    assert "<svg" in text_of(browser_of(amina).get(answer["Location"]))
    assert "Amina" in text_of(browser_of(bo).get(answer["Location"]))
    assert "What I pay for others" in text_of(browser_of(amina).get("/velo/shares/mine/"))
    assert ShareRequest.objects.latest("number").payer == amina.party


def test_an_inheritance_is_entered_by_an_officer_only(amina: Membership, bo: Membership, tess: Membership) -> None:
    path = f"/velo/shares/inheritance/{amina.number}/"
    form = {"heir": str(bo.number), "note": "deed of 3 March", "once_key": "k" * 12}
    assert browser_of(bo).post(path, form).status_code == 403
    office = browser_of(tess)
    assert office.get(path).status_code == 200
    assert office.get("/velo/shares/inheritance/999/").status_code == 404
    assert "Check before it is entered" in text_of(office.post(path, form))
    assert not ShareTransfer.objects.exists()
    for _ in range(2):
        office.post(path, {**form, "checked": "yes"})
    assert holdings(amina.coop) == {(bo.party.name, "ordinary"): (4, 20_000)}


def test_the_rest_is_called_from_the_register_and_paid_with_a_reference_of_its_own(coop: Coop, tess: Membership) -> None:
    set_value(coop, "shares.paid_in_minimum", [1, 4])
    cy = make_member(coop, "Cy")
    request = hold(cy, 4)
    office = browser_of(tess)
    assert "€150.00" in text_of(office.get("/velo/shares/"))
    for _ in range(2):
        office.post("/velo/shares/calls/", {"once_key": "c" * 12})
    assert ShareEvent.objects.filter(kind="called").count() == 1
    page = text_of(browser_of(cy).get(f"/velo/shares/requests/{request.number}/"))
    assert "<svg" in page
    assert request.payment_request.reference not in page


def test_the_register_is_read_by_class_and_day_on_pages_papers_and_as_csv(
    coop: Coop, amina: Membership, tess: Membership
) -> None:
    investor = open_class(coop, "investor", price=20_000, votes="share")
    hold(amina, 3, "i", T0 + 5 * DAY, share_class=investor)
    office = browser_of(tess)
    for language in ("en", "nl"):
        office.cookies["django_language"] = language
        for path in (
            "",
            "?of=investor",
            "?of=nothing&on=rubbish",
            "?on=2026-01-06",
            "entries/",
            "register.pdf?of=investor",
            "holdings.csv",
        ):
            assert office.get(f"/velo/shares/{path}").status_code == 200, path
    office.cookies["django_language"] = "en"
    assert "€600.00" in paper_of(office.get("/velo/shares/register.pdf"))
    assert "Nobody held shares" in paper_of(office.get("/velo/shares/register.pdf?on=2025-01-01"))
    csv = text_of(office.get("/velo/shares/holdings.csv?on=2026-01-06"))
    assert "investor" not in csv
    assert "2026-01-06,1,Amina,ordinary,4,200.00" in csv
    assert "Ordinary shares" in text_of(office.get("/velo/shares/"))


def test_the_certificate_of_any_day_names_each_class(coop: Coop, amina: Membership) -> None:
    investor = open_class(coop, "investor", price=20_000, votes="share")
    hold(amina, 3, "i", T0 + 5 * DAY, share_class=investor)
    mine = browser_of(amina)
    paper = paper_of(mine.get("/velo/shares/mine/certificate.pdf"))
    for said in ("holds 7 shares", "Ordinary shares: 4", "Investor shares: 3", "€800.00", "4 votes"):
        assert said in paper
    assert "holds 4 shares" in paper_of(mine.get("/velo/shares/mine/certificate.pdf?on=2026-01-06"))
    assert mine.get("/velo/shares/mine/certificate.pdf?on=2025-01-06").status_code == 404


def test_how_a_class_works_leads_to_a_proposal_about_that_class(coop: Coop, amina: Membership) -> None:
    open_class(coop, "investor", price=20_000)
    page = text_of(browser_of(amina).get("/velo/shares/classes/"))
    assert "key=shares.price&amp;scope_share_class=investor" in page
    assert "effect=open_share_class" in page
    form = text_of(browser_of(amina).get("/velo/proposals/new/?effect=rule&key=shares.price&scope_share_class=investor"))
    assert '<option value="investor" selected>' in form
    assert "investor,Investor shares,0,0" in text_of(browser_of(amina).get("/velo/shares/classes.csv"))


def test_pages_take_as_many_queries_for_three_rows_as_for_one(coop: Coop, tess: Membership) -> None:
    open_class(coop, "investor", price=20_000)
    office, counts = browser_of(tess), []
    paths = ("", "entries/", "transfers/", "register.pdf", "holdings.csv", "classes/")
    for count in range(2):
        for extra in range(1 + count):
            one, two = make_member(coop, f"a{count}{extra}"), make_member(coop, f"b{count}{extra}")
            hold(one, 2, f"h{count}{extra}")
            hold(one, 2, f"i{count}{extra}", share_class=queries.classes(coop)[1])
            transfer(one, two, 1, key=f"t{count}{extra}")
            ask(two, 1, f"w{count}{extra}")
        with CaptureQueriesContext(connection) as captured:
            for path in paths:
                assert office.get(f"/velo/shares/{path}").status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_what_is_kept_about_somebody_is_in_their_data(amina: Membership, bo: Membership) -> None:
    from marke.parties.hooks import my_data

    transfer(amina, bo)
    set_value(amina.coop, "shares.note_asked", value=True)
    services.request_shares(membership=amina, shares=1, once_key="n", by=amina.party, at=T0 + DAY, noted=True)
    for party in (amina.party, bo.party):
        [row] = my_data.get("share_transfers").rows(party)
        assert (row["from"], row["to"], row["state"]) == (amina.number, bo.number, "asked")
    assert len(list(my_data.get("share_notes").rows(amina.party))) == 1
    assert {row["kind"] for row in my_data.get("share_register").rows(amina.party)} == {"ordinary"}


def test_every_page_about_shares_speaks_dutch(coop: Coop, amina: Membership, bo: Membership, tess: Membership) -> None:
    investor = open_class(coop, "investor", price=20_000, paid_in_minimum=[1, 4], reflection=86_400, note_asked=True)
    pay(ask(amina, 1, "i", share_class=investor, noted=True))
    asked = transfer(amina, bo)
    office = browser_of(tess)
    office.cookies["django_language"] = "nl"
    mine = browser_of(amina)
    mine.cookies["django_language"] = "nl"
    assert "Mijn aandelen" in text_of(mine.get("/velo/shares/mine/"))
    for path in (
        "mine/",
        "gift/",
        "classes/",
        "transfers/",
        f"transfers/{asked.number}/",
        "requests/2/",
        "transfers/new/?reason=gift",
    ):
        assert mine.get(f"/velo/shares/{path}").status_code == 200
    assert office.get(f"/velo/shares/inheritance/{amina.number}/").status_code == 200
