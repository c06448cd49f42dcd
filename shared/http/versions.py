"""ETag and If-Match (RFC 9110, section 13.1.1): the tag is the version of the resource, and a change names the version
that it was made from, so that nobody overwrites what they have not seen.
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
UNKNOWN = Refusal(412, "if-match-unknown", "«If-Match» er ikke en ETag herfra.", "`If-Match` is not an ETag of ours.")
_OURS = re.compile(r'(?<!W/)"(\d{1,9})"')


def tag(response: Response, version: int) -> None:
    """Give the response its version as ETag."""
    response.headers["ETag"] = f'"{version}"'


def _seen(
    if_match: Annotated[str | None, Header(description='The ETag, as `"3"`; 428 without it, 412 when stale.')] = None,
) -> frozenset[int]:
    """`*` names no version: it would overwrite what nobody has looked at."""
    if if_match is None:
        raise Problem(MISSING)
    versions = frozenset(int(version) for version in _OURS.findall(if_match))
    if not versions:
        raise Problem(UNKNOWN)
    return versions


SeenVersions = Annotated[frozenset[int], Depends(_seen)]
"""The versions that the caller may have seen: 428 when none is named, 412 when none of them can be ours."""
