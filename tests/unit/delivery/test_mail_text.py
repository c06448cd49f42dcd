"""The text of the mails, for each kind of document and language."""

import re
from collections.abc import Callable

import pytest

from services.delivery.adapters.mail_html import mail_html
from services.delivery.domain.mail_text import MailText, Sent, file_name, write_mail_text
from services.delivery.events import rendered_document
from shared.contracts.documents import DocumentConfirmed
from shared.contracts.values import PostalAddress
from shared.values import Language
from tests.support.examples_delivery import a_rendered
from tests.support.examples_documents import (
    a_buyer,
    a_credit_note,
    a_reminder,
    a_seller,
    an_invoice,
    an_order_confirmation,
)


def mail_of(document: DocumentConfirmed) -> MailText:
    rendered = rendered_document(a_rendered(of=document))
    return write_mail_text(Sent(rendered.document, rendered.seller, rendered.recipient, rendered.artefacts[0]))


def text_of(document: DocumentConfirmed) -> tuple[str, str]:
    mail = mail_of(document)
    return mail.subject, mail.text.replace("\u00a0", " ")


def test_an_invoice_tells_what_to_pay_when_where_and_with_which_kid() -> None:
    subject, text = text_of(an_invoice(1, number=1001, payable_ore=1234550, kid="00100423"))
    assert subject == "Faktura 1001 fra Fjordlys Håndverk AS: 12 345,50 kr, forfall 07.12.2026"
    assert text == (
        "Hei,\n"
        "\n"
        "Vedlagt følger faktura 1001 fra Fjordlys Håndverk AS.\n"
        "\n"
        "Dato:           23.11.2026\n"
        "Å betale:       12 345,50 kr\n"
        "Forfallsdato:   07.12.2026\n"
        "Kontonummer:    8601.11.17947\n"
        "KID:            00100423\n"
        "\n"
        "Husk KID-nummeret når du betaler.\n"
        "\n"
        "Har du spørsmål, kan du svare på denne e-posten.\n"
        "\n"
        "Vennlig hilsen\n"
        "Fjordlys Håndverk AS\n"
        "Org.nr. 974 760 673\n"
        "Telefon 70 10 20 30\n"
        "fjordlys.example\n"
    )


def test_an_english_invoice_is_in_english() -> None:
    subject, text = text_of(an_invoice(1, "en", number=1001, payable_ore=1234550))
    assert subject == "Invoice 1001 from Fjordlys Håndverk AS: NOK 12,345.50, due 7 Dec 2026"
    assert "To pay:         NOK 12,345.50\n" in text
    assert "Due date:       7 Dec 2026\n" in text


def test_a_document_in_nynorsk_gets_a_mail_in_nynorsk() -> None:
    subject, text = text_of(an_invoice(1, "nn", number=1001))
    assert subject.startswith("Faktura 1001 frå Fjordlys Håndverk AS: ")
    assert "Vedlagt følgjer faktura 1001" in text


def test_a_buyer_abroad_gets_iban_and_bic_instead_of_the_account() -> None:
    address = PostalAddress(lines=("14 Mill Lane",), postal_code="HG1 5QP", city="Harrogate", country="GB")
    text = text_of(an_invoice(1, "en", buyer=a_buyer(address=address)))[1]
    assert "IBAN:           NO9386011117947\nBIC:            DNBANOKK\n" in text
    assert "Account" not in text


def test_an_invoice_that_comes_to_nothing_asks_for_no_payment() -> None:
    subject, text = text_of(an_invoice(1, number=1001, payable_ore=0))
    assert subject == "Faktura 1001 fra Fjordlys Håndverk AS"
    assert "Ingenting å betale." in text
    assert "KID" not in text
    less = text_of(an_invoice(1, payable_ore=-5000))[1]
    assert "Kreditert:      50,00 kr\n" in less
    assert "Kontonummer" not in text


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
@pytest.mark.parametrize("make", [an_invoice, a_credit_note, an_order_confirmation, a_reminder])
def test_the_html_says_all_that_the_text_says(make: Callable[..., DocumentConfirmed], language: Language) -> None:
    mail = mail_of(make(language=language))
    html = mail_html(mail)
    for written in (mail.greeting, mail.opening, *mail.remarks, *mail.signature, *(row.value for row in mail.rows)):
        assert written in html
    assert f'lang="{language}"' in html


def test_what_people_have_written_is_text_in_the_html() -> None:
    seller = a_seller(name='Fjord & <script>x</script> "Lys" AS', website="https://fjordlys.example")
    html = mail_html(mail_of(an_invoice(1, seller=seller)))
    assert "Fjord &amp; &lt;script&gt;x&lt;/script&gt; &#34;Lys&#34; AS" in html
    assert "<script" not in html


def test_the_html_fetches_nothing() -> None:
    html = mail_html(mail_of(an_invoice(1)))
    assert not re.search(r"<(img|link|a|iframe|object)\b|url\(|@import|src=|http", html)


def test_a_credit_note_names_its_invoice_and_asks_for_no_money() -> None:
    subject, text = text_of(a_credit_note(number=7))
    assert subject == "Kreditnota 7 fra Fjordlys Håndverk AS"
    assert "kreditnota 7 fra Fjordlys Håndverk AS for faktura 20117." in text
    assert "Å betale" not in text
    assert "Du skal ikke betale noe" in text


def test_an_order_confirmation_gives_the_total_and_no_account() -> None:
    subject, text = text_of(an_order_confirmation())
    assert subject == "Ordrebekreftelse 5001 fra Fjordlys Håndverk AS"
    assert "Sum inkl. mva.:" in text
    assert "Kontonummer" not in text


def test_a_reminder_names_the_invoice_and_what_is_outstanding() -> None:
    subject, text = text_of(a_reminder())
    assert subject == (
        "Betalingspåminnelse fra Fjordlys Håndverk AS for faktura 20117: 12 345,50 kr, forfall 07.12.2026"
    )
    assert "Å betale:       12 345,50 kr\n" in text


@pytest.mark.parametrize(
    ("rendered_name", "expected"),
    [
        ("Faktura-1001.pdf", "Faktura-1001.pdf"),
        ("Faktura blåskjell.pdf", "Faktura-blåskjell.pdf"),
        ("../../etc/passwd.pdf", "etc-passwd.pdf"),
        ("a\r\nBcc: x.pdf", "a-Bcc-x.pdf"),
        ("invoice.exe", "otherwise.pdf"),
        ("", "otherwise.pdf"),
        ("x" * 200 + ".pdf", "otherwise.pdf"),
    ],
)
def test_a_file_name_is_one_that_every_mail_program_can_save(rendered_name: str, expected: str) -> None:
    assert file_name(rendered_name, "otherwise.pdf") == expected
