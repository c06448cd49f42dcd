"""A logo that cannot be drawn is found before any number is taken."""

from pathlib import Path

import pytest

from shared.contracts.documents import DocumentConfirmed
from shared.objects import ObjectStore
from tests.service.documents.story import Shop, open_shop
from tests.support.pictures import a_png
from tests.support.service import StartService


@pytest.fixture
def objects(tmp_path: Path) -> ObjectStore:
    """The store that the service under test uses."""
    return ObjectStore.open((tmp_path / "objects").as_uri())


async def _code_of_refusal(shop: Shop) -> str:
    answer = await shop.post(f"/v1/invoices/{await shop.drafted()}/issue")
    assert answer.status_code == 422, answer.text
    assert await shop.service.rows("select * from series") == []
    assert await shop.service.emitted(DocumentConfirmed) == []
    return str(answer.json()["code"])


async def test_a_logo_that_is_gone_is_refused_before_the_number(start: StartService) -> None:
    assert await _code_of_refusal(await open_shop(start, logo="0" * 64)) == "logo-missing"


async def test_a_damaged_logo_is_refused_before_the_number_until_it_is_uploaded_again(
    start: StartService, objects: ObjectStore, tmp_path: Path
) -> None:
    digest = await objects.put(a_png())
    next((tmp_path / "objects").rglob(digest)).write_bytes(b"bit rot")
    shop = await open_shop(start, logo=digest)
    assert await _code_of_refusal(shop) == "logo-damaged"
    await objects.put(a_png())
    assert (await shop.issued())["number"] == 10001


async def test_a_whole_logo_is_not_read_for_every_invoice(
    start: StartService, objects: ObjectStore, tmp_path: Path
) -> None:
    digest = await objects.put(a_png())
    shop = await open_shop(start, logo=digest)
    await shop.issued()
    next((tmp_path / "objects").rglob(digest)).unlink()
    assert (await shop.issued())["number"] == 10002
