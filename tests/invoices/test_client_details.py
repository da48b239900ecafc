"""What papers say of a client can be changed for those to come; what was sent or issued keeps what it said."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import ForeignObjectRel
from django.test import Client as Browser

from marke.activities.models import Activity
from marke.invoices.models import Invoice, Quote, QuoteVersion
from marke.invoices.quote_queries import OF_OWN_BUSINESS, left_to_invoice
from marke.invoices.services import change_client, invoice_order, send_quote
from marke.invoices.services.clients import DETAILS, DetailsHaveChanged, KeptByThemselves, details_seen, open_details
from marke.parties.models import Client, Coop, Membership, Party
from marke.parties.services import ensure_client, give_sign_in, represent
from marke.places.models import Address
from marke.rates.models import ClientFare
from marke.sending.models import Recipient
from tests.factories.doors import make_program
from tests.factories.invoices import AT, accepted, brought, line, make_activity, runner_of, sent, settled_job, write
from tests.factories.pages import browser_of
from tests.factories.parties import make_client, make_coop, make_member

pytestmark = pytest.mark.django_db
NEW = {
    "name": "Gallery Zuid", "email": "Zuid@gallery.example", "vat_number": "BE 0999.900.348", "street": "Kade 1", "postcode": "2000",
    "city": "Antwerpen", "country": "be", "language": "nl", "peppol": "",
}  # fmt: skip
KEPT = {**NEW, "email": "zuid@gallery.example", "vat_number": "BE0999900348", "country": "BE"}


@pytest.fixture
def gallery(coop: Coop, activity: Activity) -> Client:
    """A client whom this business alone has, and brought by its quote."""
    quote = brought(activity)
    write(quote, line())
    send_quote(quote=quote, by=runner_of(activity), at=AT)
    return refreshed(quote.client)


def address(client: Client) -> str:
    return f"/velo/quotes/clients/{client.number}/"


def filled(client: Client, **changed: Any) -> dict[str, Any]:
    """The form as somebody sends it who has just opened it."""
    client = Client.objects.select_related("party").get(pk=client.pk)
    said = {name: getattr(client.party, name) for name in DETAILS} | {"peppol": "", "seen": details_seen(client)}
    return said | changed


def said_of(client: Client) -> dict[str, Any]:
    return dict(Party.objects.filter(pk=client.party_id).values(*DETAILS).get())


def test_whoever_wrote_the_quote_changes_the_details_and_does_so_once(gallery: Client, worker: Membership) -> None:
    browser, form = browser_of(worker), filled(gallery, **NEW)
    assert "Gallery North" in browser.get(address(gallery)).content.decode()
    for _ in range(2):
        assert browser.post(address(gallery), form).status_code == 302
        assert said_of(gallery) == {name: KEPT[name] for name in DETAILS}
    assert not Recipient.objects.exists()  # left as it was, so it stays a guess by the VAT number


def test_what_was_sent_and_issued_keeps_what_it_said(gallery: Client, activity: Activity, worker: Membership) -> None:
    order = accepted(activity, gallery)
    before = invoice_order(quote=order, part=None, seen=sum(left_to_invoice(order).values()), by=worker.party, at=AT)
    papers = list(Invoice.objects.values("buyer", "language")), list(QuoteVersion.objects.values("buyer", "language"))
    browser_of(worker).post(address(gallery), filled(gallery, **NEW))
    assert (list(Invoice.objects.values("buyer", "language")), list(QuoteVersion.objects.values("buyer", "language"))) == papers
    gallery.party.refresh_from_db()
    later = accepted(activity, gallery)
    after = invoice_order(quote=later, part=None, seen=sum(left_to_invoice(later).values()), by=worker.party, at=AT)
    assert (before.buyer["name"], before.language) == ("Gallery North", "en")
    assert (after.buyer["name"], after.buyer["vat_number"], after.language) == ("Gallery Zuid", "BE0999900348", "nl")


def test_where_e_invoices_go_is_changed_with_the_rest_or_nothing_is(gallery: Client, worker: Membership) -> None:
    browser, before = browser_of(worker), said_of(gallery)
    response = browser.post(address(gallery), filled(gallery, **NEW | {"peppol": "nowhere"}))
    assert response.status_code == 422
    assert "nobody on the network" in response.content.decode()
    assert said_of(gallery) == before
    assert not Recipient.objects.exists()
    assert browser.post(address(gallery), filled(gallery, peppol="0208:0999900348")).status_code == 302
    assert Recipient.objects.get().participant == "0208:0999900348"


@pytest.mark.parametrize(
    "wrong", [{"name": " "}, {"vat_number": "BE0123"}, {"country": "Belgium"}, {"email": "nobody"}, {"language": "xx"}]
)
def test_what_does_not_fit_is_said_and_nothing_is_changed(gallery: Client, worker: Membership, wrong: dict[str, str]) -> None:
    before = said_of(gallery)
    response = browser_of(worker).post(address(gallery), filled(gallery, **NEW | wrong))
    assert response.status_code == 422
    assert "Gallery Zuid" in response.content.decode() or "name" in wrong  # what was typed is kept
    assert said_of(gallery) == before


def test_what_somebody_else_wrote_meanwhile_is_not_written_over(gallery: Client, worker: Membership) -> None:
    opened = filled(gallery, city="Gent")
    browser = browser_of(worker)
    browser.post(address(gallery), filled(gallery, street="Kade 2"))
    response = browser.post(address(gallery), opened)
    assert "since you opened the page" in response.content.decode()
    assert (said_of(gallery)["street"], said_of(gallery)["city"]) == ("Kade 2", "")
    with pytest.raises(DetailsHaveChanged):
        change_client(client=gallery, details={"city": "Gent"}, places={}, seen="", by=None, at=AT)


def test_a_client_of_others_too_is_changed_by_whoever_handles_the_money(
    coop: Coop, activity: Activity, gallery: Client, worker: Membership
) -> None:
    """Else anybody could send another's invoices elsewhere, by writing that client a quote."""
    settled_job(coop, (bakery := make_client(coop, "Bakery")), worker)
    sent(activity, bakery)
    colleague = make_member(coop, "Bo")
    before = said_of(bakery), said_of(gallery)
    for who, client in ((worker, bakery), (colleague, gallery), (None, gallery)):
        browser = browser_of(who)
        assert browser.get(address(client)).status_code in (302, 403)
        browser.post(address(client), filled(client, **NEW))
    sent(make_activity(coop, colleague, "Bo draws", at=AT), gallery, at=AT + timedelta(days=1))
    assert browser_of(worker).post(address(gallery), filled(gallery, **NEW)).status_code == 403
    stranger = make_member(make_coop("moto"), "Olaf", offices=("treasurer",))
    assert browser_of(stranger).post(address(gallery), filled(gallery, **NEW)).status_code in (403, 404)
    assert (said_of(bakery), said_of(gallery)) == before
    treasurer = browser_of(make_member(coop, "Tess", offices=("treasurer",)))
    assert treasurer.post(address(bakery), filled(bakery, **NEW)).status_code == 302
    assert said_of(bakery)["name"] == "Gallery Zuid"


def test_a_client_whom_the_co_op_knew_is_not_had_by_writing_their_mail_address(
    coop: Coop, activity: Activity, worker: Membership
) -> None:
    hospital = make_client(coop, "Hospital")
    make_program(coop, hospital)
    browser, before = browser_of(worker), said_of(hospital)
    form = {
        "title": "Beds", "client": "new", "name": "Mine", "kind": "organisation", "email": hospital.party.email.upper(),
        "country": "BE", "once_key": "0" * 32,
    }  # fmt: skip
    assert browser.post(f"/velo/quotes/new/{activity.number}/", form).status_code == 302
    assert Quote.objects.get().client == hospital
    assert browser.get(address(hospital)).status_code == 403
    assert browser.post(address(hospital), filled(hospital, **NEW)).status_code == 403
    assert said_of(hospital) == before


def given_a_key(client: Client) -> None:
    make_program(client.coop, client)


def given_a_fare(client: Client) -> None:
    ClientFare.objects.create(coop=client.coop, client=client, less=1, of=10, from_on=AT.date(), agreed_at=AT)


def given_an_address(client: Client) -> None:
    Address.objects.create(coop=client.coop, client=client, chain="job:1", text="Kade 1", folded="kade 1", used_at=AT)


def given_somebody_who_acts_for_them(client: Client) -> None:
    nurse = make_member(client.coop, "Nora").party
    represent(party=client.party, person=nurse, starts_on=AT.date(), by=None, at=AT)


def given_a_job(client: Client) -> None:
    settled_job(client.coop, client, Membership.objects.filter(coop=client.coop).earliest("pk"))


def written_before_that_was_kept(client: Client) -> None:
    Quote.objects.filter(client=client).update(brought_client=None)


@pytest.mark.parametrize(
    "since",
    [
        given_a_key,
        given_a_fare,
        given_an_address,
        given_somebody_who_acts_for_them,
        given_a_job,
        written_before_that_was_kept,
    ],
)
def test_once_the_co_op_has_to_do_with_a_client_only_its_offices_change_them(
    coop: Coop, gallery: Client, worker: Membership, since: Callable[[Client], None]
) -> None:
    browser = browser_of(worker)
    assert browser.get(address(gallery)).status_code == 200
    since(gallery)
    before = said_of(gallery)
    assert browser.get(address(gallery)).status_code == 403
    assert browser.post(address(gallery), filled(gallery, **NEW)).status_code == 403
    assert said_of(gallery) == before
    treasurer = browser_of(make_member(coop, "Tess", offices=("treasurer",)))
    assert treasurer.post(address(gallery), filled(gallery, **NEW)).status_code == 302
    assert said_of(gallery) != before


def test_who_brought_somebody_that_signs_in_or_is_a_member_does_not_change_their_vat_number(
    coop: Coop, activity: Activity, gallery: Client, worker: Membership
) -> None:
    mila = brought(activity, name="Mila", email="mila@x.example").client
    Membership.objects.filter(pk=make_member(coop, "Mila", with_user=False).pk).update(party=mila.party)
    give_sign_in(party=gallery.party, email="north@gallery.example", verified=True, at=AT)
    browser = browser_of(worker)
    for client in (gallery, mila):
        before = said_of(client)
        assert browser.post(address(client), filled(client, vat_number="BE0999900348")).status_code == 403
        assert said_of(client) == before


def test_every_table_that_a_client_of_an_own_business_stands_in_is_one() -> None:
    """A name that is written otherwise would shut out whoever brought the client."""
    ties = [tie for tie in Client._meta.get_fields(include_hidden=True) if isinstance(tie, ForeignObjectRel)]
    assert {tie.related_model._meta.label_lower for tie in ties} > OF_OWN_BUSINESS


def test_who_signs_in_or_is_a_member_keeps_their_own_but_for_the_vat_number(coop: Coop, gallery: Client) -> None:
    treasurer = browser_of(make_member(coop, "Tess", offices=("treasurer",)))
    give_sign_in(party=gallery.party, email="north@gallery.example", verified=True, at=AT)
    mila = ensure_client(coop=coop, party=make_member(coop, "Mila", with_user=False).party, at=AT)
    for client in (gallery, mila):
        before = said_of(client)
        assert "theirs to keep" in treasurer.get(address(client)).content.decode()
        assert treasurer.post(address(client), filled(client, **NEW)).status_code == 302
        assert said_of(client) == before | {"vat_number": "BE0999900348"}
        with pytest.raises(KeptByThemselves):
            change_client(client=client, details={"name": "X"}, places={}, seen=details_seen(refreshed(client)), by=None, at=AT)
        assert said_of(client) == before | {"vat_number": "BE0999900348"}


def refreshed(client: Client) -> Client:
    return Client.objects.select_related("party", "coop").get(pk=client.pk)


def test_what_another_co_op_knows_too_is_no_one_co_ops_to_change(coop: Coop, gallery: Client) -> None:
    ensure_client(coop=make_coop("moto"), party=gallery.party, at=AT)
    before = said_of(gallery)
    assert open_details(refreshed(gallery)) == ()
    treasurer = browser_of(make_member(coop, "Tess", offices=("treasurer",)))
    treasurer.post(address(gallery), filled(gallery, **NEW | {"peppol": "0088:7300010000001"}))
    assert said_of(gallery) == before
    assert Recipient.objects.get().participant == "0088:7300010000001"  # where this co-op sends is its own affair


def test_the_way_there_is_shown_to_whoever_may_go_it(gallery: Client, coop: Coop, worker: Membership) -> None:
    page = browser_of(worker).get("/velo/quotes/1/").content.decode()
    assert address(gallery) in page
    settled_job(coop, gallery, worker)
    assert address(gallery) not in browser_of(worker).get("/velo/quotes/1/").content.decode()
    treasurer: Browser = browser_of(make_member(coop, "Tess", offices=("treasurer",)))
    assert address(gallery) in treasurer.get(f"/velo/invoices/to-invoice/{gallery.number}/").content.decode()


@pytest.mark.parametrize("number", ["0", "999", "9" * 30])
def test_nobody_and_who_was_forgotten_have_no_details(coop: Coop, gallery: Client, number: str) -> None:
    treasurer = browser_of(make_member(coop, "Tess", offices=("treasurer",)))
    assert treasurer.get(f"/velo/quotes/clients/{number}/").status_code == 404
    Party.objects.filter(pk=gallery.party_id).update(erased_at=AT)
    assert treasurer.get(address(gallery)).status_code == 404
