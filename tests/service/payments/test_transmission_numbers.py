"""A transmission number is judged per channel and client part, so that no client can block another's bank file."""

from services.payments.domain.ocr_giro import OcrFile, write
from tests.support.examples_documents import CLIENT_ID
from tests.support.examples_payments import (
    ACCOUNT,
    OTHER_ACCOUNT,
    OTHER_CLIENT_ID,
    PAID_ON,
    a_bank_file,
    a_claim,
    a_client,
    other_client,
    pays,
    upload,
)
from tests.support.service import ServiceUnderTest, StartService

OF_BOTH = a_bank_file((ACCOUNT, [pays(1)]), (OTHER_ACCOUNT, [pays(2, 20_00)]))


async def _two_clients(start: StartService) -> ServiceUnderTest:
    service: ServiceUnderTest = await start("payments")
    await service.receives(a_client(), other_client(), a_claim(1))
    return service


async def test_a_client_that_uses_a_transmission_number_first_does_not_block_the_bureaus_file(
    start: StartService,
) -> None:
    service = await _two_clients(start)
    forged = write(OcrFile("00008080", "0000001", "00010200", PAID_ON, ()))
    assert (await upload(service, await service.key(OTHER_CLIENT_ID), forged)).status_code == 201
    answer = await upload(service, await service.key(None, "bureau"), OF_BOTH)
    assert answer.status_code == 201, answer.text
    assert (answer.json()["payments"], answer.json()["matched"], answer.json()["already_imported"]) == (2, 1, False)
    assert not await service.broken()


async def test_a_number_that_comes_again_another_day_is_another_file(start: StartService) -> None:
    service = await _two_clients(start)
    headers = await service.key(CLIENT_ID)
    this_year = a_bank_file(pays(1), transmission=170_031)
    next_year = a_bank_file(pays(1, 5_00, 9), transmission=170_031, created=PAID_ON.replace(year=PAID_ON.year + 1))
    answers = [await upload(service, headers, data) for data in (this_year, next_year, next_year)]
    assert [answer.status_code for answer in answers] == [201, 201, 201]
    assert [answer.json()["already_imported"] for answer in answers] == [False, False, True]
    assert len(await service.rows("select 1 from payment")) == 2
    assert not await service.broken()


async def test_two_clients_may_use_the_same_transmission_number(start: StartService) -> None:
    service = await _two_clients(start)
    first = await upload(service, await service.key(CLIENT_ID), a_bank_file(pays(1)))
    second = await upload(service, await service.key(OTHER_CLIENT_ID), a_bank_file((OTHER_ACCOUNT, [pays(2, 20_00)])))
    assert [first.status_code, second.status_code] == [201, 201]
    again = await upload(service, await service.key(None, "bureau"), OF_BOTH)
    assert (again.status_code, again.json()["duplicates"]) == (201, 2)
    assert not await service.broken()


async def test_a_client_may_send_its_own_part_of_what_the_bureau_imported(start: StartService) -> None:
    service = await _two_clients(start)
    await upload(service, await service.key(None, "bureau"), OF_BOTH)
    answer = await upload(service, await service.key(CLIENT_ID), a_bank_file(pays(1)))
    assert (answer.status_code, answer.json()["duplicates"]) == (201, 1)
    assert len(await service.rows("select 1 from payment")) == 2
    assert not await service.broken()


async def test_a_transmission_of_the_bureau_that_has_changed_for_a_client_is_refused(start: StartService) -> None:
    service = await _two_clients(start)
    bureau = await service.key(None, "bureau")
    first = (await upload(service, bureau, OF_BOTH)).json()
    changed = await upload(service, bureau, a_bank_file((OTHER_ACCOUNT, [pays(2, 21_00)])))
    assert (changed.status_code, changed.json()["code"]) == (409, "transmission-changed")
    assert first["id"] in changed.json()["detail"]
    assert len(await service.rows("select 1 from payment")) == 2
