"""The whole system under test: the local system of `up` and `demo`, with a client registered."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2

from cli.findings import Finding
from cli.verify import verify
from dev.local.calls import post
from dev.local.plan import Plan
from dev.local.seed import CLIENT, CUSTOMERS, register_client
from dev.local.system import LocalSystem, local_system
from dev.playground.print_shop import PrintShop
from shared.ids import new_id
from shared.observability import logs
from tests.support.eventually import eventually

_HANDLED = re.compile(r'^faktura_messages_total{.*outcome="handled".*} (\S+)$', re.MULTILINE)


@dataclass
class SystemUnderTest:
    """A local system with one client. `api` uses that client's key."""

    local: LocalSystem
    client_id: str
    api: httpx2.AsyncClient
    shop: PrintShop
    customers: list[str] = field(default_factory=list)

    async def post(self, path: str, body: dict[str, Any] | None = None, key: UUID | None = None) -> dict[str, Any]:
        return await post(self.api, path, body, key=key)

    async def try_post(self, path: str, body: Any = None, **headers: str) -> httpx2.Response:
        """A POST that may be refused; returns the answer."""
        return await self.api.post(path, json=body, headers={"Idempotency-Key": str(new_id()), **headers})

    async def get(self, path: str, **parameters: Any) -> dict[str, Any]:
        content: dict[str, Any] = (await self.api.get(path, params=parameters)).raise_for_status().json()
        return content

    async def customer(self, **changes: Any) -> str:
        """Register a customer; returns its id."""
        customer_id = str((await self.post("/v1/customers", {**CUSTOMERS[0], **changes}))["id"])
        self.customers.append(customer_id)
        return customer_id

    async def draft(self, customer_id: str, **changes: Any) -> str:
        return str((await self.post("/v1/invoices", {**an_invoice(customer_id), **changes}))["id"])

    async def issue(self, customer_id: str, **changes: Any) -> dict[str, Any]:
        draft = await self.draft(customer_id, **changes)
        return await self.post(f"/v1/invoices/{draft}/issue")

    async def posted(self, document_id: str, *, within: float = 30) -> list[dict[str, Any]]:
        """The ledger's entries of a document, as soon as there are any."""

        async def entries() -> list[dict[str, Any]]:
            items: list[dict[str, Any]] = (await self.get("/v1/ledger/entries", document_id=document_id))["items"]
            return items

        return await eventually(entries, within=within)

    async def import_bank_file(self, file: bytes) -> dict[str, Any]:
        headers = {"Idempotency-Key": str(new_id()), "Content-Type": "text/plain"}
        answer = await self.api.post("/v1/bank-files", content=file, headers=headers)
        content: dict[str, Any] = answer.raise_for_status().json()
        return content

    async def handled(self) -> dict[str, int]:
        """How many messages each process has handled since it was started, by its own metrics."""
        return await self.counted(_HANDLED, *self.local.processes)

    async def counted(self, metric: re.Pattern[str], *processes: str) -> dict[str, int]:
        """The sum of a metric's lines in each of these processes; the pattern's first group is the value."""
        async with httpx2.AsyncClient(trust_env=False) as http:
            addresses = {name: self.local.processes[name].address for name in processes}
            return {name: await _counted(http, address, metric) for name, address in addresses.items()}

    async def findings(self) -> list[Finding]:
        return await verify(self.local.settings, self.local.mailbox.message_ids())

    async def violations(self) -> list[str]:
        """What does not hold now, one line each: what is broken, and what is under way."""
        return [
            f"{finding.scope}: {finding.name}: {line}"
            for finding in await self.findings()
            if not finding.holds
            for line in finding.broken[:5] or [f"{finding.under_way} under way"]
        ]

    async def holds(self, *, within: float = 60) -> None:
        """Wait until every invariant holds: work in flight must finish first."""

        async def no_violations() -> bool:
            violations = await self.violations()
            if violations:
                raise AssertionError("\n".join(violations))
            return True

        await eventually(no_violations, within=within, every=0.3)


@asynccontextmanager
async def start_system(folder: Path, **plan: Any) -> AsyncIterator[SystemUnderTest]:
    """A local system on a throw-away database, with one client whose key all services know."""
    logs.configure("INFO", as_json=False)  # structlog's own default renders tracebacks with locals, seconds for each
    async with local_system(Plan(data=folder, fast_database=True, **plan)) as local:
        async with local.api(local.bureau_key) as bureau, local.api(local.controller_key) as controller:
            client_id, key = await register_client(bureau, controller, CLIENT)
            shop = await post(bureau, "/v1/api-keys", {"kind": "print_shop", "label": "test"})
        local.set_keys(key, shop["secret"])
        async with local.api(key) as api, local.api(shop["secret"]) as shop_api:
            yield SystemUnderTest(local, client_id, api, PrintShop(shop_api, shop["secret"], folder / "letters"))


async def _counted(http: httpx2.AsyncClient, address: str, metric: re.Pattern[str]) -> int:
    metrics = (await http.get(f"{address}/metrics")).raise_for_status().text
    return sum(int(float(value)) for value in metric.findall(metrics))


def an_invoice(customer_id: str) -> dict[str, Any]:
    """A body that can be drafted and issued."""
    return {
        "customer_id": customer_id,
        "delivered_on": "2026-01-02",
        "lines": [
            {
                "description": "Drift og vedlikehold",
                "quantity": "1.5",
                "unit": "timer",
                "unit_price": "950",
                "mva_code": "3",
            }
        ],
    }
