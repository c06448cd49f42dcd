"""Reverse the payments that the bank has taken back: their claims are reopened."""

from collections.abc import Sequence

from services.payments.domain.claim import PayeeKid
from services.payments.domain.payment import Payment, Undone, reversed_payments
from services.payments.store import matches, payments
from services.payments.usecases.undo_matches import undo_matches
from shared.db.database import UnitOfWork


async def reverse_payments(work: UnitOfWork, payee_kids: Sequence[PayeeKid]) -> None:
    """Pairs each negative payment with these KIDs with the payment that it takes back, whichever came first.

    One without such a payment stays in clearing, for a person. The clients must be locked.
    """
    negatives = await payments.taken_back(work.session, payee_kids)
    if not negatives:
        return
    kids = sorted({kid for payment in negatives if (kid := payment.receipt.payee_kid) is not None})
    for negative, original in reversed_payments(negatives, await payments.with_kids(work.session, kids)):
        await _reverse(work, negative, original)


async def _reverse(work: UnitOfWork, negative: Payment, original: Payment) -> None:
    receipt = original.receipt
    holding = await matches.holding(work.session, receipt.client_id, [receipt.payment_id])
    undone = Undone(negative.receipt.paid_on, "reversed")
    after = await undo_matches(work, {receipt.payment_id: original}, holding, undone)
    pair = [after[receipt.payment_id].reversed(), negative.reversed(receipt.payment_id)]
    await payments.save(work.session, pair)
