"""The SMTP conversation step by step, against a real server."""

import asyncio

import pytest
from pydantic import SecretStr

from services.delivery.adapters.smtp import MailConnection, Relay, RelayUnavailable, SmtpMessage, Timeouts
from services.delivery.domain.outcome import Accepted, Deferred, Outcome, Rejected, Released, Unknown
from tests.support.mail_sink import Behaviour, MailSink

MESSAGE = SmtpMessage("1", "a@b.example", "c@d.example", b"Message-ID: <1@b.example>\r\n\r\n.dot\r\ntext\r\n")
TIMEOUTS = Timeouts(connect=2, command=2, data=2, content=2, answer=0.3)


async def yes() -> bool:
    return True


async def no() -> bool:
    return False


def connection_to(sink: MailSink) -> MailConnection:
    return MailConnection(Relay("127.0.0.1", sink.port, "never", TIMEOUTS))


@pytest.mark.parametrize(
    ("behaviour", "kind", "phase"),
    [
        ("defer_mail", Deferred, "mail"),
        ("defer_rcpt", Deferred, "rcpt"),
        ("refuse_rcpt", Rejected, "rcpt"),
        ("drop_at_rcpt", Deferred, "rcpt"),
        ("defer_content", Deferred, "answer"),
        ("refuse_content", Rejected, "answer"),
        ("drop_before_answer", Unknown, "answer"),
        ("drop_after_accepting", Unknown, "answer"),
        ("stall", Unknown, "answer"),
        ("nonsense", Unknown, "answer"),
    ],
)
async def test_every_failure_is_recognised(
    sink: MailSink, behaviour: Behaviour, kind: type[Outcome], phase: str
) -> None:
    connection = connection_to(sink)
    sink.behave(behaviour)
    outcome = await connection.send(MESSAGE, yes)
    assert isinstance(outcome, kind)
    assert outcome.phase == phase
    assert isinstance(await connection.send(MESSAGE, yes), Accepted)
    await connection.close()


async def test_a_lease_that_is_over_stops_the_mail_before_its_final_dot(sink: MailSink) -> None:
    connection = connection_to(sink)
    outcome = await connection.send(MESSAGE, no)
    assert isinstance(outcome, Released)
    assert isinstance(await connection.send(MESSAGE, yes), Accepted)
    assert sink.accepted == ["1@b.example"]
    await connection.close()


async def test_lines_that_begin_with_a_dot_arrive_as_they_were(sink: MailSink) -> None:
    connection = connection_to(sink)
    await connection.send(MESSAGE, yes)
    assert sink.contents == [MESSAGE.content]
    await connection.close()


async def test_a_server_that_is_not_there_is_unavailable(sink: MailSink) -> None:
    connection = MailConnection(Relay("127.0.0.1", 1, "never", TIMEOUTS))
    with pytest.raises(RelayUnavailable):
        await connection.send(MESSAGE, yes)


async def test_a_server_without_tls_is_unavailable_when_tls_is_required(sink: MailSink) -> None:
    connection = MailConnection(Relay("127.0.0.1", sink.port, "starttls", TIMEOUTS))
    with pytest.raises(RelayUnavailable):
        await connection.open()


async def test_a_password_is_not_sent_when_starttls_was_taken_out_of_the_greeting() -> None:
    commands: list[str] = []

    async def strip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 relay.test\r\n")
        while line := await reader.readline():
            commands.append(line.decode().split()[0].upper())
            writer.write(b"250-relay.test\r\n250 AUTH PLAIN LOGIN\r\n" if commands[-1] == "EHLO" else b"250 OK\r\n")
        writer.close()

    async with await asyncio.start_server(strip, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        connection = MailConnection(Relay("127.0.0.1", port, "starttls", TIMEOUTS, "faktura", SecretStr("hemmelig")))
        with pytest.raises(RelayUnavailable):
            await connection.open()

    assert "EHLO" in commands
    assert "AUTH" not in commands
