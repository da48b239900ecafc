"""Which VAT goes on a line: suggested by where both are, explained, changeable where the law leaves a choice."""

from datetime import date

import pytest
from django.utils import translation

from marke.activities.models import Activity
from marke.invoices.models import VatBreakdown
from marke.invoices.services import invoice_order
from marke.invoices.vat_choices import Trader, VatChoice, VatNotPossible, advise, check_choice, read_choice
from marke.invoices.vat_notes import reason
from marke.parties.models import Client, Coop
from tests.factories.invoices import AT, accepted, line

DAY = date(2026, 3, 2)
BELGIAN = Trader("BE", True, True)


def keys(buyer: Trader, seller: Trader = BELGIAN) -> list[str]:
    return [choice.key for choice in advise(seller, buyer, without_number="E", on=DAY).choices]


@pytest.mark.parametrize(
    ("buyer", "choices"),
    [
        (Trader("BE", True, True), ["S-210", "S-120", "S-60", "Z-0", "E-0", "AE-0"]),
        (Trader("BE", False, False), ["S-210", "S-120", "S-60", "Z-0", "E-0"]),
        (Trader("", False, False), ["S-210", "S-120", "S-60", "Z-0", "E-0"]),
        (Trader("NL", True, True), ["AE-0", "K-0", "S-210", "S-120", "S-60", "Z-0", "E-0"]),
        (Trader("NL", False, True), ["S-210", "S-120", "S-60", "Z-0", "E-0"]),
        (Trader("NL", False, False), ["S-210", "S-120", "S-60", "Z-0", "E-0"]),
        (Trader("CH", False, True), ["O-0", "G-0", "S-210", "S-120", "S-60", "Z-0", "E-0"]),
        (Trader("US", False, False), ["S-210", "S-120", "S-60", "Z-0", "E-0", "G-0"]),
    ],
)
def test_a_belgian_seller_is_told_what_is_possible_first_what_is_usual(buyer: Trader, choices: list[str]) -> None:
    assert keys(buyer) == choices


@pytest.mark.parametrize("category", ["E", "O"])
def test_a_seller_without_a_number_charges_none_to_anybody(category: str) -> None:
    small = Trader("BE", False, True)
    for buyer in (Trader("BE", True, True), Trader("NL", True, True), Trader("US", False, False)):
        assert advise(small, buyer, without_number=category, on=DAY).choices == (VatChoice(category, 0),)


def test_a_seller_outside_the_union_knows_no_reverse_charge_into_it() -> None:
    swiss = Trader("CH", True, True)
    assert keys(Trader("FR", True, True), swiss) == ["O-0", "G-0", "S-81", "E-0"]


def test_what_is_impossible_is_refused_with_what_is_possible() -> None:
    advice = advise(BELGIAN, Trader("NL", False, False), without_number="E", on=DAY)
    with pytest.raises(VatNotPossible, match=r"no VAT number.*Choose 21.%"):
        check_choice(VatChoice("AE", 0), advice)


@pytest.mark.parametrize("key", ["", "S", "S-", "S--1", "S-²", "S-9999", "-"])
def test_nonsense_is_no_choice(key: str) -> None:
    choice = read_choice(key)
    assert choice is None or choice not in advise(BELGIAN, BELGIAN, without_number="E", on=DAY).choices


@pytest.mark.parametrize("language", ["en", "nl", "fr", "de"])
@pytest.mark.parametrize("category", ["E", "AE", "K", "G", "O"])
def test_each_category_without_vat_has_its_words_in_the_invoices_language(category: str, language: str) -> None:
    said = reason(category=category, country="BE", has_vat_number=True, language=language, buyer_country="NL")
    assert said
    assert len(said) < 400
    english = reason(category=category, country="BE", has_vat_number=True, language="en", buyer_country="NL")
    assert (said == english) == (language == "en")


def test_reverse_charge_names_the_directive_between_countries_only() -> None:
    said = [
        reason(category="AE", country="BE", has_vat_number=True, language="nl", buyer_country=country) for country in ("NL", "BE")
    ]
    assert "art. 196" in said[0]
    assert "art. 196" not in said[1]


@pytest.mark.django_db
def test_a_dutch_business_gets_an_invoice_with_the_vat_turned_to_it(coop: Coop, activity: Activity, client_: Client) -> None:
    client_.party.country, client_.party.vat_number, client_.party.language = "NL", "NL859442803B01", "nl"
    client_.party.save()
    quote = accepted(activity, client_, line(price=10_000), line("Boeken", price=5_000, rate="K-0"))
    invoice = invoice_order(quote=quote, part=None, seen=15_000, by=None, at=AT)
    assert (invoice.vat, invoice.gross) == (0, 15_000)
    rates = {row.category: row.reason for row in VatBreakdown.objects.filter(invoice=invoice)}
    assert rates["AE"].startswith("Btw verlegd")
    assert rates["K"].startswith("Vrijgestelde intracommunautaire levering")


@pytest.mark.django_db
def test_an_order_whose_client_lost_the_number_is_not_invoiced_by_the_old_vat(
    coop: Coop, activity: Activity, client_: Client
) -> None:
    client_.party.country, client_.party.vat_number = "NL", "NL859442803B01"
    client_.party.save()
    quote = accepted(activity, client_)
    client_.party.vat_number = ""
    client_.party.save()
    with translation.override("en"), pytest.raises(VatNotPossible):
        invoice_order(quote=quote, part=None, seen=10_000, by=None, at=AT)
