"""The text of the mails, for each kind of document and language."""

import pytest

from services.delivery.domain.mail_text import file_name, write_mail_text
from services.delivery.events import rendered_document
from shared.contracts.documents import DocumentConfirmed
from tests.support.examples_delivery import a_rendered
from tests.support.examples_documents import a_credit_note, a_reminder, an_invoice, an_order_confirmation


def text_of(document: DocumentConfirmed) -> tuple[str, str]:
    rendered = rendered_document(a_rendered(of=document))
    mail = write_mail_text(rendered.document, rendered.seller, rendered.artefacts[0])
    return mail.subject, mail.text.replace("\u00a0", " ")


def test_an_invoice_tells_what_to_pay_when_where_and_with_which_kid() -> None:
    subject, text = text_of(an_invoice(1, number=1001, payable_ore=1234550, kid="00100423"))
    assert subject == "Faktura 1001 fra Fjordlys Håndverk AS"
    assert text == (
        "Hei,\n"
        "\n"
        "Vedlagt følger faktura 1001 fra Fjordlys Håndverk AS.\n"
        "\n"
        "Dato:           23.11.2026\n"
        "Å betale:       12 345,50 kr\n"
        "Forfallsdato:   07.12.2026\n"
        "Kontonummer:    8601 11 17947\n"
        "KID:            00100423\n"
        "\n"
        "Husk KID-nummeret når du betaler.\n"
        "\n"
        "Har du spørsmål, kan du svare på denne e-posten.\n"
        "\n"
        "Vennlig hilsen\n"
        "Fjordlys Håndverk AS\n"
        "Org.nr. 974760673\n"
        "Telefon 70 10 20 30\n"
        "fjordlys.example\n"
    )


def test_an_english_invoice_is_in_english() -> None:
    subject, text = text_of(an_invoice(1, "en", number=1001, payable_ore=1234550))
    assert subject == "Invoice 1001 from Fjordlys Håndverk AS"
    assert "To pay:         NOK 12,345.50\n" in text
    assert "Due date:       7 Dec 2026\n" in text


def test_a_document_in_nynorsk_gets_a_mail_in_bokmal() -> None:
    assert text_of(an_invoice(1, "nn"))[1].startswith("Hei,\n")


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
    assert subject == "Betalingspåminnelse fra Fjordlys Håndverk AS for faktura 20117"
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
