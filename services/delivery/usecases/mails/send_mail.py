"""Send one mail: fetch the PDF and check its hash, build the mail and check it, hand it to the mail server."""

from collections.abc import Awaitable, Callable

from services.delivery.adapters.logo import picture_of
from services.delivery.adapters.mail_html import mail_html
from services.delivery.adapters.mime import Mail, MailUnsafe, Picture, build
from services.delivery.adapters.smtp import MailConnection, SmtpMessage
from services.delivery.domain.address import AddressUnusable, usable_address
from services.delivery.domain.channels import EMAIL
from services.delivery.domain.delivery import Delivery
from services.delivery.domain.document import Artefact, choose_artefact
from services.delivery.domain.mail_text import Sent, write_mail_text
from services.delivery.domain.outcome import Deferred, Outcome, Rejected
from services.delivery.tools import Tools
from shared.objects import ObjectDamaged, ObjectMissing


async def send_mail(
    tools: Tools, delivery: Delivery, connection: MailConnection, may_end: Callable[[], Awaitable[bool]]
) -> Outcome:
    """The outcome. `may_end` is called just before the final dot. Raises RelayUnavailable, with nothing sent."""
    artefact = choose_artefact(delivery.artefacts, tools.terms.channels[EMAIL].purposes)
    assert artefact is not None, "the route has no channel without an artefact"
    try:
        pdf = await tools.objects.get(artefact.sha256)
        logo = await picture_of(tools.objects, delivery.seller.logo)
    except (ObjectMissing, ObjectDamaged, OSError) as error:
        return Deferred(f"the PDF cannot be used: {type(error).__name__}", "file")
    try:
        mail = _mail(delivery, artefact, tools.settings.sender, (pdf, logo))
        content = build(mail)
    except (MailUnsafe, AddressUnusable) as error:
        return Rejected(f"no safe mail can be made of it: {error}", "build")
    message = SmtpMessage(delivery.delivery_id.hex, mail.sender, mail.recipient, content)
    return await connection.send(message, may_end)


def _mail(delivery: Delivery, artefact: Artefact, sender: str, files: tuple[bytes, Picture | None]) -> Mail:
    seller, (pdf, logo) = delivery.seller, files
    text = write_mail_text(Sent(delivery.document, seller, delivery.recipient, artefact))
    return Mail(
        message_id=delivery.message_id,
        moment=delivery.created_at,
        sender_name=seller.name,
        sender=sender,
        reply_to=usable_address(seller.email) if seller.email else None,
        recipient_name=delivery.document.customer_name,
        recipient=usable_address(delivery.recipient.email or ""),
        subject=text.subject,
        text=text.text,
        html=mail_html(text, has_logo=logo is not None),
        file_name=text.file_name,
        file=pdf,
        in_reply_to=delivery.in_reply_to,
        logo=logo,
    )
