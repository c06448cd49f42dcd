"""Who may call: the bureau on its own behalf, or anyone on behalf of one client."""

from dataclasses import replace
from typing import Annotated

from fastapi import Depends, Request

from services.customers.tools import Tools
from shared.http.call import Call, call

_as_bureau = call("customers", Tools, scope="bureau")


async def _bureau(request: Request) -> Call[Tools]:
    """The bureau sees all clients here, so a client named in the header does not narrow what it does."""
    found = await _as_bureau(request)
    return replace(found, principal=replace(found.principal, client_id=None))


BureauCall = Annotated[Call[Tools], Depends(_bureau)]
ClientCall = Annotated[Call[Tools], Depends(call("customers", Tools, scope="customers"))]
