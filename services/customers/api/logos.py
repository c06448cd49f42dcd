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
    """SVG, and somewhat too large, is accepted here so that the domain can refuse it with a reason."""

    accepts = (*_PICTURES, "image/svg+xml", "application/octet-stream")
    max_bytes = 2 * MAX_BYTES


router = APIRouter(route_class=LogoRoute, tags=["clients"], prefix="/v1/clients/{client_id}/logo")


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
    # Stored before the transaction: an object without a row is harmless, a row without its object is not.
    sha256 = await call.tools.objects.put(content)
    async with call.unit() as work:
        client = await set_logo(work, client_id, sha256)
    return tagged(response, client)


@router.delete("", status_code=204, summary="Remove the logo", responses=problems(404, 422))
async def delete_logo(client_id: UUID, call: BureauCall) -> Response:
    """New documents then carry the name alone. Repeating it changes nothing."""
    async with call.unit() as work:
        await set_logo(work, client_id, None)
    return Response(status_code=204)


async def _at_most(request: Request, limit: int) -> bytes:
    """The body; reading stops once there are `limit` bytes or more."""
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) >= limit:
            break
    return bytes(content)
