"""Our own check of e-invoices: what it says of a document, and that no document brings it down."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from lxml import etree

from marke_core.einvoice.check import RULE_SETS, Finding, check, judge_rule
from marke_core.einvoice.check.inspection import Inspection
from marke_core.einvoice.check.texts import ALWAYS_KEPT, EN16931_TEXTS, TEXTS, WARNINGS
from marke_core.einvoice.check.texts_peppol import PEPPOL_TEXTS
from marke_core.einvoice.cii import write_cii
from marke_core.einvoice.official import OfficialRules, OfficialRulesMissing
from marke_core.einvoice.samples import random_document
from marke_core.einvoice.ubl import write_ubl

SEED = 20260421
INVOICE = """<?xml version="1.0" encoding="UTF-8"?>
<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
  xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
  xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
  <cbc:CustomizationID>urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0</cbc:CustomizationID>
  <cbc:ProfileID>urn:fdc:peppol.eu:2017:poacc:billing:01:1.0</cbc:ProfileID>
  <cbc:ID>2026-001</cbc:ID>
  <cbc:IssueDate>2026-04-01</cbc:IssueDate>
  <cbc:DueDate>2026-05-01</cbc:DueDate>
  <cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode>
  <cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>
  <cbc:BuyerReference>desk 4</cbc:BuyerReference>
  <cac:AccountingSupplierParty><cac:Party>
    <cbc:EndpointID schemeID="0208">0404616494</cbc:EndpointID>
    <cac:PostalAddress><cbc:CityName>Gent</cbc:CityName><cac:Country><cbc:IdentificationCode>BE</cbc:IdentificationCode></cac:Country></cac:PostalAddress>
    <cac:PartyTaxScheme><cbc:CompanyID>BE0404616494</cbc:CompanyID><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme>
    <cac:PartyLegalEntity><cbc:RegistrationName>Spoke co-op</cbc:RegistrationName></cac:PartyLegalEntity>
  </cac:Party></cac:AccountingSupplierParty>
  <cac:AccountingCustomerParty><cac:Party>
    <cbc:EndpointID schemeID="0088">7300010000001</cbc:EndpointID>
    <cac:PostalAddress><cac:Country><cbc:IdentificationCode>BE</cbc:IdentificationCode></cac:Country></cac:PostalAddress>
    <cac:PartyLegalEntity><cbc:RegistrationName>Bakery</cbc:RegistrationName></cac:PartyLegalEntity>
  </cac:Party></cac:AccountingCustomerParty>
  <cac:TaxTotal>
    <cbc:TaxAmount currencyID="EUR">21.00</cbc:TaxAmount>
    <cac:TaxSubtotal>
      <cbc:TaxableAmount currencyID="EUR">100.00</cbc:TaxableAmount><cbc:TaxAmount currencyID="EUR">21.00</cbc:TaxAmount>
      <cac:TaxCategory><cbc:ID>S</cbc:ID><cbc:Percent>21</cbc:Percent><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:TaxCategory>
    </cac:TaxSubtotal>
  </cac:TaxTotal>
  <cac:LegalMonetaryTotal>
    <cbc:LineExtensionAmount currencyID="EUR">100.00</cbc:LineExtensionAmount>
    <cbc:TaxExclusiveAmount currencyID="EUR">100.00</cbc:TaxExclusiveAmount>
    <cbc:TaxInclusiveAmount currencyID="EUR">121.00</cbc:TaxInclusiveAmount>
    <cbc:PayableAmount currencyID="EUR">121.00</cbc:PayableAmount>
  </cac:LegalMonetaryTotal>
  <cac:InvoiceLine>
    <cbc:ID>1</cbc:ID>
    <cbc:InvoicedQuantity unitCode="HUR">4</cbc:InvoicedQuantity>
    <cbc:LineExtensionAmount currencyID="EUR">100.00</cbc:LineExtensionAmount>
    <cac:Item><cbc:Name>Deliveries</cbc:Name>
      <cac:ClassifiedTaxCategory><cbc:ID>S</cbc:ID><cbc:Percent>21</cbc:Percent><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:ClassifiedTaxCategory>
    </cac:Item>
    <cac:Price><cbc:PriceAmount currencyID="EUR">25</cbc:PriceAmount></cac:Price>
  </cac:InvoiceLine>
</Invoice>"""


def changed(old: str, new: str) -> bytes:
    assert INVOICE.count(old) == 1, old
    return INVOICE.replace(old, new).encode()


def found(content: bytes, rule: str) -> Finding:
    return next(finding for finding in check(content).findings if finding.rule == rule)


def test_an_invoice_that_is_right_is_valid():
    report = check(INVOICE.encode())
    assert report.valid and not report.findings
    assert (report.rules.key, report.rules.version) == ("peppol-bis-3.0.21", "3.0.21")


def test_bytes_and_a_tree_are_judged_alike():
    content = changed(">100.00</cbc:TaxableAmount>", ">90.00</cbc:TaxableAmount>")
    assert check(etree.fromstring(content)).findings == check(content).findings


@pytest.mark.parametrize("seed", range(SEED, SEED + 60))
def test_what_we_write_ourselves_is_valid(seed: int):
    document = random_document(Random(seed))
    rules = "peppol-selfbilling-3.0.1" if document.is_self_billed else "peppol-bis-3.0.21"
    assert check(write_ubl(document), rules).fatal == ()


SAID = [
    (
        '<cbc:EndpointID schemeID="0088">7300010000001</cbc:EndpointID>',
        "",
        ("PEPPOL-EN16931-R010", "buyer.endpoint", "/Invoice/cac:AccountingCustomerParty/cac:Party/cbc:EndpointID"),
        "Fill in the electronic address of the buyer: without it the document cannot be delivered.",
    ),
    (
        "0404616494</cbc:EndpointID>",
        "0404616495</cbc:EndpointID>",
        ("PEPPOL-COMMON-R043", "seller.endpoint", "/Invoice/cac:AccountingSupplierParty/cac:Party/cbc:EndpointID"),
        "“0404616495” cannot be the electronic address of the seller: a Belgian company number has ten digits, the last two of"
        " which check the others. Look it up again.",
    ),
    (
        'unitCode="HUR"',
        'unitCode="hour"',
        ("BR-CL-23", "lines[0].quantity", "/Invoice/cac:InvoiceLine/cbc:InvoicedQuantity"),
        "“hour” is no unit. Choose one for the quantity on line 1: C62 (one), HUR (hour), KMT (kilometre); UN/ECE 20 and 21.",
    ),
    (
        ">121.00</cbc:TaxInclusiveAmount>",
        ">120.00</cbc:TaxInclusiveAmount>",
        ("BR-CO-15", "totals.with_vat", "/Invoice/cac:LegalMonetaryTotal/cbc:TaxInclusiveAmount"),
        "The total with VAT must be 121.00: the total without VAT and one total of VAT in the same currency. It says “120.00”.",
    ),
    (
        "<cbc:DueDate>2026-05-01</cbc:DueDate>",
        "<cbc:DueDate>1 May 2026</cbc:DueDate>",
        ("UBL-DATE", "due_date", "/Invoice/cbc:DueDate"),
        "“1 May 2026” is no date, and the due date must be one. Write it as year-month-day: 2026-01-31.",
    ),
    (
        "<cbc:ID>1</cbc:ID>",
        "<cbc:Name>one</cbc:Name>",
        ("UBL-UNKNOWN", "lines[0].name", "/Invoice/cac:InvoiceLine/cbc:Name"),
        "UBL has no “Name” in “InvoiceLine”. Remove it, or move it to where it belongs.",
    ),
]


@pytest.mark.parametrize(("old", "new", "where", "sentence"), SAID, ids=[where[0] for _, _, where, _ in SAID])
def test_a_finding_names_the_field_and_what_to_do(old: str, new: str, where: tuple[str, str, str], sentence: str):
    finding = found(changed(old, new), where[0])
    assert (finding.rule, finding.field, finding.path) == where
    assert finding.flag == "fatal"
    assert str(finding.message) == sentence


def test_a_message_is_a_template_with_values_so_that_it_can_be_translated():
    message = found(changed('unitCode="HUR"', 'unitCode="hour"'), "BR-CL-23").message
    dutch = {
        message.template: "“{code}” is geen eenheid voor {field}.",
        "the quantity on line {line}": "het aantal op regel {line}",
    }
    assert message.said(lambda text: dutch.get(text, text)) == "“hour” is geen eenheid voor het aantal op regel 1."


def test_a_warning_does_not_make_a_document_invalid():
    report = check(changed("0404616494</cbc:EndpointID>", "x</cbc:EndpointID>").replace(b'schemeID="0208"', b'schemeID="0211"'))
    assert report.valid
    assert check(changed('schemeID="0208">0404616494', 'schemeID="0190">12')).warnings[0].rule == "PEPPOL-COMMON-R055"


def test_a_sum_is_judged_to_the_cent_and_never_in_binary_fractions():
    assert check(changed(">100.00</cbc:TaxExclusiveAmount>", ">100.01</cbc:TaxExclusiveAmount>")).verdict == "invalid"
    long = "100.00" + "0" * 30 + "1"
    rules = {
        finding.rule for finding in check(changed(">100.00</cbc:TaxExclusiveAmount>", f">{long}</cbc:TaxExclusiveAmount>")).fatal
    }
    assert rules >= {"BR-CO-13", "BR-DEC-12"} and "BR-CO-15" not in rules  # the standard rounds the one sum and not the other


EXTENSION = """<ext:UBLExtensions xmlns:ext="urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2">
  <ext:UBLExtension><ext:ExtensionContent><x:Own xmlns:x="urn:x"><x:Deep kind="1">text</x:Deep></x:Own></ext:ExtensionContent></ext:UBLExtension>
</ext:UBLExtensions>"""


def test_what_stands_in_an_extension_is_its_makers_business():
    start = "<cbc:CustomizationID>"
    assert check(changed(start, EXTENSION + start)).valid
    outside = check(changed(start, '<x:Own xmlns:x="urn:x"/>' + start))
    assert "UBL-UNKNOWN" in {finding.rule for finding in outside.fatal}


@pytest.mark.parametrize("loose", ["text", "\N{NO-BREAK SPACE}"])
def test_text_between_the_fields_is_refused(loose: str):
    report = check(changed("<cbc:ID>2026-001</cbc:ID>", f"<cbc:ID>2026-001</cbc:ID>{loose}"))
    assert [finding.rule for finding in report.findings] == ["UBL-LOOSE-TEXT"]


def test_a_document_in_cii_is_judged_as_the_ubl_that_says_the_same():
    document = random_document(Random(SEED))
    assert check(write_cii(document)).fatal == ()
    wrong = replace(document, totals=replace(document.totals, payable=document.totals.payable + 1))
    assert {finding.rule for finding in check(write_cii(wrong)).fatal} == {"BR-CO-16"}
    nothing = check(b'<CrossIndustryInvoice xmlns="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"/>')
    assert [finding.rule for finding in nothing.fatal] == ["CII"]


def test_a_cii_document_may_name_a_sales_order_and_no_order():
    document = replace(random_document(Random(SEED)), order_reference="", sales_order_reference="SO-1", buyer_reference="desk 4")
    assert check(write_cii(document)).fatal == ()


def test_what_a_cii_document_says_in_vain_is_a_warning():
    content = write_cii(random_document(Random(SEED)))
    more = content.replace(b"</ram:TypeCode>", b"</ram:TypeCode><ram:CopyIndicator>1</ram:CopyIndicator>", 1)
    report = check(more)
    assert report.valid
    assert [(finding.rule, finding.path.endswith("CopyIndicator")) for finding in report.warnings] == [("CII-UNREAD", True)]


def test_a_fragment_is_judged_by_one_rule_alone():
    fragment = b'<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"/>'
    assert [finding.rule for finding in judge_rule("BR-02", fragment)] == ["BR-02"]
    assert judge_rule("BR-CO-15", fragment) == ()


def test_editions_differ_in_what_they_ask():
    no_address = changed('<cbc:EndpointID schemeID="0088">7300010000001</cbc:EndpointID>', "")
    assert check(no_address, "en16931-1.3.16").valid
    assert not check(no_address, "peppol-bis-3.0.21").valid
    assert "PEPPOL-EN16931-R004" in {finding.rule for finding in check(INVOICE.encode(), "peppol-selfbilling-3.0.1").fatal}
    with pytest.raises(KeyError):
        check(INVOICE.encode(), "peppol-bis-2.0")


def test_every_fatal_rule_has_words():
    assert len((EN16931_TEXTS.keys() | ALWAYS_KEPT) - WARNINGS - {"BR-66", "BR-67", "BR-CO-25", "UBL-SR-38"}) == 281
    assert len(PEPPOL_TEXTS.keys() - WARNINGS) == 139


# Documents that mean harm, or are none

BOMB = b"""<!DOCTYPE Invoice [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;">]>
<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2">&c;</Invoice>"""
OUTSIDE = b"""<!DOCTYPE Invoice [<!ENTITY f SYSTEM "file:///etc/hostname">]>
<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2">&f;</Invoice>"""


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "XML"),
        (b"%PDF-1.7", "XML"),
        (b"<Invoice>", "XML"),
        (b"\x00" * 100, "XML"),
        ("<a>é</a>".encode("latin-1"), "XML"),
        (BOMB, "XML-DOCTYPE"),
        (OUTSIDE, "XML-DOCTYPE"),
        (b"<!DOCTYPE html><html/>", "XML-DOCTYPE"),
        (b"<html/>", "UBL-ROOT"),
        (b'<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Order-2"/>', "UBL-ROOT"),
        (b"<a>" * 200 + b"</a>" * 200, "UBL-ROOT"),
        (b"<a>" * 5000 + b"</a>" * 5000, "XML"),
    ],
    ids=str,
)
def test_what_is_no_invoice_is_refused_with_a_reason(content: bytes, rule: str):
    report = check(content)
    assert report.verdict == "invalid"
    assert rule in [finding.rule for finding in report.findings]
    assert all(str(finding.message) for finding in report.findings)
    assert "hostname" not in " ".join(str(finding.message) for finding in report.findings)


def test_a_document_of_three_thousand_lines_and_groups_is_judged_in_a_second_or_two():
    line = INVOICE[INVOICE.index("  <cac:InvoiceLine>") : INVOICE.index("</Invoice>")]
    group = INVOICE[INVOICE.index("    <cac:TaxSubtotal>") : INVOICE.index("  </cac:TaxTotal>")]
    content = INVOICE.replace(line, "".join(line.replace("<cbc:Percent>21", f"<cbc:Percent>{n}") for n in range(3_000)))
    content = content.replace(group, "".join(group.replace("<cbc:Percent>21", f"<cbc:Percent>{n}") for n in range(3_000)))
    report = check(content.encode())
    assert not report.valid and len(report.findings) == 500


def test_a_fatal_finding_after_hundreds_of_warnings_still_counts():
    number = '<cac:PartyIdentification><cbc:ID schemeID="0190">x</cbc:ID></cac:PartyIdentification>'
    content = changed("0404616494</cbc:EndpointID>", "0404616495</cbc:EndpointID>" + number * 600)
    report = check(content)
    assert not report.valid and len(report.findings) == 500


@pytest.mark.parametrize(
    ("start", "end", "right"),
    [
        ("2026-03-01", "2026-03-31", True),
        ("2026-03-31", "2026-03-31", True),
        ("2026-03-31", "2026-03-01", False),
        ("2026-03-31", "2017-03-31Z", False),
        ("2026-03-31", "2026-03-31Z", True),
        ("2026-03-31", "2026-03-31+01:00", False),  # which begins an hour earlier
        ("2026-03-31-01:00", "2026-03-31", False),
        ("1599-03-31", "12026-03-31", True),
    ],
)
def test_a_period_ends_after_it_begins_also_where_dates_have_time_zones(start: str, end: str, right: bool):
    period = f"<cac:InvoicePeriod><cbc:StartDate>{start}</cbc:StartDate><cbc:EndDate>{end}</cbc:EndDate></cac:InvoicePeriod>"
    reference = "<cbc:BuyerReference>desk 4</cbc:BuyerReference>"
    rules = {finding.rule for finding in check(changed(reference, reference + period), "en16931-1.3.16").fatal}
    assert rules == (set() if right else {"BR-29"})


@pytest.mark.parametrize("date", ["9" * 5000 + "-01-01", "-" + "1" * 4999 + "-01-01"])
def test_a_date_without_end_is_no_date(date: str):
    assert "UBL-DATE" in {finding.rule for finding in check(changed("2026-04-01", date)).fatal}


def test_a_tree_that_nests_too_deep_is_refused():
    root = deepest = etree.Element("{urn:oasis:names:specification:ubl:schema:xsd:Invoice-2}Invoice")
    for _ in range(3000):
        deepest = etree.SubElement(deepest, "{urn:x}a")
    assert [finding.rule for finding in check(root).findings] == ["XML-DEEP"]


def test_an_error_of_ours_counts_as_invalid(monkeypatch: pytest.MonkeyPatch):
    def breaks(inspection: Inspection) -> None:
        raise ZeroDivisionError

    monkeypatch.setitem(RULE_SETS, "broken", replace(RULE_SETS["peppol-bis-3.0.21"], parts=(breaks,)))
    report = check(INVOICE.encode(), "broken")
    assert [finding.rule for finding in report.fatal] == ["ENGINE"] and not report.valid


def test_no_single_change_brings_the_check_down_or_leaves_it_without_words():
    """Every element of an invoice is taken out, doubled, emptied and filled with nonsense, one at a time."""
    root = etree.fromstring(INVOICE.encode())
    places = [root.getroottree().getelementpath(each) for each in root.iterdescendants()]
    for place in places:
        for damage in ("out", "twice", "empty", "nonsense", "comment"):
            copy = etree.fromstring(INVOICE.encode())
            each = copy.find(place)
            parent = None if each is None else each.getparent()
            assert each is not None and parent is not None
            if damage == "out":
                parent.remove(each)
            elif damage == "twice":
                each.addnext(etree.fromstring(etree.tostring(each)))
            elif damage == "comment":
                each.insert(0, etree.Comment("x"))
            else:
                each.text = "" if damage == "empty" else "\N{CYCLONE} {value} 1e9 %s"
            report = check(copy)
            assert "ENGINE" not in {finding.rule for finding in report.findings}, (place, damage)
            for finding in report.findings:
                assert "{" not in str(finding.message).replace("{value}", ""), finding
                assert finding.message.template in TEXTS.values() or "cannot be right" in finding.message.template


# The official rules are not ours to pass on; without them there are clear words


def test_a_missing_folder_or_file_of_official_rules_is_told(tmp_path: Path):
    with pytest.raises(OfficialRulesMissing, match="is not a folder"):
        OfficialRules(tmp_path / "nowhere")
    with pytest.raises(OfficialRulesMissing, match=r"no CEN-EN16931-UBL.xslt in .* See docs/how-to/check-e-invoices.md"):
        OfficialRules(tmp_path)
    for folder in ("old", "new"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "CEN-EN16931-UBL.xslt").write_text(folder)
    with pytest.raises(OfficialRulesMissing, match="several editions"):
        OfficialRules(tmp_path)
