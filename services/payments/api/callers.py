"""Who may call: whoever may see payments, for one client or, with the bureau's key, for all."""

from typing import Annotated

from fastapi import Depends

from services.payments.tools import Tools
from shared.http.call import Call, call

Payments = Annotated[Call[Tools], Depends(call("payments", Tools, scope="payments"))]
