"""What the ledger does with the events it subscribes to."""

import asyncio
from decimal import Decimal

from services.ledger.handlers import SUBSCRIPTIONS
from services.system import service_spec
from shared.clock import MovableClock
from shared.contracts.ledger import EntryPosted, Posting
from shared.contracts.values import MvaTotal
from shared.ids import new_id
from tests.conftest import NOON
from tests.service.ledger.inspection import books, open_items, parked, receive_together, records
from tests.support.examples_customers import a_client
from tests.support.examples_documents import CLIENT_ID, a_reminder, an_order_confirmation
from tests.support.examples_ledger import a_credit_of, a_sale, delayed, dispatched, held, paid, undeliverable
from tests.support.service import StartService

ONE_SALE = """\
2026-11-23 Faktura 1001, Søndre Bærum Byggevarer AS
  1500 Kundefordringer                            1250.00
  3000 Salg, høy sats                            -1000.00  mva 3
  2700 Utgående mva, høy sats                     -250.00  mva 3
"""
ITS_PAYMENT = """\
2026-12-01 Innbetaling KID 10017, Søndre Bærum Byggevarer AS
  1920 Bankinnskudd                               1250.00
  1500 Kundefordringer                           -1250.00
"""


async def test_it_subscribes_to_the_events_on_the_map() -> None:
    assert [subscription.event for subscription in SUBSCRIPTIONS] == list(service_spec("ledger").subscribes)


async def test_a_dispatched_invoice_is_posted_and_published(start: StartService) -> None:
    ledger, invoice = await start("ledger"), a_sale()
    await ledger.receives(a_client(), dispatched(invoice))
    assert await books(ledger) == ONE_SALE
    (event,) = await ledger.emitted(EntryPosted)
    assert (event.entry_number, event.source, event.source_id, event.text) == (
        1,
        "document",
        invoice.document_id,
        "Faktura 1001",
    )
    assert event.postings[1] == Posting(account=3000, amount_ore=-100000, mva_code="3")
    assert await ledger.broken() == {}


async def test_the_first_event_of_delivery_posts_and_later_ones_change_nothing(start: StartService) -> None:
    ledger, invoice = await start("ledger"), a_sale()
    await ledger.receives(delayed(invoice), dispatched(invoice), undeliverable(invoice), dispatched(invoice))
    assert await books(ledger) == ONE_SALE
    assert len(await ledger.emitted(EntryPosted)) == 1
    assert await open_items(ledger) == [(1001, 125000, 125000)]


async def test_an_undeliverable_invoice_is_posted_too(start: StartService) -> None:
    ledger = await start("ledger")
    await ledger.receives(undeliverable(a_sale()))
    assert await books(ledger) == ONE_SALE


async def test_a_held_invoice_is_posted_when_it_is_held_and_not_again_when_it_is_sent(start: StartService) -> None:
    ledger, invoice = await start("ledger"), a_sale()
    await ledger.receives(held(invoice))
    assert await books(ledger) == ONE_SALE
    await ledger.receives(held(invoice, code="address-too-long"), dispatched(invoice))
    assert await books(ledger) == ONE_SALE
    assert await open_items(ledger) == [(1001, 125000, 125000)]


async def test_a_held_invoice_from_before_its_summary_was_sent_along_waits_for_delivery(start: StartService) -> None:
    ledger, invoice = await start("ledger"), a_sale()
    await ledger.receives(held(invoice).model_copy(update={"document": None}))
    assert await books(ledger) == ""
    assert await parked(ledger) == []
    await ledger.receives(dispatched(invoice))
    assert await books(ledger) == ONE_SALE


async def test_a_redelivered_envelope_posts_nothing_more(start: StartService) -> None:
    ledger = await start("ledger")
    envelope = ledger.envelope(dispatched(a_sale()))
    await ledger.receives_envelope(envelope)
    await ledger.receives_envelope(envelope)
    assert await books(ledger) == ONE_SALE


async def test_order_confirmations_and_reminders_are_not_posted(start: StartService) -> None:
    ledger = await start("ledger")
    await ledger.receives(dispatched(an_order_confirmation().document), dispatched(a_reminder().document))
    assert await books(ledger) == ""
    assert await parked(ledger) == []


async def test_a_payment_settles_its_invoice(start: StartService) -> None:
    ledger, invoice = await start("ledger"), a_sale()
    payment = paid(invoice)
    await ledger.receives(dispatched(invoice), payment, payment)
    assert await books(ledger) == f"{ONE_SALE}\n{ITS_PAYMENT}"
    assert await open_items(ledger) == [(1001, 125000, 0)]
    assert await records(ledger, "posted") == {str(invoice.document_id): "invoice 125000"}
    assert await records(ledger, "bank") == {str(payment.payment_id): "2026-12-01 125000"}
    assert await records(ledger, "open") == {str(invoice.document_id): "0"}


async def test_a_payment_before_its_invoice_gives_the_same_books(start: StartService) -> None:
    ledger, invoice = await start("ledger"), a_sale()
    await ledger.receives(paid(invoice))
    assert await open_items(ledger) == [(None, None, -125000)]
    assert await ledger.broken() == {}
    await ledger.receives(dispatched(invoice))
    assert await books(ledger) == f"{ONE_SALE}\n{ITS_PAYMENT}"
    assert await open_items(ledger) == [(1001, 125000, 0)]


async def test_an_overpayment_is_the_customers_credit(start: StartService) -> None:
    ledger, invoice = await start("ledger"), a_sale()
    await ledger.receives(dispatched(invoice), paid(invoice, 100000), paid(invoice, 30000))
    assert await open_items(ledger) == [(1001, 125000, -5000)]
    assert await ledger.broken() == {}


async def test_a_credit_note_reduces_its_invoice_also_when_it_comes_first(start: StartService) -> None:
    ledger, invoice = await start("ledger"), a_sale()
    credit = a_credit_of(invoice)
    await ledger.receives(dispatched(credit), dispatched(invoice))
    assert await open_items(ledger) == [(1001, 125000, 75000)]
    assert await records(ledger, "posted") == {
        str(invoice.document_id): "invoice 125000",
        str(credit.document_id): "credit_note 50000",
    }
    assert await ledger.broken() == {}


async def test_a_document_whose_totals_disagree_is_parked_and_the_others_are_posted(start: StartService) -> None:
    ledger = await start("ledger")
    wrong = a_sale(1002).model_copy(update={"mva_ore": 24999})
    await receive_together(ledger, [dispatched(wrong), dispatched(a_sale())])
    assert await books(ledger) == ONE_SALE
    (reason,) = await parked(ledger)
    assert reason.startswith("TotalsDisagree: ")
    assert "stated=24999, summed=25000" in reason


async def test_a_batch_with_repetitions_posts_each_once_without_gaps(start: StartService) -> None:
    ledger = await start("ledger")
    sales = [a_sale(number) for number in range(1001, 1041)]
    await receive_together(
        ledger, [event for sale in sales for event in (dispatched(sale), delayed(sale), dispatched(sale))]
    )
    numbers = [row["entry_number"] for row in await ledger.rows("select entry_number from entry order by 1")]
    assert numbers == list(range(1, 41))
    assert len(await ledger.emitted(EntryPosted)) == 40
    assert await ledger.broken() == {}


async def test_each_event_has_its_own_message_as_its_cause(start: StartService) -> None:
    ledger = await start("ledger")
    envelopes = [ledger.envelope(dispatched(a_sale(number))) for number in (1001, 1002, 1003)]
    await asyncio.gather(*(ledger.receives_envelope(envelope) for envelope in envelopes))
    rows = await ledger.rows("select body::jsonb ->> 'causationid' as cause from outbox order by id")
    assert sorted(row["cause"] for row in rows) == sorted(str(envelope.id) for envelope in envelopes)


async def test_clients_have_books_of_their_own(start: StartService) -> None:
    ledger, other = await start("ledger"), new_id()
    await receive_together(ledger, [dispatched(a_sale()), dispatched(a_sale(1, client_id=other))])
    rows = await ledger.rows("select client_id, entry_number, previous_hash from entry")
    assert {(row["client_id"], row["entry_number"], row["previous_hash"]) for row in rows} == {
        (CLIENT_ID, 1, "0" * 64),
        (other, 1, "0" * 64),
    }
    assert await books(ledger) == ONE_SALE


async def test_the_books_are_opened_only_once_per_client(start: StartService) -> None:
    ledger = await start("ledger", clock=MovableClock(NOON))
    await ledger.receives(dispatched(a_sale()), a_client(), a_client(version=2))
    (head,) = await ledger.rows("select next_number from ledger_head")
    assert head["next_number"] == 2
    (chart,) = await ledger.rows("select count(*) as accounts, count(distinct number) as numbers from account")
    assert chart["accounts"] == chart["numbers"] == 17


async def test_an_invoice_of_nothing_is_in_the_books_with_a_settled_item(start: StartService) -> None:
    nothing = MvaTotal(code="3", rate=Decimal(25), net_ore=0, mva_ore=0)
    invoice = a_sale(mva_totals=(nothing,), net_ore=0, mva_ore=0, total_ore=0, payable_ore=0, due_date=None)
    ledger = await start("ledger")
    await ledger.receives(dispatched(invoice))
    assert await open_items(ledger) == [(1001, 0, 0)]
    assert await ledger.broken() == {}
