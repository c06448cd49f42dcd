"""The ledger's HTTP API: read-only, because the books are written by events alone."""

from fastapi import APIRouter

from services.ledger.api import customer_account, ledger

router = APIRouter()
router.include_router(ledger.router)
router.include_router(customer_account.router)
