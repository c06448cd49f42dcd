"""ETag and If-Match: a change names the version it was made from, so that nobody overwrites what they have not seen."""

import re
from typing import Annotated

from fastapi import Depends, Request, Response

from shared.http.problems import Problem
from shared.problems import Refusal

MISSING = Refusal(
    428,
    "if-match-missing",
    "Send «If-Match» med ETag-en fra sist du leste dokumentet.",
    "Send `If-Match` with the ETag from when you last read the document.",
)
UNKNOWN = Refusal(
    412,
    "if-match-unknown",
    "«If-Match» er ikke en ETag herfra.",
    "`If-Match` is not an ETag of ours.",
)
_OURS = re.compile(r'"([1-9][0-9]{0,8})"')


def etag(version: int) -> str:
    return f'"{version}"'


def tag(response: Response, version: int) -> Response:
    """The response with the version as its ETag."""
    response.headers["ETag"] = etag(version)
    return response


def _seen(request: Request) -> int:
    given = request.headers.get("if-match")
    if given is None:
        raise Problem(MISSING)
    ours = _OURS.fullmatch(given.strip())
    if ours is None:
        raise Problem(UNKNOWN)
    return int(ours.group(1))


SeenVersion = Annotated[int, Depends(_seen)]
"""The version named in If-Match; 428 without one, 412 when it cannot be ours."""
