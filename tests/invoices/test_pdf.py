"""The invoice as a paper, read back."""

import io
from datetime import timedelta
from typing import Any

import pytest
from lxml import etree
from pypdf import PdfReader

from marke.invoices.documents import cii_of
from marke.invoices.models import Invoice
from marke.invoices.pdf import invoice_data, invoice_pdf
from marke.invoices.services import credit_invoice, issue_invoice
from marke.parties.models import Client, Coop, Membership
from marke_core.einvoice.check import check
from marke_core.einvoice.cii import read_cii
from marke_core.einvoice.model import EN16931
from tests.factories.invoices import DONE, issued, settled_job

pytestmark = pytest.mark.django_db
FX = "{urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#}"
PDFA = "{http://www.aiim.org/pdfa/ns/id/}"


def read(invoice: Invoice) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(invoice_pdf(invoice))).pages]


def text(invoice: Invoice) -> str:
    return "\n".join(read(invoice)).replace("\u00a0", " ")


def rename(client: Client, name: str) -> None:
    client.party.name = name
    client.party.save()


def test_it_says_who_what_how_much_until_when_and_how_to_pay(coop: Coop, client_: Client, worker: Membership) -> None:
    paper = text(issued(coop, client_, worker, 1250, 990))
    for said in (
        "Velo", "Bakery Lund", "Invoice", "2026-0001", "BE0417497106", "1 April 2026", "€22.40", "€4.70", "€27.10",
        "+++000/0000/00101+++", "BE68 5390 0754 7034", "Job 1", "VAT 21 % on €22.40",
    ):  # fmt: skip
        assert said in paper, said


def test_it_speaks_the_clients_language(coop: Coop, client_: Client, worker: Membership) -> None:
    client_.party.language = "nl"
    client_.party.save()
    paper = text(issued(coop, client_, worker))
    assert "Factuur" in paper
    assert "1 april 2026" in paper


def test_a_credit_note_names_its_invoice_and_asks_for_nothing(coop: Coop, client_: Client, worker: Membership) -> None:
    note = credit_invoice(invoice=issued(coop, client_, worker), reason="Wrong client", by=None, at=DONE)
    paper = text(note)
    assert "for invoice 2026-0001" in paper
    assert "−€15.13" in paper
    assert "Wrong client" in paper
    assert "How to pay" not in paper


def test_a_long_invoice_carries_its_head_on_every_page(coop: Coop, client_: Client, worker: Membership) -> None:
    for price in range(36):
        settled_job(coop, client_, worker, 1000 + price)
    pages = read(issue_invoice(coop=coop, client=client_, by=None, at=DONE))
    assert len(pages) > 1
    assert all("2026-0001" in page for page in pages)
    assert f"Page {len(pages)} of {len(pages)}" in pages[-1]
    assert "How to pay" in pages[-1]


@pytest.mark.parametrize("name", ["Пекарня «Хлеб»", "Φούρνος Αθήνα", "Łódź Œuvre ß", "Żółć & Søn"])
def test_latin_greek_and_cyrillic_names_are_all_there(coop: Coop, client_: Client, worker: Membership, name: str) -> None:
    rename(client_, name)
    assert name in text(issued(coop, client_, worker))


@pytest.mark.parametrize("name", ["مخبز لوند", "面包店龙德", "ลุนด์", "🥐🥐🥐", "\u202eevil", "a" * 120])
def test_any_script_makes_a_paper(coop: Coop, client_: Client, worker: Membership, name: str) -> None:
    rename(client_, name)
    assert "2026-0001" in text(issued(coop, client_, worker))


@pytest.mark.parametrize(
    "name", ["#panic()", "$x^2$", "*bold* _it_", '#read("/etc/passwd")', "]#set page(fill: red)[", "\\", "= Heading", "{{ x }}"]
)
def test_markup_in_a_name_is_only_a_name(coop: Coop, client_: Client, worker: Membership, name: str) -> None:
    rename(client_, name)
    assert name in text(issued(coop, client_, worker))


def test_the_same_invoice_is_the_same_paper_and_later_changes_do_not_touch_it(
    coop: Coop, client_: Client, worker: Membership
) -> None:
    invoice = issued(coop, client_, worker)
    before = invoice_pdf(invoice)
    coop.name, coop.iban = "Another name", ""
    coop.save()
    rename(client_, "Another client")
    assert invoice_pdf(Invoice.objects.get()) == before
    dated = PdfReader(io.BytesIO(before)).metadata
    assert dated is not None
    assert dated.creation_date is not None
    assert abs(dated.creation_date - invoice.issued_at) < timedelta(days=1)


def inside(invoice: Invoice) -> tuple[bytes | None, dict[str, str], dict[str, Any]]:
    """The e-invoice in its PDF, what the metadata say, and the entry of the file."""
    reader = PdfReader(io.BytesIO(invoice_pdf(invoice)))
    root: Any = reader.trailer["/Root"]
    xmp = etree.fromstring(root["/Metadata"].get_object().get_data())
    said = {etree.QName(each).localname: each.text or "" for each in xmp.iter(f"{FX}*", f"{PDFA}*")}
    if "/AF" not in root:
        return None, said, {}
    entry = root["/AF"][0].get_object()
    return entry["/EF"]["/F"].get_object().get_data(), said, entry


def test_the_e_invoice_lies_inside_and_the_paper_says_so(coop: Coop, client_: Client, worker: Membership) -> None:
    """Factur-X, profile EN 16931: read back, it is what was written, without a fault, and in it what was issued."""
    invoice = issued(coop, client_, worker, 1250, 990)
    for paper, code in ((invoice, "380"), (credit_invoice(invoice=invoice, reason="Twice", by=None, at=DONE), "381")):
        content, said, entry = inside(paper)
        assert content is not None
        assert content == cii_of(paper)
        assert not check(content, rules="en16931-1.3.16").findings
        document = read_cii(content).document
        assert (document.number, document.type_code, document.totals.payable) == (paper.number, code, abs(paper.gross))
        assert document.specification == EN16931
        assert said == {
            "part": "3", "conformance": "B", "DocumentType": "INVOICE", "DocumentFileName": "factur-x.xml", "Version": "1.0",
            "ConformanceLevel": "EN 16931",
        }  # fmt: skip
        assert (entry["/AFRelationship"], entry["/UF"]) == ("/Alternative", "factur-x.xml")


def test_a_group_that_no_register_knows_has_a_paper_without_an_e_invoice(coop: Coop, client_: Client, worker: Membership) -> None:
    """EN 16931 wants a number by which the seller is known."""
    coop.vat_number, coop.registration_number, coop.legal_form = "", "", "none"
    coop.save()
    content, said, _entry = inside(issued(coop, client_, worker))
    assert content is None
    assert said == {"part": "3", "conformance": "B"}


def test_a_small_enterprise_without_a_vat_number_is_known_by_its_registration(
    coop: Coop, client_: Client, worker: Membership
) -> None:
    coop.vat_number = ""
    coop.save()
    assert inside(issued(coop, client_, worker))[0] is not None


def test_without_a_bank_account_there_is_a_reference_and_no_code(coop: Coop, client_: Client, worker: Membership) -> None:
    coop.iban = ""
    coop.save()
    data = invoice_data(issued(coop, client_, worker))
    assert data["pay"]["qr"] == ""
    assert "Account" not in [label for label, _ in data["pay"]["rows"]]
