"""ETag and If-Match (RFC 9110, section 13.1.1): the tag is the version of the resource, and a change names the version
that it is based on, so that nobody overwrites a change that they have not seen.
"""

import re
from typing import Annotated

from fastapi import Depends, Header, Response

from shared.http.problems import Problem
from shared.problems import Refusal

MISSING = Refusal(
    428,
    "if-match-missing",
    "Send «If-Match» med ETag-en du fikk, så ingen overskriver en annens endring.",
    "Send `If-Match` with the ETag you were given, so that no one overwrites another's change.",
)
UNKNOWN = Refusal(412, "if-match-unknown", "«If-Match» er ikke en gyldig ETag.", "`If-Match` is not a valid ETag.")
_TAG = re.compile(r'(?<!W/)"(\d{1,9})"')


def tag(response: Response, version: int) -> None:
    """Set the version as the response's ETag."""
    response.headers["ETag"] = f'"{version}"'


def _seen(
    if_match: Annotated[str | None, Header(description='The ETag, as `"3"`; 428 without it, 412 when stale.')] = None,
) -> frozenset[int]:
    """`*` is refused: it would overwrite changes that the caller has not seen."""
    if if_match is None:
        raise Problem(MISSING)
    versions = frozenset(int(version) for version in _TAG.findall(if_match))
    if not versions:
        raise Problem(UNKNOWN)
    return versions


SeenVersions = Annotated[frozenset[int], Depends(_seen)]
"""The versions in If-Match: 428 without the header, 412 when it holds no ETag of ours."""
