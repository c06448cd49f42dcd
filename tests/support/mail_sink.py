"""A real SMTP server on the loopback whose behaviour is set per mail, with a journal of what it has accepted.

sink.behave("drop_before_answer")     the next mail; `sink.behave(..., times=3)` for three
sink.accepted                         Message-IDs in the order they were accepted, duplicates included
"""

import asyncio
import socket
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, Literal, cast

from aiosmtpd.smtp import SMTP, Envelope, Session

Behaviour = Literal[
    "accept", "defer_mail", "defer_rcpt", "refuse_rcpt", "defer_content", "refuse_content",
    "drop_at_rcpt", "drop_at_data", "drop_before_answer", "drop_after_accepting", "stall", "nonsense",
]  # fmt: skip


class MailSink:
    """Also aiosmtpd's handler; its hooks have aiosmtpd's names."""

    def __init__(self) -> None:
        self.port = 0
        self.accepted: list[str] = []
        self.contents: list[bytes] = []
        self.recipients: list[str] = []
        self.connections = 0
        self.stalled = 0
        self.release = asyncio.Event()
        self._plan: deque[Behaviour] = deque()
        self._protocols: set[SMTP] = set()

    def behave(self, behaviour: Behaviour, *, times: int = 1) -> None:
        """Plan the behaviour for the next mails; without a plan they are accepted."""
        self._plan.extend([behaviour] * times)

    def mail(self, number: int = -1) -> EmailMessage:
        """An accepted mail, parsed."""
        return message_from_bytes(self.contents[number], policy=policy.default)

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.behaviour = self._plan.popleft() if self._plan else "accept"  # type: ignore[attr-defined]  # ours
        if _behaviour_of(envelope) == "defer_mail":
            return "451 4.3.0 later"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        match _behaviour_of(envelope):
            case "defer_rcpt":
                return "450 4.2.1 greylisted"
            case "refuse_rcpt":
                return "550 5.1.1 no such user"
            case "drop_at_rcpt":
                return self._drop(server)
            case _:
                envelope.rcpt_tos.append(address)
                return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        match _behaviour_of(envelope):
            case "defer_content":
                return "452 4.3.1 full"
            case "refuse_content":
                return "554 5.7.1 rejected"
            case "drop_before_answer":
                return self._drop(server)
            case "drop_after_accepting":
                self._accept(envelope)
                return self._drop(server)
            case "stall":
                self.stalled += 1
                await self.release.wait()
            case "nonsense":
                self._accept(envelope)
                return "999 nonsense"
            case _:
                pass
        self._accept(envelope)
        return f"250 2.0.0 queued as {len(self.accepted)}"

    async def handle_exception(self, error: Exception) -> str:
        return "451 4.3.0 the sink failed"

    def attach(self) -> asyncio.Protocol:
        self.connections += 1
        protocol = SMTP(self, hostname="sink.test", enable_SMTPUTF8=False, ident="sink")
        self._protocols.add(protocol)
        return protocol

    def drop_all(self) -> None:
        """Close every connection, as a server does with idle ones."""
        for protocol in self._protocols:
            if protocol.transport is not None:
                protocol.transport.close()

    def _accept(self, envelope: Envelope) -> None:
        content = cast(bytes, envelope.content)
        self.contents.append(content)
        self.recipients.extend(envelope.rcpt_tos)
        self.accepted.append(str(message_from_bytes(content)["Message-ID"]).strip("<>"))

    def _drop(self, server: Any) -> str:
        server.transport.abort()
        return "421 4.3.0 gone"


def _behaviour_of(envelope: Envelope) -> Behaviour:
    return cast(Behaviour, getattr(envelope, "behaviour", "accept"))


@asynccontextmanager
async def mail_sink() -> AsyncIterator[MailSink]:
    """A sink on a free port, in this event loop."""
    sink = MailSink()
    server = await asyncio.get_running_loop().create_server(sink.attach, "127.0.0.1", 0, family=socket.AF_INET)
    sink.port = server.sockets[0].getsockname()[1]
    try:
        yield sink
    finally:
        sink.release.set()
        sink.drop_all()
        server.close()
