"""What a person can do on the playground's front page: issue an invoice, print letters, pay a claim.

All through the public API.
"""

import asyncio
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import httpx2

from dev.playground.bank import Transfer, ocr_giro_file
from dev.playground.mailbox import Mailbox
from dev.playground.print_shop import PrintShop
from dev.playground.story import InvoiceStory
from shared.clock import Clock
from shared.http.own_writes import HEADER
from shared.ids import new_id

SHOWN = 20


@dataclass(frozen=True)
class Keys:
    """The keys of the client and of the print shop that the playground acts for."""

    client: str
    print_shop: str


@dataclass(frozen=True)
class Overview:
    customers: list[dict[str, Any]]
    claims: list[dict[str, Any]]
    print_jobs: list[dict[str, Any]]
    letters: list[str]


class Playground:
    """Acts for one client and one print shop; does nothing before `set_keys`."""

    def __init__(self, address: str, letters: Path, clock: Clock) -> None:
        self._address = address
        self._clock = clock
        self._letters = letters
        self._keys: Keys | None = None

    def set_keys(self, keys: Keys) -> None:
        self._keys = keys

    async def overview(self) -> Overview:
        if self._keys is None:
            return Overview([], [], [], [])
        async with self._api() as api:
            customers = await api.get(f"/v1/customers?limit={SHOWN}", headers=_bearer(self._keys.client))
            claims = await api.get(f"/v1/claims?state=open&limit={SHOWN}", headers=_bearer(self._keys.client))
            jobs = await api.get("/v1/print-jobs?state=queued", headers=_bearer(self._keys.print_shop))
        return Overview(_items(customers), _items(claims), _items(jobs), self._printed())

    async def print_letters(self) -> int:
        """Print everything that waits for the print shop; returns the number of letters."""
        if self._keys is None:
            return 0
        async with self._api() as api:
            return await PrintShop(api, self._keys.print_shop, self._letters).print_all()

    def letter(self, name: str) -> bytes | None:
        """A printed letter by its file name."""
        return (self._letters / name).read_bytes() if name in self._printed() else None

    async def pay(self, document_id: str) -> None:
        """Pay the rest of a claim by a bank file dated today."""
        if self._keys is None:
            return
        file = await self.bank_file(document_id)
        async with self._api() as api:
            await send_bank_file(api, file, _bearer(self._keys.client))

    async def bank_file(self, document_id: str, seen: str = "") -> bytes:
        """The bank's file, dated today, after the customer has paid the rest of a claim. Raises LookupError.

        `seen` is the caller's `Faktura-Seen`.
        """
        if self._keys is None:
            raise LookupError(document_id)
        async with self._api() as api:
            headers = {**_bearer(self._keys.client), HEADER: seen}
            answer = await api.get(f"/v1/claims/{document_id}", headers=headers)
        if answer.status_code == httpx2.codes.NOT_FOUND:
            raise LookupError(document_id)
        claim = answer.raise_for_status().json()
        transfer = Transfer(claim["account"], claim["kid"], claim["outstanding_ore"])
        return ocr_giro_file([transfer], self._clock.today(), transmission=new_id().int % 10_000_000)

    async def story(self, document_id: str, mailbox: Mailbox) -> InvoiceStory:
        """What has become of an invoice. Raises LookupError."""
        if self._keys is None:
            raise LookupError(document_id)
        async with self._api() as api:
            read = partial(api.get, headers=_bearer(self._keys.client))
            invoice, entries, deliveries, accounts, rendering = await asyncio.gather(
                read(f"/v1/invoices/{document_id}"),
                read(f"/v1/ledger/entries?document_id={document_id}"),
                read(f"/v1/deliveries?document_id={document_id}"),
                read("/v1/ledger/accounts"),
                read(f"/v1/renderings/{document_id}"),
            )
        if invoice.status_code == httpx2.codes.NOT_FOUND:
            raise LookupError(document_id)
        sent = _items(deliveries)
        names = accounts.raise_for_status().json()["accounts"]
        return InvoiceStory(
            invoice=invoice.raise_for_status().json(),
            has_pdf=rendering.is_success and rendering.json()["state"] == "rendered",
            entries=_items(entries),
            accounts={account["number"]: account["name_nb"] for account in names},
            mails=mailbox.with_ids(delivery["message_id"] for delivery in sent),
            letter_waits=any(delivery["state"] == "in_print" for delivery in sent),
        )

    async def pdf(self, document_id: str) -> bytes:
        """The invoice as it was or will be sent. Raises LookupError."""
        if self._keys is None:
            raise LookupError(document_id)
        async with self._api() as api:
            answer = await api.get(f"/v1/renderings/{document_id}/pdf", headers=_bearer(self._keys.client))
        if not answer.is_success:
            raise LookupError(document_id)
        return answer.content

    async def issue_an_invoice(self, customer_id: str) -> str | None:
        """Issue an example invoice to this customer; returns its id."""
        if self._keys is None:
            return None
        headers = _bearer(self._keys.client)
        async with self._api() as api:
            body = _example(customer_id, self._clock.today())
            draft = await api.post("/v1/invoices", json=body, headers=_with_idempotency_key(headers))
            draft.raise_for_status()
            issued = await api.post(f"/v1/invoices/{draft.json()['id']}/issue", headers=_with_idempotency_key(headers))
            return str(issued.raise_for_status().json()["id"])

    def _printed(self) -> list[str]:
        return sorted(file.name for file in self._letters.glob("*.pdf")) if self._letters.is_dir() else []

    def _api(self) -> httpx2.AsyncClient:
        return httpx2.AsyncClient(base_url=self._address, timeout=60, trust_env=False)


async def send_bank_file(api: httpx2.AsyncClient, file: bytes, headers: dict[str, str]) -> dict[str, Any]:
    """Import a bank file; returns the answer."""
    answer = await api.post(
        "/v1/bank-files", content=file, headers={**_with_idempotency_key(headers), "Content-Type": "text/plain"}
    )
    content: dict[str, Any] = answer.raise_for_status().json()
    return content


def _items(answer: httpx2.Response) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = answer.raise_for_status().json()["items"]
    return items


def _bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def _with_idempotency_key(headers: dict[str, str]) -> dict[str, str]:
    return {**headers, "Idempotency-Key": str(new_id())}


def _example(customer_id: str, today: date) -> dict[str, Any]:
    return {
        "customer_id": customer_id,
        "delivered_on": today.isoformat(),
        "your_reference": "Kari Åsen",
        "lines": [
            {
                "description": "Elektrikerarbeid, montering av lys",
                "quantity": "6.5",
                "unit": "timer",
                "unit_price": "890",
                "mva_code": "3",
            },
            {
                "description": "LED-panel 60×60 cm",
                "quantity": "8",
                "unit": "stk",
                "unit_price": "649.50",
                "mva_code": "3",
            },
        ],
    }
