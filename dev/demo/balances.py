"""What the bank has reported, and what the books say of it: the same on every day of the diary."""

from dataclasses import dataclass

from dev.demo.diary import CLEARING, WITHIN_S, DemoClient
from dev.polling import until

BANK = 1920


@dataclass(frozen=True)
class Balances:
    """In øre: the sum of all bank files, and two accounts of the ledger. Money in clearing is a liability: negative."""

    bank_ore: int
    account_1920_ore: int
    clearing_ore: int


async def agreed_balances(client: DemoClient) -> Balances:
    """The balances once the books have all that the bank has reported. Raises NotInTime."""

    async def agreed() -> Balances | None:
        balances = await _balances(client)
        return balances if balances.bank_ore == balances.account_1920_ore else None

    return await until(agreed, "account 1920 is what the bank has reported", within_s=WITHIN_S)


async def _balances(client: DemoClient) -> Balances:
    files = (await client.get("/v1/bank-files"))["items"]
    accounts = (await client.get("/v1/ledger/accounts"))["accounts"]
    by_number = {account["number"]: account["balance_ore"] for account in accounts}
    bank_ore = sum(file["total_ore"] for file in files if file["state"] == "imported")
    return Balances(bank_ore, by_number.get(BANK, 0), by_number.get(CLEARING, 0))
