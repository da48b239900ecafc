"""What the check of e-invoices finds is said in the language of whoever reads it."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random

import pytest
from babel.messages.pofile import read_po
from django.utils.translation import gettext, override

import marke.invoices
from marke.activities.models import Activity
from marke.invoices.core_texts import TEXTS
from marke.invoices.documents import CannotBeWritten
from marke.invoices.quote_queries import left_to_invoice
from marke.invoices.services import invoice_order
from marke.parties.models import Client, Coop, Membership
from marke.sending.documents import ubl_now
from marke.sending.models import Connection, Transmission
from marke.sending.services.transmitting import prepare
from marke_core.einvoice.check import RULE_SETS, check
from marke_core.einvoice.check.wording import wording
from tests.core.test_einvoice_check import INVOICE
from tests.core.test_einvoice_wording import SEED, damaged
from tests.factories.bills import received, ubl
from tests.factories.invoices import AT, accepted, quoted
from tests.factories.pages import browser_of
from tests.factories.parties import make_member
from tests.invoices.test_provisional import lose_country
from tests.invoices.test_quote_pages import written

PO = Path(marke.invoices.__file__).parent / "locale/nl/LC_MESSAGES/django.po"
PLACES = re.compile(r"\{\w+\}")
NO_COUNTRY = "Vul het land in het adres van de koper in"


def dutch() -> dict[str, str]:
    with PO.open("rb") as file:
        return {str(message.id): str(message.string) for message in read_po(file, locale="nl") if message.id in set(TEXTS)}


# Nothing is left out


def test_the_translators_have_every_sentence_of_the_check() -> None:
    """When it fails: marke/invoices/core_texts.py, or core_texts_peppol.py, lacks a text or has one too many."""
    assert sorted(TEXTS) == sorted(wording())


def test_every_sentence_of_the_check_has_its_dutch() -> None:
    known = dutch()
    assert not [text for text in TEXTS if not known.get(text) or known[text] == text]


def test_what_is_filled_in_is_the_same_in_dutch() -> None:
    for text, translated in dutch().items():
        assert sorted(PLACES.findall(text)) == sorted(PLACES.findall(translated)), text


def test_no_word_of_english_is_left_in_what_is_said() -> None:
    """Names of elements, and what the document says itself, stand between quotation marks."""
    english = re.compile(r"\b(the|must|fill|says?|choose|write|remove|line|VAT)\b", re.IGNORECASE)
    for number in range(40):
        for rules in RULE_SETS:
            for finding in check(damaged(Random(SEED + number)), rules).findings:
                with override("nl"):
                    said = finding.message.said(gettext)
                plain = re.sub(r"“[^”]*”|\(VAT voor btw\)|VATEX-EU-\w+", "", said)
                assert not english.search(plain), said


SAID = [
    ('<cbc:EndpointID schemeID="0088">7300010000001</cbc:EndpointID>', "",
     "Vul het elektronisch adres van de koper in: zonder kan het document niet bezorgd worden."),
    ("0404616494</cbc:EndpointID>", "0404616495</cbc:EndpointID>",
     "“0404616495” kan het elektronisch adres van de verkoper niet zijn: een Belgisch ondernemingsnummer heeft tien cijfers, waarvan"
     " de laatste twee de andere controleren. Zoek het opnieuw op."),
    ('unitCode="HUR"', 'unitCode="hour"',
     "“hour” is geen eenheid. Kies er een voor het aantal op regel 1: C62 (stuk), HUR (uur), KMT (kilometer); UN/ECE 20 en 21."),
    (">121.00</cbc:TaxInclusiveAmount>", ">120.00</cbc:TaxInclusiveAmount>",
     "Het totaal met btw moet 121.00 zijn: het totaal zonder btw plus één btw-totaal in dezelfde munt. Er staat “120.00”."),
    ("<cac:Item><cbc:Name>Deliveries</cbc:Name>",
     "<cac:AllowanceCharge><cbc:ChargeIndicator>maybe</cbc:ChargeIndicator></cac:AllowanceCharge><cac:Item><cbc:Name>Deliveries</cbc:Name>",
     "“maybe” is niet true en niet false. Schrijf een van de twee voor de keuze tussen korting en toeslag op regel 1."),
    ("<cbc:ID>1</cbc:ID>", "<cbc:ID>1</cbc:ID><cbc:UUID/>",
     "Er staat niets in “uuid” op regel 1. Vul het in of haal het weg: Peppol neemt geen lege velden aan."),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "sentence"), SAID)
def test_a_finding_names_the_field_and_what_to_do_in_dutch(old: str, new: str, sentence: str) -> None:
    assert INVOICE.count(old) == 1
    with override("nl"):
        assert sentence in [each.message.said(gettext) for each in check(INVOICE.replace(old, new).encode()).findings]


# Where a person reads it


@pytest.fixture
def connected(coop: Coop) -> Connection:
    return Connection.objects.create(coop=coop, kind="partner", participant="0208:0417497106", opened_at=AT)


@pytest.mark.django_db
def test_a_member_who_reads_dutch_reads_it_while_typing(activity: Activity, business: Client, worker: Membership) -> None:
    quoted(activity, business)
    lose_country(business)
    browser = browser_of(worker)
    browser.cookies["django_language"] = "nl"
    typing = browser.post("/velo/quotes/1/draft/", written(), headers={"HX-Request": "true"}).content.decode()
    assert NO_COUNTRY in typing and "Fill in" not in typing


@pytest.mark.django_db
def test_a_member_who_reads_dutch_reads_it_before_issuing(
    activity: Activity, business: Client, connected: Connection, worker: Membership
) -> None:
    accepted(activity, business)
    lose_country(business)
    browser = browser_of(worker)
    browser.cookies["django_language"] = "nl"
    page = browser.post("/velo/quotes/1/invoice/", {"how": "all"}).content.decode()
    assert NO_COUNTRY in page and "Fill in" not in page


@pytest.mark.django_db
@pytest.mark.one_database
def test_the_inbox_says_in_dutch_what_is_wrong_with_a_bill(coop: Coop) -> None:
    bill = received(coop, ubl().replace(b"<cbc:BuyerReference>7</cbc:BuyerReference>", b""), at=AT)
    browser = browser_of(make_member(coop, "Tess", offices=("treasurer",)))
    browser.cookies["django_language"] = "nl"
    page = browser.get(f"/velo/money/bills/{bill.number}/").content.decode()
    assert "Vul de referentie van de koper in, of het bestelnummer: de koper heeft een van beide nodig" in page


@pytest.mark.django_db
def test_what_refuses_the_e_invoice_is_said_in_dutch_too(activity: Activity, business: Client) -> None:
    quote = accepted(activity, business)
    lose_country(business)
    invoice = invoice_order(quote=quote, part=None, seen=sum(left_to_invoice(quote).values()), by=None, at=AT)
    with override("nl"), pytest.raises(CannotBeWritten, match=NO_COUNTRY):
        ubl_now(invoice)


@pytest.mark.django_db
def test_what_is_written_down_for_the_office_is_in_the_language_of_the_coop(
    coop: Coop, activity: Activity, business: Client, connected: Connection
) -> None:
    Coop.objects.filter(pk=coop.pk).update(language="nl")
    quote = accepted(activity, business)
    lose_country(business)
    invoice_order(quote=quote, part=None, seen=sum(left_to_invoice(quote).values()), by=None, at=AT)
    prepare(AT)
    row = Transmission.objects.get()
    assert (row.state, NO_COUNTRY in row.said) == ("failed", True)


@pytest.mark.django_db
def test_a_sign_that_no_e_invoice_can_carry_is_named(activity: Activity, business: Client) -> None:
    quote = accepted(activity, business)
    invoice = invoice_order(quote=quote, part=None, seen=sum(left_to_invoice(quote).values()), by=None, at=AT)
    invoice.buyer = {**invoice.buyer, "name": "Ba\x01kery"}
    with override("nl"), pytest.raises(CannotBeWritten) as refusal:
        ubl_now(invoice)
    assert str(refusal.value) == "“Ba?kery” bevat een teken dat in geen e-factuur kan staan (U+0001). Haal het weg."
