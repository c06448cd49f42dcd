"""The result never depends on how the bank splits, repeats and reorders the files of a day."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest

from services.payments.domain.ocr_giro import Payment
from tests.support.examples_payments import a_bank_file, a_claim, a_client, a_credit_of, pays, upload
from tests.support.service import ServiceUnderTest, StartService

CLAIM_ORE = 100_00
CLAIMS = range(1, 6)


@dataclass(frozen=True)
class Case:
    """A client of its own, so that several cases share one service."""

    service: ServiceUnderTest
    client_id: UUID
    account: str
    headers: dict[str, str]

    async def send(self, payments: Sequence[Payment], transmission: int, line_end: str = "\n") -> None:
        data = a_bank_file((self.account, payments), transmission=transmission, line_end=line_end)
        answer = await upload(self.service, self.headers, data)
        assert answer.status_code == 201, answer.text

    async def open(self, *numbers: int) -> None:
        for number in numbers:
            claim = a_claim(number, CLAIM_ORE, client_id=self.client_id, account=self.account)
            credit = [a_credit_of(claim, 20_00)] if number == 1 else []
            await self.service.receives(claim, *credit)

    async def books(self) -> dict[str, list[Any]]:
        """Everything that must not depend on how the payments arrived."""
        queries = {
            "payments": "select identity, amount_ore, kid from payment where client_id = :client_id order by 1",
            "claims": """
                select number, credited_ore, settled_on is not null as settled from claim
                where client_id = :client_id order by 1
            """,
            "money": "select kid, sum(amount_ore) from payment where client_id = :client_id group by 1 order by 1",
        }
        return {name: await self._tuples(query) for name, query in queries.items()}

    async def matches(self) -> list[Any]:
        return await self._tuples(
            "select p.identity, c.number, m.amount_ore from match m "
            "join payment p on p.client_id = m.client_id and p.id = m.payment_id "
            "join claim c on c.client_id = m.client_id and c.document_id = m.document_id "
            "where m.client_id = :client_id order by 1"
        )

    async def _tuples(self, query: str) -> list[Any]:
        return [tuple(row.values()) for row in await self.service.rows(query, client_id=self.client_id)]


async def _case(service: ServiceUnderTest, number: int) -> Case:
    client_id, account = UUID(int=number), f"{number:011}"
    await service.receives(a_client(client_id, account))
    return Case(service, client_id, account, await service.key(client_id))


def _payments(chance: random.Random, most_ore: int) -> list[Payment]:
    """A day's payments: several per claim, some without a claim, some alike except for their number, one taken back."""
    amounts = [chance.randrange(1_00, most_ore) for _ in range(12)]
    payments = [pays(chance.choice([*CLAIMS, 99]), amount, n) for n, amount in enumerate(amounts, start=1)]
    return [*payments, pays(2, 5_00, 50), pays(2, 5_00, 51), pays(3, -1, 52)]


def _files(chance: random.Random, payments: Sequence[Payment]) -> list[list[Payment]]:
    """The payments in overlapping files, some of them twice, in any order."""
    cuts = sorted(chance.sample(range(1, len(payments)), 3))
    edges = [0, *cuts, len(payments)]
    pieces = [[*payments[max(0, start - chance.randint(1, 3)) : end]] for start, end in pairwise(edges)]
    pieces += chance.sample(pieces, 2)
    chance.shuffle(pieces)
    return pieces


async def _in_pieces(case: Case, chance: random.Random, payments: Sequence[Payment]) -> None:
    """Files and claims arrive in any order."""
    arrivals: list[int | list[Payment]] = [*CLAIMS, *_files(chance, payments)]
    chance.shuffle(arrivals)
    for transmission, arrival in enumerate(arrivals, start=1):
        if isinstance(arrival, int):
            await case.open(arrival)
        else:
            await case.send(arrival, transmission, chance.choice(["\n", "\r\n"]))


@pytest.mark.parametrize(("most_ore", "same_matches"), [(7_00, True), (90_00, False)])
async def test_any_partition_overlap_repetition_and_order_gives_the_same_result(
    start: StartService, most_ore: int, *, same_matches: bool
) -> None:
    """Without overpaid claims the matches are the same too. Of two payments that would each settle a claim, the first
    is matched and the other is already_settled, which depends on the order."""
    service: ServiceUnderTest = await start("payments")
    for seed in range(1, 9):
        chance = random.Random(seed)
        payments = _payments(chance, most_ore)
        whole, pieces = await _case(service, 2 * seed), await _case(service, 2 * seed + 1)
        await whole.open(*CLAIMS)
        await whole.send(payments, 1)
        await _in_pieces(pieces, chance, payments)
        assert await pieces.books() == await whole.books(), f"seed {seed}"
        if same_matches:
            assert await pieces.matches() == await whole.matches(), f"seed {seed}"
    assert not await service.broken()
