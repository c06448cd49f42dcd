"""The service's part of the public API, one file per resource."""

from fastapi import APIRouter

from services.documents.api import invoices, mva_codes, notes, orders

router = APIRouter()
for part in (invoices.router, orders.router, notes.router, mva_codes.router):
    router.include_router(part)
