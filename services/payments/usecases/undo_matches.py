"""Undo matches, the one way for persons and reversals: the money lies in clearing again, and claims are reopened."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.payments.domain.claim import Claim
from services.payments.domain.payment import Match, Payment, Undone
from services.payments.events import claim_turned, match_undone
from services.payments.store import claims, matches
from shared.db.database import UnitOfWork


async def undo_matches(
    work: UnitOfWork, payments: Mapping[UUID, Payment], undoing: Sequence[Match], undone: Undone
) -> dict[UUID, Payment]:
    """The payments afterwards, to be saved by the caller. The client must be locked, and the matches must hold."""
    changed = await claims.lock(work.session, {match.claim for match in undoing})
    after = dict(payments)
    for match in undoing:
        before = changed[match.claim]
        changed[match.claim] = claim = before.paid(-match.amount_ore, undone.on)
        payment = after[match.payment_id]
        after[match.payment_id] = payment.matched(-match.amount_ore)
        work.emit(match_undone(match, undone, payment.receipt, claim))
        _emit_turn(work, before, claim, undone)
    await claims.save(work.session, [*changed.values()])
    await matches.add_undone(work.session, undoing, undone)
    return after


def _emit_turn(work: UnitOfWork, before: Claim, after: Claim, undone: Undone) -> None:
    turned = claim_turned(before, after, undone.on)
    if turned is not None:
        work.emit(turned)
