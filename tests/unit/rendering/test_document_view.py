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
from shared.contracts.values import DeliveryAgreement, Line, PostalAddress
from shared.mva import UnknownMvaCodeError
from shared.values import Language
from tests.support.examples_documents import (
    a_buyer,
    a_claim,
    a_credit_note,
    a_line,
    a_reminder,
    a_seller,
    an_invoice,
    an_order_confirmation,
)

NBSP = "\u00a0"
IN_BRITAIN = PostalAddress(lines=("14 Mill Lane",), postal_code="HG1 5QP", city="Harrogate", country="GB")


def view_of(event: DocumentConfirmed) -> DocumentView:
    return document_view(document_of(event), layout("standard").texts(event.document.language))


def taken_back(line_no: int) -> Line:
    """The first line's goods, taken back."""
    line = a_line(1)
    return line.model_copy(update={"line_no": line_no, "quantity": -line.quantity, "net_ore": -line.net_ore})


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
    assert contact == "70 10 20 30 · post@fjordlys.example · fjordlys.example"


def test_there_is_no_discount_column_without_a_discount() -> None:
    view = view_of(an_invoice([a_line(1)]))
    assert not view.shows_discount
    assert "Rabatt" not in [column.label for column in view.columns]


def test_a_credit_note_names_the_invoice_and_asks_for_no_payment() -> None:
    view = view_of(a_credit_note())
    assert view.paragraphs[0] == "Kreditnotaen gjelder faktura 20117 av 26.10.2026."
    assert view.paragraphs[1] == "Du skal ikke betale noe på grunnlag av denne kreditnotaen."
    assert view.payment == ()
    assert view.sums[-1].label == "Til gode"
    assert "8601" not in str(view)


def test_a_reminder_shows_what_is_outstanding_and_until_when() -> None:
    view = view_of(a_reminder(outstanding_ore=123_450))
    assert "faktura 20117 av 26.10.2026" in view.paragraphs[0]
    assert f"1{NBSP}234,50{NBSP}kr" in view.paragraphs[0]
    assert "innen 07.12.2026" in view.paragraphs[0]
    assert values(view.payment[1])["KID"] == "01004200201177"


def test_a_reminder_says_when_it_was_due_how_late_it_is_what_is_paid_and_the_fee_apart() -> None:
    view = view_of(a_reminder(outstanding_ore=1_234_550, payable_ore=1_238_350))
    assert values(view.claim) == {
        "Faktura": "20117",
        "Fakturadato": "26.10.2026",
        "Opprinnelig forfall": "09.11.2026",
        "Dager over forfall": "14",
        "Fakturabeløp": f"20{NBSP}000,00",
    }
    assert values(view.sums) == {
        "Betalt hittil": f"−7{NBSP}654,50",
        "Utestående": f"12{NBSP}345,50",
        "Purregebyr": "38,00",
        "Å betale": f"12{NBSP}383,50{NBSP}kr",
    }


def test_what_is_credited_of_the_invoice_is_told_apart_from_what_is_paid() -> None:
    view = view_of(a_reminder(claim=a_claim(credited_ore=100_000, paid_ore=665_450)))
    assert values(view.sums)["Kreditert"] == f"−1{NBSP}000,00"
    assert values(view.sums)["Betalt hittil"] == f"−6{NBSP}654,50"


def test_what_is_deducted_of_the_customers_credit_has_its_own_line() -> None:
    deducted = view_of(a_reminder(claim=a_claim(credited_ore=0, paid_ore=665_450)))
    assert values(deducted.sums)["Betalt hittil"] == f"−6{NBSP}654,50"
    assert values(deducted.sums)["Til gode fra før"] == f"−1{NBSP}000,00"


def test_a_reminder_of_before_the_claim_was_sent_along_shows_what_it_has() -> None:
    view = view_of(a_reminder(claim=None))
    assert list(values(view.claim)) == ["Faktura", "Fakturadato"]
    assert list(values(view.sums)) == ["Utestående", "Å betale"]


def test_the_payment_part_has_what_the_bank_asks_for() -> None:
    view = view_of(an_invoice(1))
    assert [values(row) for row in view.payment] == [
        {"Betales til": "Fjordlys Håndverk AS"},
        {
            "Kontonummer": "8601.11.17947",
            "KID": "01004200201482",
            "Forfallsdato": "07.12.2026",
            "Å betale": f"22{NBSP}656,25{NBSP}kr",
        },
    ]


def test_the_first_page_says_amount_due_date_account_and_kid() -> None:
    shown = values(view_of(an_invoice(1)).key_details)
    assert [shown[label] for label in ("Å betale", "Forfallsdato", "Kontonummer", "KID")] == [
        f"22{NBSP}656,25{NBSP}kr",
        "07.12.2026",
        "8601.11.17947",
        "01004200201482",
    ]


def test_a_buyer_abroad_pays_by_iban_and_bic() -> None:
    view = view_of(an_invoice(1, "en", buyer=a_buyer(address=IN_BRITAIN)))
    assert [values(row) for row in view.payment] == [
        {"Payee": "Fjordlys Håndverk AS", "IBAN": "NO9386011117947", "BIC": "DNBANOKK"},
        {
            "Payment ref. (KID)": "01004200201482",
            "Due date": f"7{NBSP}December{NBSP}2026",
            "Amount due": f"NOK{NBSP}22,656.25",
        },
    ]
    assert values(view.key_details)["IBAN"] == "NO9386011117947"
    assert "8601.11.17947" not in str(view)


def test_a_buyer_abroad_of_a_seller_without_bic_pays_by_iban_alone() -> None:
    view = view_of(an_invoice(1, "en", seller=a_seller(bic=None), buyer=a_buyer(address=IN_BRITAIN)))
    assert list(values(view.payment[0])) == ["Payee", "IBAN"]


@pytest.mark.parametrize(
    ("number", "groups"),
    [("1234", ("1234",)), ("12345", ("12345",)), ("123456", ("1234", "56")), ("123456789", ("1234", "56789"))],
)
def test_a_long_number_is_grouped_in_fours_and_no_group_has_one_digit(number: str, groups: tuple[str, ...]) -> None:
    view = view_of(an_invoice(1, kid=number))
    assert {part.label: part.groups for part in view.payment[1]}["KID"] == groups


@pytest.mark.parametrize(
    ("language", "nothing", "credit"),
    [("nb", "Ingenting å betale.", "Til gode"), ("nn", "Ingenting å betale.", "Til gode"),
     ("en", "Nothing to pay.", "Amount credited")],
)  # fmt: skip
def test_an_invoice_that_comes_to_nothing_or_less_asks_for_no_payment(
    language: Language, nothing: str, credit: str
) -> None:
    nil = view_of(an_invoice([a_line(1), taken_back(2)], language))
    less = view_of(an_invoice([taken_back(1)], language))
    for view in (nil, less):
        assert view.payment == ()
        assert view.remarks == (nothing,)
        assert not {"Forfallsdato", "Due date"} & set(values(view.key_details))
        assert "01004200201482" not in str(view)
    assert less.sums[-1].label == credit
    assert "−" not in less.sums[-1].value


def test_each_line_but_the_last_has_the_sum_that_is_carried_over() -> None:
    lines = view_of(an_invoice(3)).lines
    assert [line.carried for line in lines] == [
        f"Fortsetter på neste side. Overføres: 18{NBSP}125,00",
        f"Fortsetter på neste side. Overføres: 25{NBSP}341,20",
        "",
    ]
    assert lines[1].brought == f"Overført fra forrige side: 25{NBSP}341,20"


def test_the_country_of_a_british_buyer_is_in_english_on_an_english_invoice() -> None:
    view = view_of(an_invoice(1, "en", buyer=a_buyer(address=IN_BRITAIN)))
    assert view.recipient[-1] == "UNITED KINGDOM"


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
