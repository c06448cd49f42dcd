"""What the client does from day to day. Each entry acts through the public API and waits for what should follow."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import httpx2

from dev.local.calls import post
from dev.local.seed import CUSTOMERS
from dev.playground.actions import send_bank_file
from dev.playground.bank import Transfer, ocr_giro_file
from dev.playground.print_shop import PrintShop
from dev.polling import until

WITHIN_S = 60.0
UNKNOWN_KID = "0000000000000018"
UNKNOWN_ORE = 12_345
CLEARING = 2990


@dataclass
class DemoClient:
    """A client: its API, its print shop, and the ids of its customers and documents by nickname."""

    api: httpx2.AsyncClient
    print_shop: PrintShop
    customers: dict[str, str] = field(default_factory=dict)
    documents: dict[str, str] = field(default_factory=dict)
    order: str = ""
    """The id of the one order."""

    async def get(self, path: str, **parameters: str) -> dict[str, Any]:
        content: dict[str, Any] = (await self.api.get(path, params=parameters)).raise_for_status().json()
        return content

    async def invoice(self, nickname: str) -> dict[str, Any]:
        return await self.get(f"/v1/invoices/{self.documents[nickname]}")


@dataclass(frozen=True)
class Day:
    date: date
    title: str
    act: Callable[[DemoClient], Awaitable[None]]


async def register_customers(client: DemoClient) -> None:
    for nickname, customer in zip(("kafe", "aase", "harbour"), CUSTOMERS, strict=True):
        client.customers[nickname] = (await post(client.api, "/v1/customers", customer))["id"]


async def confirm_an_order(client: DemoClient) -> None:
    order = await post(
        client.api,
        "/v1/orders",
        {
            "customer_id": client.customers["kafe"],
            "your_reference": "Kari Åsen",
            "lines": [
                _line("Montering av lys i nytt lokale", "18.5", "timer", "890"),
                _line("LED-panel 60×60 cm, 4000 K", "24", "stk", "649.50"),
                _line("Frakt og emballasje", "1", "stk", "480"),
            ],
        },
    )
    client.order = order["id"]
    confirmed = await post(client.api, f"/v1/orders/{client.order}/confirm")
    client.documents["order"] = confirmed["confirmation"]["id"]
    await _until("the order confirmation is mailed", lambda: _confirmation_mailed(client))


async def invoice_everyone(client: DemoClient) -> None:
    from_order = await post(client.api, f"/v1/orders/{client.order}/invoice", {"delivered_on": "2026-09-03"})
    client.documents["kafe"] = from_order["id"]
    client.documents["aase"] = await _invoice(
        client, "aase", [_line("Reparasjon av kurs på kjøkken", "3", "timer", "890")]
    )
    client.documents["harbour"] = await _invoice(
        client,
        "harbour",
        [_line("Inspection of switchboard", "2", "hours", "1150"), _line("Report", "1", "pcs", "2400")],
    )
    client.documents["mistake"] = await _invoice(
        client, "kafe", [_line("Befaring (skulle vært gratis)", "1", "stk", "1200")]
    )
    await _until("the letter waits for the print shop", lambda: _printed(client))
    for nickname in ("kafe", "aase", "harbour", "mistake"):
        await _until_posted(client, client.documents[nickname])


async def credit_the_mistake(client: DemoClient) -> None:
    credit_note = await post(
        client.api, f"/v1/invoices/{client.documents['mistake']}/credit", {"reason": "Befaringen var gratis."}
    )
    client.documents["credit_note"] = credit_note["id"]
    await _until_posted(client, credit_note["id"])
    await _until_outstanding(client, "mistake", 0)


async def bank_day_one(client: DemoClient) -> None:
    """The café pays all, Åse pays half, and someone pays with an unknown KID."""
    kafe, aase = await client.invoice("kafe"), await client.invoice("aase")
    half = aase["payable_ore"] // 2
    file = ocr_giro_file(
        [
            Transfer(kafe["account"], kafe["kid"], kafe["payable_ore"]),
            Transfer(aase["account"], aase["kid"], half),
            Transfer(kafe["account"], UNKNOWN_KID, UNKNOWN_ORE),
        ],
        date(2026, 9, 11),
        transmission=170_031,
    )
    await send_bank_file(client.api, file, {})
    await send_bank_file(client.api, file, {})
    await _until_outstanding(client, "kafe", 0)
    await _until_outstanding(client, "aase", aase["payable_ore"] - half)


async def place_the_unknown_payment(client: DemoClient) -> None:
    """Nordic Harbour has called: the money with the unknown KID is part of what it owes. It leaves clearing."""
    [waiting] = (await client.get("/v1/payments", state="unmatched"))["items"]
    harbour = await client.invoice("harbour")
    await _until("the unknown payment lies in clearing", lambda: _clearing_is(client, -UNKNOWN_ORE))
    part = {"document_id": harbour["id"], "amount_ore": UNKNOWN_ORE}
    await post(client.api, f"/v1/payments/{waiting['id']}/matches", {"matches": [part]})
    await _until_outstanding(client, "harbour", harbour["payable_ore"] - UNKNOWN_ORE)
    await _until("nothing lies in clearing", lambda: _clearing_is(client, 0))


async def bank_day_two(client: DemoClient) -> None:
    """Åse pays the rest, and a hundred kroner too much."""
    aase = await client.invoice("aase")
    rest = aase["payable_ore"] - aase["payable_ore"] // 2
    file = ocr_giro_file(
        [Transfer(aase["account"], aase["kid"], rest + 10_000)], date(2026, 9, 16), transmission=170_032
    )
    await send_bank_file(client.api, file, {})
    await _until_outstanding(client, "aase", -10_000)


async def harbour_is_reminded(client: DemoClient) -> None:
    """Nobody does anything: the system finds the claim overdue and reminds by itself."""
    await _until("the reminder is mailed", lambda: _reminded(client))


async def harbour_pays(client: DemoClient) -> None:
    harbour = await client.invoice("harbour")
    rest = harbour["payable_ore"] - UNKNOWN_ORE
    transfer = Transfer(harbour["account"], harbour["kid"], rest)
    await send_bank_file(client.api, ocr_giro_file([transfer], date(2026, 10, 1), transmission=170_033), {})
    await _until_outstanding(client, "harbour", 0)


DIARY: tuple[Day, ...] = (
    Day(date(2026, 9, 1), "Kundene registreres", register_customers),
    Day(date(2026, 9, 1), "Kafeen bestiller; ordren bekreftes på e-post", confirm_an_order),
    Day(date(2026, 9, 4), "Alle faktureres, på e-post og som brev", invoice_everyone),
    Day(date(2026, 9, 7), "Én faktura var feil, og krediteres", credit_the_mistake),
    Day(
        date(2026, 9, 11),
        "Banken: én betaler alt, én halvparten, én KID er ukjent; filen kommer to ganger",
        bank_day_one,
    ),
    Day(date(2026, 9, 14), "Betalingen med ukjent KID plasseres for hånd", place_the_unknown_payment),
    Day(date(2026, 9, 16), "Banken: resten, og litt for mye", bank_day_two),
    Day(date(2026, 9, 25), "Én kunde er sent ute, og purres", harbour_is_reminded),
    Day(date(2026, 10, 1), "Banken: den som var sent ute, betaler", harbour_pays),
)


def _line(description: str, quantity: str, unit: str, unit_price: str) -> dict[str, str]:
    return {"description": description, "quantity": quantity, "unit": unit, "unit_price": unit_price, "mva_code": "3"}


async def _invoice(client: DemoClient, nickname: str, lines: list[dict[str, str]]) -> str:
    body = {"customer_id": client.customers[nickname], "delivered_on": "2026-09-03", "lines": lines}
    draft = await post(client.api, "/v1/invoices", body)
    await post(client.api, f"/v1/invoices/{draft['id']}/issue")
    return str(draft["id"])


async def _until_posted(client: DemoClient, document_id: str) -> None:
    async def entries() -> list[Any]:
        items: list[Any] = (await client.get("/v1/ledger/entries", document_id=document_id))["items"]
        return items

    await until(entries, f"the entry of {document_id}", within_s=WITHIN_S)


async def _until_outstanding(client: DemoClient, nickname: str, outstanding_ore: int) -> None:
    """Wait until both the claim and the customer's account have this amount left."""
    document = client.documents[nickname]

    async def agrees() -> bool:
        claim = await client.get(f"/v1/claims/{document}")
        invoice = await client.invoice(nickname)
        account = await client.get(f"/v1/customers/{invoice['customer_id']}/account")
        items = {item["document_id"]: item["remaining_ore"] for item in account["items"]}
        return bool(claim["outstanding_ore"] == outstanding_ore == items.get(document, 0))

    await until(agrees, f"{nickname}: {outstanding_ore} øre outstanding", within_s=WITHIN_S)


async def _clearing_is(client: DemoClient, balance_ore: int) -> bool:
    accounts = (await client.get("/v1/ledger/accounts"))["accounts"]
    return any(account["number"] == CLEARING and account["balance_ore"] == balance_ore for account in accounts)


async def _reminded(client: DemoClient) -> bool:
    invoice = await client.invoice("harbour")
    reminders = [event for event in invoice["events"] if event["what"] == "reminded"]
    if not reminders:
        return False
    deliveries = (await client.get("/v1/deliveries", state="handed_over"))["items"]
    return any(delivery["kind"] == "reminder" for delivery in deliveries)


async def _confirmation_mailed(client: DemoClient) -> bool:
    order = await client.get(f"/v1/orders/{client.order}")
    return bool(order["confirmation"]["delivery_state"] == "dispatched")


async def _printed(client: DemoClient) -> bool:
    return await client.print_shop.print_all() > 0


async def _until(what: str, check: Callable[[], Awaitable[bool]]) -> None:
    await until(check, what, within_s=WITHIN_S)
