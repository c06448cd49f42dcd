"""The ledger over HTTP: reading only. What is in the books comes from facts."""

from fastapi import APIRouter

from services.ledger.api import customer_account, ledger

router = APIRouter()
router.include_router(ledger.router)
router.include_router(customer_account.router)
