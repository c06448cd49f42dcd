"""The pipe between the service and a child."""

import asyncio
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.rendering.adapters.frames import BrokenFrame, Frame, read_frame, read_frame_now


def stream(content: bytes) -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    reader.feed_data(content)
    reader.feed_eof()
    return reader


@given(st.lists(st.binary(max_size=200), max_size=4), st.text(max_size=50))
def test_a_packed_frame_is_read_back(parts: list[bytes], text: str) -> None:
    frame = read_frame_now(io.BytesIO(Frame({"text": text}, parts).packed()))
    assert frame is not None
    assert (frame.head["text"], frame.parts) == (text, parts)


def test_the_end_of_the_pipe_between_two_frames_is_no_error() -> None:
    assert read_frame_now(io.BytesIO(b"")) is None


async def test_the_end_of_the_pipe_within_a_frame_is_an_error() -> None:
    packed = Frame({}, (b"12345",)).packed()
    with pytest.raises(BrokenFrame):
        await read_frame(stream(packed[:-1]))


@pytest.mark.parametrize("content", [b"\x00\x00\x00\x02[]", b"\x00\x00\x00\x03abc", b"\xff\xff\xff\xff"])
async def test_bytes_that_are_not_a_frame_are_an_error(content: bytes) -> None:
    with pytest.raises(BrokenFrame):
        await read_frame(stream(content))


async def test_a_part_of_impossible_length_is_an_error() -> None:
    head = b'{"parts": [-1]}'
    with pytest.raises(BrokenFrame):
        await read_frame(stream(len(head).to_bytes(4, "big") + head))
