"""Note that what lies in clearing of a payment was sent back to the payer, wholly or in part."""

from uuid import UUID

from services.payments.domain.errors import PaymentNotFound
from services.payments.domain.payment import RefundedPart
from services.payments.events import payment_change, payment_refunded
from services.payments.store import locks, matches, payments
from shared.db.database import UnitOfWork


async def refund_payment(work: UnitOfWork, client_id: UUID, refund: RefundedPart) -> None:
    """Raises PaymentNotFound, RefundDateImpossible, NothingUnmatched, RefundExceedsPayment, ClaimsBusy."""
    await locks.lock_clients(work.session, [client_id])
    payment = await payments.lock(work.session, client_id, refund.payment_id)
    if payment is None:
        raise PaymentNotFound
    payment.check_refund_date(refund.refunded_on, work.clock.today())
    after = payment.refunded(refund.amount_ore)
    work.changed(payment_change(payment, after))
    await payments.save(work.session, [after])
    await matches.add_refund(work.session, client_id, refund, work.clock.now())
    work.emit(payment_refunded(refund, payment.receipt))
