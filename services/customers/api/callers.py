"""Who may call: the bureau for itself, or anyone for one client."""

from dataclasses import replace
from typing import Annotated

from fastapi import Depends

from services.customers.tools import Tools
from shared.http.call import Call, call


async def _approver(
    approver_call: Annotated[Call[Tools], Depends(call("customers", Tools, scope="bureau:approve"))],
) -> Call[Tools]:
    return replace(approver_call, principal=replace(approver_call.principal, client_id=None))


async def _bureau(
    bureau_call: Annotated[Call[Tools], Depends(call("customers", Tools, scope="bureau"))],
) -> Call[Tools]:
    """Here the bureau works with all clients, so a client named in the header is ignored."""
    return replace(bureau_call, principal=replace(bureau_call.principal, client_id=None))


BureauCall = Annotated[Call[Tools], Depends(_bureau)]
ApproverCall = Annotated[Call[Tools], Depends(_approver)]
ClientCall = Annotated[Call[Tools], Depends(call("customers", Tools, scope="customers"))]
