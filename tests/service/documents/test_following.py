"""What becomes of a document elsewhere: noted once, in any order, and never weaker than what is known."""

import itertools
from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.documents.events import delayed
from services.documents.usecases.timelines.follow_deliveries import follow_deliveries
from shared.contracts.delivery import DocumentDelayed, DocumentDispatched, DocumentUndeliverable
from shared.contracts.documents import DocumentConfirmed
from shared.contracts.envelope import Event
from shared.contracts.payments import DocumentReopened, DocumentSettled, MatchUndone, PaymentMatched
from shared.contracts.rendering import DocumentHeld
from shared.db.database import Cause
from shared.ids import new_id
from tests.service.documents.story import Shop, open_shop
from tests.support.service import StartService


async def events_about(shop: Shop, invoice: Any) -> dict[str, Event]:
    [confirmed] = await shop.service.emitted(DocumentConfirmed)
    summary = confirmed.document
    about: dict[str, Any] = {
        "client_id": shop.client.client_id,
        "document_id": summary.document_id,
        "customer_id": summary.customer_id,
    }
    payment: dict[str, Any] = {
        **about,
        "kind": "partial",
        "account": summary.account,
        "kid": summary.kid,
        "remaining_ore": 0,
    }
    return {
        "held": DocumentHeld(
            client_id=shop.client.client_id, document_id=summary.document_id, code="logo", reason="Logo mangler"
        ),
        "delayed": DocumentDelayed(client_id=shop.client.client_id, document=summary, reason="Postkassen er full"),
        "undeliverable": DocumentUndeliverable(
            client_id=shop.client.client_id, document=summary, reason="Ukjent mottaker"
        ),
        "dispatched": DocumentDispatched(
            client_id=shop.client.client_id,
            document=summary,
            delivery_id=new_id(),
            channel="email",
            handed_over_at=datetime(2026, 11, 23, 23, 30, tzinfo=UTC),
            receipt="250 OK",
        ),
        "partial": PaymentMatched(**payment, payment_id=new_id(), paid_on=date(2026, 12, 1), amount_ore=100000),
        "rest": PaymentMatched(**payment, payment_id=new_id(), paid_on=date(2026, 12, 2), amount_ore=150000),
        "settled": DocumentSettled(**about, settled_on=date(2026, 12, 2)),
    }


async def test_a_document_is_followed_from_hold_to_settlement(start: StartService) -> None:
    shop = await open_shop(start)
    invoice = await shop.issued()

    await shop.service.receives(*(await events_about(shop, invoice)).values())

    followed = await shop.get(f"/v1/invoices/{invoice['id']}")
    assert (followed["delivery_state"], followed["payment_state"], followed["paid_ore"]) == (
        "dispatched",
        "settled",
        250000,
    )
    assert [(event["on_date"], event["what"], event["amount_ore"]) for event in followed["events"]] == [
        ("2026-11-23", "confirmed", None),
        ("2026-11-23", "held", None),
        ("2026-11-23", "delayed", None),
        ("2026-11-23", "undeliverable", None),
        ("2026-11-24", "dispatched", None),
        ("2026-12-01", "payment_received", 100000),
        ("2026-12-02", "payment_received", 150000),
        ("2026-12-02", "settled", None),
    ]
    assert await shop.service.broken() == {}


@pytest.mark.parametrize("order", list(itertools.permutations(["delayed", "dispatched", "settled", "partial"]))[::5])
async def test_the_end_is_the_same_in_any_order_and_with_redelivery(
    start: StartService, order: tuple[str, ...]
) -> None:
    shop = await open_shop(start)
    invoice = await shop.issued()
    events = await events_about(shop, invoice)
    envelopes = [shop.service.envelope(events[name]) for name in order]

    for envelope in [*envelopes, *reversed(envelopes)]:
        await shop.service.receives_envelope(envelope)
    await shop.service.receives(*(events[name] for name in order))

    followed = await shop.get(f"/v1/invoices/{invoice['id']}")
    assert (followed["delivery_state"], followed["payment_state"], followed["paid_ore"]) == (
        "dispatched",
        "settled",
        100000,
    )
    whats = [event["what"] for event in followed["events"]]
    assert whats == ["confirmed", "delayed", "dispatched", "payment_received", "settled"]
    assert await shop.service.broken() == {}


@pytest.mark.parametrize("order", list(itertools.permutations(range(5)))[::11])
async def test_an_invoice_that_is_reopened_and_settled_again_ends_the_same_in_any_order(
    start: StartService, order: tuple[int, ...]
) -> None:
    shop = await open_shop(start)
    invoice = await shop.issued()
    events = await events_about(shop, invoice)
    about: dict[str, Any] = {
        "client_id": shop.client.client_id,
        "document_id": invoice["id"],
        "customer_id": invoice["customer_id"],
    }
    paid = events["partial"]
    assert isinstance(paid, PaymentMatched)
    turns = [
        events["settled"],
        DocumentReopened(**about, reopened_on=date(2026, 12, 4), settlement=1, outstanding_ore=250000),
        DocumentSettled(**about, settled_on=date(2026, 12, 4), settlement=2),
        paid,
        MatchUndone(
            **about,
            match_id=paid.payment_id,
            payment_id=paid.payment_id,
            reason="reversed",
            account=paid.account,
            kid=paid.kid,
            paid_on=paid.paid_on,
            undone_on=date(2026, 12, 4),
            amount_ore=paid.amount_ore,
            remaining_ore=250000,
        ),
    ]
    await shop.service.receives(*(turns[place] for place in (*order, *order)))

    followed = await shop.get(f"/v1/invoices/{invoice['id']}")
    assert (followed["settled_on"], followed["paid_ore"]) == ("2026-12-04", 0)
    whats = [event["what"] for event in followed["events"]]
    assert whats == ["confirmed", "payment_received", "settled", "payment_undone", "reopened", "settled"]
    assert await shop.service.broken() == {}


async def test_a_reopened_invoice_is_open(start: StartService) -> None:
    shop = await open_shop(start)
    invoice = await shop.issued()
    events = await events_about(shop, invoice)
    about = {name: getattr(events["settled"], name) for name in ("client_id", "document_id", "customer_id")}
    reopened = DocumentReopened(**about, reopened_on=date(2026, 12, 4), settlement=1, outstanding_ore=250000)
    await shop.service.receives(reopened, events["settled"])

    followed = await shop.get(f"/v1/invoices/{invoice['id']}")
    assert (followed["settled_on"], followed["payment_state"]) == (None, "open")


async def test_a_held_document_has_a_reason(start: StartService) -> None:
    shop = await open_shop(start)
    invoice = await shop.issued()

    await shop.service.receives((await events_about(shop, invoice))["held"])

    followed = await shop.get(f"/v1/invoices/{invoice['id']}")
    assert (followed["delivery_state"], followed["delivery_reason"]) == ("held", "Logo mangler")


async def test_a_part_payment_leaves_the_invoice_partly_paid(start: StartService) -> None:
    shop = await open_shop(start)
    invoice = await shop.issued()

    await shop.service.receives((await events_about(shop, invoice))["partial"])

    followed = await shop.get(f"/v1/invoices/{invoice['id']}")
    assert (followed["payment_state"], followed["paid_ore"], followed["settled_on"]) == ("partly_paid", 100000, None)


async def test_an_event_about_a_document_that_was_never_confirmed_here_is_parked(start: StartService) -> None:
    shop = await open_shop(start)
    await shop.issued()
    stray = DocumentHeld(client_id=shop.client.client_id, document_id=new_id(), code="x", reason="x")

    await shop.service.receives(stray)

    [parked] = await shop.service.rows("select state, reason from inbox where state <> 'handled'")
    assert (parked["state"], parked["reason"].split(":")[0]) == ("parked", "DocumentNotFound")


async def test_an_older_snapshot_never_replaces_a_newer_one(start: StartService) -> None:
    shop = await open_shop(start)
    newer = shop.customer.model_copy(update={"version": 3, "name": "Nyeste AS"})
    older = shop.customer.model_copy(update={"version": 2, "name": "Eldre AS"})
    client = shop.client.model_copy(update={"version": 2, "name": "Nytt firmanavn AS"})

    await shop.service.receives(newer, older, client, shop.client)

    invoice = await shop.issued()
    assert (invoice["buyer"]["name"], invoice["seller"]["name"]) == ("Nyeste AS", "Nytt firmanavn AS")


async def test_of_two_updates_of_one_document_in_a_batch_the_first_gives_the_reason(start: StartService) -> None:
    """As when they come one by one: an equally strong update changes nothing."""
    shop = await open_shop(start)
    invoice = await shop.issued()
    [confirmed] = await shop.service.emitted(DocumentConfirmed)
    delays = [
        DocumentDelayed(client_id=shop.client.client_id, document=confirmed.document, reason=reason)
        for reason in ("Postkassen er full", "Serveren er borte")
    ]

    async with shop.service.runtime.database.unit(Cause("test")) as work:
        await follow_deliveries(work, [delayed(event, date(2026, 11, 23)) for event in delays])

    assert (await shop.get(f"/v1/invoices/{invoice['id']}"))["delivery_reason"] == "Postkassen er full"
