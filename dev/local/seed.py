"""The demo client of `./faktura up`: registered once, its keys kept in a file that only this user can read."""

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import httpx2

from dev.local.calls import post
from dev.local.system import BureauKeys, LocalSystem
from shared.http.auth import FULL_SCOPES, new_secret
from shared.private_files import write_private

CLIENT: dict[str, Any] = {
    "name": "Fjordlys Elektro AS",
    "orgnr": "991825827",
    "legal_form": "AS",
    "mva_registered": True,
    "address": {"lines": ["Strandgaten 18"], "postal_code": "5013", "city": "Bergen"},
    "bank_account": "86011117947",
    "kid": {"algorithm": "MOD10", "length": 16},
    "email": "post@fjordlys.example",
    "phone": "55 00 11 22",
    "bic": "DNBANOKK",
    "website": "www.fjordlys.example",
    "first_invoice_number": 1001,
}
CUSTOMERS: tuple[dict[str, Any], ...] = (
    {
        "is_business": True,
        "name": "Bryggen Kafé og Bakeri AS",
        "orgnr": "987654325",
        "address": {"lines": ["Bryggen 7"], "postal_code": "5003", "city": "Bergen"},
        "email": "faktura@bryggenkafe.example",
        "language": "nb",
        "channels": ["email", "print"],
        "payment_terms_days": 14,
    },
    {
        "is_business": False,
        "name": "Åse Bjørg Størdal",
        "address": {"lines": ["Øvre Fjellveien 104 B"], "postal_code": "5019", "city": "Bergen"},
        "language": "nb",
        "channels": ["print"],
        "payment_terms_days": 14,
    },
    {
        "is_business": True,
        "name": "Nordic Harbour Consulting AS",
        "orgnr": "123456785",
        "address": {"lines": ["Aker Brygge 1"], "postal_code": "0250", "city": "Oslo"},
        "email": "accounts@nordicharbour.example",
        "language": "en",
        "channels": ["email"],
        "payment_terms_days": 10,
    },
)


@dataclass(frozen=True)
class DemoKeys:
    """Created by the first start; the secrets are nowhere else."""

    bureau: str
    client_id: str = ""
    client: str = ""
    print_shop: str = ""
    controller: str = ""

    @property
    def of_bureau(self) -> BureauKeys:
        return BureauKeys(self.bureau, self.controller)


def stored_keys(file: Path) -> DemoKeys:
    """The keys of an earlier start, or new ones of the bureau.

    Keys from before some things took two persons have no controller: then there are new ones for two, who give the
    client a new one too.
    """
    stored = json.loads(file.read_text()) if file.exists() else {}
    if stored.get("controller"):
        return DemoKeys(**stored)
    secrets = {"bureau": new_secret(live=False), "controller": new_secret(live=False)}
    return DemoKeys(**secrets, client_id=stored.get("client_id", ""))


async def seed(system: LocalSystem, keys: DemoKeys, file: Path) -> DemoKeys:
    """Register the demo client with customers and keys, unless an earlier start did."""
    if keys.client:
        return keys
    async with system.api(keys.bureau) as bureau, system.api(keys.controller) as controller:
        client_id = keys.client_id or await _register(bureau, CLIENT)
        client_key = await _issue_key(bureau, controller, client_id)
        shop = await post(bureau, "/v1/api-keys", {"kind": "print_shop", "label": "demo print shop"})
    seeded = replace(keys, client_id=client_id, client=client_key, print_shop=shop["secret"])
    async with system.api(seeded.client) as api:
        for customer in CUSTOMERS if not keys.client_id else ():
            await post(api, "/v1/customers", customer)
    write_private(file, json.dumps(asdict(seeded), indent=2).encode())
    return seeded


async def register_client(
    bureau: httpx2.AsyncClient, controller: httpx2.AsyncClient, client: dict[str, Any]
) -> tuple[str, str]:
    """Register a client with a key for its programs; returns (client id, secret)."""
    client_id = await _register(bureau, client)
    return client_id, await _issue_key(bureau, controller, client_id)


async def _register(bureau: httpx2.AsyncClient, client: dict[str, Any]) -> str:
    return str((await post(bureau, "/v1/clients", client))["id"])


async def _issue_key(bureau: httpx2.AsyncClient, controller: httpx2.AsyncClient, client_id: str) -> str:
    """The secret of a key that may import bank files too, which takes a second person: the controller."""
    scopes = [*FULL_SCOPES["client"], "payments:import"]
    key = await post(bureau, f"/v1/clients/{client_id}/api-keys", {"label": "demo", "live": False, "scopes": scopes})
    await post(controller, f"/v1/approvals/{key['id']}/approve")
    return str(key["secret"])
