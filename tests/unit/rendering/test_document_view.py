"""What the pages show, as finished strings."""

from datetime import date
from decimal import Decimal

import pytest

from services.rendering.adapters.layouts import layout
from services.rendering.domain.build import document_view
from services.rendering.domain.errors import Unrenderable
from services.rendering.domain.view import DocumentView, Labelled
from services.rendering.events import document_of
from shared.contracts.documents import DocumentConfirmed
from shared.contracts.values import DeliveryAgreement, PostalAddress
from shared.mva import UnknownMvaCodeError
from tests.support.examples_documents import (
    a_buyer,
    a_credit_note,
    a_line,
    a_reminder,
    a_seller,
    an_invoice,
    an_order_confirmation,
)

NBSP = "\u00a0"


def view_of(event: DocumentConfirmed) -> DocumentView:
    return document_view(document_of(event), layout("standard").texts(event.document.language))


def values(labelled: tuple[Labelled, ...]) -> dict[str, str]:
    return {detail.label: detail.value for detail in labelled}


def test_amounts_and_dates_are_norwegian_in_bokmaal() -> None:
    line = a_line(quantity=Decimal(1000), unit_price=Decimal("1234.5"), discount_percent=Decimal("2.5"))
    view = view_of(an_invoice([line]))
    shown = view.lines[0]
    assert (shown.quantity, shown.unit_price, shown.discount) == (f"1{NBSP}000", f"1{NBSP}234,50", f"2,5{NBSP}%")
    assert shown.net == f"1{NBSP}203{NBSP}637,50"
    assert values(view.key_details)["Forfallsdato"] == "07.12.2026"


def test_amounts_and_dates_are_english_in_english() -> None:
    view = view_of(an_invoice(1, "en"))
    assert view.lines[0].net == "18,125.00"
    assert view.sums[-1] == Labelled("Amount due", f"NOK{NBSP}22,656.25", strong=True)
    assert values(view.key_details)["Due date"] == f"7{NBSP}December{NBSP}2026"


def test_a_unit_price_keeps_the_decimals_it_has() -> None:
    view = view_of(an_invoice([a_line(unit_price=Decimal("0.0125")), a_line(2, unit_price=Decimal(7))]))
    assert [line.unit_price for line in view.lines] == ["0,0125", "7,00"]


def test_nynorsk_falls_back_to_bokmaal_where_it_has_no_text() -> None:
    nb, nn = view_of(an_order_confirmation(1, "nb")), view_of(an_order_confirmation(1, "nn"))
    assert (nb.title, nn.title) == ("Ordrebekreftelse", "Ordrestadfesting")
    assert nb.texts["column_net"] == nn.texts["column_net"] == "Beløp"


def test_every_language_has_every_text() -> None:
    texts = {language: set(layout("standard").texts(language).by_key) for language in ("nb", "nn", "en")}
    assert texts["nb"] == texts["nn"] == texts["en"]


def test_mva_is_specified_by_code_and_rate() -> None:
    view = view_of(an_invoice([a_line(1), a_line(2), a_line(9), a_line(4, mva_code="6")]))
    assert [row.label for row in view.mva_rows] == [f"25{NBSP}%", f"15{NBSP}%", f"Fritatt, 0{NBSP}%", "Unntatt"]
    assert view.lines[3].mva == "–"


def test_reverse_charge_is_stated_in_the_words_of_the_regulation() -> None:
    view = view_of(an_invoice([a_line(1, mva_code="51")]))
    assert view.remarks == ("Omvendt avgiftsplikt - Merverdiavgift ikke beregnet",)


def test_a_seller_outside_the_mva_register_shows_no_mva() -> None:
    seller = a_seller(mva_registered=False, in_foretaksregisteret=False, legal_form="ENK")
    view = view_of(an_invoice([a_line(1, mva_code="7")], seller=seller))
    assert not view.shows_mva
    assert view.mva_rows == ()
    assert [row.label for row in view.sums] == ["Å betale"]
    assert "MVA" not in " ".join(view.footer)


def test_the_footer_has_number_and_registers() -> None:
    required, contact = view_of(an_invoice(1)).footer
    assert f"Org.nr.{NBSP}974{NBSP}760{NBSP}673{NBSP}MVA · Foretaksregisteret" in required
    assert contact.startswith(f"Kontonummer{NBSP}8601.11.17947")


def test_there_is_no_discount_column_without_a_discount() -> None:
    view = view_of(an_invoice([a_line(1)]))
    assert not view.shows_discount
    assert "Rabatt" not in [column.label for column in view.columns]


def test_a_credit_note_names_the_invoice_and_asks_for_no_payment() -> None:
    view = view_of(a_credit_note())
    assert view.paragraphs[0] == "Kreditnotaen gjelder faktura 20117 av 26.10.2026."
    assert view.payment == ()
    assert view.sums[-1].label == "Til gode"


def test_a_reminder_shows_what_is_outstanding_and_until_when() -> None:
    view = view_of(a_reminder(outstanding_ore=123_450))
    assert "faktura 20117 av 26.10.2026" in view.paragraphs[0]
    assert f"1{NBSP}234,50{NBSP}kr" in view.paragraphs[0]
    assert "innen 07.12.2026" in view.paragraphs[0]
    assert values(view.payment)["KID"] == "01004200201177"
    assert view.sums == ()


def test_the_payment_part_has_what_the_bank_asks_for() -> None:
    view = view_of(an_invoice(1))
    assert values(view.payment) == {
        "Betales til": "Fjordlys Håndverk AS",
        "Kontonummer": "8601.11.17947",
        "KID": "01004200201482",
        "Forfallsdato": "07.12.2026",
        "Beløp": f"22{NBSP}656,25{NBSP}kr",
    }


def test_a_period_of_delivery_has_two_dates() -> None:
    view = view_of(an_invoice(1, delivered_on=date(2026, 11, 1), delivered_until=date(2026, 11, 30)))
    assert values(view.details)["Leveringsperiode"] == "01.11.2026 – 30.11.2026"


def test_the_country_is_added_to_an_address_abroad() -> None:
    buyer = a_buyer(
        address=PostalAddress(lines=("Kungsgatan 1",), postal_code="111 43", city="Stockholm", country="SE")
    )
    assert view_of(an_invoice(1, buyer=buyer)).recipient[-2:] == ("111 43 Stockholm", "SVERIGE")


def test_an_address_that_does_not_fit_in_the_window_is_refused() -> None:
    buyer = a_buyer(name="Fellesskapet " * 20)
    with pytest.raises(Unrenderable, match="address-too-long"):
        view_of(an_invoice(1, buyer=buyer, delivery=DeliveryAgreement(channels=("print",))))


def test_an_address_of_a_document_that_only_goes_by_mail_may_be_longer_and_is_set_smaller() -> None:
    long = a_buyer(name="Fellesskapet " * 20)
    mail = DeliveryAgreement(channels=("email",), email="post@felles.example")
    assert view_of(an_invoice(1, buyer=long, delivery=mail)).recipient_is_long
    assert not view_of(an_invoice(1, delivery=mail)).recipient_is_long


def test_an_unknown_mva_code_is_not_guessed_at() -> None:
    line = a_line(1).model_copy(update={"mva_code": "99"})
    with pytest.raises(UnknownMvaCodeError):
        view_of(an_invoice(1).model_copy(update={"lines": (line,)}))


def test_invisible_characters_and_direction_overrides_are_dropped() -> None:
    view = view_of(an_invoice([a_line(1, description="Pris\u202e 100\u200b\tkr\nLinje to")]))
    assert view.lines[0].description == "Pris 100 kr\nLinje to"


def test_an_unknown_layout_is_refused() -> None:
    with pytest.raises(Unrenderable, match="layout-unknown"):
        layout("../../etc")


def test_a_place_of_delivery_abroad_names_its_country_in_the_language_of_the_document() -> None:
    place = {"delivery_place": "Sheikh Zayed Road 1, DUBAI", "delivery_country": "AE"}
    nb, en = view_of(an_invoice(1, "nb", **place)), view_of(an_invoice(1, "en", **place))
    norwegian = view_of(an_invoice(1, "nb", delivery_place="Kaia, Bergen", delivery_country="NO"))
    assert values(nb.details)["Leveringssted"] == "Sheikh Zayed Road 1, DUBAI, De forente arabiske emirater"
    assert values(en.details)["Place of delivery"] == "Sheikh Zayed Road 1, DUBAI, United Arab Emirates"
    assert values(norwegian.details)["Leveringssted"] == "Kaia, Bergen"


def test_an_invoice_of_nothing_has_no_payment_part() -> None:
    view = view_of(an_invoice(1, payable_ore=0, kid=None, due_date=None, account=None))
    assert view.payment == ()
    assert "Forfallsdato" not in values(view.key_details)
