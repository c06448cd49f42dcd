"""What the client does from day to day. Each entry acts through the public API and waits until the house has done
its part."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import httpx2

from dev.local.calls import post, post_when_known
from dev.local.seed import CUSTOMERS
from dev.playground.actions import send_bank_file
from dev.playground.bank import Transfer, ocr_giro_file
from dev.playground.print_shop import PrintShop
from dev.polling import until

WITHIN_S = 60.0
UNKNOWN_KID = "0000000000000018"


@dataclass
class DemoClient:
    """What the client has at hand: its API, the print shop, and what it has made so far, by nickname."""

    api: httpx2.AsyncClient
    print_shop: PrintShop
    customers: dict[str, str] = field(default_factory=dict)
    documents: dict[str, str] = field(default_factory=dict)

    async def get(self, path: str, **parameters: str) -> dict[str, Any]:
        found: dict[str, Any] = (await self.api.get(path, params=parameters)).raise_for_status().json()
        return found

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
    order = await post_when_known(
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
    client.documents["order"] = order["id"]
    await post(client.api, f"/v1/orders/{order['id']}/confirm")
    await _until(
        "the order confirmation is mailed",
        lambda: _is(client, f"/v1/orders/{order['id']}", delivery_state="dispatched"),
    )


async def invoice_everyone(client: DemoClient) -> None:
    order = client.documents["order"]
    billed = await post(client.api, f"/v1/orders/{order}/invoice", {"delivered_on": "2026-09-03"})
    client.documents["kafe"] = billed["id"]
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
    await _until("the letter waits for the print shop", lambda: _any(client.print_shop.print_all()))
    for nickname in ("kafe", "aase", "harbour", "mistake"):
        await _posted(client, client.documents[nickname])


async def credit_the_mistake(client: DemoClient) -> None:
    credited = await post(
        client.api, f"/v1/invoices/{client.documents['mistake']}/credit", {"reason": "Befaringen var gratis."}
    )
    client.documents["credit_note"] = credited["id"]
    await _posted(client, credited["id"])
    await _claim(client, "mistake", 0)


async def bank_day_one(client: DemoClient) -> None:
    """The café pays all, Åse pays half, and somebody pays with a KID that nobody has given."""
    kafe, aase = await client.invoice("kafe"), await client.invoice("aase")
    half = aase["payable_ore"] // 2
    file = ocr_giro_file(
        [
            Transfer(kafe["account"], kafe["kid"], kafe["payable_ore"]),
            Transfer(aase["account"], aase["kid"], half),
            Transfer(kafe["account"], UNKNOWN_KID, 12_345),
        ],
        date(2026, 9, 11),
        transmission=170_031,
    )
    await send_bank_file(client.api, file, {})
    await send_bank_file(client.api, file, {})
    await _claim(client, "kafe", 0)
    await _claim(client, "aase", aase["payable_ore"] - half)


async def bank_day_two(client: DemoClient) -> None:
    """Åse pays the rest, and a hundred kroner too much."""
    aase = await client.invoice("aase")
    rest = aase["payable_ore"] - aase["payable_ore"] // 2
    file = ocr_giro_file(
        [Transfer(aase["account"], aase["kid"], rest + 10_000)], date(2026, 9, 16), transmission=170_032
    )
    await send_bank_file(client.api, file, {})
    await _claim(client, "aase", -10_000)


async def somebody_is_late(client: DemoClient) -> None:
    """Nobody does anything: the house itself finds the claim overdue and reminds."""
    await _until("the reminder is mailed", lambda: _reminded(client))


async def the_late_one_pays(client: DemoClient) -> None:
    harbour = await client.invoice("harbour")
    transfer = Transfer(harbour["account"], harbour["kid"], harbour["payable_ore"])
    await send_bank_file(client.api, ocr_giro_file([transfer], date(2026, 10, 1), transmission=170_033), {})
    await _claim(client, "harbour", 0)


DIARY: tuple[Day, ...] = (
    Day(date(2026, 9, 1), "Customers are registered", register_customers),
    Day(date(2026, 9, 1), "The café orders; the order is confirmed by e-mail", confirm_an_order),
    Day(date(2026, 9, 4), "Everyone is invoiced, by e-mail and by post", invoice_everyone),
    Day(date(2026, 9, 7), "One invoice was a mistake and is credited", credit_the_mistake),
    Day(date(2026, 9, 11), "Bank: one pays all, one pays half, one KID is unknown; the file comes twice", bank_day_one),
    Day(date(2026, 9, 16), "Bank: the rest, and a little too much", bank_day_two),
    Day(date(2026, 9, 25), "Somebody is late and is reminded", somebody_is_late),
    Day(date(2026, 10, 1), "Bank: the late one pays", the_late_one_pays),
)


def _line(description: str, quantity: str, unit: str, unit_price: str) -> dict[str, str]:
    return {"description": description, "quantity": quantity, "unit": unit, "unit_price": unit_price, "mva_code": "3"}


async def _invoice(client: DemoClient, nickname: str, lines: list[dict[str, str]]) -> str:
    body = {"customer_id": client.customers[nickname], "delivered_on": "2026-09-03", "lines": lines}
    draft = await post_when_known(client.api, "/v1/invoices", body)
    await post(client.api, f"/v1/invoices/{draft['id']}/issue")
    return str(draft["id"])


async def _posted(client: DemoClient, document_id: str) -> None:
    async def entries() -> list[Any]:
        found: list[Any] = (await client.get("/v1/ledger/entries", document_id=document_id))["items"]
        return found

    await until(entries, f"the entry of {document_id}", within_s=WITHIN_S)


async def _claim(client: DemoClient, nickname: str, outstanding_ore: int) -> None:
    """Both the claim and the customer's account say that so much is left."""
    document = client.documents[nickname]

    async def agrees() -> bool:
        claim = await client.get(f"/v1/claims/{document}")
        invoice = await client.invoice(nickname)
        account = await client.get(f"/v1/customers/{invoice['customer_id']}/account")
        items = {item["document_id"]: item["remaining_ore"] for item in account["items"]}
        return bool(claim["outstanding_ore"] == outstanding_ore == items.get(document, 0))

    await until(agrees, f"{nickname}: {outstanding_ore} øre outstanding", within_s=WITHIN_S)


async def _reminded(client: DemoClient) -> bool:
    invoice = await client.invoice("harbour")
    reminders = [event for event in invoice["events"] if event["what"] == "reminded"]
    if not reminders:
        return False
    deliveries = (await client.get("/v1/deliveries", state="handed_over"))["items"]
    return any(delivery["kind"] == "reminder" for delivery in deliveries)


async def _is(client: DemoClient, path: str, **wanted: str) -> bool:
    found = await client.get(path)
    return all(found.get(name) == value for name, value in wanted.items())


async def _any(counting: Awaitable[int]) -> bool:
    return bool(await counting)


async def _until(what: str, check: Callable[[], Awaitable[bool]]) -> None:
    await until(check, what, within_s=WITHIN_S)
