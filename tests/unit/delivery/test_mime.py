"""The bytes of a mail: the same every time, readable by other parsers, and without unintended headers."""

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.utils import parseaddr
from typing import Any

import pytest

from services.delivery.adapters.mime import Mail, MailUnsafe, Picture, build
from services.delivery.adapters.smtp import stuffed
from services.delivery.domain.address import AddressUnusable, usable_address

MAIL = Mail(
    message_id="019a.original@b.example",
    moment=datetime(2026, 11, 23, 11, 0, tzinfo=UTC),
    sender_name="Fjordlys AS",
    sender="faktura@b.example",
    reply_to="post@fjordlys.example",
    recipient_name="Åse Bjørnstad",
    recipient="ase@kunde.example",
    subject="Faktura 1 fra Fjordlys AS",
    text="Hei,\n\nBlåbær = 12 345,50 kr\n.\n.. slutt\n" + "x" * 200 + "\n",
    html="<p>Hei,</p>\n<p>.</p>\n<p>" + "blåbær " * 40 + "</p>\n",
    file_name="Faktura-1.pdf",
    file=bytes(range(256)) * 30,
)
HEADERS = [
    "Date", "From", "Reply-To", "To", "Subject", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type",
]  # fmt: skip

PARTS = ["multipart/alternative", "text/plain", "text/html", "application/pdf"]
HOSTILE = [
    "=?UTF-8?Q?=0A?=Bcc: x@y.example",
    "=?utf-8?b?CkJjYzogeEB5?=",
    "=?UTF-8?Q?a=0D=0ABcc:_x?=",
    "Fjordlys\u2028Bcc: x@y.example",
    "Fjordlys\x00",
    "Fjordlys\r\nBcc: x@y.example",
    "Fjordlys\nBcc: x@y.example",
    "x" * 5000,
]


def test_the_same_mail_gives_the_same_bytes() -> None:
    assert build(MAIL) == build(replace(MAIL))


def test_another_parser_reads_what_was_intended() -> None:
    mail = message_from_bytes(build(MAIL), policy=policy.default)
    assert list(mail.keys()) == HEADERS
    body = mail.get_body(("plain",))
    assert body is not None
    assert body.get_content().replace("\r\n", "\n") == MAIL.text
    html = mail.get_body(("html",))
    assert html is not None
    assert html.get_content().replace("\r\n", "\n") == MAIL.html
    (attachment,) = mail.iter_attachments()
    assert (attachment.get_content(), attachment.get_filename()) == (MAIL.file, "Faktura-1.pdf")
    assert mail["To"].addresses[0].display_name == "Åse Bjørnstad"
    assert not mail.defects


def test_a_logo_is_inside_the_mail_and_is_no_attachment() -> None:
    logo = Picture(b"\x89PNG" + bytes(200), "image/png")
    mail = message_from_bytes(build(replace(MAIL, logo=logo)), policy=policy.default)
    html, picture = [part for part in mail.walk() if part.get_content_type() in ("text/html", "image/png")]
    assert html.get_content().replace("\r\n", "\n") == MAIL.html
    assert (picture["Content-ID"], picture.get_content()) == ("<logo>", logo.content)
    assert [part.get_filename() for part in mail.iter_attachments()] == ["Faktura-1.pdf"]
    assert not mail.defects


def test_a_reply_names_the_mail_that_it_belongs_under() -> None:
    mail = message_from_bytes(build(replace(MAIL, in_reply_to="019b.original@b.example")), policy=policy.default)
    assert mail["In-Reply-To"] == mail["References"] == "<019b.original@b.example>"


def test_it_is_ascii_with_crlf_and_no_long_lines() -> None:
    content = build(replace(MAIL, subject="Blåbærsyltetøy " * 20))
    assert content.isascii()
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert max(len(line) for line in content.split(b"\r\n")) <= 998


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("field", ["subject", "file_name", "sender_name", "recipient_name", "sender", "reply_to"])
def test_no_value_can_add_a_header_or_a_recipient(field: str, value: str) -> None:
    """Either the mail is refused, or its headers and recipients are the intended ones."""
    hostile: dict[str, Any] = {field: value}
    try:
        content = build(replace(MAIL, **hostile))
    except MailUnsafe:
        return
    mail = message_from_bytes(content, policy=policy.compat32)
    assert list(mail.keys()) == HEADERS
    assert [part.get_content_type() for part in mail.walk()][1:] == PARTS
    assert b"\r\nBcc" not in content


@pytest.mark.parametrize("name", ['Fjord "Lys" AS', "Lys, Fjord <x@y.example>", "a\\b", "=?x"])
def test_odd_names_stay_one_name(name: str) -> None:
    mail = message_from_bytes(build(replace(MAIL, sender_name=name)), policy=policy.default)
    (address,) = mail["From"].addresses
    assert (address.display_name, address.addr_spec) == (name, "faktura@b.example")


def test_a_long_name_is_folded_and_stays_one_name() -> None:
    """Read with the older parser: the newer one of Python 3.11 leaves the folds in, against RFC 2047 §6.2."""
    raw = message_from_bytes(build(replace(MAIL, sender_name="Ø" * 120)))["From"]
    shown, address = parseaddr(raw.replace("\r\n", "").replace("\n", ""))
    assert (str(make_header(decode_header(shown))), address) == ("Ø" * 120, "faktura@b.example")


@pytest.mark.parametrize(
    "text",
    [
        "", "a", "a@", "@b", "a b@c.example", "a@b@c.example\r\n", "a@b.example>", '"a b"@c.example', "a@-b.example",
        "a..b@c.example", "å@b.example", "a@b.example, c@d.example", "a\n@b.example", "a" * 65 + "@b.example",
        "a@" + "b" * 64 + ".example", "a@b..example", "a@b.example\x00",
    ],
)  # fmt: skip
def test_only_one_plain_mailbox_is_an_address(text: str) -> None:
    with pytest.raises(AddressUnusable):
        usable_address(text)


@pytest.mark.parametrize(
    ("text", "wire"),
    [
        (" ola.nordmann+faktura@firma.example ", "ola.nordmann+faktura@firma.example"),
        ("post@blåbær.example", "post@xn--blbr-roah.example"),
    ],
)
def test_an_address_gets_its_form_on_the_wire(text: str, wire: str) -> None:
    assert usable_address(text) == wire


def test_a_line_that_begins_with_a_dot_gets_another() -> None:
    assert stuffed(b".a\r\n..b\r\nc") == b"..a\r\n...b\r\nc\r\n"
