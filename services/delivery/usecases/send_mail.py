"""Send one mail: the PDF out of the store with its hash checked, the mail built and read back, handed to the server."""

from collections.abc import Callable

from services.delivery.adapters.mime import Mail, MailUnsafe, build
from services.delivery.adapters.smtp import MailConnection, Parcel
from services.delivery.domain.address import AddressUnusable, usable_address
from services.delivery.domain.delivery import Delivery
from services.delivery.domain.letter import write_letter
from services.delivery.domain.outcome import Deferred, Outcome, Refused
from shared.objects import ObjectDamaged, ObjectMissing, ObjectStore


async def send_mail(
    delivery: Delivery, sender: str, objects: ObjectStore, connection: MailConnection, still_ours: Callable[[], bool]
) -> Outcome:
    """What came of it; raises RelayAway when there is no connection to be had, with nothing sent."""
    try:
        pdf = await objects.get(delivery.pdf.sha256)
    except (ObjectMissing, ObjectDamaged, OSError) as error:
        return Deferred(f"the PDF cannot be used: {type(error).__name__}", "file")
    try:
        content = build(_mail(delivery, sender, pdf))
    except (MailUnsafe, AddressUnusable) as error:
        return Refused(f"no safe mail can be made of it: {error}", "build")
    parcel = Parcel(delivery.delivery_id.hex, sender, delivery.email or "", content)
    return await connection.send(parcel, still_ours)


def _mail(delivery: Delivery, sender: str, pdf: bytes) -> Mail:
    letter = write_letter(delivery)
    seller = delivery.seller
    return Mail(
        message_id=delivery.message_id,
        moment=delivery.created_at,
        sender_name=seller.name,
        sender=sender,
        reply_to=usable_address(seller.email) if seller.email else None,
        recipient_name=delivery.document.customer_name,
        recipient=usable_address(delivery.email or ""),
        subject=letter.subject,
        text=letter.text,
        file_name=letter.file_name,
        file=pdf,
    )
