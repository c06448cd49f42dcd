"""What a request changes, read from its route; use cases that know more record it themselves."""

from itertools import pairwise
from uuid import UUID

from fastapi import Request
from pydantic import BaseModel

from shared.db.audit import Change

VERSION = "/v1/"


def operation_of(request: Request) -> str:
    """As in the OpenAPI document: `PUT /v1/customers/{customer_id}`."""
    return f"{request.method} {_path_of(request)}"


def change_by(request: Request, answer: BaseModel | None = None, location: str | None = None) -> Change:
    """The new resource, whose address has the pattern `location`, or else the innermost one that the path names."""
    new_id = getattr(answer, "id", None)
    if location is not None and isinstance(new_id, UUID):
        return Change(location.removeprefix(VERSION).partition("/")[0], new_id)
    resource, resource_id = _innermost(request)
    return Change(resource, resource_id, client_id=_uuid(request.path_params.get("client_id")))


def _innermost(request: Request) -> tuple[str, UUID | None]:
    """`customers` and its id of `/v1/customers/{customer_id}`; without ids in the path, its first collection."""
    collections = _path_of(request).removeprefix(VERSION).split("/")
    resource, resource_id = collections[0], None
    for collection, step in pairwise(collections):
        if step.startswith("{"):
            resource, resource_id = collection, _uuid(request.path_params.get(step.strip("{}")))
    return resource, resource_id


def _path_of(request: Request) -> str:
    return str(getattr(request.scope.get("route"), "path", request.url.path))


def _uuid(text: object) -> UUID | None:
    """Path parameters are text until their endpoint is called."""
    try:
        return UUID(str(text))
    except ValueError:
        return None
