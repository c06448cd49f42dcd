"""The protocol of the pipe between the service and a child: a JSON head, then raw parts whose lengths it names.

4 bytes big-endian: length of the head | head | part | part | …
"""

import asyncio
import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO

_LENGTH = struct.Struct(">I")
MAX_HEAD_BYTES = 1024 * 1024
MAX_PART_BYTES = 256 * 1024 * 1024


class BrokenFrame(Exception):
    """What arrived is not a frame, or ends in the middle of one."""


@dataclass(frozen=True)
class Frame:
    head: dict[str, Any]
    parts: Sequence[bytes] = field(default_factory=tuple)

    def packed(self) -> bytes:
        head = json.dumps({**self.head, "parts": [len(part) for part in self.parts]}).encode()
        return b"".join((_LENGTH.pack(len(head)), head, *self.parts))


async def read_frame(reader: asyncio.StreamReader) -> Frame:
    """The next frame. Raises BrokenFrame, also when the pipe has ended."""
    try:
        head = _head(await reader.readexactly(_head_length(await reader.readexactly(_LENGTH.size))))
        return Frame(head, [await reader.readexactly(length) for length in _lengths(head)])
    except asyncio.IncompleteReadError as error:
        raise BrokenFrame("the pipe ended") from error


def read_frame_now(pipe: BinaryIO) -> Frame | None:
    """The same, blocking, for the child. None when the pipe has ended between two frames."""
    first = pipe.read(_LENGTH.size)
    if not first:
        return None
    head = _head(pipe.read(_head_length(first)))
    return Frame(head, [pipe.read(length) for length in _lengths(head)])


def _head_length(raw: bytes) -> int:
    (length,) = _LENGTH.unpack(raw)
    if length > MAX_HEAD_BYTES:
        raise BrokenFrame(f"a head of {length} bytes")
    return int(length)


def _head(raw: bytes) -> dict[str, Any]:
    try:
        head = json.loads(raw)
    except ValueError as error:
        raise BrokenFrame("the head is not JSON") from error
    if not isinstance(head, dict):
        raise BrokenFrame("the head is not an object")
    return head


def _lengths(head: dict[str, Any]) -> list[int]:
    lengths = [int(length) for length in head.get("parts", ())]
    if any(not 0 <= length <= MAX_PART_BYTES for length in lengths):
        raise BrokenFrame("a part of impossible length")
    return lengths
