"""SMTP driven step by step, so that it is always known how far a mail had come when something went wrong.

Before the final dot everything is certain: the server has taken nothing. A coded answer after the dot is certain too.
Only a dot without an answer leaves the outcome unknown (RFC 1047).
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

import aiosmtplib
from aiosmtplib import SMTPException, SMTPResponse
from pydantic import SecretStr

from services.delivery.domain.outcome import Accepted, Deferred, Outcome, Phase, Rejected, Released, Unknown

TlsMode = Literal["never", "offered", "starttls", "implicit"]
_DRAIN_CHECK_S = 0.005
_CONTINUE = 354
_SERVICE_CLOSING = 421


class RelayUnavailable(Exception):
    """There is no working connection to the mail server."""


class _ConnectionLost(Exception):
    """The connection broke before the final dot."""

    def __init__(self, phase: Phase, error: BaseException) -> None:
        super().__init__(f"connection lost at {phase}: {type(error).__name__}")
        self.phase = phase


@dataclass(frozen=True)
class Timeouts:
    """Seconds. RFC 5321 §4.5.3.2 gives the least that a client must wait."""

    connect: float
    command: float
    data: float
    content: float
    answer: float


@dataclass(frozen=True)
class Relay:
    """The mail server that takes our mail, and how to reach it."""

    host: str
    port: int
    tls: TlsMode
    timeouts: Timeouts
    username: str | None = None
    password: SecretStr | None = None
    ca_file: str | None = None
    local_hostname: str | None = None


@dataclass(frozen=True)
class SmtpMessage:
    """One mail for one recipient. `content` is ASCII with CRLF line ends."""

    envelope_id: str
    sender: str
    recipient: str
    content: bytes


class MailConnection:
    """A connection that stays open from mail to mail, and is opened again when the server has closed it."""

    def __init__(self, relay: Relay) -> None:
        self._relay = relay
        self._client: aiosmtplib.SMTP | None = None
        self._sent = 0

    @property
    def is_open(self) -> bool:
        return self._client is not None and self._client.is_connected

    async def open(self) -> None:
        """Does nothing when already open. Raises RelayUnavailable."""
        if self.is_open:
            return
        self._client = _client(self._relay)
        self._sent = 0
        try:
            await self._client.connect()
            await self._client.ehlo(timeout=self._relay.timeouts.command)
        except (SMTPException, OSError, ValueError) as error:
            self._drop()
            raise RelayUnavailable(f"{self._relay.host}:{self._relay.port}: {type(error).__name__}: {error}") from error

    async def close(self) -> None:
        """Send QUIT if the server is still there."""
        if self._client is not None and self.is_open:
            with suppress(SMTPException, OSError):
                await self._client.quit(timeout=1)
        self._drop()

    async def send(self, message: SmtpMessage, may_end: Callable[[], Awaitable[bool]]) -> Outcome:
        """Hand over one mail. `may_end` is called just before the final dot; when it is false, none is sent.

        Raises RelayUnavailable, with nothing sent.
        """
        await self.open()
        reused = self._sent > 0
        try:
            return await self._hand_over(message, may_end)
        except _ConnectionLost as lost:
            self._drop()
            if not reused:
                return Deferred(str(lost), lost.phase)
        # The server may have closed a reused connection long ago, so a fresh one deserves a try.
        await self.open()
        try:
            return await self._hand_over(message, may_end)
        except _ConnectionLost as lost:
            self._drop()
            return Deferred(str(lost), lost.phase)

    async def _hand_over(self, message: SmtpMessage, may_end: Callable[[], Awaitable[bool]]) -> Outcome:
        negative = await self._start(message)
        if negative is not None:
            return negative
        await self._send_content(message.content)
        if not await may_end():
            self._drop()
            return Released("the mail was not the sender's any more, or too little of its lease was left")
        self._sent += 1
        return await self._send_final_dot()

    async def _start(self, message: SmtpMessage) -> Outcome | None:
        """MAIL, RCPT and DATA. None when the server is waiting for the content, else its negative answer."""
        mail = [f"FROM:<{message.sender}>", *self._dsn(f"RET=HDRS ENVID={message.envelope_id}")]
        rcpt = [f"TO:<{message.recipient}>", *self._dsn("NOTIFY=FAILURE,DELAY")]
        timeouts = self._relay.timeouts
        steps: tuple[tuple[Phase, list[str], float], ...] = (
            ("mail", ["MAIL", *mail], timeouts.command),
            ("rcpt", ["RCPT", *rcpt], timeouts.command),
            ("data", ["DATA"], timeouts.data),
        )
        for phase, words, timeout in steps:
            answer = await self._command(phase, words, timeout)
            if not (answer.code == _CONTINUE if phase == "data" else 200 <= answer.code < 300):
                await self._reset(answer)
                return _negative(answer, phase)
        return None

    def _dsn(self, options: str) -> list[str]:
        """Ask for delivery status reports where the server supports them (RFC 3461)."""
        return options.split() if self._smtp.supports_extension("dsn") else []

    async def _command(self, phase: Phase, words: list[str], timeout: float) -> SMTPResponse:
        try:
            return await self._smtp.execute_command(*(word.encode("ascii") for word in words), timeout=timeout)
        except (SMTPException, OSError) as error:
            raise _ConnectionLost(phase, error) from error

    async def _reset(self, answer: SMTPResponse) -> None:
        """End the SMTP transaction, so that the next mail starts clean."""
        if answer.code == _SERVICE_CLOSING or not self.is_open:
            return self._drop()
        try:
            await self._smtp.rset(timeout=self._relay.timeouts.command)
        except (SMTPException, OSError):
            self._drop()

    async def _send_content(self, content: bytes) -> None:
        """Everything but the dot, until it has left our buffers. If it breaks here, nothing has been handed over."""
        transport = self._smtp.transport
        deadline = time.monotonic() + self._relay.timeouts.content
        try:
            self._protocol.write(stuffed(content))
            while isinstance(transport, asyncio.WriteTransport) and transport.get_write_buffer_size():
                if time.monotonic() > deadline or transport.is_closing():
                    raise TimeoutError("the content was not read in time")
                await asyncio.sleep(_DRAIN_CHECK_S)
        except (SMTPException, OSError) as error:
            raise _ConnectionLost("content", error) from error
        if not self.is_open:
            raise _ConnectionLost("content", ConnectionResetError())

    async def _send_final_dot(self) -> Outcome:
        try:
            self._protocol.write(b".\r\n")
            answer = await self._protocol.read_response(timeout=self._relay.timeouts.answer)
        except (SMTPException, OSError) as error:
            self._drop()
            return Unknown(f"no answer after the final dot: {type(error).__name__}")
        if not 200 <= answer.code < 600:
            self._drop()
            return Unknown(f"no SMTP answer after the final dot: {_text(answer)}")
        if answer.code == _SERVICE_CLOSING:
            self._drop()
        return Accepted(_text(answer)) if answer.code < 300 else _negative(answer, "answer")

    @property
    def _smtp(self) -> aiosmtplib.SMTP:
        if self._client is None:
            raise ConnectionResetError("not connected")
        return self._client

    @property
    def _protocol(self) -> aiosmtplib.protocol.SMTPProtocol:
        if self._smtp.protocol is None:
            raise ConnectionResetError("not connected")
        return self._smtp.protocol

    def _drop(self) -> None:
        """Break the connection; the server forgets a mail without its final dot."""
        if self._client is not None:
            transport = self._client.transport
            if isinstance(transport, asyncio.WriteTransport):
                transport.abort()
            self._client.close()
        self._client = None


class MailPool:
    """The connections of this process. The last used is taken first, so that few stay open in quiet times."""

    def __init__(self, relay: Relay, size: int) -> None:
        self._all = [MailConnection(relay) for _ in range(size)]
        self._free: asyncio.LifoQueue[MailConnection] = asyncio.LifoQueue()
        for connection in self._all:
            self._free.put_nowait(connection)

    async def take(self) -> MailConnection:
        """A connection that nobody else uses; waits until one is free."""
        return await self._free.get()

    def give_back(self, connection: MailConnection) -> None:
        self._free.put_nowait(connection)

    async def open_one(self) -> None:
        """Make sure of one working connection. Raises RelayUnavailable."""
        connection = await self.take()
        try:
            await connection.open()
        finally:
            self.give_back(connection)

    def all_closed(self) -> bool:
        return not any(connection.is_open for connection in self._all)

    async def close(self) -> None:
        for connection in self._all:
            await connection.close()


def _client(relay: Relay) -> aiosmtplib.SMTP:
    return aiosmtplib.SMTP(
        hostname=relay.host,
        port=relay.port,
        username=relay.username,
        password=relay.password.get_secret_value() if relay.password else None,
        local_hostname=relay.local_hostname,
        timeout=relay.timeouts.connect,
        use_tls=relay.tls == "implicit",
        start_tls={"never": False, "starttls": True}.get(relay.tls) if relay.tls != "implicit" else False,
        cert_bundle=relay.ca_file,
    )


def stuffed(content: bytes) -> bytes:
    """A line that begins with a dot gets another one (RFC 5321 §4.5.2); the content ends with CRLF."""
    ended = content if content.endswith(b"\r\n") else content + b"\r\n"
    return (b"." if ended.startswith(b".") else b"") + ended.replace(b"\r\n.", b"\r\n..")


def _negative(answer: SMTPResponse, phase: Phase) -> Outcome:
    """5xx is final, except at MAIL: there the server refuses us, which says nothing about the recipient."""
    if answer.code >= 500 and phase != "mail":
        return Rejected(_text(answer), phase)
    return Deferred(_text(answer), phase)


def _text(answer: SMTPResponse) -> str:
    line = " ".join(answer.message.split())
    return "".join(character for character in f"{answer.code} {line}" if character.isprintable())[:400]
