"""From bytes to numbered records of 80 characters."""

import re
from collections.abc import Iterator
from typing import Final

from services.payments.domain.ocr_giro.layouts import RECORD_LENGTH
from services.payments.domain.ocr_giro.problems import Problems

_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_UTF_16_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
# Mainframe and DOS transfers leave a Ctrl-Z after the last record.
_TAIL: Final = "\r\n \t\x1a"


def numbered_records(data: bytes, max_bytes: int, problems: Problems) -> Iterator[tuple[int, str | None]]:
    """Line number and record; None for a line that is not a record (noted). Raises BankFileInvalid if nothing is."""
    text = _decoded(data, max_bytes, problems).rstrip(_TAIL)
    if not text:
        problems.add("empty-file")
        problems.raise_if_any()
    for line_number, line in enumerate(text.replace("\r\n", "\n").split("\n"), start=1):
        yield line_number, line if _is_record(line, line_number, problems) else None


def _decoded(data: bytes, max_bytes: int, problems: Problems) -> str:
    if len(data) > max_bytes:
        problems.add("file-too-large", size=len(data), limit=max_bytes)
    elif data.startswith(_UTF_16_MARKS) or b"\x00" in data[:RECORD_LENGTH]:
        problems.add("encoding", actual="UTF-16")
    problems.raise_if_any()
    if not data.startswith(_BYTE_ORDER_MARK):
        return data.decode("iso-8859-1")
    try:
        # The file was saved in an editor, and the mark states the encoding.
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        problems.add("encoding", data.count(b"\n", 0, error.start) + 1, actual="UTF-8")
        problems.raise_if_any()
        raise


def _is_record(line: str, line_number: int, problems: Problems) -> bool:
    if len(line) == RECORD_LENGTH and line.startswith("NY") and not _CONTROL.search(line):
        return True
    if not line.strip():
        problems.add("blank-line", line_number)
    elif _looks_like_utf_8(line):
        problems.add("encoding", line_number, actual="UTF-8")
    elif len(line) != RECORD_LENGTH:
        problems.add("record-length", line_number, length=len(line))
    elif _CONTROL.search(line):
        problems.add("control-character", line_number)
    else:
        problems.add("format-code", line_number, "format_code", actual=repr(line[:2]))
    return False


def _looks_like_utf_8(line: str) -> bool:
    """Whether a line is too long only because its Norwegian letters take two bytes each."""
    if len(line) <= RECORD_LENGTH:
        return False
    try:
        return len(line.encode("iso-8859-1").decode("utf-8")) == RECORD_LENGTH
    except UnicodeError:
        return False
