"""The logo on a client's documents."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.customers.adapters.pictures import check_logo
from services.customers.api.callers import BureauCall
from services.customers.api.clients import ClientAnswer, tagged
from services.customers.domain.logo import MAX_BYTES
from services.customers.store import clients
from services.customers.usecases.set_logo import set_logo
from shared.http.documentation import file_body, problems
from shared.http.limits import FileRoute

_PICTURES = ("image/png", "image/jpeg")


class LogoRoute(FileRoute):
    """SVG passes the door so that it can be refused with its reason."""

    accepts = (*_PICTURES, "image/svg+xml", "application/octet-stream")


router = APIRouter(route_class=LogoRoute, tags=["Clients"], prefix="/v1/clients/{client_id}/logo")


@router.put(
    "",
    summary="Set the logo",
    responses=problems(404, 413, 415, 422),
    openapi_extra=file_body(_PICTURES),
)
async def put_logo(client_id: UUID, request: Request, response: Response, call: BureauCall) -> ClientAnswer:
    """The body is the picture: PNG or JPEG in RGB, at most 1 MiB and 4000 pixels a side. SVG is not accepted."""
    content = await _at_most(request, MAX_BYTES + 1)
    await check_logo(content)
    await call.read(lambda work: clients.get(work.session, client_id))
    tools = call.tools
    # Stored before the transaction: an object that no row speaks of is harmless, a row without its object is not.
    sha256 = await tools.objects.put(content)
    async with call.unit() as work:
        client = await set_logo(work, client_id, sha256)
    return tagged(response, client)


@router.delete("", status_code=204, summary="Remove the logo", responses=problems(404, 422))
async def delete_logo(client_id: UUID, call: BureauCall) -> Response:
    """Documents go out with the name alone. Removing what is not there changes nothing."""
    async with call.unit() as work:
        await set_logo(work, client_id, None)
    return Response(status_code=204)


async def _at_most(request: Request, limit: int) -> bytes:
    """The body, read no further than that."""
    taken = bytearray()
    async for chunk in request.stream():
        taken += chunk
        if len(taken) >= limit:
            break
    return bytes(taken)
