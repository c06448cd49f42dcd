"""Mail to a real SMTP server: handed over once, whatever the server does."""

import pytest

from services.delivery.jobs.mails import send_mails
from services.delivery.store.deliveries import claim_ready
from shared.contracts.delivery import DocumentDispatched, DocumentUndeliverable
from shared.db.database import Cause
from shared.service import JobContext
from tests.service.delivery.conftest import DeliveryUnderTest, StartDelivery
from tests.support.eventually import eventually
from tests.support.examples_delivery import PDF
from tests.support.examples_documents import a_buyer, a_reminder, a_seller, an_invoice, an_invoice_ref
from tests.support.pictures import a_png


async def test_a_rendered_invoice_is_mailed_in_the_clients_name_with_its_pdf(delivery: DeliveryUnderTest) -> None:
    event = await delivery.renders()
    row = await delivery.reaches(event, "handed_over")
    mail = delivery.sink.mail()
    assert delivery.sink.recipients == ["faktura@sbb.example"]
    assert str(mail["From"]) == '"Fjordlys Håndverk AS" <faktura@fakturaservice.example>'.replace('"', "")
    assert str(mail["Reply-To"]) == "Fjordlys Håndverk AS <post@fjordlys.example>"
    assert str(mail["Subject"]).startswith(f"Faktura {event.document.number} fra Fjordlys Håndverk AS: ")
    assert str(mail["Message-ID"]) == f"<{row['delivery_id']}.original@fakturaservice.example>"
    assert str(mail["Auto-Submitted"]) == "auto-generated"
    (attachment,) = mail.iter_attachments()
    assert attachment.get_content() == PDF
    assert attachment.get_filename() == f"Faktura-{event.document.number}.pdf"
    assert row["receipt"] == "250 2.0.0 queued as 1"


@pytest.mark.parametrize(("logo", "is_shown"), [(a_png(), True), (b"<svg/>", False), (None, False)])
async def test_the_html_shows_the_clients_logo_if_mail_programs_can(
    delivery: DeliveryUnderTest, logo: bytes | None, is_shown: bool
) -> None:
    sha256 = "0" * 64 if logo is None else await delivery.objects.put(logo)
    await delivery.reaches(await delivery.renders(of=an_invoice(1, seller=a_seller(logo=sha256))), "handed_over")
    mail = delivery.sink.mail()
    html = mail.get_body(("html",))
    assert html is not None
    assert ('src="cid:logo"' in html.get_content()) is is_shown
    assert [part.get_content() for part in mail.walk() if part["Content-ID"] == "<logo>"] == [logo] * is_shown


async def test_a_reminder_is_mailed_under_the_mail_of_its_invoice(delivery: DeliveryUnderTest) -> None:
    invoice = await delivery.renders()
    mailed = await delivery.reaches(invoice, "handed_over")
    ref = an_invoice_ref(document_id=invoice.document.document_id, number=invoice.document.number)
    reminder = await delivery.renders(of=a_reminder(refers_to=ref))
    await delivery.reaches(reminder, "handed_over")
    mail = delivery.sink.mail()
    assert str(mail["In-Reply-To"]) == str(mail["References"]) == f"<{mailed['message_id']}>"


async def test_a_reminder_of_an_invoice_that_went_by_post_begins_a_thread(delivery: DeliveryUnderTest) -> None:
    invoice = await delivery.renders(channels=("print",))
    ref = an_invoice_ref(document_id=invoice.document.document_id, number=invoice.document.number)
    await delivery.reaches(await delivery.renders(of=a_reminder(refers_to=ref)), "handed_over")
    assert delivery.sink.mail()["In-Reply-To"] is None


async def test_the_servers_answer_is_emitted_once_as_the_receipt(delivery: DeliveryUnderTest) -> None:
    event = await delivery.renders()
    await delivery.reaches(event, "handed_over")
    (dispatched,) = await delivery.service.emitted(DocumentDispatched)
    assert dispatched.channel == "email"
    assert dispatched.document == event.document
    assert dispatched.receipt == "250 2.0.0 queued as 1"
    assert dispatched.handed_over_at == delivery.service.clock.now()


async def test_a_redelivered_event_and_a_second_event_for_the_document_are_mailed_once(
    delivery: DeliveryUnderTest,
) -> None:
    event = await delivery.renders()
    envelope = delivery.service.envelope(event)
    await delivery.service.receives_envelope(envelope)
    await delivery.service.receives_envelope(envelope)
    await delivery.reaches(event, "handed_over")
    assert len(await delivery.service.rows("select 1 from delivery")) == 1
    assert len(delivery.sink.accepted) == 1


async def test_many_mails_go_over_few_connections_and_never_twice(start_delivery: StartDelivery) -> None:
    delivery = await start_delivery(workers=4, batch=3)
    events = [await delivery.renders() for _ in range(40)]
    for event in events:
        await delivery.reaches(event, "handed_over")
    assert len(delivery.sink.accepted) == len(set(delivery.sink.accepted)) == 40
    assert delivery.sink.connections <= 4
    assert len(await delivery.service.emitted(DocumentDispatched)) == 40


async def test_a_temporary_rejection_is_retried_after_a_pause_with_the_same_message_id(
    delivery: DeliveryUnderTest,
) -> None:
    delivery.sink.behave("defer_rcpt")
    event = await delivery.renders()

    async def deferred() -> bool:
        return await delivery.outcomes(event) == ["deferred"]

    await eventually(deferred)
    first = await delivery.reaches(event, "ready")
    assert (first["next_attempt_at"] - delivery.service.clock.now()).total_seconds() == 60
    delivery.service.clock.advance(first["next_attempt_at"] - delivery.service.clock.now())
    second = await delivery.reaches(event, "handed_over")
    assert delivery.sink.accepted == [first["message_id"]]
    assert second["attempt"] == 2


async def test_a_used_up_backoff_leads_to_the_next_channel(start_delivery: StartDelivery) -> None:
    delivery = await start_delivery(backoff_s__email="0,0")
    delivery.sink.behave("defer_content", times=3)
    event = await delivery.renders()
    row = await delivery.reaches(event, "in_print")
    assert await delivery.outcomes(event) == ["deferred"] * 3
    assert row["reason"] == "452 4.3.1 full"


async def test_an_unknown_recipient_falls_back_to_the_next_agreed_channel(delivery: DeliveryUnderTest) -> None:
    delivery.sink.behave("refuse_rcpt")
    event = await delivery.renders()
    await delivery.reaches(event, "in_print")
    assert len(await delivery.service.rows("select 1 from print_job where state = 'queued'")) == 1
    assert delivery.sink.accepted == []


async def test_without_another_channel_a_rejection_makes_it_undeliverable(
    delivery: DeliveryUnderTest,
) -> None:
    delivery.sink.behave("refuse_rcpt")
    event = await delivery.renders(channels=("email",))
    await delivery.reaches(event, "undeliverable")
    (undeliverable,) = await delivery.service.emitted(DocumentUndeliverable)
    assert undeliverable.reason == "550 5.1.1 no such user"


async def test_a_document_that_no_channel_can_carry_is_undeliverable_at_once(delivery: DeliveryUnderTest) -> None:
    event = await delivery.renders(channels=("email",), email=None)
    await delivery.reaches(event, "undeliverable")
    (undeliverable,) = await delivery.service.emitted(DocumentUndeliverable)
    assert undeliverable.reason == "email: the customer has no e-mail address"


async def test_an_unusable_address_is_skipped_in_favour_of_print(delivery: DeliveryUnderTest) -> None:
    event = await delivery.renders(email="a@b.example>\r\nRCPT TO:<x@y.example")
    row = await delivery.reaches(event, "in_print")
    assert row["reason"] == "email: the e-mail address is not one that mail can be sent to"


async def test_a_connection_that_breaks_before_the_content_is_certainly_not_sent(
    start_delivery: StartDelivery,
) -> None:
    delivery = await start_delivery(backoff_s__email="0,0,0")
    delivery.sink.behave("drop_at_rcpt")
    event = await delivery.renders()
    await delivery.reaches(event, "handed_over")
    assert await delivery.outcomes(event) == ["deferred", "accepted"]


async def test_a_connection_that_the_server_closed_while_idle_costs_no_attempt(delivery: DeliveryUnderTest) -> None:
    await delivery.reaches(await delivery.renders(), "handed_over")
    delivery.sink.drop_all()
    event = await delivery.renders()
    await delivery.reaches(event, "handed_over")
    assert await delivery.outcomes(event) == ["accepted"]


async def test_a_mail_server_that_is_away_costs_no_attempt(start_delivery: StartDelivery) -> None:
    delivery = await start_delivery(smtp_port=1)
    event = await delivery.renders()
    assert await send_mails(JobContext(delivery.service.runtime.database, delivery.service.runtime.tools)) == 0
    row = await delivery.delivery(event)
    assert (row["state"], row["attempt"]) == ("ready", 0)
    assert await delivery.outcomes(event) == []


async def test_two_workers_never_claim_the_same_mail(start_delivery: StartDelivery) -> None:
    delivery = await start_delivery(smtp_port=1)
    for _ in range(6):
        await delivery.renders()
    database = delivery.service.runtime.database
    async with database.unit(Cause("first")) as work, database.unit(Cause("second")) as other:
        first = await claim_ready(work.session, "email", work.clock.now(), limit=4, lease_s=900)
        second = await claim_ready(other.session, "email", work.clock.now(), limit=4, lease_s=900)
    claimed = {mail.delivery_id for mail in (*first, *second)}
    assert (len(first), len(second), len(claimed)) == (4, 2, 6)


async def test_a_missing_pdf_waits_and_sends_nothing(delivery: DeliveryUnderTest) -> None:
    event = await delivery.renders(sha256="f" * 64)

    async def deferred() -> bool:
        return await delivery.outcomes(event) == ["deferred"]

    await eventually(deferred)
    assert (await delivery.delivery(event))["reason"] == "the PDF cannot be used: ObjectMissing"
    assert delivery.sink.accepted == []


async def test_norwegian_names_reach_subject_file_name_and_recipient(delivery: DeliveryUnderTest) -> None:
    seller, buyer = a_seller(name="Ærlig & Ørjan Ås, blåskjell ENK"), a_buyer(name="Åse Bjørnstad-Sjø")
    event = await delivery.renders(of=an_invoice(1, seller=seller, buyer=buyer), filename="Faktura-blåskjell-7.pdf")
    await delivery.reaches(event, "handed_over")
    mail = delivery.sink.mail()
    assert "fra Ærlig & Ørjan Ås, blåskjell ENK: " in str(mail["Subject"])
    assert mail["From"].addresses[0].display_name == "Ærlig & Ørjan Ås, blåskjell ENK"
    assert mail["To"].addresses[0].display_name == "Åse Bjørnstad-Sjø"
    (attachment,) = mail.iter_attachments()
    assert attachment.get_filename() == "Faktura-blåskjell-7.pdf"


async def test_a_name_with_a_hidden_header_is_never_mailed(delivery: DeliveryUnderTest) -> None:
    seller = a_seller(name="=?UTF-8?Q?=0A?=Bcc: x@y.example")
    event = await delivery.renders(of=an_invoice(1, seller=seller), channels=("email",))
    row = await delivery.reaches(event, "undeliverable")
    assert row["reason"].startswith("no safe mail can be made of it")
    assert delivery.sink.accepted == []
