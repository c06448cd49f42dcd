"""ETag and If-Match (RFC 9110, section 13.1.1): the tag is the version of the resource."""

import re
from typing import Annotated

from fastapi import Depends, Header

from shared.http.problems import Problem
from shared.problems import Refusal

MISSING = Refusal(
    428,
    "if-match-missing",
    "Send «If-Match» med ETag-en du fikk, så ingen overskriver en annens endring.",
    "Send `If-Match` with the ETag you were given, so that no one overwrites another's change.",
)
_STRONG_TAG = re.compile(r'(?<!W/)"(\d{1,9})"')


def etag(version: int) -> str:
    return f'"{version}"'


def _expected(if_match: Annotated[str | None, Header(description='The ETag, as `"3"`.')] = None) -> frozenset[int]:
    """The versions that the caller may have seen. `*` names none: it would overwrite what nobody has looked at."""
    if if_match is None:
        raise Problem(MISSING)
    return frozenset(int(version) for version in _STRONG_TAG.findall(if_match))


Expected = Annotated[frozenset[int], Depends(_expected)]
