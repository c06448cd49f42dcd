"""Idempotency keys: claimed first in the same transaction as the work, so a crash leaves nothing to clean up.

Same key and body: the stored answer, with `Idempotent-Replayed: true`. Another body: 422. Still running: 409. Refused
and failed requests are rolled back and not stored; their keys may be used again.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from fastapi import Request
from sqlalchemy.exc import DBAPIError
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.db.errors import LOCK_NOT_AVAILABLE, sqlstate
from shared.db.sql import run
from shared.http.problems import Problem
from shared.problems import Refusal

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
MAX_LENGTH = 255
WAIT_FOR_FIRST = "2s"

MISSING = Refusal(
    400, "idempotency-key-missing", "Send «Idempotency-Key» med forespørselen.", "Send an `Idempotency-Key`."
)
BAD = Refusal(
    400,
    "idempotency-key-invalid",
    "«Idempotency-Key» må være 1–255 synlige ASCII-tegn.",
    "`Idempotency-Key` must be 1–255 visible ASCII characters.",
)
REUSED = Refusal(
    422,
    "idempotency-key-reused",
    "Nøkkelen er brukt før med et annet innhold.",
    "The key was used before with another body.",
)
RUNNING = Refusal(
    409,
    "request-in-progress",
    "Den første forespørselen med denne nøkkelen behandles ennå.",
    "The first request with this key is still being handled.",
    retryable=True,
)


@dataclass(frozen=True)
class StoredAnswer:
    status: int
    body: str
    headers: dict[str, str]


async def key_of(request: Request) -> str:
    key = request.headers.get(HEADER)
    if key is None:
        raise Problem(MISSING)
    if not 1 <= len(key) <= MAX_LENGTH or not all("!" <= character <= "~" for character in key):
        raise Problem(BAD)
    return key


async def fingerprint(request: Request) -> str:
    """A hash of what a retry must repeat: method, path, query and body. Headers may differ."""
    digest = hashlib.sha256(f"{request.method} {request.url.path}?{request.url.query}\n".encode())
    digest.update(await request.body())
    return digest.hexdigest()


async def begin(
    session: AsyncSession, client_id: UUID, key: str, request_fingerprint: str, now: datetime
) -> StoredAnswer | None:
    """Claim the key, or return the answer stored for it; waits a moment for a first request that is still running."""
    names = {"client_id": client_id, "key": key}
    try:
        await run(session, sa.text(f"set local lock_timeout = '{WAIT_FOR_FIRST}'"))
        claimed = (await run(session, _CLAIM, **names, fingerprint=request_fingerprint, now=now)).first()
    except DBAPIError as error:
        if sqlstate(error) == LOCK_NOT_AVAILABLE:
            raise Problem(RUNNING, headers={"Retry-After": "1"}) from error
        raise
    if claimed is not None:
        return None
    row = (await run(session, _FIND, **names)).one()
    if row.fingerprint != request_fingerprint:
        raise Problem(REUSED)
    return StoredAnswer(row.status, row.body, row.headers)


async def store(session: AsyncSession, client_id: UUID, key: str, answer: StoredAnswer) -> None:
    await run(session, _STORE, client_id=client_id, key=key, **vars(answer))


_CLAIM = sa.text(
    "insert into idempotency (client_id, key, fingerprint, created_at) "
    "values (:client_id, :key, :fingerprint, :now) "
    "on conflict do nothing returning 1"
)
_FIND = sa.text(
    "select fingerprint, status, body, headers from idempotency where client_id = :client_id and key = :key"
)
_STORE = sa.text(
    "update idempotency set status = :status, body = :body, headers = :headers "
    "where client_id = :client_id and key = :key"
).bindparams(sa.bindparam("headers", type_=sa.JSON))
