"""Countries and what their addresses need."""

import pytest

from shared.countries import WITH_POSTAL_CODES, countries, is_complete


def test_every_country_with_postal_codes_is_a_country() -> None:
    assert countries() >= WITH_POSTAL_CODES


@pytest.mark.parametrize(
    ("postal_code", "city", "country", "complete"),
    [
        ("0155", "OSLO", "NO", True),
        (" ", "OSLO", "NO", False),
        ("0155", " ", "NO", False),
        ("", "DUBAI", "AE", True),
        ("", "", "AE", False),
    ],
)
def test_an_address_needs_a_postal_code_where_there_are_any(
    postal_code: str, city: str, country: str, complete: bool
) -> None:
    assert is_complete(postal_code, city, country) is complete
