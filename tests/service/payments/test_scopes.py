"""The scope `payments` can be granted in parts: to read, and to import bank files."""

import pytest

from tests.support.examples_documents import CLIENT_ID
from tests.support.examples_payments import a_bank_file, a_client, pays, upload
from tests.support.service import StartService


@pytest.mark.parametrize(
    ("scopes", "imports", "reads"),
    [
        (("payments",), 403, 200),  # not by name: then importing takes two persons
        (("payments", "payments:import"), 201, 200),
        (("payments:read",), 403, 200),
        (("payments:import",), 201, 403),
        (("documents", "ledger:read"), 403, 403),
    ],
)
async def test_a_key_does_what_its_part_of_the_scope_allows(
    start: StartService, scopes: tuple[str, ...], imports: int, reads: int
) -> None:
    service = await start("payments")
    await service.receives(a_client())
    headers = await service.key(CLIENT_ID, scopes=scopes)
    assert (await upload(service, headers, a_bank_file(pays(1)))).status_code == imports
    for path in ("/v1/bank-files", "/v1/payments", "/v1/claims"):
        assert (await service.http.get(path, headers=headers)).status_code == reads
    assert len(await service.rows("select 1 from payment")) == (1 if imports == 201 else 0)
