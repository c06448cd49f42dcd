"""Cursor paging: `?limit=&after=`, in a stable order. The cursor is the id of the last item, opaque to callers.

Where the order is that of UUIDv7 ids, an item that commits late comes before those that were read already. Such lists
show what is there; a list that callers follow needs positions that commit in order, as the audit's has.
"""

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, TypeVar
from uuid import UUID

from fastapi import Query, Request, Response

from shared.http.problems import Problem
from shared.problems import Refusal

MAX_LIMIT = 200
BAD_CURSOR = Refusal(400, "invalid-cursor", "Markøren i «after» er ikke gyldig.", "The cursor in `after` is not valid.")
T = TypeVar("T")


@dataclass(frozen=True)
class PageRequest:
    """A page of a list. Read `limit + 1` rows after `after`: one row too many means that there are more pages."""

    limit: int
    after: UUID | None


def page_request(
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT, description="Items per page.")] = 50,
    after: Annotated[str | None, Query(max_length=64, description="`next` of the page before.")] = None,
) -> PageRequest:
    """A dependency: the page that the query string names."""
    return PageRequest(limit, None if after is None else _decode(after))


def cut(rows: Sequence[T], page: PageRequest, id_of: Callable[[T], UUID]) -> tuple[list[T], str | None]:
    """The page's rows, and the cursor of the next page when there is one."""
    items = list(rows[: page.limit])
    return items, _encode(id_of(items[-1])) if len(rows) > page.limit else None


def link_next(request: Request, response: Response, cursor: str | None) -> None:
    """Adds the next page as a Link header (RFC 8288), for callers that do not read the body's `next`."""
    if cursor is not None:
        response.headers["Link"] = f'<{request.url.include_query_params(after=cursor)}>; rel="next"'


def _encode(identity: UUID) -> str:
    return base64.urlsafe_b64encode(identity.bytes).decode().rstrip("=")


def _decode(cursor: str) -> UUID:
    try:
        return UUID(bytes=base64.urlsafe_b64decode(cursor + "=="))
    except (ValueError, binascii.Error):
        raise Problem(BAD_CURSOR) from None
