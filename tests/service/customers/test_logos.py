"""Logos over HTTP: judged by their content, not by their media type."""

import io
import struct
import zlib
from typing import Any
from uuid import uuid4

import pytest
from PIL import Image

from shared.contracts.customers import ClientChanged
from tests.service.customers.conftest import CustomersUnderTest

SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def picture(form: str = "PNG", size: tuple[int, int] = (60, 20), mode: str = "RGB") -> bytes:
    out = io.BytesIO()
    Image.new(mode, size).save(out, form)
    return out.getvalue()


def decompression_bomb(width: int, height: int) -> bytes:
    """A small PNG whose header announces a huge picture, as a decompression bomb does."""
    honest = picture()
    header = honest[12:16] + struct.pack(">II", width, height) + honest[24:29]
    return honest[:12] + header + struct.pack(">I", zlib.crc32(header)) + honest[33:]


async def put(
    customers: CustomersUnderTest, content: bytes, media_type: str = "image/png"
) -> tuple[int, dict[str, Any]]:
    path = f"/v1/clients/{customers.client_id}/logo"
    answer = await customers.service.http.put(
        path, content=content, headers=customers.bureau | {"Content-Type": media_type}
    )
    return answer.status_code, answer.json()


@pytest.mark.parametrize(
    ("form", "mode"), [("PNG", "RGB"), ("PNG", "RGBA"), ("PNG", "P"), ("JPEG", "RGB"), ("JPEG", "L")]
)
async def test_a_logo_is_stored_under_its_hash_and_published(
    customers: CustomersUnderTest, form: str, mode: str
) -> None:
    content = picture(form, mode=mode)
    status, client = await put(customers, content, f"image/{form.lower()}")
    assert (status, client["version"]) == (200, 2)
    assert await customers.service.runtime.tools.objects.get(client["logo"]) == content
    assert [event.logo for event in await customers.service.emitted(ClientChanged)] == [None, client["logo"]]


async def test_setting_or_removing_a_logo_again_emits_nothing(customers: CustomersUnderTest) -> None:
    for _ in range(2):
        await put(customers, picture())
    for _ in range(2):
        answer = await customers.service.http.delete(
            f"/v1/clients/{customers.client_id}/logo", headers=customers.bureau
        )
        assert answer.status_code == 204
    events = await customers.service.emitted(ClientChanged)
    assert [event.version for event in events] == [1, 2, 3]
    assert [event.logo is None for event in events] == [True, False, True]


@pytest.mark.parametrize(
    ("content", "media_type", "status", "code"),
    [
        (SVG, "image/svg+xml", 422, "logo-is-svg"),
        (SVG, "image/png", 422, "logo-is-svg"),
        (b"\xef\xbb\xbf \n<svg/>", "image/png", 422, "logo-is-svg"),
        (b"GIF89a", "image/png", 422, "logo-not-an-image"),
        (b"", "image/png", 422, "logo-not-an-image"),
        (picture()[:-20], "image/png", 422, "logo-not-an-image"),
        (picture("JPEG")[:200], "image/jpeg", 422, "logo-not-an-image"),
        (picture(size=(4001, 10)), "image/png", 422, "logo-too-many-pixels"),
        (decompression_bomb(60_000, 20_000), "image/png", 422, "logo-too-many-pixels"),
        (picture("JPEG", mode="CMYK"), "image/jpeg", 422, "logo-colours"),
        (picture() + b"\0" * 1024 * 1024, "image/png", 413, "logo-too-large"),
        (picture(), "application/json", 415, "unsupported-media-type"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_an_unsuitable_logo_is_refused(
    customers: CustomersUnderTest, content: bytes, media_type: str, status: int, code: str
) -> None:
    answer_status, problem = await put(customers, content, media_type)
    assert (answer_status, problem["code"]) == (status, code)
    assert len(await customers.service.emitted(ClientChanged)) == 1


async def test_a_logo_for_an_unknown_client_answers_404(customers: CustomersUnderTest) -> None:
    headers = customers.bureau | {"Content-Type": "image/png"}
    answer = await customers.service.http.put(f"/v1/clients/{uuid4()}/logo", content=picture(), headers=headers)
    assert answer.status_code == 404
