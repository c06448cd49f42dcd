"""Settle attempts: what came of them is noted, the delivery moves on, and the others are told, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from services.delivery.domain.delivery import Delivery, State
from services.delivery.domain.machine import Change, Terms, after
from services.delivery.domain.outcome import Accepted, NotSeen, Outcome, Unknown
from services.delivery.domain.print_job import sheets_of
from services.delivery.store import attempts, deliveries, print_jobs
from services.delivery.store.attempts import Attempt
from shared.contracts.delivery import DocumentDispatched, DocumentUndeliverable
from shared.db.database import Cause, UnitOfWork
from shared.ids import new_id

SENDING: tuple[State, ...] = ("sending", "uncertain")
"""A certain answer that comes after the lease counts as long as nobody has taken the delivery up again."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Result:
    """What came of an attempt at a delivery. A print job's claims are counted by themselves, as `claim_no`."""

    delivery: Delivery
    outcome: Outcome
    claim_no: int | None = None


async def settle(work: UnitOfWork, results: Sequence[Result], terms: Terms, among: Sequence[State]) -> int:
    """How many moved on. A result of an attempt that is no longer the newest changes nothing, and is noted as late."""
    now = work.clock.now()
    pairs = [(one.delivery, after(one.delivery, one.outcome, now, terms)) for one in results]
    moved = await deliveries.apply(work.session, pairs, among)
    await attempts.note(work.session, [_attempt(work, one, one.delivery.delivery_id in moved) for one in results])
    await follow_up(work, [(one, change) for one, change in pairs if one.delivery_id in moved], terms)
    return len(moved)


async def follow_up(work: UnitOfWork, pairs: Sequence[tuple[Delivery, Change]], terms: Terms) -> None:
    """What new states ask for: a letter in the print queue, or a fact told."""
    letters = [one for one, change in pairs if change.state == "in_print" and one.state != "in_print"]
    await print_jobs.insert(work.session, [_letter(work, one, terms) for one in letters])
    for delivery, change in pairs:
        cause = Cause(delivery.correlation_id, delivery.causation_id)
        match change.state:
            case "handed_over":
                work.emit(_dispatched(delivery, change), cause)
            case "undeliverable":
                work.emit(_undeliverable(delivery, change), cause)
            case _:
                pass


def _dispatched(delivery: Delivery, change: Change) -> DocumentDispatched:
    assert change.channel is not None
    assert change.handed_over_at is not None
    return DocumentDispatched(
        client_id=delivery.client_id,
        document=delivery.document,
        delivery_id=delivery.delivery_id,
        channel=change.channel,
        handed_over_at=change.handed_over_at,
        receipt=change.receipt or "",
    )


def _undeliverable(delivery: Delivery, change: Change) -> DocumentUndeliverable:
    return DocumentUndeliverable(client_id=delivery.client_id, document=delivery.document, reason=change.reason or "")


def _letter(work: UnitOfWork, delivery: Delivery, terms: Terms) -> dict[str, object]:
    return {
        "print_job_id": new_id(),
        "client_id": delivery.client_id,
        "delivery_id": delivery.delivery_id,
        "sha256": delivery.pdf.sha256,
        "size_bytes": delivery.pdf.size_bytes,
        "pages": delivery.pdf.pages,
        "sheets": sheets_of(delivery.pdf.pages, duplex=terms.duplex),
        "filename": delivery.pdf.filename,
        "created_at": work.clock.now(),
    }


def _attempt(work: UnitOfWork, result: Result, moved: bool) -> Attempt:
    delivery = result.delivery
    word, phase, text = _words(result.outcome)
    if not moved:
        _log.warning("late_result", delivery_id=str(delivery.delivery_id), attempt=delivery.attempt, outcome=word)
        word, text = "late", f"{word}: {text}"
    return Attempt(
        client_id=delivery.client_id,
        delivery_id=delivery.delivery_id,
        attempt=delivery.attempt if result.claim_no is None else result.claim_no,
        channel=delivery.channel or "email",
        outcome=word,
        phase=phase,
        text=text,
        at=work.clock.now(),
    )


def _words(outcome: Outcome) -> tuple[str, str, str]:
    """Outcome, phase and text, as the history shows them."""
    if isinstance(outcome, Accepted):
        return "accepted", outcome.phase, outcome.receipt
    phase = getattr(outcome, "phase", "answer" if isinstance(outcome, Unknown) else "content")
    word = "deferred" if isinstance(outcome, NotSeen) else type(outcome).__name__.lower()
    return word, phase, outcome.reason
