"""A client's payments with the ledger that follows them: what each story of misplaced money is told with."""

import random
from dataclasses import dataclass
from typing import Any

import httpx2

from cli.reconciliations import RECONCILIATIONS
from cli.records import Records
from shared.contracts.envelope import Event
from shared.contracts.payments import (
    DocumentReopened,
    DocumentSettled,
    MatchUndone,
    PaymentMatched,
    PaymentRefunded,
    PaymentUnmatched,
)
from tests.service.ledger.inspection import books
from tests.support.examples_documents import CLIENT_ID
from tests.support.examples_payments import a_bank_file, a_claim, a_client, other_client, upload
from tests.support.service import ServiceUnderTest, StartService, once

MONEY: tuple[type[Event], ...] = (PaymentMatched, PaymentUnmatched, MatchUndone, PaymentRefunded)
OF_MONEY = {"bank is the bank", "clearing is what is unmatched"}


@dataclass
class Money:
    payments: ServiceUnderTest
    ledger: ServiceUnderTest
    headers: dict[str, str]
    files: int = 0

    async def comes(self, *paid: Any) -> None:
        """A bank file with these payments."""
        self.files += 1
        answer = await upload(self.payments, self.headers, a_bank_file(*paid, transmission=self.files))
        assert answer.status_code == 201, answer.text

    async def post(self, path: str, body: dict[str, Any] | None = None, **headers: str) -> httpx2.Response:
        return await self.payments.http.post(f"/v1/payments/{path}", json=body, headers=once(self.headers) | headers)

    async def listed(self) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = (await self.payments.http.get("/v1/payments", headers=self.headers)).json()[
            "items"
        ]
        return items

    async def states(self) -> list[tuple[str, str | None, int]]:
        return [(item["state"], item["reason"], item["unmatched_ore"]) for item in await self.listed()]

    async def claim(self, number: int) -> dict[str, Any]:
        claims = (await self.payments.http.get("/v1/claims", headers=self.headers)).json()["items"]
        return next(claim for claim in claims if claim["number"] == number)

    async def turns(self) -> list[str]:
        """Of the claims, in the order in which they were emitted."""
        rows = await self.payments.rows(
            "select type from outbox where type in (:settled, :reopened) order by id",
            settled=DocumentSettled.TYPE,
            reopened=DocumentReopened.TYPE,
        )
        return [row["type"].split(".")[1] for row in rows]

    async def events(self) -> list[Event]:
        return [event for kind in MONEY for event in await self.payments.emitted(kind)]

    async def is_posted(self, seed: int = 0) -> str:
        """The books, once the ledger has all events in any order, some of them twice. Everything must hold."""
        events = await self.events()
        events += random.Random(seed).sample(events, len(events) // 2)
        random.Random(seed).shuffle(events)
        await self.ledger.receives(*events)
        assert await self.differences() == {}
        assert await self.payments.broken() == {}
        assert await self.ledger.broken() == {}
        return await books(self.ledger)

    async def balances(self) -> dict[int, int]:
        rows = await self.ledger.rows(
            "select account, sum(amount_ore)::bigint as ore from posting group by 1 order by 1"
        )
        return {row["account"]: row["ore"] for row in rows if row["ore"] and row["account"] < 3000}

    async def differences(self) -> dict[str, list[str]]:
        """Between payments and the ledger, by the name of the reconciliation."""
        services = {"payments": self.payments, "ledger": self.ledger}
        records = Records(
            {name: service.runtime.database for name, service in services.items()},
            {
                (name, record): query
                for name, service in services.items()
                for record, query in service.runtime.service.records.items()
            },
        )
        lines = {
            check.name: [difference.line async for batch in check.differences(records) for difference in batch]
            for check in RECONCILIATIONS
            if check.name in OF_MONEY
        }
        return {name: differing for name, differing in lines.items() if differing}


async def money(start: StartService, *claims: int) -> Money:
    """The services, a client, and posted claims of 125 kr with these numbers."""
    payments, ledger = await start("payments"), await start("ledger")
    await payments.receives(a_client(), other_client())
    story = Money(payments, ledger, await payments.key(CLIENT_ID))
    for number in claims:
        claim = a_claim(number)
        await payments.receives(claim)
    return story
