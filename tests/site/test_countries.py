"""What a country brings, from the CLDR and the time zone database."""

import pytest

from marke.site.countries import UnknownCountry, country, country_choices


@pytest.mark.parametrize(
    ("code", "currency", "timezone"),
    [
        ("BE", "EUR", "Europe/Brussels"),
        ("NL", "EUR", "Europe/Amsterdam"),
        ("GB", "GBP", "Europe/London"),
        ("BR", "BRL", "America/Sao_Paulo"),
        ("IN", "INR", "Asia/Kolkata"),
        ("JP", "JPY", "Asia/Tokyo"),
        ("KE", "KES", "Africa/Nairobi"),
        ("US", "USD", "America/New_York"),
    ],
)
def test_a_country_brings_its_money_and_its_clock(code: str, currency: str, timezone: str) -> None:
    assert (country(code).currency, country(code).timezone) == (currency, timezone)


@pytest.mark.parametrize("code", ["", "be", "XX", "BEL", "Belgium", "日本", "B'", "<b>"])
def test_what_is_no_country_is_named_with_the_remedy(code: str) -> None:
    with pytest.raises(UnknownCountry) as refused:
        country(code)
    assert f"“{code}”" in str(refused.value)
    assert "BE, NL or BR" in str(refused.value)


def test_countries_are_listed_in_the_language_of_the_page() -> None:
    assert ("DE", "Duitsland") in country_choices("nl")
    assert ("DE", "Germany") in country_choices("en")


def test_every_country_that_is_offered_can_be_chosen() -> None:
    assert all(country(code).code == code for code, _name in country_choices("en"))
