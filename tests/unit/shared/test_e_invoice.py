"""Who must be sent e-invoices, as dated data with a source."""

from datetime import date

from shared.e_invoice import E_INVOICE_DUTIES


def test_norwegian_businesses_must_be_sent_e_invoices_from_2027() -> None:
    [duty] = E_INVOICE_DUTIES

    assert (duty.first_day, duty.last_day) == (date(2027, 1, 1), None)
    assert duty.announced_on < duty.first_day
    assert "no. 39" in duty.source
    assert duty.covers(is_business=True, country="NO")
    assert not duty.covers(is_business=False, country="NO")
    assert not duty.covers(is_business=True, country="SE")
