"""Who may call: keys with the scope `payments` or the part that is needed, for one client or (the bureau) for all."""

from typing import Annotated

from fastapi import Depends

from services.payments.tools import Tools
from shared.http.call import Call, call

Payments = Annotated[Call[Tools], Depends(call("payments", Tools, scope="payments"))]
Approver = Annotated[Call[Tools], Depends(call("payments", Tools, scope="payments:approve"))]
Matcher = Annotated[Call[Tools], Depends(call("payments", Tools, scope="payments:match"))]
Holding = Annotated[Call[Tools], Depends(call("payments", Tools, scope="payments:hold"))]
BankFileImport = Annotated[Call[Tools], Depends(call("payments", Tools, scope="payments:import"))]
