"""A refused caller leaves a line in the log and in the metrics, and its secret in neither."""

from collections.abc import Sequence
from typing import Any

import pytest
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from shared.http.auth import new_secret
from tests.support.service import ServiceUnderTest, StartService

PATH = "/v1/audit-entries"


async def refused(service: ServiceUnderTest, headers: dict[str, str]) -> Sequence[Any]:
    with capture_logs() as lines:
        answer = await service.http.get(PATH, headers={**headers, "X-Correlation-Id": "probe-7"})
    assert answer.status_code in {401, 403}
    assert answer.json()["request_id"] == "probe-7"
    return [line for line in lines if line["event"] == "caller_refused"]


async def test_an_unknown_key_is_logged_by_its_prefix(start: StartService) -> None:
    service, secret = await start("customers"), new_secret(live=True)
    (line,) = await refused(service, {"Authorization": f"Bearer {secret}"})
    assert (line["code"], line["key_prefix"], line["key_id"]) == ("unknown-key", secret[:12], None)
    assert (line["method"], line["route"], line["address"]) == ("GET", PATH, "127.0.0.1")
    assert secret not in str(line)


@pytest.mark.parametrize("sent", ["Bearer hunter2-hunter2-hunter2-hunter2", "Basic Ym9iOmh1bnRlcjI=", "fs_live_x", ""])
async def test_what_is_no_key_of_ours_is_not_logged_at_all(start: StartService, sent: str) -> None:
    (line,) = await refused(await start("customers"), {"Authorization": sent} if sent else {})
    assert line["key_prefix"] is None
    assert not sent or sent.rsplit(maxsplit=1)[-1] not in str(line)


async def test_a_missing_scope_is_logged_with_the_id_of_the_key(start: StartService) -> None:
    service = await start("documents")
    headers = await service.key(None, kind="print_shop")
    with capture_logs() as lines:
        assert (await service.http.get("/v1/invoices", headers=headers)).status_code == 403
    (line,) = [line for line in lines if line["event"] == "caller_refused"]
    (key,) = await service.rows("select key_id from api_key")
    assert (line["code"], line["key_id"]) == ("missing-scope", str(key["key_id"]))


async def test_refusals_are_counted(start: StartService) -> None:
    service, before = await start("customers"), _refused_for_want_of_a_key()
    await refused(service, {})
    assert _refused_for_want_of_a_key() == before + 1


def _refused_for_want_of_a_key() -> float:
    return REGISTRY.get_sample_value("faktura_refused_total", {"code": "no-key"}) or 0.0
