"""A mail server on the loopback that keeps every message in a folder, and can be asked which it has accepted."""

import asyncio
from base64 import b64encode
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from dev.ports import free_port
from shared.private_files import private_folder, write_private

MAX_MESSAGE_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True)
class Mail:
    """A received message. `number` counts from 1 in order of arrival."""

    number: int
    recipients: tuple[str, ...]
    message: EmailMessage

    @property
    def message_id(self) -> str:
        return str(self.message["Message-ID"] or "").strip("<> ")

    @property
    def subject(self) -> str:
        return str(self.message["Subject"] or "")

    @property
    def sender(self) -> str:
        return str(self.message["From"] or "")

    @property
    def date(self) -> str:
        return (
            parsedate_to_datetime(str(self.message["Date"])).strftime("%d.%m.%Y %H:%M") if self.message["Date"] else ""
        )

    def text(self) -> str:
        body = self.message.get_body(preferencelist=("plain",))
        return str(body.get_content()) if body is not None else ""

    def html(self) -> str | None:
        """The body as HTML, with its pictures in it instead of beside it; None when the mail is text only."""
        body = self.message.get_body(preferencelist=("html",))
        if body is None:
            return None
        page = str(body.get_content())
        for part in self.message.walk():
            name = str(part["Content-ID"] or "").strip("<> ")
            if name:
                content = b64encode(bytes(part.get_payload(decode=True))).decode()
                page = page.replace(f"cid:{name}", f"data:{part.get_content_type()};base64,{content}")
        return page

    def attachments(self) -> list[tuple[str, bytes]]:
        return [(part.get_filename() or "attachment", part.get_payload(decode=True)) for part in self._attached()]

    def _attached(self) -> Iterator[Any]:
        yield from self.message.iter_attachments()


class Mailbox:
    """The messages received. They are files and outlive the process."""

    def __init__(self, folder: Path) -> None:
        private_folder(folder)
        self._folder = folder
        self._numbers: dict[str, list[int]] = {}
        self._count = 0
        for number, mail in enumerate(self._stored(), start=1):
            self._note(number, mail.message_id)

    def keep(self, content: bytes, recipients: list[str]) -> None:
        """Store a message durably: the sender gets 250 after this."""
        number = self._count + 1
        write_private(self._file(number), f"X-Envelope-To: {', '.join(recipients)}\r\n".encode() + content)
        self._note(number, _message_id(content))

    def mails(self) -> list[Mail]:
        return [self.mail(number) for number in range(1, self._count + 1)]

    def mail(self, number: int) -> Mail:
        """The message with this number. Raises KeyError."""
        try:
            content = self._file(number).read_bytes()
        except FileNotFoundError as error:
            raise KeyError(number) from error
        parsed = message_from_bytes(content, policy=policy.default)
        assert isinstance(parsed, EmailMessage)
        return Mail(number, tuple(str(parsed["X-Envelope-To"]).split(", ")), parsed)

    def with_ids(self, message_ids: Iterable[str]) -> list[Mail]:
        """The messages with these ids, in order of arrival."""
        numbers = {number for message_id in message_ids for number in self._numbers.get(message_id.strip("<> "), [])}
        return [self.mail(number) for number in sorted(numbers)]

    def times_accepted(self, message_id: str) -> int:
        """How often a message with this id has been accepted."""
        return len(self._numbers.get(message_id.strip("<> "), []))

    def message_ids(self) -> dict[str, int]:
        """Each Message-ID with how often it was accepted."""
        return {message_id: len(numbers) for message_id, numbers in self._numbers.items()}

    def _note(self, number: int, message_id: str) -> None:
        self._count = number
        self._numbers.setdefault(message_id, []).append(number)

    def _file(self, number: int) -> Path:
        return self._folder / f"{number:06d}.eml"

    def _stored(self) -> Iterator[Mail]:
        number = 1
        while self._file(number).exists():
            yield self.mail(number)
            number += 1


def _message_id(content: bytes) -> str:
    """Parses the header only."""
    return str(BytesHeaderParser().parsebytes(content)["Message-ID"] or "").strip("<> ")


class _Handler:
    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  # aiosmtpd's name
        assert isinstance(envelope.content, bytes)
        self._mailbox.keep(envelope.content, envelope.rcpt_tos)
        await asyncio.sleep(0)
        return "250 2.0.0 kept in the mailbox"


@dataclass(frozen=True)
class MailServer:
    mailbox: Mailbox
    host: str
    port: int


@contextmanager
def mail_server(folder: Path, port: int = 0) -> Iterator[MailServer]:
    """SMTP on the loopback for as long as the context is open; port 0 takes a free one."""
    mailbox = Mailbox(folder)
    controller = Controller(
        _Handler(mailbox), hostname="127.0.0.1", port=port or free_port(), data_size_limit=MAX_MESSAGE_BYTES
    )
    controller.start()
    try:
        yield MailServer(mailbox, "127.0.0.1", controller.port)
    finally:
        controller.stop()
