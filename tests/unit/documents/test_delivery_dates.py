"""When a delivery must be invoiced, and how far ahead it may be."""

from datetime import date

import pytest

from services.documents.domain.delivery_dates import latest_invoicing, one_year_after


@pytest.mark.parametrize(
    ("delivered_on", "latest"),
    [
        (date(2026, 11, 20), date(2026, 12, 20)),
        (date(2026, 12, 31), date(2027, 1, 31)),
        (date(2026, 1, 31), date(2026, 2, 28)),
    ],
)
def test_a_delivery_is_invoiced_within_a_month(delivered_on: date, latest: date) -> None:
    assert latest_invoicing(delivered_on, None) == latest_invoicing(delivered_on, delivered_on) == latest


@pytest.mark.parametrize(
    ("delivered_until", "latest"),
    [
        (date(2026, 1, 31), date(2026, 3, 31)),
        (date(2026, 2, 28), date(2026, 3, 31)),
        (date(2026, 11, 15), date(2027, 1, 31)),
        (date(2026, 12, 31), date(2027, 1, 31)),
    ],
)
def test_a_service_over_time_is_invoiced_within_a_month_of_its_vat_period(delivered_until: date, latest: date) -> None:
    assert latest_invoicing(date(2026, 1, 1), delivered_until) == latest


def test_a_year_after_a_leap_day_is_the_last_of_february() -> None:
    assert one_year_after(date(2028, 2, 29)) == date(2029, 2, 28)
    assert one_year_after(date(2026, 11, 23)) == date(2027, 11, 23)
